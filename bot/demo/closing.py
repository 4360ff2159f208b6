"""What the demo says at its end: what was seen, and what to do next."""

from collections.abc import Sequence

from state import AlertKind, AlertRow, StoreStatus


def closing_lines(status: StoreStatus, alerts: Sequence[AlertRow]) -> tuple[str, ...]:
    """Give the demo's last words, line by line; `alerts` are all that the store has."""
    told = sum(alert.kind is AlertKind.NEW for alert in alerts)
    updates = len(alerts) - told
    reprints = status.items - status.stories
    quiet = status.stories - told
    return (
        "That was the demo: a sample wire, from October 2024 to February 2026.",
        f"  {status.items} items read from {status.feeds} feeds: {told} told, with {updates} updates in their threads;",
        f"  {reprints} reprints and {quiet} items of noise or from before the start held back.",
        "",
        "What to do next:",
        "  vedette init my-desk             write a starter folder with real feeds",
        "  $EDITOR my-desk/vedette.yaml     choose feeds and channels; your rules go into my-desk/rules",
        "  vedette check --config my-desk   see every problem at once, with its place",
        "  vedette run --config my-desk     run it; Ctrl-C ends it",
    )
