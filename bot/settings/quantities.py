"""Durations and sizes as people write them: `90s`, `5m`, `1h30m`, `180d`; `512KiB`, `5MB`."""

import re
from typing import Annotated

from pydantic import BeforeValidator

from bot.settings.refusal import refusal

_LONGEST = 40
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*(ms|[smhdw])")
_DURATION = re.compile(rf"{_PART.pattern}(?:\s*{_PART.pattern})*", re.IGNORECASE | re.ASCII)
_BYTES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*([kmg]i?b|b)", re.IGNORECASE | re.ASCII)


def parse_duration(value: object) -> float:
    """Give the seconds of a duration such as `90s` or `1h30m`. Raises PydanticCustomError."""
    text = _as_text(value, "duration", "90s, 5m, 6h or 180d", "s for seconds")
    if not _DURATION.fullmatch(text):
        raise refusal(f"'{text}' is not a duration", "write it like 90s, 5m, 6h or 180d")
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text.lower()))


def parse_size(value: object) -> int:
    """Give the bytes of a size: `5MB` counts in thousands, `8MiB` in powers of two. Raises PydanticCustomError."""
    text = _as_text(value, "size", "512KiB or 5MB", "B for bytes")
    found = _SIZE.fullmatch(text)
    if found is None:
        raise refusal(f"'{text}' is not a size", "write it like 512KiB or 5MB")
    return int(float(found[1]) * _BYTES[found[2].lower()])


def _as_text(value: object, what: str, examples: str, unit: str) -> str:
    """Give a quantity with its unit as text, or refuse what is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise refusal(f"a {what} needs a unit", f"write {value}{unit}")
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise refusal(f"a {what} is wanted here", f"write it like {examples}")
    return value.strip()


def format_duration(seconds: float) -> str:
    """Write so many seconds in the largest unit that leaves a whole number."""
    for unit in ("d", "h", "m", "s"):
        if seconds >= _SECONDS[unit] and (seconds / _SECONDS[unit]).is_integer():
            return f"{seconds / _SECONDS[unit]:.0f}{unit}"
    return f"{seconds * 1000:g}ms"


def format_size(size: float) -> str:
    """Write so many bytes in the largest power of two that leaves a whole number."""
    for unit, factor in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= factor and size % factor == 0:
            return f"{size / factor:.0f}{unit}"
    return f"{size:.0f}B"


def format_count(size: float) -> str:
    """Write so many bytes for reading, rounded: `3.4 GiB`."""
    for unit, factor in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size:.0f} B"


Duration = Annotated[float, BeforeValidator(parse_duration)]
"""A number of seconds, written as a duration."""

Size = Annotated[int, BeforeValidator(parse_size)]
"""A number of bytes, written as a size."""
