"""Feeds that misbehave in what they say of their entries' identity and dates: what a desk is told of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rules.model import DateDoubt, FeedId, Item
from rules.recognition import Sign
from tests.fake_platform import Post
from tests.feeds_server import FeedsServer
from tests.rss import Piece
from tests.scenario.timeline import START, open_timeline

AT = START - timedelta(hours=2)
TROOPS = Piece("p-1", "North Korean soldiers reach the border", "Some 3,000 came on Monday, Seoul said.", AT)
BRIDGE = Piece("p-2", "Two killed at the river bridge", "A convoy was hit before dawn, the governor said.", AT)
MILL = Piece("p-3", "Nine wounded at a flour mill", "The roof came down on the night shift.", AT)
SHORT = Piece("p-4", "Three killed", "", AT)
STOCK = (TROOPS, BRIDGE, MILL, SHORT)


def anew(piece: Piece) -> Piece:
    """Give an entry a new guid and a new link."""
    return replace(piece, guid=f"new-{piece.guid}", link=f"https://new.example/stories/{piece.guid}.html")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a feed's documents came to: the desk's posts, and the feed's items by their newest titles."""

    posts: tuple[Post, ...]
    items: dict[str, Item]

    @property
    def headlines(self) -> list[str]:
        """The headlines of the posts, in order."""
        return ["".join(span.text for span in post.summary.headline) for post in self.posts]


async def play(folder: Path, *documents: Sequence[Piece], first: Sequence[Piece] = ()) -> Outcome:
    """Let a feed show these documents one after another, behind `first`."""
    async with open_timeline(folder, pieces={"wire": first}) as line:
        for pieces in documents:
            line.publish("wire", *pieces)
            await line.poll_all()
        items = await line.app.parts.store.newest_items(FeedId("wire"), 99)
        return Outcome(tuple(line.platform.posts), {item.title: item for item in items})


SAME = [
    pytest.param(replace(BRIDGE, guid="https://WIRE.example/p-2?utm_source=x"), id="a guid of another kind"),
    pytest.param(replace(BRIDGE, guid="other"), id="another guid"),
    pytest.param(replace(BRIDGE, link="http://www.wire.example/p-2/?fbclid=9#top"), id="http and tracking"),
    pytest.param(replace(BRIDGE, link="https://wire.example/2025/01/p-2.html"), id="another path"),
    pytest.param(replace(BRIDGE, at=AT + timedelta(minutes=90)), id="re-dated"),
    pytest.param(replace(BRIDGE, at=None), id="no date any more"),
    pytest.param(replace(BRIDGE, guid="other", at=AT + timedelta(minutes=9)), id="another guid and date"),
    pytest.param(anew(BRIDGE), id="another guid and link"),
    pytest.param(replace(anew(BRIDGE), at=AT + timedelta(minutes=9)), id="all new but the wording"),
]


@pytest.mark.parametrize("changed", SAME)
@pytest.mark.parametrize("told", [True, False], ids=["told", "there at the first poll"])
async def test_an_entry_that_changes_what_it_is_known_by_is_told_once_at_most(
    tmp_path: Path, changed: Piece, told: bool
) -> None:
    stock = (BRIDGE, MILL)
    outcome = await play(tmp_path, stock, (changed, MILL), stock, first=() if told else stock)
    assert outcome.headlines == [MILL.title, BRIDGE.title] * told
    assert {title: item.version for title, item in outcome.items.items()} == {BRIDGE.title: 1, MILL.title: 1}


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=1)], ids=["same dates", "new dates"])
@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
async def test_a_feed_that_issues_everything_anew_tells_nothing_but_what_is_new(
    tmp_path: Path, late: timedelta, dated: bool
) -> None:
    stock = STOCK if dated else tuple(replace(each, at=None) for each in STOCK)
    issued = [anew(each) for each in stock]
    issued = [replace(each, at=each.at + late) if each.at else each for each in issued]
    news = Piece("p-9", "Five killed in the harbour", "A tanker burned.", AT + timedelta(hours=1))
    outcome = await play(tmp_path, issued, [news, *issued], first=stock)
    assert outcome.headlines == [news.title]
    assert len(outcome.items) == len(STOCK) + 1


async def test_a_guid_that_is_given_to_another_article_later_makes_a_new_item(tmp_path: Path) -> None:
    later = Piece(
        "p-2", "Harbour burns, four killed", "A tanker exploded in the port.", link="https://wire.example/port"
    )
    outcome = await play(tmp_path, (BRIDGE,), (later,), (later,))
    assert outcome.headlines == [BRIDGE.title, later.title]
    assert [outcome.items[each.title].version for each in (BRIDGE, later)] == [1, 1]


async def test_an_edited_toll_under_a_new_address_is_an_update(tmp_path: Path) -> None:
    toll = Piece(
        "t", "Strike on barracks kills 12", "At least 12 soldiers were killed in the strike on the barracks.", AT
    )
    edited = replace(toll, title="Strike on barracks kills 19", text=toll.text.replace("12", "19"))
    moved = replace(edited, link="https://wire.example/strike-on-barracks-kills-19")
    outcome = await play(tmp_path, (toll,), (moved,))
    told, update = outcome.posts
    assert (update.parent, update.summary.added) == (told.message, ("19",))
    assert [item.version for item in outcome.items.values()] == [2]


SHARED = [
    pytest.param(
        [replace(each, guid="wire", link=f"https://wire.example/{each.guid}") for each in STOCK],
        frozenset({Sign.GUID}),
        id="one guid for all",
    ),
    pytest.param(
        [replace(each, link="https://wire.example/latest") for each in STOCK], frozenset({Sign.LINK}), id="one page"
    ),
    pytest.param([replace(each, link="https://wire.example/") for each in STOCK], frozenset(), id="the front page"),
    pytest.param(
        [replace(each, guid="wire", link="https://wire.example/latest") for each in STOCK],
        frozenset({Sign.GUID, Sign.LINK}),
        id="one guid and one page",
    ),
]


@pytest.mark.parametrize(("pieces", "repeats"), SHARED)
async def test_entries_that_share_what_should_tell_them_apart_are_told_each_once(
    tmp_path: Path, pieces: list[Piece], repeats: frozenset[Sign]
) -> None:
    async with FeedsServer() as server:
        async with open_timeline(tmp_path, server=server) as line:
            for document in (pieces[1:], pieces, pieces[::-1], pieces[2:3]):
                line.publish("wire", *document)
                await line.poll_all()
            assert sorted(line.platform.headlines("desk")) == sorted(each.title for each in pieces)
            assert (await line.app.parts.store.feed(FeedId("wire"))).repeats == repeats
        # After a restart, and with a document in which nothing repeats.
        news = replace(
            pieces[0], title="Six killed in the harbour", text="A tanker burned.", at=AT + timedelta(hours=1)
        )
        start = START + timedelta(hours=2)
        async with open_timeline(tmp_path, server=server, start=start, pieces={"wire": pieces[:1]}) as line:
            line.publish("wire", news)
            await line.poll_all()
            told = line.platform.headlines("desk")
            assert told == [news.title]


async def test_articles_whose_id_is_in_the_query_are_told_apart(tmp_path: Path) -> None:
    pieces = [replace(each, guid="", link=f"https://wire.example/view.php?id={each.guid}") for each in STOCK]
    again = [replace(each, link=f"{each.link}&utm_medium=rss") for each in pieces]
    outcome = await play(tmp_path, pieces, again)
    assert len(outcome.posts) == len(outcome.items) == len(STOCK)


async def test_an_outage_of_days_loses_nothing_that_is_young_and_tells_nothing_that_is_old(tmp_path: Path) -> None:
    async with FeedsServer() as server:
        async with open_timeline(tmp_path, server=server, pieces={"wire": STOCK}):
            pass
        back = START + timedelta(days=9)
        young = replace(BRIDGE, guid="y", title="Seven killed on the ring road", at=back - timedelta(days=6))
        old = replace(BRIDGE, guid="o", title="Eight killed on the coast road", at=back - timedelta(days=8))
        undated = replace(BRIDGE, guid="u", title="One killed on the ridge", at=None)
        restart = back + timedelta(seconds=1)
        async with open_timeline(
            tmp_path, server=server, start=restart, pieces={"wire": (undated, young, old, *STOCK)}
        ) as line:
            assert sorted(line.platform.headlines("desk")) == sorted([undated.title, young.title])


async def test_an_undated_document_that_is_all_new_after_long_silence_is_stored_and_not_told(tmp_path: Path) -> None:
    async with FeedsServer() as server:
        async with open_timeline(tmp_path, server=server, pieces={"wire": STOCK}):
            pass
        pieces = [replace(BRIDGE, guid=f"u{n}", title=f"Report {n}: {n} killed in the hills", at=None) for n in (2, 3)]
        start = START + timedelta(days=9)
        async with open_timeline(tmp_path, server=server, start=start, pieces={"wire": pieces}) as line:
            assert line.platform.posts == []
            line.publish("wire", replace(MILL, guid="u9", title="Ten wounded at sea", at=None), *pieces)
            await line.poll_all()
            assert line.platform.headlines("desk") == ["Ten wounded at sea"]


@pytest.mark.parametrize(
    ("at", "doubt"),
    [
        pytest.param(None, DateDoubt.MISSING, id="no date"),
        pytest.param(START + timedelta(hours=9), DateDoubt.FUTURE, id="wrong zone"),
        pytest.param(START.replace(year=START.year + 100), DateDoubt.FUTURE, id="a century ahead"),
        pytest.param(START.replace(year=START.year - 100), DateDoubt.UNREADABLE, id="a century behind"),
    ],
)
async def test_a_date_that_cannot_be_is_told_with_its_doubt_in_the_order_of_the_feed(
    tmp_path: Path, at: datetime | None, doubt: DateDoubt
) -> None:
    pieces = [replace(each, at=at) for each in (TROOPS, BRIDGE, MILL)]
    outcome = await play(tmp_path, pieces, pieces)
    assert outcome.headlines == [MILL.title, BRIDGE.title, TROOPS.title]
    assert {post.summary.date_doubt for post in outcome.posts} == {doubt}


async def test_an_archive_whose_dates_have_no_zone_is_not_told(tmp_path: Path) -> None:
    document = (
        b"<rss version='2.0'><channel><title>A wire</title>"
        b"<item><title>Nine killed last year</title><guid>a</guid><pubDate>Sat, 13 Jan 2024 06:00:00</pubDate></item>"
        b"<item><title>Six killed today</title><guid>b</guid><pubDate>Mon, 13 Jan 2025 05:00:00</pubDate></item>"
        b"</channel></rss>"
    )
    async with open_timeline(tmp_path) as line:
        line.server.put("wire", document)
        await line.poll_all()
        assert line.platform.headlines("desk") == ["Six killed today"]


@pytest.mark.parametrize(
    "title",
    [
        "<b>North Korean</b> sol<i>diers</i> reach the border",
        "North Korean sol\u200bdiers re\u2060ach the \ufeffborder",
        "\u202eNorth Korean soldiers\u202c reach \u2066the border",
        "North&nbsp;Korean soldiers reach the border",
    ],
    ids=["HTML", "zero width", "bidi", "entities"],
)
async def test_a_title_with_tricks_is_matched_and_shown_without_them(tmp_path: Path, title: str) -> None:
    outcome = await play(tmp_path, (replace(TROOPS, title=title),))
    assert outcome.headlines == [TROOPS.title]


async def test_an_entry_without_a_title_is_told_by_its_first_words(tmp_path: Path) -> None:
    outcome = await play(
        tmp_path,
        (
            replace(MILL, title="", text="Two were killed."),
            replace(MILL, guid="p-5", title=" ", text="Six were killed."),
        ),
    )
    assert outcome.headlines == ["Six were killed.", "Two were killed."]
