"""Alembic's migrations of the database; `database.upgrade` runs them."""
