"""What a chat is told of feeds that are not well."""

from pathlib import Path

from bot.feedbook.desk import FeedDesk
from rules.model import FeedId
from state import Failure, Learnt, Trouble, TroubleKind, Visit
from tests.bot.commands.front import Front
from tests.bot.settings.folders import SMALL, write_folder
from tests.store_records import at, build_poll, build_spec

NEW = "https://new.example/rss"
MOVED = Trouble(TroubleKind.MOVED, f"it has moved for good to {NEW}")
SILENT = Trouble(TroubleKind.SILENT, "nothing new for 3 days <!here>")
FAILING = Trouble(TroubleKind.FAILING, "HTTP 404")


async def make_ill(front: Front) -> None:
    """Let `wire` move and fall silent, and `yonhap` fail."""
    learnt = Learnt((), {"ttl": "60"}, {"Cache-Control": "max-age=900"})
    visit = Visit(200, ("every 5 min as configured",), (MOVED, SILENT), moved_to=NEW)
    await front.store.commit_poll(build_poll(visit=visit, learnt=learnt))
    failed = Visit(404, ("failed once: 15 min",), (FAILING,))
    await front.store.settle_failed(FeedId("yonhap"), Failure("http_status", "HTTP 404"), at(900), failed)


async def test_show_when_a_feed_is_ill_then_answer_pace_troubles_and_edit_are_told(front: Front) -> None:
    await make_ill(front)
    answer = await front.read("feeds show wire")
    for line in (
        "last answer\tHTTP 200, just now (2024-12-16 09:00 UTC)\n",
        "last whole document\tjust now (2024-12-16 09:00 UTC)\n\tCache-Control: max-age=900\n",
        "\tevery 5 min as configured\n",
        f"trouble: moved\tit has moved for good to {NEW}\n\tsince just now (2024-12-16 09:00 UTC); the operator",
        "trouble: silent\tnothing new for 3 days ‹!here›\n",
        f"proposed edit\turl: {NEW}, as it has moved for good (HTTP 301 or 308)\n\t`vedette feeds accept wire`",
    ):
        assert line in answer
    data = (await front.ask("feeds show wire")).data
    assert isinstance(data, dict)
    assert (data["status"], data["reasons"], data["hints"]) == (200, ["every 5 min as configured"], {"ttl": "60"})
    assert [each["kind"] for each in data["troubles"]] == ["moved", "silent"]
    assert data["proposed"]["after"] == NEW


async def test_show_when_the_operator_was_told_then_when(front: Front) -> None:
    await make_ill(front)
    await front.store.tell((), await front.store.troubles(), ())
    assert "the operator was told just now (2024-12-16 09:00 UTC)" in await front.read("feeds show wire")


async def test_show_when_a_feed_fails_then_the_status_and_what_to_do_are_told(front: Front) -> None:
    await make_ill(front)
    answer = await front.read("feeds show yonhap")
    assert "last answer\tHTTP 404\n" in answer
    assert "failures in a row\t1: http_status: HTTP 404\nwhat to do\t401, 403: see whether" in answer


async def test_show_when_the_columns_are_empty_as_after_an_update_then_said(front: Front) -> None:
    await front.store.commit_poll(build_poll())
    answer = await front.read("feeds show wire")
    assert "last answer\tnot known\n" in answer
    assert "troubles\tnone\n" in answer
    assert "last answer\tnone yet\nlast whole document\tnone yet\n" in await front.read("feeds show yonhap")
    await front.store.settle_failed(FeedId("yonhap"), Failure("", "an old failure"), at(900))
    assert "last answer\tnone: see the failure\n" in await front.read("feeds show yonhap")


async def test_list_when_feeds_are_in_trouble_then_counted_marked_and_found(front: Front) -> None:
    await make_ill(front)
    answer = await front.read("feeds list")
    assert "3 feeds, 1 failing, 2 in trouble" in answer
    assert "\tThe wire\tmoved, silent\t" in answer
    data = (await front.ask("feeds list troubled=yes")).data
    assert isinstance(data, list)
    assert [(each["id"], each["troubles"]) for each in data] == [
        ("wire", ["moved", "silent"]),
        ("yonhap", ["failing"]),
    ]


async def test_status_when_feeds_are_in_trouble_then_counted_and_those_that_answer_listed(front: Front) -> None:
    await make_ill(front)
    answer = await front.read("status")
    assert "Watching 3 feeds (1 failing, 2 not read yet, 3 troubles)" in answer
    assert f"wire\tmoved\tjust now\tit has moved for good to {NEW}\n" in answer
    assert "yonhap\tfailing" not in answer
    data = (await front.ask("status")).data
    assert isinstance(data, dict)
    assert [each["kind"] for each in data["troubles"]] == ["failing", "moved", "silent"]


async def test_status_when_a_trouble_is_over_then_not_told(front: Front) -> None:
    await make_ill(front)
    await front.store.tell((), await front.store.troubles(), ())
    await front.store.settle_unchanged(FeedId("wire"), at(600), Visit(304, mended=(TroubleKind.SILENT,), moved_to=NEW))
    assert "silent" not in await front.read("status")
    assert "silent" not in await front.read("feeds show wire")


async def test_accept_when_only_shown_and_then_made_then_the_file_has_the_address(tmp_path: Path) -> None:
    front = Front(feeds=FeedDesk(write_folder(tmp_path)))
    await front.store.sync_feeds([build_spec(url="https://example.org/feed")])
    await front.store.commit_poll(build_poll(visit=Visit(200, moved_to=NEW)))
    path = tmp_path / "vedette.yaml"
    shown = await front.read("feeds accept wire dry=yes")
    assert f"url\thttps://example.org/feed\t{NEW}\n" in shown
    assert "Nothing was written." in shown
    assert path.read_text(encoding="utf-8") == SMALL
    assert "Written. A running bot takes this at its next start." in await front.read("feeds accept wire")
    assert path.read_text(encoding="utf-8") == SMALL.replace("https://example.org/feed", NEW)
    told = "polled still\thttps://example.org/feed: a running bot takes the address above at its next start\n"
    assert told in await front.read("feeds show wire")
    assert "has its new address already" in await front.refused("feeds accept wire")
