"""What the demo says at its end: what was seen, and what to do next."""

from state import StoreStatus


def closing_lines(status: StoreStatus, told: int) -> tuple[str, ...]:
    """Give the demo's last words, line by line; `told` counts the alerts that were new and no updates."""
    updates = status.alerts - told
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
