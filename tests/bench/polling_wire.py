"""The wire that is polled: a server in a process of its own, `python -m tests.bench.polling_wire FEEDS`.

It prints its address. `/feed/N` is a feed of twenty entries; `/mode/NAME` says how all of them answer from now on and
counts the answers from 0; `/count` gives that count.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

from aiohttp import web

ENTRIES = 20
MODES = ("conditional", "plain", "dated", "grown")
"""With validators; without; with another date of the feed in each answer; with one more new entry in each round."""
_START = datetime(2025, 1, 13, tzinfo=UTC)
_LEADS = (
    "Officials said on Monday that repairs to the bridge would take until spring, and that the ferry would run on.",
    "За даними області, рух відновлено на двох із трьох ліній, а третя працюватиме з наступного тижня.",
    "시는 다음 달부터 새 노선을 운행한다고 밝히고 정류장 열두 곳을 새로 짓겠다고 덧붙였다.",
    "По данным района, работы на станции идут по плану, а поезда задерживаются не более чем на час.",
)


def write_feed(number: int, round_: int, built: str = "") -> bytes:
    """Write a feed of twenty entries, the newest first, of which one is new in each round."""
    items = "".join(_write_entry(number, entry) for entry in range(round_ + ENTRIES - 1, round_ - 1, -1))
    date = format_datetime(_START) + built
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Wire {number}</title><link>https://wire{number}.example/</link><description>All of it"
        f"</description><language>en</language><lastBuildDate>{date}</lastBuildDate>{items}</channel></rss>\n"
    ).encode()


@lru_cache(maxsize=100_000)
def _write_entry(number: int, entry: int) -> str:
    lead = _LEADS[(number + entry) % len(_LEADS)]
    at = format_datetime(_START + timedelta(minutes=entry))
    text = " ".join(f"&lt;p&gt;{lead} ({number}.{entry}.{part})&lt;/p&gt;" for part in range(4))
    return (
        f"\n<item><title>{lead[:60]} {number}.{entry}</title><link>https://wire{number}.example/{entry}</link>"
        f'<guid isPermaLink="false">wire{number}-{entry}</guid><pubDate>{at}</pubDate><dc:creator>Desk</dc:creator>'
        f"<category>region</category><description>{text}</description></item>"
    )


class Wire:
    """What the server answers."""

    def __init__(self) -> None:
        self.mode = MODES[0]
        self.round = 0
        self.count = 0

    def app(self) -> web.Application:
        """Give the routes."""
        app = web.Application()
        app.router.add_get("/feed/{number}", self.feed)
        app.router.add_get("/mode/{mode}", self.switch)
        app.router.add_get("/count", self.tell)
        return app

    async def switch(self, request: web.Request) -> web.Response:
        """Take a mode; asking for `grown` again begins its next round."""
        self.mode = request.match_info["mode"]
        self.round += self.mode == "grown"
        self.count = 0
        return web.Response(text=str(MODES.index(self.mode)))

    async def tell(self, _request: web.Request) -> web.Response:
        """Give the number of answers since the mode was set."""
        return web.Response(text=str(self.count))

    async def feed(self, request: web.Request) -> web.Response:
        """Answer a poll."""
        self.count += 1
        number = int(request.match_info["number"])
        headers = {"ETag": f'"{self.round}"'} if self.mode == "conditional" else {}
        if headers and request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        built = f" {self.count}" if self.mode == "dated" else ""
        return web.Response(
            body=write_feed(number, self.round, built), headers=headers, content_type="application/rss+xml"
        )


async def _serve() -> None:
    runner = web.AppRunner(Wire().app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until the benchmark closes it
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
