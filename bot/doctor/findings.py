"""What the doctor finds: a verdict on one thing, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How something is; members are listed from the best to the worst."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one thing; `advice` says what to do when it is not well."""

    area: str
    verdict: Verdict
    message: str
    advice: str = ""


def ok(area: str, message: str) -> Finding:
    """Find that all is well."""
    return Finding(area, Verdict.OK, message)


def warning(area: str, message: str, advice: str) -> Finding:
    """Find something that deserves a look and keeps nothing from running."""
    return Finding(area, Verdict.WARNING, message, advice)


def failed(area: str, message: str, advice: str) -> Finding:
    """Find something that keeps the bot from doing its job."""
    return Finding(area, Verdict.FAILED, message, advice)
