"""Who may use a server: users, their plans, keys and sessions, in one database with usage and payments."""
