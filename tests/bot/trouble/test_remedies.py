"""Every kind of failure and trouble comes with something to do, on the screen and in the documentation."""

import re
from pathlib import Path

import pytest

from adapters.errors import FetchReason, ParseReason
from bot.trouble.remedies import remedy_failure, remedy_trouble
from rules.model import FeedId
from state import TroubleKind

PAGE = (Path(__file__).parents[3] / "docs" / "feeds.md").read_text(encoding="utf-8")
REASONS = sorted({reason.value for kind in (FetchReason, ParseReason) for reason in kind})


@pytest.mark.parametrize("reason", REASONS)
def test_every_failure_has_a_remedy_and_is_documented(reason: str) -> None:
    assert remedy_failure(reason, FeedId("wire"))
    assert re.search(rf"^\| `{reason}` \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("kind", TroubleKind)
def test_every_trouble_has_a_remedy_and_is_documented(kind: TroubleKind) -> None:
    assert remedy_trouble(kind, FeedId("wire"))
    assert re.search(rf"^\| `{kind}` \|", PAGE, re.MULTILINE)


def test_a_remedy_names_the_feed_and_an_unknown_failure_has_none() -> None:
    assert "`vedette feeds accept wire`" in remedy_trouble(TroubleKind.MOVED, FeedId("wire"))
    assert "`vedette feeds remove wire`" in remedy_failure("gone", FeedId("wire"))
    assert remedy_failure("", FeedId("wire")) == ""
