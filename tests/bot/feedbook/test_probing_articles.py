"""A look at the article of one entry, on a server of this machine."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.articles import ArticleExtractor
from adapters.feeds import HttpFetcher
from adapters.ports import Extractor
from bot.commands.probe_answers import probe_blocks, probe_json
from bot.feedbook.desk import FeedDesk, Probe
from bot.feedbook.probing import Prober
from bot.settings.model import Polling
from rules import compile_rules
from rules.model import RuleFile
from tests.articles import ENGLISH, write_story
from tests.bot.feedbook.desks import NOW, HereParser, write_book
from tests.bot.settings.folders import RULES
from tests.feeds_server import Document, FeedsServer
from tests.rss import Piece, write_rss

RULESET = compile_rules([RuleFile("own.yaml", RULES)]).ruleset
AT = datetime(2026, 1, 5, 11, tzinfo=UTC)


@pytest.fixture
async def extractor() -> AsyncIterator[Extractor]:
    made = ArticleExtractor()
    yield made
    await made.close()


async def probe(folder: Path | None, target: str, fetcher: HttpFetcher, extractor: Extractor | None) -> Probe:
    prober = Prober(fetcher, HereParser(), Polling(), {}, lambda: NOW, pause_s=0.0, extractor=extractor)
    desk = FeedDesk(folder, {}, prober)
    wanted = folder is None
    return await desk.probe(None, target, RULESET, explain=False, allow_private=True, full_text=wanted)


def put(server: FeedsServer) -> None:
    server.put("page", document=Document(write_story(ENGLISH).encode(), "text/html; charset=utf-8"))
    flagged = Piece("1", ENGLISH.title, f"{ENGLISH.excerpt} Two were wounded.", AT, server.url("page"))
    newer = Piece("2", "Rain", "It rains.", AT + timedelta(minutes=1), server.url("rain"))
    server.put("wire", write_rss([newer, flagged]))


async def test_the_article_when_asked_for_then_it_is_that_of_the_newest_flagged_entry(
    server: FeedsServer, fetcher: HttpFetcher, extractor: Extractor
) -> None:
    put(server)
    found = await probe(None, server.url("wire"), fetcher, extractor)
    told = probe_json(found)["article"]
    assert isinstance(told, dict)
    assert (told["link"], told["error"]) == (server.url("page"), None)
    assert str(told["text"])[told["article_at"] :].strip().endswith(ENGLISH.paragraphs[-1])
    shown = str(probe_blocks(found, most_paragraphs=1))
    assert "then 3 paragraphs of the page, of which 1:" in shown
    assert ENGLISH.paragraphs[-1] not in shown
    assert ENGLISH.paragraphs[-1] in str(probe_blocks(found))


async def test_the_article_when_it_cannot_be_had_then_it_is_said_why(
    server: FeedsServer, fetcher: HttpFetcher, extractor: Extractor
) -> None:
    server.put("wire", write_rss([Piece("1", "Rain", "It rains.", AT, server.url("rain"))]))
    found = await probe(None, server.url("wire"), fetcher, extractor)
    assert "HTTP 404" in str(probe_blocks(found))
    without = await probe(None, server.url("wire"), fetcher, None)
    assert "pip install" in str(probe_blocks(without))
    told = probe_json(without)["article"]
    assert isinstance(told, dict)
    assert (told["reason"], told["text"]) == ("not_installed", None)


async def test_the_article_when_the_file_wants_it_then_it_need_not_be_asked_for(
    tmp_path: Path, server: FeedsServer, fetcher: HttpFetcher, extractor: Extractor
) -> None:
    put(server)
    write_book(tmp_path, server)
    assert (await probe(tmp_path, "wire", fetcher, extractor)).article is None
    file = tmp_path / "vedette.yaml"
    file.write_text(file.read_text().replace("allow_private: true", "allow_private: true, full_text: true"))
    found = await probe(tmp_path, "wire", fetcher, extractor)
    assert found.article is not None
    assert found.article.joined is not None


async def test_the_article_when_there_is_no_entry_then_there_is_none(
    server: FeedsServer, fetcher: HttpFetcher, extractor: Extractor
) -> None:
    server.put("wire", write_rss([]))
    assert (await probe(None, server.url("wire"), fetcher, extractor)).article is None
