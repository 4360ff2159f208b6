"""A reader that stops reading: `vedette run | less`, left alone."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.crash.process import poll_first, write_folder
from tests.feeds_server import FeedsServer
from tests.rss import Piece, write_rss

LIMIT_S = 30.0


def open_full_pipe() -> tuple[int, int]:
    """Open a pipe that takes no byte more."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while True:
            os.write(writing, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(writing, True)
    return reading, writing


async def test_a_bot_whose_output_nobody_reads_ends_all_the_same(tmp_path: Path) -> None:
    reading, writing = open_full_pipe()
    async with FeedsServer() as server:
        server.put("wire", write_rss(()))
        write_folder(tmp_path, server.url("wire"))
        await poll_first(tmp_path)
        server.put("wire", write_rss([Piece("a", "Five soldiers were killed", at=None)]))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            "--config",
            str(tmp_path),
            stdout=writing,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stderr is not None
        async with asyncio.timeout(LIMIT_S):
            async for line in process.stderr:
                if b'"polled"' in line:
                    process.send_signal(signal.SIGTERM)
                    break
            rest = await process.stderr.read()
            assert await process.wait() == 0
        assert b'"stopped"' in rest
    os.close(reading)
    os.close(writing)
