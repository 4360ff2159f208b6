"""The verbs on a folder."""

from pathlib import Path

import pytest

from adapters.clock import ManualClock
from adapters.feeds import HttpFetcher
from bot.errors import EditRefused, FeedUnknown, ProbeImpossible
from bot.feedbook.desk import FeedDesk
from bot.feedbook.standing import FeedState, Filters
from bot.settings.load import load_folder
from bot.starter.catalogue import Standing, read_catalogue
from rules import compile_rules
from rules.model import FeedId, RuleFile
from state import Failure, PollRecord
from state.memory import MemoryStore
from tests.bot.feedbook.desks import RSS, build_desk, put_page, write_book
from tests.bot.settings.folders import RULES, SMALL, write_folder
from tests.feeds_server import Document, FeedsServer
from tests.store_records import START, WakeLog, at, build_item, build_record

RULESET = compile_rules([RuleFile("own.yaml", RULES)]).ruleset
EVERYTHING = Filters()


def text(folder: Path) -> str:
    return (folder / "vedette.yaml").read_text(encoding="utf-8")


async def polled_store(folder: Path) -> MemoryStore:
    """Give a store in which `wire` was polled, `bad` failed and `late` was not polled yet."""
    store = MemoryStore(ManualClock(START), WakeLog())
    settings = load_folder(folder, {}).settings
    assert settings is not None
    await store.sync_feeds(settings.feeds)
    await store.commit_poll(PollRecord(FeedId("wire"), '"1"', None, at(300), (build_record(build_item("a")),)))
    await store.settle_failed(FeedId("bad"), Failure("http_status", "HTTP 404"), at(600))
    return store


async def test_reports_tell_every_state(tmp_path: Path, server: FeedsServer) -> None:
    store = await polled_store(write_book(tmp_path, server, ["wire", "bad", "late", "off"]))
    await FeedDesk(tmp_path).switch(["off"], enabled=False)
    reports = await FeedDesk(tmp_path).reports(store, EVERYTHING)
    assert {each.id: each.state for each in reports} == {
        "wire": FeedState.OK,
        "bad": FeedState.FAILING,
        "late": FeedState.NEVER_POLLED,
        "off": FeedState.PAUSED,
    }
    assert [each.items for each in reports] == [1, 0, 0, 0]
    assert [each.entry.place for each in reports] == [f"{tmp_path}/vedette.yaml:{line}" for line in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (Filters(state="failing"), ["bad"]),
        (Filters(publisher="THE W"), ["wire"]),
        (Filters(language="ko"), []),
        (Filters(kind="other", country=""), ["wire", "bad", "late"]),
    ],
)
async def test_reports_are_those_that_are_meant(
    tmp_path: Path, server: FeedsServer, filters: Filters, ids: list[str]
) -> None:
    store = await polled_store(write_book(tmp_path, server, ["wire", "bad", "late"]))
    assert [each.id for each in await FeedDesk(tmp_path).reports(store, filters)] == ids


async def test_reports_without_a_folder_are_those_of_the_store_and_without_a_store_those_of_the_folder(
    tmp_path: Path, server: FeedsServer
) -> None:
    store = await polled_store(write_book(tmp_path, server, ["wire", "bad", "late"]))
    assert [each.id for each in await FeedDesk().reports(store, EVERYTHING)] == ["bad", "late", "wire"]
    alone = await FeedDesk(tmp_path).reports(None, EVERYTHING)
    assert {each.state for each in alone} == {FeedState.NEVER_POLLED}


async def test_details_have_the_newest_items(tmp_path: Path, server: FeedsServer) -> None:
    store = await polled_store(write_book(tmp_path, server, ["wire", "bad", "late"]))
    details = await FeedDesk(tmp_path).details(store, "wire")
    assert [item.id for item in details.newest] == ["a"]
    with pytest.raises(FeedUnknown, match="did you mean 'wire'"):
        await FeedDesk(tmp_path).details(store, "wrie")


async def test_a_probe_by_id_takes_what_the_file_says_of_the_feed(
    tmp_path: Path, server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", RSS)
    desk = build_desk(write_book(tmp_path, server), fetcher)
    probe = await desk.probe(None, "wire", RULESET, explain=False)
    by_address = await desk.probe(None, server.url("wire"), RULESET, explain=False)
    assert probe.look.spec == by_address.look.spec
    assert [len(judged.matches) for judged in probe.judged] == [1, 0]
    assert probe.look.spec.source.publisher == "The wire"


@pytest.mark.parametrize(
    ("target", "hint"), [("ex.org/rss", "write https://ex.org/rss"), ("wrie", "did you mean 'wire'")]
)
async def test_a_probe_of_what_is_neither_id_nor_address_says_how_to_write_it(
    tmp_path: Path, server: FeedsServer, fetcher: HttpFetcher, target: str, hint: str
) -> None:
    with pytest.raises(FeedUnknown, match=hint):
        await build_desk(write_book(tmp_path, server), fetcher).probe(None, target, RULESET, explain=False)


async def test_a_probe_of_a_page_names_its_feeds(tmp_path: Path, server: FeedsServer, fetcher: HttpFetcher) -> None:
    put_page(server, "page", ("/wire", "Wire"))
    probe = await build_desk(None, fetcher).probe(None, server.url("page"), RULESET, explain=False)
    assert [each.url for each in probe.others] == [server.url("wire")]


async def test_a_probe_without_leave_asks_no_private_address(server: FeedsServer) -> None:
    server.put("wire", RSS)
    guarded = HttpFetcher()
    probe = await build_desk(None, guarded).probe(None, server.url("wire"), RULESET, explain=False)
    await guarded.close()
    assert probe.look.failure is not None
    assert server.count("wire") == 0


async def test_add_finds_the_feed_of_a_page_and_writes_what_it_proposes(
    tmp_path: Path, server: FeedsServer, fetcher: HttpFetcher
) -> None:
    put_page(server, "news", ("/world.xml", "World"))
    server.put("world.xml", RSS)
    desk = build_desk(write_folder(tmp_path), fetcher)
    given = {"id": "ex", "kind": "wire"}
    shown = await desk.add(server.url("news"), given, dry_run=True)
    assert (text(tmp_path), shown.saved) == (SMALL, None)
    added = await desk.add(server.url("news"), given)
    assert added.proposal == shown.proposal
    assert added.saved is not None
    spec = added.saved.settings.feeds[-1]
    assert (spec.source.feed, spec.url, spec.source.publisher) == ("ex", server.url("world.xml"), "Example News")
    with pytest.raises(EditRefused, match=r"watched already as 'ex' \(.*vedette.yaml:4\)"):
        await desk.add(server.url("world.xml#top"), {})


async def test_add_takes_the_address_that_a_feed_has_moved_to_for_good(
    tmp_path: Path, server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("old", document=Document(status=301, redirect_to=server.url("new")))
    server.put("new", RSS)
    added = await build_desk(write_folder(tmp_path), fetcher).add(server.url("old"), {})
    assert added.proposal.feed.fields["url"] == server.url("new")


async def test_add_when_the_feed_of_a_page_is_watched_already_then_says_as_what(
    tmp_path: Path, server: FeedsServer, fetcher: HttpFetcher
) -> None:
    put_page(server, "page", ("/wire", "Wire"))
    server.put("wire", RSS)
    with pytest.raises(EditRefused, match="watched already as 'wire'"):
        await build_desk(write_book(tmp_path, server), fetcher).add(server.url("page"), {})


async def test_add_when_there_is_no_feed_then_says_what_was_there(
    tmp_path: Path, server: FeedsServer, fetcher: HttpFetcher
) -> None:
    put_page(server, "page")
    desk = build_desk(write_folder(tmp_path), fetcher)
    with pytest.raises(EditRefused, match=r"no feed was found at .*web page.*more addresses were tried"):
        await desk.add(server.url("page"), {})
    with pytest.raises(EditRefused, match="over http or https"):
        await desk.add("file:///etc/passwd", {})
    assert text(tmp_path) == SMALL


async def test_remove_when_a_subscription_names_the_feed_then_it_stays(tmp_path: Path, server: FeedsServer) -> None:
    write_book(tmp_path, server, ["wire", "more"])
    before = text(tmp_path).replace("channel: 'console:d'", "channel: 'console:d', feeds: [wire]")
    (tmp_path / "vedette.yaml").write_text(before, encoding="utf-8")
    with pytest.raises(EditRefused, match="there is no feed 'wire'"):
        await FeedDesk(tmp_path).remove(["wire"])
    assert text(tmp_path) == before
    changed = await FeedDesk(tmp_path).remove(["more"])
    assert [feed.source.feed for feed in changed.saved.settings.feeds] == ["wire"]


async def test_switch_tells_what_was_so_already(tmp_path: Path, server: FeedsServer) -> None:
    desk = FeedDesk(write_book(tmp_path, server, ["wire", "more"]))
    before = text(tmp_path)
    await desk.switch(["wire"], enabled=False)
    changed = await desk.switch(["wire", "more"], enabled=False)
    assert (changed.feeds, changed.kept, changed.saved.settings.feeds) == (("more",), ("wire",), ())
    await desk.switch(["wire", "more"], enabled=True)
    assert text(tmp_path) == before


async def test_suggestions_are_good_ones_and_mark_what_is_configured(tmp_path: Path) -> None:
    known = next(feed for feed in read_catalogue() if feed.language == "ko" and feed.status is Standing.GOOD)
    listed = f"feeds: [{{id: mine, url: '{known.url}', publisher: P, language: ko}}]\n"
    desk = FeedDesk(write_folder(tmp_path, listed))
    found = await desk.suggest(None, Filters(language="ko", country="kr"), everything=False)
    assert {each.feed.status for each in found} == {Standing.GOOD}
    assert {(each.feed.language, each.feed.country) for each in found} == {("ko", "KR")}
    assert [each.configured for each in found if each.feed.url == known.url] == ["mine"]
    everything = await desk.suggest(None, Filters(language="ko"), everything=True)
    assert len(everything) > len(found)


async def test_take_adds_feeds_of_the_catalogue_once(tmp_path: Path) -> None:
    desk = FeedDesk(write_folder(tmp_path))
    changed = await desk.take(["bbc-ru", "yonhap-en", "bbc-ru"])
    assert changed.feeds == ("bbc-ru", "yonhap-en")
    assert (await desk.take(["bbc-ru"])).kept == ("bbc-ru",)
    with pytest.raises(FeedUnknown, match="did you mean 'bbc-ru'"):
        await desk.take(["bbc-rus"])


async def test_what_cannot_be_done_from_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EditRefused, match="no configuration folder"):
        await FeedDesk().remove(["wire"])
    with pytest.raises(ProbeImpossible):
        await FeedDesk(write_folder(tmp_path)).probe(None, "wire", RULESET, explain=False)
