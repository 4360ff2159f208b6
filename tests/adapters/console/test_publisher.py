"""The console publisher posts exactly once, across failures and restarts."""

import asyncio
import errno
import io
import json
import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from adapters.console import ConsolePublisher
from adapters.errors import SendFailure
from adapters.ports import Reason
from tests.items import NOW, make_item, make_summary

SUMMARY = make_summary(make_item("북한군 600명 사망"))


class _BrokenScreen(io.StringIO):
    """A stream that fails so many writes with an error, then works."""

    def __init__(self, error: Exception, times: int = 1) -> None:
        super().__init__()
        self._error = error
        self._times = times

    def write(self, text: str) -> int:
        """Fail or write."""
        if self._times:
            self._times -= 1
            raise self._error
        return super().write(text)


class _StalledScreen(io.StringIO):
    """A stream whose reader has stopped reading until released."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()
        self.reached = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def write(self, text: str) -> int:
        """Wait for the reader."""
        self._loop.call_soon_threadsafe(self.reached.set)
        assert self.released.wait(timeout=20)
        return super().write(text)


@contextmanager
def _disk_quota(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _tear(path: Path, whole: int, cut: int) -> None:
    """Cut bytes off the end of a file, but leave it longer than its `whole` first bytes."""
    os.truncate(path, max(whole + 1, path.stat().st_size - cut))


def _size(path: Path) -> int:
    return path.stat().st_size


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(body)


def _records(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    """Give a path whose folder does not exist yet."""
    return tmp_path / "posts" / "console.jsonl"


async def test_post_when_there_is_a_transcript_then_the_post_is_in_the_file_as_plain_text(transcript: Path) -> None:
    publisher = ConsolePublisher(Console(file=io.StringIO(), force_terminal=True), transcript)
    parent = await publisher.post("desk", SUMMARY, "d1", NOW)
    await publisher.reply("desk", parent, SUMMARY, "d2", NOW)
    await publisher.edit("desk", parent, SUMMARY, NOW)
    await publisher.close()
    records = _records(transcript)
    assert [(r["kind"], r["delivery"], r["message"], r["parent"], r["channel"]) for r in records] == [
        ("post", "d1", parent, None, "desk"),
        ("reply", "d2", "d2", parent, "desk"),
        ("edit", "", parent, None, "desk"),
    ]
    assert all("북한군 600명 사망" in str(r["text"]) and "\x1b" not in str(r["text"]) for r in records)
    assert {r["posted_at"] for r in records} == {NOW.isoformat()}


async def test_find_when_another_process_posted_then_the_transcript_tells(transcript: Path) -> None:
    first, second = (ConsolePublisher(io.StringIO(), transcript) for _ in range(2))
    assert await second.find("desk", "d1") is None
    message = await first.post("desk", SUMMARY, "d1", NOW)
    assert await second.find("desk", "d1") == message


async def test_reply_when_the_parent_was_posted_by_another_process_then_its_headline_is_shown(transcript: Path) -> None:
    parent = await ConsolePublisher(io.StringIO(), transcript).post("desk", SUMMARY, "d1", NOW)
    screen = io.StringIO()
    await ConsolePublisher(screen, transcript).reply("desk", parent, SUMMARY, "d2", NOW)
    assert "↳ HIGH  desk  update to: 북한군 600명 사망" in screen.getvalue()


@pytest.mark.parametrize("cut", [1, 2, 40, 10_000])
async def test_post_when_a_power_cut_tore_the_last_line_then_it_is_mended_and_posted_again(
    transcript: Path, cut: int
) -> None:
    publisher = ConsolePublisher(io.StringIO(), transcript)
    await publisher.post("desk", SUMMARY, "d1", NOW)
    whole = _size(transcript)
    await publisher.post("desk", SUMMARY, "d2", NOW)
    _tear(transcript, whole, cut)

    revived = ConsolePublisher(io.StringIO(), transcript)
    assert await revived.find("desk", "d1") == "d1"
    assert await revived.find("desk", "d2") is None
    await revived.post("desk", SUMMARY, "d2", NOW)
    assert [record["delivery"] for record in _records(transcript)] == ["d1", "d2"]


async def test_find_when_the_transcript_holds_foreign_lines_then_they_are_passed_over(transcript: Path) -> None:
    _write(transcript, b'\x00\xff\n[1]\n{"channel": 3}\n\n')
    publisher = ConsolePublisher(io.StringIO(), transcript)
    await publisher.post("desk", SUMMARY, "d1", NOW)
    assert await publisher.find("desk", "d1") == "d1"


async def test_find_when_the_transcript_was_moved_away_then_its_posts_are_those_of_the_new_file(
    transcript: Path,
) -> None:
    publisher = ConsolePublisher(io.StringIO(), transcript)
    await publisher.post("desk", SUMMARY, "d1", NOW)
    await publisher.post("desk", SUMMARY, "d2", NOW)
    os.replace(transcript, transcript.with_suffix(".old"))
    await publisher.post("desk", SUMMARY, "d3", NOW)
    assert await publisher.find("desk", "d3") == "d3"
    assert [record["delivery"] for record in _records(transcript)] == ["d3"]


async def test_post_when_the_delivery_is_in_the_transcript_then_it_is_not_posted_twice(transcript: Path) -> None:
    await ConsolePublisher(io.StringIO(), transcript).post("desk", SUMMARY, "d1", NOW)
    screen = io.StringIO()
    assert await ConsolePublisher(screen, transcript).post("desk", SUMMARY, "d1", NOW) == "d1"
    assert (len(_records(transcript)), screen.getvalue()) == (1, "")


@pytest.mark.parametrize("path", ["memory", "file"])
async def test_post_when_the_screen_failed_then_the_next_try_shows_it_once(transcript: Path, path: str) -> None:
    screen = _BrokenScreen(OSError(errno.EAGAIN, "try again"))
    publisher = ConsolePublisher(screen, transcript if path == "file" else None)
    with pytest.raises(SendFailure) as failure:
        await publisher.post("desk", SUMMARY, "d1", NOW)
    assert failure.value.reason is Reason.UNREACHABLE
    assert await publisher.find("desk", "d1") is None
    await publisher.post("desk", SUMMARY, "d1", NOW)
    assert screen.getvalue().count("● HIGH") == 1
    assert await publisher.find("desk", "d1") == "d1"
    if path == "file":
        assert len(_records(transcript)) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BrokenPipeError(errno.EPIPE, "broken pipe"), Reason.UNREACHABLE),
        (ValueError("I/O operation on closed file"), Reason.UNREACHABLE),
        (OSError(errno.ENOSPC, "no space left on device"), Reason.UNREACHABLE),
    ],
)
async def test_post_when_output_cannot_be_written_then_the_failure_may_be_tried_again(
    error: Exception, reason: Reason
) -> None:
    with pytest.raises(SendFailure) as failure:
        await ConsolePublisher(_BrokenScreen(error)).post("desk", SUMMARY, "d1", NOW)
    assert failure.value.reason is reason
    assert failure.value.reason.retryable
    assert not failure.value.reason.ambiguous


async def test_post_when_the_transcript_cannot_be_a_file_then_nothing_is_shown_and_the_path_is_named(
    tmp_path: Path,
) -> None:
    screen = io.StringIO()
    with pytest.raises(SendFailure, match=str(tmp_path)):
        await ConsolePublisher(screen, tmp_path).post("desk", SUMMARY, "d1", NOW)
    assert screen.getvalue() == ""


async def test_post_when_the_transcript_is_a_device_then_it_is_refused_in_words() -> None:
    with pytest.raises(SendFailure, match="/dev/zero cannot be written: it is not a regular file"):
        await ConsolePublisher(io.StringIO(), Path("/dev/zero")).post("desk", SUMMARY, "d1", NOW)


@pytest.mark.parametrize("room", [0, 25])
async def test_post_when_the_disk_is_full_then_nothing_is_shown_and_the_next_try_posts_once(
    transcript: Path, room: int
) -> None:
    screen = io.StringIO()
    publisher = ConsolePublisher(screen, transcript)
    await publisher.post("desk", SUMMARY, "d1", NOW)
    shown = screen.getvalue()
    with _disk_quota(_size(transcript) + room), pytest.raises(SendFailure) as failure:
        await publisher.post("desk", SUMMARY, "d2", NOW)
    assert (failure.value.reason, screen.getvalue()) == (Reason.UNREACHABLE, shown)
    assert await publisher.find("desk", "d2") is None
    await publisher.post("desk", SUMMARY, "d2", NOW)
    assert [record["delivery"] for record in _records(transcript)] == ["d1", "d2"]


async def test_post_when_the_streams_encoding_lacks_letters_then_the_rest_is_shown() -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    await ConsolePublisher(screen).post("desk", SUMMARY, "d1", NOW)
    screen.seek(0)
    assert "??? 600? ??" in screen.read()


async def test_post_when_the_reader_stalls_then_the_event_loop_goes_on() -> None:
    screen = _StalledScreen()
    publisher = ConsolePublisher(screen)
    posting = asyncio.create_task(publisher.post("desk", SUMMARY, "d1", NOW))
    await asyncio.wait_for(screen.reached.wait(), timeout=20)
    assert not posting.done()
    screen.released.set()
    assert await posting == "d1"
