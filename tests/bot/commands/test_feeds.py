"""`feeds` in a chat: the verbs of the feed book, for those who may operate the bot."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.feeds import HttpFetcher
from bot.commands import Action
from rules.model import FeedId
from rules.recognition import Sign
from state import Failure
from tests.bot.commands.front import Front, shown
from tests.bot.feedbook.desks import RSS, build_desk, put_page
from tests.bot.settings.folders import SMALL, write_folder
from tests.feeds_server import FeedsServer
from tests.hostile import ACTIVE, UNSEEN
from tests.rss import Piece, write_rss
from tests.store_records import at, build_poll


@pytest.fixture
async def server() -> AsyncIterator[FeedsServer]:
    async with FeedsServer() as server:
        yield server


@pytest.fixture
async def desk_front(tmp_path: Path) -> AsyncIterator[Front]:
    """Give a front whose desk edits a folder and may ask this machine."""
    fetcher = HttpFetcher(may_ask=lambda _: True)
    yield Front(feeds=build_desk(write_folder(tmp_path), fetcher))
    await fetcher.close()


async def test_feeds_when_listed_without_a_folder_then_the_stores_are(front: Front) -> None:
    answer = await front.read("feeds")
    assert "3 feeds" in answer
    assert "yonhap\tnever-polled\tnever" in answer
    assert "ukrinform" not in await front.read("feeds list language=ko")
    assert await front.read("feeds list state=failing") == "No feed is like that.\n"
    reply = await front.ask("feeds list")
    assert isinstance(reply.data, list)
    assert [each["id"] for each in reply.data] == ["ukrinform", "wire", "yonhap"]


async def test_feeds_when_one_is_shown_then_all_that_is_known_of_it_is(front: Front) -> None:
    answer = await front.read("feeds show wire")
    assert "address\thttps://wire.example/" in answer
    assert "next check\t" in answer
    assert "Did" not in answer


async def test_feeds_when_entries_share_a_sign_then_what_tells_them_apart_is_shown(front: Front) -> None:
    assert "entries told apart by\tguid, else link, else title\n" in await front.read("feeds show wire")
    await front.store.commit_poll(replace(build_poll(), repeats=frozenset({Sign.LINK, Sign.GUID})))
    assert "entries told apart by\ttitle; several share one guid or link\n" in await front.read("feeds show wire")


async def test_feeds_when_one_fails_then_the_kind_of_failure_is_told_with_what_to_do(front: Front) -> None:
    failure = Failure("robot_check", "the publisher checks for robots: ask it")
    await front.store.settle_failed(FeedId("wire"), failure, at(600))
    told = "robot_check: the publisher checks for robots: ask it"
    assert told in await front.read("feeds list")
    assert f"1: {told}" in await front.read("feeds show wire")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("feeds show", "Show which feed?"),
        ("feeds show wrie", "did you mean 'wire'?"),
        ("feeds show a b", "Show which feed?"),
        ("feeds lst", "Did you mean “list”?"),
        ("feeds list state=broken", "States: ok, failing, paused, never-polled"),
        ("feeds list wire", "takes no “wire”"),
        ("feeds import x.opml", "Use vedette feeds import on"),
        ("feeds probe wire", "feeds cannot be asked from here"),
        ("feeds probe", "Probe what?"),
        ("feeds add https://example.org", "there is no configuration folder to edit here"),
        ("feeds remove wire", "there is no configuration folder to edit here"),
        ("feeds pause wire", "there is no configuration folder to edit here"),
        ("feeds resume", "Resume which feeds?"),
        ("feeds suggest bbc-ru", "there is no configuration folder to edit here"),
        ("feeds suggest all=perhaps", "neither yes nor no"),
    ],
)
async def test_feeds_when_it_cannot_be_done_then_the_refusal_says_why(front: Front, text: str, reason: str) -> None:
    assert reason in await front.refused(text)


async def test_feeds_when_a_user_may_not_operate_then_nothing_is_told(front: Front) -> None:
    careful = Front(may=lambda user, action: action is not Action.OPERATE, store=front.store)
    assert "You may not use feeds." in await careful.refused("feeds list")


async def test_feeds_when_suggested_without_a_folder_then_the_catalogue_is_listed(front: Front) -> None:
    answer = await front.read("feeds suggest language=uk")
    assert "unian" in answer
    assert "bbc-ru" not in answer
    assert len(await front.read("feeds suggest language=uk all=yes")) > len(answer)


async def test_feeds_when_probed_then_entries_and_rules_are_shown_and_nothing_is_stored(
    desk_front: Front, server: FeedsServer
) -> None:
    server.put("wire", RSS)
    answer = await desk_front.read(f"feeds probe {server.url('wire')}?a=b")
    assert "status\t200" in answer
    assert "2026-01-05 11:00 UTC\t\ten\tTwo were killed near Kursk\tcasualties" in answer
    assert "-\tmissing\ten\tRain\t-" in answer
    assert (await desk_front.store.status()).items == 0
    explained = await desk_front.read(f"feeds probe {server.url('wire')} --explain")
    assert "casualties\tmatches" in explained
    assert "dprk-troops\tno\ttroops" in explained


async def test_feeds_when_a_probe_finds_what_is_cut_or_shared_then_said(desk_front: Front, server: FeedsServer) -> None:
    page = "https://wire.example/latest"
    pieces = [Piece(name, f"Title {name}", "long " * 50_000, link=page) for name in "ab"]
    server.put("wire", write_rss(pieces))
    answer = await desk_front.read(f"feeds probe {server.url('wire')}?a=b")
    assert "Shortened: entry 2 is cut to the first 200,000 of its 249,999 characters" in answer
    assert "Shared: several entries have one link" in answer


async def test_feeds_when_an_article_is_asked_for_then_it_is_shown_or_said_why_not(
    desk_front: Front, server: FeedsServer
) -> None:
    server.put("wire", RSS)
    assert "Article:" not in await desk_front.read(f"feeds probe {server.url('wire')}?a=b")
    for written in ("full-text=yes", "--full-text"):
        assert "Not read: the extra 'articles' is not there: install it" in await desk_front.read(
            f"feeds probe {server.url('wire')} {written}"
        )


async def test_feeds_when_a_probe_finds_no_feed_then_it_is_a_refusal_with_the_reason(
    desk_front: Front, server: FeedsServer
) -> None:
    put_page(server, "page", ("/wire", "A wire"))
    answer = await desk_front.refused(f"feeds probe {server.url('page')}")
    assert "No feed: the address answers with a web page" in answer
    assert f"{server.url('wire')}\tA wire" in answer


async def test_feeds_when_a_feed_is_hostile_then_what_is_shown_of_it_is_inert(
    desk_front: Front, server: FeedsServer
) -> None:
    server.put("wire", write_rss([Piece("1", "&lt;!channel> @everyone \u202egnp.exe\u200b")], title="@here"))
    answer = await desk_front.read(f"feeds probe {server.url('wire')}")
    assert "everyone" in answer
    assert ACTIVE.search(answer) is None
    assert UNSEEN.search(answer.replace("\t", "").replace("\n", "")) is None


async def test_feeds_when_added_paused_resumed_and_removed_then_the_file_is_as_it_was(
    desk_front: Front, server: FeedsServer, tmp_path: Path
) -> None:
    server.put("rss", RSS)
    path = tmp_path / "vedette.yaml"
    answer = await desk_front.read(f"feeds add {server.url('rss')} id=ex kind=wire dry=yes")
    assert "Nothing was written." in answer
    assert path.read_text(encoding="utf-8") == SMALL
    assert "Added as ex. A running bot takes this at its next start." in await desk_front.read(
        f"feeds add {server.url('rss')} id=ex kind=wire"
    )
    assert "ex\tnever-polled" in await desk_front.read("feeds list")
    assert "Paused: ex." in await desk_front.read("feeds pause ex")
    assert "Paused already: ex." in await desk_front.read("feeds pause ex")
    assert "ex\tpaused" in await desk_front.read("feeds list")
    assert "Resumed: ex." in await desk_front.read("feeds resume ex")
    assert "Removed: ex." in await desk_front.read("feeds remove ex")
    assert path.read_text(encoding="utf-8") == SMALL


async def test_feeds_when_two_edits_come_at_once_then_both_are_made(desk_front: Front, tmp_path: Path) -> None:
    replies = await asyncio.gather(desk_front.ask("feeds suggest bbc-ru"), desk_front.ask("feeds suggest yonhap-en"))
    assert all(reply.ok for reply in replies), [shown(reply) for reply in replies]
    text = (tmp_path / "vedette.yaml").read_text(encoding="utf-8")
    assert "bbc-ru" in text
    assert "yonhap-en" in text


async def test_feeds_when_the_file_is_broken_then_the_refusal_names_the_place(
    desk_front: Front, tmp_path: Path
) -> None:
    write_folder(tmp_path, SMALL + "stoer: x\n")
    answer = await desk_front.refused("feeds pause wire")
    assert "has problems" in answer
    assert "unknown field 'stoer'" in answer
