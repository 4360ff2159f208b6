"""Full text is wanted feed by feed, and a folder says where it cannot be had."""

import sys
from pathlib import Path

import pytest

from bot.settings.model import Polling
from tests.bot.settings.folders import FEED, lines, load

WANTED = f"""
polling: {{article_budget: 20s, article_pages: 3}}
feeds:
  - {FEED}
  - {{id: more, url: "https://m.example/", publisher: M, language: en, full_text: true}}
subscriptions: [{{id: desk, channel: "console:desk"}}]
"""


def test_full_text_when_it_is_wanted_then_it_is_of_that_feed_alone(tmp_path: Path) -> None:
    loaded = load(tmp_path, WANTED)
    assert loaded.problems == ()
    assert loaded.settings is not None
    assert [feed.full_text for feed in loaded.settings.feeds] == [False, True]
    assert loaded.settings.polling == Polling(article_budget_s=20.0, article_pages=3)


@pytest.mark.parametrize("module", ["trafilatura", "lxml_html_clean"])
def test_full_text_when_the_extra_is_not_installed_then_the_feed_that_wants_it_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    loaded = load(tmp_path, WANTED)
    assert loaded.settings is not None
    assert lines(loaded, tmp_path) == [
        (
            "vedette.yaml:5:82: warning: articles cannot be read: the extra `articles` is not installed (install it beside "
            "Vedette: pip install 'trafilatura>=2,<3' lxml-html-clean)"
        )
    ]
