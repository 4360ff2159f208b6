"""Whether a push is its hub's: the body signed with the lease's secret (W3C WebSub, 7.1 and 8). Pure."""

import hmac

METHODS = ("sha1", "sha256", "sha384", "sha512")
"""The methods that the specification recognises; hubs choose."""


def is_signed(header: str, secret: str, body: bytes) -> bool:
    """Tell whether a value of X-Hub-Signature, `method=hex`, is that of the body; compares in constant time."""
    method, equals, stated = header.strip().partition("=")
    if not equals or method.lower() not in METHODS or not stated.isascii():
        return False
    expected = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(expected, stated.strip().lower())
