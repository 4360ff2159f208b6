"""Full text on the command line and in a chat: shown, said of a feed, never stored."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.articles import ENGLISH, write_story
from tests.bot.cli.invocation import vedette
from tests.bot.cli.serving import serving
from tests.bot.feedbook.desks import write_book
from tests.feeds_server import Document, FeedsServer
from tests.rss import Piece, write_rss


@pytest.fixture
def server() -> Iterator[FeedsServer]:
    with serving() as server:
        server.put("page", document=Document(write_story(ENGLISH).encode(), "text/html; charset=utf-8"))
        server.put("wire", write_rss([Piece("1", ENGLISH.title, ENGLISH.excerpt, None, server.url("page"))]))
        yield server


def test_probe_when_full_text_is_asked_for_then_the_article_is_shown(
    tmp_path: Path, server: FeedsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plain = vedette("feeds", "probe", server.url("wire"), "--allow-private")
    assert "Article:" not in plain.stdout
    result = vedette("feeds", "probe", server.url("wire"), "--allow-private", "--full-text")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"Article: {ENGLISH.title}" in result.stdout
    assert ENGLISH.paragraphs[-1] in result.stdout.replace("\n", " ")
    assert server.count("page") == 1


def test_show_when_a_feed_wants_full_text_then_it_is_said(tmp_path: Path, server: FeedsServer) -> None:
    write_book(tmp_path, server)
    assert "full text\toff\n" in vedette("feeds", "show", "wire", "--config", tmp_path).stdout
    file = tmp_path / "vedette.yaml"
    file.write_text(file.read_text().replace("allow_private: true", "full_text: true"))
    assert "full text\tof flagged items" in vedette("feeds", "show", "wire", "--config", tmp_path).stdout
    told = json.loads(vedette("feeds", "show", "wire", "--config", tmp_path, "--json").stdout)
    assert told["full_text"] is True
