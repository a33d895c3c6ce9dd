"""Payments for single requests by the x402 protocol."""
