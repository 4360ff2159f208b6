"""The operator hears once when a feed breaks and once when it is back."""

from dataclasses import replace
from pathlib import Path

from rules.notice import Notice
from tests.fake_platform import Post
from tests.feeds_server import Document, FeedsServer
from tests.rss import Piece, write_rss
from tests.scenario.timeline import POLLING, Timeline, open_timeline

OPS = "console:ops"
ONE = Piece("one", "One soldier was killed at the bridge", "It was the first report of the day.")
TWO = Piece("two", "Two soldiers were killed at the mill", "It was the second report of the day.")
HOUR = 3600.0


def told(line: Timeline) -> list[Post]:
    """List what the operator was told."""
    return [post for post in line.platform.posts if post.channel == "ops"]


def titles(line: Timeline) -> list[str]:
    """List the titles of what the operator was told."""
    return [post.headline for post in told(line)]


async def test_operator_hears_once_when_a_feed_breaks_and_once_in_its_thread_when_it_is_back(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, operator=OPS) as line:
        line.server.put("wire", document=Document(status=503))
        await line.pass_time(3 * HOUR)
        assert titles(line) == ["Feed wire cannot be read"]
        line.publish("wire", ONE)
        await line.pass_time(2 * HOUR)
        assert titles(line) == ["Feed wire cannot be read", "Feed wire can be read again"]
        broken, back = told(line)
        assert back.parent == broken.message
        assert isinstance(broken.content, Notice)
        assert "503" in broken.content.lines[0]
        assert line.platform.headlines("desk") == [ONE.title]


async def test_operator_hears_nothing_of_a_failure_that_passes(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, operator=OPS) as line:
        line.server.put("wire", document=Document(status=503))
        await line.poll_all()
        line.publish("wire", ONE)
        await line.pass_time(HOUR)
        assert titles(line) == []


async def test_operator_hears_of_many_in_one_digest(tmp_path: Path) -> None:
    feeds = [f"feed-{number}" for number in range(6)]
    async with open_timeline(tmp_path, operator=OPS, feeds=feeds) as line:
        for feed in feeds:
            line.server.put(feed, b"<html><head><title>Sign up</title></head><body>No feed here</body></html>")
        await line.pass_time(3 * HOUR)
        assert titles(line)[0] == "6 feeds are in trouble"
        assert len(titles(line)) == 1


async def test_not_modified_after_a_failure_is_no_recovery(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, operator=OPS) as line:
        page = b"<html><head><title>Down</title></head><body>Be back soon</body></html>"
        document = line.server.put("wire", document=Document(write_rss([ONE]), etag='"1"'))
        await line.poll_all()
        document.body, document.etag = page, '"2"'
        await line.pass_time(HOUR / 2)
        asked = [headers.get("If-None-Match") for headers in line.server.requests["wire"]]
        assert asked[-1] is None
        document.body, document.etag = write_rss([TWO, ONE]), '"1"'
        await line.pass_time(HOUR)
        assert titles(line) == ["Feed wire cannot be read", "Feed wire can be read again"]
        assert line.platform.headlines("desk") == [ONE.title, TWO.title]


async def test_server_that_says_not_modified_for_ever_is_asked_for_the_whole_now_and_then(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, polling=replace(POLLING, whole_every_s=3 * HOUR)) as line:
        document = line.server.put("wire", document=Document(write_rss([ONE]), etag='"frozen"'))
        await line.poll_all()
        document.body = write_rss([TWO, ONE])
        await line.pass_time(2 * HOUR)
        assert line.platform.headlines("desk") == [ONE.title]
        await line.pass_time(1.5 * HOUR)
        assert line.platform.headlines("desk") == [ONE.title, TWO.title]


async def test_operator_hears_of_a_move_with_the_edit_to_make(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, operator=OPS) as line:
        line.server.put("new", write_rss([ONE]))
        line.server.put("wire", document=Document(status=301, redirect_to=line.server.url("new")))
        await line.pass_time(HOUR)
        (post,) = told(line)
        assert post.headline == "Feed wire has moved"
        assert isinstance(post.content, Notice)
        assert line.server.url("new") in post.content.lines[0]
        assert (await line.app.parts.store.feeds())[0].moved_to == line.server.url("new")


async def test_operator_hears_of_a_feed_that_is_gone_after_one_answer(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, operator=OPS) as line:
        line.server.put("wire", document=Document(status=410))
        await line.pass_time(HOUR / 4)
        assert titles(line) == ["Feed wire is gone for good"]


async def test_operator_who_is_named_later_hears_what_was_not_told(tmp_path: Path) -> None:
    async with FeedsServer() as server:
        async with open_timeline(tmp_path, server=server) as line:
            server.put("wire", document=Document(status=410))
            await line.pass_time(HOUR / 4)
            assert titles(line) == []
        async with open_timeline(tmp_path, server=server, operator=OPS) as again:
            assert titles(again) == ["Feed wire is gone for good"]


async def test_operator_hears_that_a_feed_was_reissued_and_desks_hear_nothing(tmp_path: Path) -> None:
    stories = [
        Piece(f"id-{n}", f"{n} soldiers were killed near the village of number {n}", f"Report {n}.") for n in range(5)
    ]
    async with open_timeline(tmp_path, operator=OPS, pieces={"wire": stories}) as line:
        line.publish("wire", *(replace(each, guid=f"new-{each.guid}") for each in stories))
        await line.pass_time(HOUR)
        assert titles(line) == ["Feed wire was re-issued"]
        assert line.platform.headlines("desk") == []
