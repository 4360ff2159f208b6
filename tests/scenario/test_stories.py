"""What a desk is told, and what it is not told twice."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from rules.model import FeedId, RuleId, Severity
from state import AlertKind
from tests.rss import Piece
from tests.scenario.timeline import open_timeline, subscribe

OLD = Piece("old", "North Korean troops were seen in the east", "Officials in Seoul spoke of a first unit last week.")
NEWS = Piece("new", "North Korean soldiers reach the border", "Some 3,000 soldiers arrived on Monday, Seoul said.")
NOISE = Piece("noise", "Grain exports rise for the third month", "The ministry named better weather as the reason.")


async def test_a_new_item_is_told_once(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, pieces={"wire": (OLD,)}) as line:
        line.publish("wire", NEWS, NOISE, OLD)
        await line.poll_all()
        await line.poll_all()
        assert line.platform.headlines("desk") == [NEWS.title]


async def test_what_a_feed_holds_at_its_first_poll_is_stored_and_not_told(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, pieces={"wire": (OLD,)}) as line:
        assert line.platform.posts == []
        found = await line.app.parts.store.search_items("seen in the east", 5)
        assert [item.title for item in found] == [OLD.title]


@pytest.mark.parametrize(
    "reprint",
    [
        pytest.param(
            Piece(
                "r",
                "Another headline over the same story here",
                "Own words.",
                link=f"https://wire.example/{NEWS.guid}?utm_source=x#top",
            ),
            id="same canonical link",
        ),
        pytest.param(Piece("r", NEWS.title, NEWS.text, link="https://other.example/77"), id="same text"),
    ],
)
async def test_an_exact_reprint_by_another_outlet_is_not_told_again(tmp_path: Path, reprint: Piece) -> None:
    async with open_timeline(tmp_path, feeds=("wire", "outlet")) as line:
        line.publish("wire", NEWS)
        await line.poll_all()
        line.publish("outlet", reprint)
        await line.poll_all()
        assert line.platform.headlines("desk") == [NEWS.title]
        (alert,) = await line.app.parts.store.recent_alerts(5)
        assert alert.items_in_story == 2


async def test_a_reprint_of_what_was_never_told_is_told(tmp_path: Path) -> None:
    async with open_timeline(tmp_path, feeds=("wire", "outlet"), pieces={"wire": (NEWS,)}) as line:
        line.publish("outlet", Piece("r", NEWS.title, NEWS.text, link="https://other.example/77"))
        await line.poll_all()
        assert line.platform.headlines("desk") == [NEWS.title]


async def test_an_edited_toll_is_told_in_the_thread_of_the_first_post(tmp_path: Path) -> None:
    first = Piece("toll", "Strike on barracks", "At least 12 soldiers were killed, officials said.")
    edited = Piece("toll", "Strike on barracks", "At least 19 soldiers were killed, officials said.")
    async with open_timeline(tmp_path) as line:
        line.publish("wire", first)
        await line.poll_all()
        line.publish("wire", edited)
        await line.poll_all()
        told, update = line.platform.posts
        assert (update.parent, update.channel) == (told.message, "desk")
        assert (update.summary.added, update.summary.removed) == (("19",), ("12",))
        alerts = await line.app.parts.store.recent_alerts(5)
        assert [alert.kind for alert in alerts] == [AlertKind.UPDATE, AlertKind.NEW]


async def test_an_edit_that_changes_no_number_is_not_told(tmp_path: Path) -> None:
    first = Piece("toll", "Strike on barracks", "At least 12 soldiers were killed, officals said.")
    edited = Piece("toll", "Strike on barracks", "At least 12 soldiers were killed, officials said.")
    async with open_timeline(tmp_path) as line:
        for version in (first, edited):
            line.publish("wire", version)
            await line.poll_all()
        assert len(line.platform.posts) == 1
        (item,) = await line.app.parts.store.search_items("officials said", 5)
        assert item.version == 2


async def test_an_item_that_comes_to_match_by_an_edit_is_told(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as line:
        line.publish("wire", Piece("x", "Explosions heard in the port", "Details were not known at first."))
        await line.poll_all()
        line.publish("wire", Piece("x", "Explosions heard in the port", "Details emerged: three were killed."))
        await line.poll_all()
        assert line.platform.headlines("desk") == ["Explosions heard in the port"]


async def test_items_of_one_poll_are_told_oldest_first(tmp_path: Path) -> None:
    pieces = [
        Piece(f"n{n}", f"Report {n}: soldiers killed near the river", f"Number {n} in a row of reports.")
        for n in range(5)
    ]
    async with open_timeline(tmp_path) as line:
        line.publish("wire", *reversed(pieces))
        await line.poll_all()
        assert line.platform.headlines("desk") == [piece.title for piece in pieces]


async def test_each_channel_gets_what_its_filters_let_through(tmp_path: Path) -> None:
    subscriptions = (
        subscribe("console:all"),
        subscribe("console:troops", rules=(RuleId("troops"),)),
        subscribe("console:urgent", min_severity=Severity.HIGH),
        subscribe("console:korean", languages=("ko",)),
        subscribe("console:outlet", feeds=(FeedId("outlet"),)),
    )
    losses = Piece("l", "Shelling in the south", "Two people were killed.")
    korean = Piece(
        "k", "북한군 병력 이동 포착", "북한군 병력이 국경 부근에서 이동하는 모습이 포착됐다고 당국이 밝혔다."
    )
    async with open_timeline(tmp_path, feeds=("wire", "outlet"), subscriptions=subscriptions) as line:
        line.publish("wire", losses)
        line.publish("outlet", korean)
        await line.poll_all()
        told = {name: set(line.platform.headlines(name)) for name in ("all", "troops", "urgent", "korean", "outlet")}
        assert told == {
            "all": {losses.title, korean.title},
            "troops": {korean.title},
            "urgent": {korean.title},
            "korean": {korean.title},
            "outlet": {korean.title},
        }


async def test_a_reprint_reaches_a_channel_whose_filters_kept_the_first_copy_out(tmp_path: Path) -> None:
    subscriptions = (subscribe("console:all"), subscribe("console:outlet", feeds=(FeedId("outlet"),)))
    reprint = Piece("r", NEWS.title, NEWS.text, link="https://other.example/77")
    async with open_timeline(tmp_path, feeds=("wire", "outlet"), subscriptions=subscriptions) as line:
        line.publish("wire", NEWS)
        await line.poll_all()
        assert line.platform.headlines("outlet") == []
        line.publish("outlet", reprint)
        await line.poll_all()
        assert line.platform.headlines("all") == [NEWS.title]
        assert line.platform.headlines("outlet") == [NEWS.title]
        (told,) = [post for post in line.platform.posts if post.channel == "outlet"]
        assert told.summary.link == reprint.link


async def test_a_toll_that_goes_up_and_down_and_up_again_is_told_each_time(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as line:
        for toll in (12, 15, 12, 15):
            line.publish("wire", Piece("toll", "Strike on barracks", f"At least {toll} soldiers were killed there."))
            await line.poll_all()
        assert [post.summary.added for post in line.platform.posts] == [(), ("15",), ("12",), ("15",)]


async def test_the_same_edit_by_two_outlets_is_told_once(tmp_path: Path) -> None:
    first = Piece("a", "Strike on barracks near the river", "At least 12 soldiers were killed there, officials said.")
    reprint = replace(first, guid="b", link="https://other.example/b")
    async with open_timeline(tmp_path, feeds=("wire", "outlet")) as line:
        for toll in ("12", "19"):
            for feed, piece in (("wire", first), ("outlet", reprint)):
                line.publish(feed, replace(piece, text=piece.text.replace("12", toll)))
                await line.poll_all()
        assert [post.summary.added for post in line.platform.posts] == [(), ("19",)]


@pytest.mark.parametrize(
    ("age", "told"),
    [pytest.param(timedelta(days=6), True, id="a week's news"), pytest.param(timedelta(days=8), False, id="older")],
)
async def test_an_old_report_that_a_feed_issues_anew_is_stored_and_not_told(
    tmp_path: Path, age: timedelta, told: bool
) -> None:
    async with open_timeline(tmp_path) as line:
        line.publish("wire", replace(NEWS, at=line.clock.now() - age))
        await line.poll_all()
        assert line.platform.headlines("desk") == [NEWS.title] * told
        assert len(await line.app.parts.store.search_items(NEWS.title, 5)) == 1
