"""Requests and tokens that an account may have in any minute."""
