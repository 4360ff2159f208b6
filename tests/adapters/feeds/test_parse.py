"""Worker processes: killed when slow, replaced when dead, gone after close."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds import FeedParser, parse_document
from adapters.ports import Fetched
from rules.model import FeedId, Source
from tests.rss import Piece, write_rss

NOW = datetime(2025, 1, 2, tzinfo=UTC)
SOURCE = Source(FeedId("wire"), "A wire", "en", "wire")
FEED = write_rss([Piece("a", "North Korean troops seen", "They were seen in Kursk.")])
# The rules of HTML5 make a parser look at all open elements for each new block: quadratic.
SLOW = write_rss([Piece("a", "Slow", "<div>" * 150_000)])
SLOW_AND_SHORT = write_rss([Piece("a", "Slow", "<div>" * 40_000)])
LARGE = write_rss([Piece("a", "Large", "word " * 2_000_000)])


def fetched(body: bytes | None, url: str = "https://wire.example/feed") -> Fetched:
    return Fetched(url, 200, body, None, None, "application/rss+xml")


async def fail(parser: FeedParser, body: bytes | None) -> ParseFailure:
    with pytest.raises(ParseFailure) as caught:
        await parser.parse(fetched(body), SOURCE, NOW)
    return caught.value


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def read_environment(process_id: int) -> bytes:
    return Path(f"/proc/{process_id}/environ").read_bytes()


@pytest.fixture
async def parser() -> AsyncIterator[FeedParser]:
    parser = FeedParser(1, 20.0)
    yield parser
    await parser.close()


async def test_parse_when_feed_then_same_as_read_in_process(parser: FeedParser) -> None:
    assert parser.process_ids == ()
    parsed = await parser.parse(fetched(FEED), SOURCE, NOW)
    own = parse_document(FEED, "application/rss+xml", "https://wire.example/feed", SOURCE, NOW)
    assert (parsed.title, parsed.entries, parsed.skipped) == (own.title, own.entries, own.skipped)
    assert len(parsed.entries) == 1
    assert parsed.elapsed_s > 0


async def test_parse_when_several_documents_then_one_process_reads_all(parser: FeedParser) -> None:
    for _ in range(3):
        await parser.parse(fetched(FEED), SOURCE, NOW)
    assert (await fail(parser, b"nothing like it")).reason is ParseReason.NOT_A_FEED
    assert (await fail(parser, None)).reason is ParseReason.EMPTY
    [process_id] = parser.process_ids
    await parser.parse(fetched(FEED), SOURCE, NOW)
    assert parser.process_ids == (process_id,)


async def test_parse_when_more_documents_than_workers_then_each_waits_its_turn() -> None:
    parser = FeedParser(2, 20.0)
    feeds = await asyncio.gather(*(parser.parse(fetched(FEED), SOURCE, NOW) for _ in range(5)))
    assert [len(feed.entries) for feed in feeds] == [1] * 5
    assert len(parser.process_ids) == 2
    await parser.close()


async def test_parse_when_too_slow_then_process_killed_and_next_document_read() -> None:
    parser = FeedParser(1, 0.5)
    await parser.parse(fetched(FEED), SOURCE, NOW)
    kept = parser.process_ids
    failing = asyncio.create_task(fail(parser, SLOW))
    [process_id] = await wait_for_another(parser, kept)
    assert (await failing).reason is ParseReason.TOO_SLOW
    assert not is_running(process_id)
    assert parser.process_ids == kept
    assert len((await parser.parse(fetched(FEED), SOURCE, NOW)).entries) == 1
    await parser.close()


async def test_parse_when_a_document_is_slow_then_others_are_read_meanwhile() -> None:
    parser = FeedParser(1, 20.0, quick_s=0.05)
    await parser.parse(fetched(FEED), SOURCE, NOW)
    reading = [asyncio.create_task(parser.parse(fetched(SLOW_AND_SHORT), SOURCE, NOW)) for _ in range(3)]
    for _ in range(3):
        assert len((await parser.parse(fetched(FEED, "https://other.example/feed"), SOURCE, NOW)).entries) == 1
    assert not any(task.done() for task in reading)
    assert len(parser.process_ids) <= 2
    for task in reading:
        task.cancel()
    await asyncio.gather(*reading, return_exceptions=True)
    await parser.close()


async def test_parse_when_its_last_document_was_slow_then_the_next_one_keeps_none_waiting() -> None:
    parser = FeedParser(1, 0.4, quick_s=0.05)
    assert (await fail(parser, SLOW_AND_SHORT)).reason is ParseReason.TOO_SLOW
    await parser.parse(fetched(FEED, "https://other.example/feed"), SOURCE, NOW)
    kept = parser.process_ids
    await parser.parse(fetched(FEED), SOURCE, NOW)
    assert parser.process_ids == kept
    assert (await fail(parser, SLOW_AND_SHORT)).reason is ParseReason.TOO_SLOW
    await parser.close()


async def wait_for_another(parser: FeedParser, known: tuple[int, ...]) -> set[int]:
    """Wait until a process has been started, and give it."""
    for _ in range(10_000):
        if found := set(parser.process_ids) - set(known):
            return found
        await asyncio.sleep(0.001)
    raise AssertionError("no process was started")


async def test_parse_when_memory_runs_out_then_crash_is_told_and_next_document_read() -> None:
    parser = FeedParser(1, 30.0, memory_bytes=128 * 1024 * 1024)
    failure = await fail(parser, LARGE)
    assert failure.reason is ParseReason.CRASHED
    assert "MemoryError" in str(failure)
    assert len((await parser.parse(fetched(FEED), SOURCE, NOW)).entries) == 1
    await parser.close()


async def test_parse_when_idle_process_was_killed_then_at_most_one_document_fails(parser: FeedParser) -> None:
    await parser.parse(fetched(FEED), SOURCE, NOW)
    [process_id] = parser.process_ids
    os.kill(process_id, signal.SIGKILL)
    with contextlib.suppress(ParseFailure):  # whoever comes first may find it dead
        await parser.parse(fetched(FEED), SOURCE, NOW)
    assert len((await parser.parse(fetched(FEED), SOURCE, NOW)).entries) == 1
    assert process_id not in parser.process_ids


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_parse_when_application_is_told_to_stop_then_process_goes_on(parser: FeedParser, number: int) -> None:
    await parser.parse(fetched(FEED), SOURCE, NOW)
    [process_id] = parser.process_ids
    os.kill(process_id, number)
    assert len((await parser.parse(fetched(FEED), SOURCE, NOW)).entries) == 1
    assert parser.process_ids == (process_id,)
    assert os.getpgid(process_id) != os.getpgid(0)


async def test_parse_when_cancelled_then_process_ended_and_next_document_read(parser: FeedParser) -> None:
    await parser.parse(fetched(FEED), SOURCE, NOW)
    kept = parser.process_ids
    reading = asyncio.create_task(parser.parse(fetched(SLOW), SOURCE, NOW))
    [process_id] = await wait_for_another(parser, kept)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not is_running(process_id)
    assert len((await parser.parse(fetched(FEED), SOURCE, NOW)).entries) == 1


async def test_close_when_idle_and_busy_then_no_process_is_left() -> None:
    parser = FeedParser(2, 20.0)
    await asyncio.gather(*(parser.parse(fetched(FEED), SOURCE, NOW) for _ in range(2)))
    process_ids = parser.process_ids
    busy = asyncio.create_task(fail(parser, SLOW))
    await asyncio.sleep(0)
    await parser.close()
    assert (await busy).reason is ParseReason.CRASHED
    assert len(process_ids) == 2
    assert not any(is_running(process_id) for process_id in process_ids)
    assert parser.process_ids == ()
    assert (await fail(parser, FEED)).reason is ParseReason.CRASHED


async def test_close_when_never_used_then_nothing_happens() -> None:
    await FeedParser(1, 1.0).close()


async def test_parse_when_process_is_started_then_it_sees_no_secrets(
    parser: FeedParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "hush")
    await parser.parse(fetched(FEED), SOURCE, NOW)
    [process_id] = parser.process_ids
    assert b"hush" not in read_environment(process_id)


PARENT = """
import asyncio
from tests.adapters.feeds.test_parse import FEED, NOW, SLOW, SOURCE, FeedParser, fetched

async def main():
    parser = FeedParser(1, 60.0)
    try:
        await parser.parse(fetched(FEED), SOURCE, NOW)
        print(parser.process_ids[0], flush=True)
        await {wait}
    finally:
        await parser.close()

asyncio.run(main())
"""


async def run_parent(wait: str, number: int) -> tuple[int, str]:
    """Run an application that has a parser process, end it by a signal, and give that process and the last words."""
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "dev", "-c", PARENT.format(wait=wait)), stdout=PIPE, stderr=PIPE
    )
    assert parent.stdout is not None
    process_id = int(await parent.stdout.readline())
    parent.send_signal(number)
    _, errors = await parent.communicate()
    return process_id, errors.decode()


async def until_ended(process_id: int) -> None:
    """Wait for the end of a process that is not this one's child."""
    try:
        handle = os.pidfd_open(process_id)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(handle, ended.set)
    async with asyncio.timeout(10):
        await ended.wait()
    asyncio.get_running_loop().remove_reader(handle)
    os.close(handle)


@pytest.mark.parametrize(
    "wait", ["parser.parse(fetched(SLOW), SOURCE, NOW)", "asyncio.sleep(60)"], ids=["busy", "idle"]
)
async def test_application_when_interrupted_then_no_process_and_no_warning_is_left(wait: str) -> None:
    process_id, errors = await run_parent(wait, signal.SIGINT)
    assert not is_running(process_id)
    assert errors.endswith("KeyboardInterrupt\n")
    assert "Warning" not in errors


async def test_application_when_killed_then_its_parser_process_ends_too() -> None:
    process_id, _ = await run_parent("asyncio.sleep(60)", signal.SIGKILL)
    await until_ended(process_id)


async def test_parse_when_the_application_is_large_then_its_process_is_kept_all_the_same(parser: FeedParser) -> None:
    ballast = b"x" * (200 * 1024 * 1024)
    await parser.parse(fetched(FEED), SOURCE, NOW)
    first = parser.process_ids
    await parser.parse(fetched(FEED), SOURCE, NOW)
    assert parser.process_ids == first
    assert len(first) == 1
    assert len(ballast) > 0
