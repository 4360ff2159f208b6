"""Leases of hubs and what they push."""
