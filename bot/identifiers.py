"""Ids that come from what is told to whom, so that a repeat collides in the store."""

import hashlib


def derive_id(*parts: str) -> str:
    """Give 24 hex digits, short enough for a Discord nonce (25 characters)."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
