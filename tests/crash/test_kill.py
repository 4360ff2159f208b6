"""`kill -9` at each step between fetch and settle: nothing flagged is lost, nothing is posted twice."""

import signal
from pathlib import Path

import pytest

from tests.crash.chat import read_posts
from tests.crash.process import is_told, poll_first, run_until, write_folder
from tests.feeds_server import FeedsServer
from tests.rss import Piece, write_rss

PIECES = tuple(
    Piece(f"p{n}", f"Report {n}: soldiers were killed", f"It was report number {n} of that day.") for n in (3, 2, 1)
)
TOLD = ["Report 1: soldiers were killed", "Report 2: soldiers were killed", "Report 3: soldiers were killed"]

STEPS = [
    ("fetcher.fetch", "before", 1),
    ("fetcher.fetch", "after", 1),
    ("parser.parse", "after", 1),
    ("store.known", "after", 1),
    ("store.commit_poll", "before", 1),
    ("store.commit_poll", "inside", 1),
    ("store.commit_poll", "after", 1),
    ("store.claim_delivery", "before", 1),
    ("store.claim_delivery", "after", 2),
    ("publisher.post", "before", 2),
    ("publisher.post", "after", 2),
    ("store.settle_sent", "before", 1),
    ("store.settle_sent", "after", 2),
]


@pytest.mark.parametrize(("where", "when", "nth"), STEPS, ids=[f"{when} {where} {nth}" for where, when, nth in STEPS])
async def test_a_kill_at_this_step_loses_nothing_and_doubles_nothing(
    tmp_path: Path, where: str, when: str, nth: int
) -> None:
    async with FeedsServer() as server:
        server.put("wire", write_rss(()))
        write_folder(tmp_path, server.url("wire"))
        await poll_first(tmp_path)
        server.put("wire", write_rss(PIECES))
        killed = await run_until(tmp_path, lambda: is_told(tmp_path, 99), tripwire=(where, when, nth))
        assert killed == -signal.SIGKILL
        assert await run_until(tmp_path, lambda: is_told(tmp_path, len(TOLD))) == 0
    assert [post["headline"] for post in read_posts(tmp_path / "posts.jsonl")] == TOLD
