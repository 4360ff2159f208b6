"""`status`, `deliveries` and `resend` tell how it stands, and mend it."""

import pytest

from rules.model import FeedId
from state import DeliveryId, DeliveryState, Failure
from tests.bot.commands.front import Front
from tests.store_records import at, build_told


@pytest.fixture
async def busy(front: Front) -> Front:
    """Tell one item to two channels: one delivery was sent, the other is dead; then a second one waits."""
    await front.store.commit_poll(build_told("one", "console:desk", "slack:C1"))
    for channel in ("console:desk", "slack:C1"):
        assert await front.store.claim_delivery(channel, lease_s=60)
    await front.store.settle_sent(DeliveryId("one@console:desk"), "m1")
    await front.store.settle_dead(DeliveryId("one@slack:C1"), "unknown_channel")
    await front.store.settle_failed(FeedId("yonhap"), Failure("http_status", "404 Not Found <!here>"), at(600))
    await front.store.commit_poll(build_told("two", "console:desk"))
    await front.clock.advance(180)
    return front


async def test_status_when_nothing_happened_yet_then_it_says_so(front: Front) -> None:
    assert await front.read("status") == (
        "Watching 3 feeds (3 not read yet) with 2 rules. Nothing was polled yet.\n\n"
        "0 items, 0 stories, 0 alerts; deliveries: none.\n"
    )


async def test_status_when_busy_then_failures_waiting_and_dead_letters_are_told(busy: Front) -> None:
    answer = await busy.read("status")
    assert "Watching 3 feeds (1 failing, 2 not read yet) with 2 rules. Last poll 3 min ago.\n" in answer
    assert "2 items, 2 stories, 2 alerts; deliveries: 1 pending, 1 sent, 1 dead." in answer
    assert "The oldest open delivery has waited 3 min.\n" in answer
    assert "yonhap\t1\tnever\t7 min ahead\t404 Not Found ‹!here›\n" in answer
    assert "one@slack:C1\tdead\tslack:C1\t1\tunknown_channel\t3 min ago\tReport: headline of one\n" in answer
    assert "resend ID, or resend all" in answer


async def test_status_when_asked_by_a_script_then_the_same_is_plain_data(busy: Front) -> None:
    data = (await busy.ask("status")).data
    assert isinstance(data, dict)
    assert (data["items"], data["rules"]) == (2, 2)
    assert data["deliveries"] == {"pending": 1, "sending": 0, "unknown": 0, "sent": 1, "dead": 1}
    assert [feed["feed"] for feed in data["failing"]] == ["yonhap"]
    assert [row["id"] for row in data["dead_letters"]] == ["one@slack:C1"]


@pytest.mark.parametrize(
    ("text", "count"), [("deliveries", 3), ("deliveries dead", 1), ("deliveries SENT 5", 1), ("deliveries 2", 2)]
)
async def test_deliveries_when_a_state_is_named_then_only_its_own_are_listed(
    busy: Front, text: str, count: int
) -> None:
    data = (await busy.ask(text)).data
    assert isinstance(data, list)
    assert len(data) == count


async def test_deliveries_when_there_is_none_then_it_says_so(front: Front) -> None:
    assert await front.read("deliveries") == "No delivery yet.\n"
    assert await front.read("deliveries dead") == "No delivery is dead.\n"


async def test_deliveries_when_the_state_is_misspelt_then_the_right_one_is_suggested(front: Front) -> None:
    assert "Did you mean “dead”?" in await front.refused("deliveries daed")


@pytest.mark.parametrize("text", ["resend one@slack:C1", "resend all"])
async def test_resend_when_dead_letters_are_named_then_they_are_in_line_again(busy: Front, text: str) -> None:
    assert await busy.read(text) == "Back in line: 1 delivery.\n"
    assert await busy.store.deliveries(DeliveryState.DEAD) == ()
    claim = await busy.store.claim_delivery("slack:C1", lease_s=60)
    assert claim is not None


@pytest.mark.parametrize("text", ["resend nothing", "resend one@console:desk"])
async def test_resend_when_it_is_no_dead_letter_then_it_is_refused(busy: Front, text: str) -> None:
    assert "There is no dead letter" in await busy.refused(text)


async def test_resend_when_nothing_is_named_then_it_asks_which(busy: Front) -> None:
    assert "Give its id, or all" in await busy.refused("resend")
