"""What every publisher does, whatever its platform."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.publishers import OPENERS, Trial
from tests.hostile import ACTIVE, UNSEEN
from tests.items import NOW, make_item, make_summary

SUMMARY = make_summary(make_item("Seoul counts 600 dead"))


@pytest.fixture(params=OPENERS)
async def trial(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Trial]:
    """Open one publisher after the other."""
    async with OPENERS[request.param](tmp_path) as opened:
        yield opened


async def test_find_when_a_delivery_was_posted_then_it_gives_the_posts_id(trial: Trial) -> None:
    message = await trial.publisher.post("desk", SUMMARY, "delivery-1", NOW)
    assert await trial.publisher.find("desk", "delivery-1") == message


async def test_find_when_a_delivery_was_a_reply_then_it_gives_the_replys_id(trial: Trial) -> None:
    parent = await trial.publisher.post("desk", SUMMARY, "delivery-1", NOW)
    message = await trial.publisher.reply("desk", parent, SUMMARY, "delivery-2", NOW)
    assert message != parent
    assert await trial.publisher.find("desk", "delivery-2") == message


@pytest.mark.parametrize(("channel", "delivery"), [("desk", "delivery-2"), ("other", "delivery-1"), ("desk", "")])
async def test_find_when_no_such_delivery_was_posted_there_then_it_gives_none(
    trial: Trial, channel: str, delivery: str
) -> None:
    await trial.publisher.post("desk", SUMMARY, "delivery-1", NOW)
    assert await trial.publisher.find(channel, delivery) is None


async def test_post_when_one_summary_goes_to_two_deliveries_then_each_has_its_own_message(trial: Trial) -> None:
    first = await trial.publisher.post("desk", SUMMARY, "delivery-1", NOW)
    assert await trial.publisher.post("desk", SUMMARY, "delivery-2", NOW) != first


async def test_post_when_posts_follow_each_other_then_the_channel_shows_them_in_order(trial: Trial) -> None:
    for number in range(5):
        await trial.publisher.post("desk", make_summary(make_item(f"Report {number}")), f"delivery-{number}", NOW)
    shown = trial.read("desk")
    assert len(shown) == 5
    assert all(f"Report {number}" in text for number, text in enumerate(shown))


async def test_post_when_channels_are_served_at_once_then_each_shows_its_own(trial: Trial) -> None:
    await asyncio.gather(
        *(trial.publisher.post(f"c{n}", make_summary(make_item(f"Report {n}")), f"d{n}", NOW) for n in range(4))
    )
    for number in range(4):
        [text] = trial.read(f"c{number}")
        assert f"Report {number}" in text


async def test_edit_when_a_message_is_edited_then_the_new_content_is_shown_and_its_id_stays(trial: Trial) -> None:
    message = await trial.publisher.post("desk", SUMMARY, "delivery-1", NOW)
    await trial.publisher.edit("desk", message, make_summary(make_item("Seoul counts 2,000 dead")), NOW)
    assert "2,000" in trial.read("desk")[-1]
    assert await trial.publisher.find("desk", "delivery-1") == message


@pytest.mark.parametrize(
    "title",
    ["@everyone <!here>", "\x1b[2J\x1b]0;title\x07 gone", "[bold]x[/bold] [x](https://evil.example)", "\u202eabc"],
)
async def test_post_when_the_text_is_hostile_then_it_is_shown_inert(trial: Trial, title: str) -> None:
    await trial.publisher.post("desk", make_summary(make_item(title)), "delivery-1", NOW)
    [text] = trial.read("desk")
    assert not ACTIVE.search(text)
    assert not UNSEEN.search(text.replace("\n", ""))


async def test_post_when_an_item_says_nothing_then_a_message_is_made_all_the_same(trial: Trial) -> None:
    empty = make_summary(make_item("", "", link=None))
    message = await trial.publisher.post("desk", empty, "delivery-1", NOW)
    assert await trial.publisher.find("desk", "delivery-1") == message
