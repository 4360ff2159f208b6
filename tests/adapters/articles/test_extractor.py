"""The process that reads articles: kept while it is good, killed when it is not, never in the way of the next page."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.articles import ArticleExtractor
from adapters.errors import ArticleFailure, ArticleReason
from adapters.ports import Fetched
from tests.articles import ENGLISH, write_story

SLOW = b"<html><body><p " + b" ".join(b'a%d="%s"' % (n, b"x" * 100) for n in range(40_000)) + b">" + b"word " * 100
"""4.4 MB of attributes: seconds of work."""


def page(body: bytes = write_story(ENGLISH).encode(), content_type: str = "text/html; charset=utf-8") -> Fetched:
    return Fetched("https://a.example/1", 200, body, None, None, content_type)


@pytest.fixture
async def extractor() -> AsyncIterator[ArticleExtractor]:
    made = ArticleExtractor()
    yield made
    await made.close()


async def test_pages_when_read_one_by_one_then_one_process_serves_them(extractor: ArticleExtractor) -> None:
    texts = [await extractor.extract(page()) for _ in range(2)]
    first = extractor.process_id
    texts += await asyncio.gather(extractor.extract(page()), extractor.extract(page()))
    assert {text.split("\n")[-1] for text in texts} == {ENGLISH.paragraphs[-1]}
    assert first is not None
    assert extractor.process_id == first


async def test_a_page_when_it_takes_too_long_then_its_process_is_killed_and_the_next_page_is_read() -> None:
    extractor = ArticleExtractor(timeout_s=0.4)
    try:
        await extractor.extract(page())
        before = extractor.process_id
        with pytest.raises(ArticleFailure, match=r"not read within 0\.4 s") as caught:
            await extractor.extract(page(SLOW))
        assert caught.value.reason is ArticleReason.TOO_SLOW
        assert extractor.process_id is None
        assert ENGLISH.paragraphs[1] in await extractor.extract(page())
        assert extractor.process_id not in (None, before)
    finally:
        await extractor.close()


async def test_a_page_when_it_takes_too_much_memory_then_its_process_dies_alone() -> None:
    extractor = ArticleExtractor(timeout_s=30.0, memory_bytes=160 * 1024 * 1024)
    try:
        with pytest.raises(ArticleFailure) as caught:
            await extractor.extract(page(b"<html><body>" + b"<p>Some words, and more of them.</p>" * 400_000))
        assert caught.value.reason in (ArticleReason.CRASHED, ArticleReason.NO_TEXT)
        assert ENGLISH.paragraphs[1] in await extractor.extract(page())
    finally:
        await extractor.close()


async def test_a_page_when_nobody_waits_for_it_any_more_then_its_process_is_killed(extractor: ArticleExtractor) -> None:
    await extractor.extract(page())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(extractor.extract(page(SLOW)), 0.2)
    assert extractor.process_id is None
    assert await extractor.extract(page())


async def test_a_process_when_it_rests_too_long_then_it_ends_and_another_one_begins() -> None:
    extractor = ArticleExtractor(idle_s=0.0)
    try:
        await extractor.extract(page())
        resting = extractor._worker
        assert resting is not None
        await resting._process.wait()
        assert extractor.process_id is None
        assert await extractor.extract(page())
    finally:
        await extractor.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(page(b"%PDF-1.7", "application/pdf"), ArticleReason.NOT_A_PAGE, id="a document"),
        pytest.param(page(b""), ArticleReason.NOT_A_PAGE, id="empty"),
        pytest.param(page(b"<html><body></body></html>"), ArticleReason.NO_TEXT, id="without text"),
    ],
)
async def test_an_answer_when_it_is_no_page_or_has_no_text_then_it_is_refused_with_the_reason(
    extractor: ArticleExtractor, answer: Fetched, reason: ArticleReason
) -> None:
    with pytest.raises(ArticleFailure) as caught:
        await extractor.extract(answer)
    assert caught.value.reason is reason


async def test_an_extractor_when_it_was_closed_then_it_reads_nothing(extractor: ArticleExtractor) -> None:
    await extractor.extract(page())
    await extractor.close()
    assert extractor.process_id is None
    with pytest.raises(ArticleFailure, match="shut-down"):
        await extractor.extract(page())
