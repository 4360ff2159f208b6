from bot.websub.parcels import MOST_PARCELS, Mailbox, Parcel, Post
from rules.model import FeedId
from state import HubLeaseId

WIRE, OTHER = FeedId("wire"), FeedId("other")


def parcel(text: str) -> Parcel:
    return Parcel(HubLeaseId("lease"), text.encode())


def test_take_when_pushes_came_then_all_in_order_and_only_once() -> None:
    mailbox = Mailbox()
    for text in ("a", "b"):
        mailbox.put(WIRE, parcel(text))
    mailbox.put(OTHER, parcel("c"))
    assert mailbox.take(WIRE) == Post((parcel("a"), parcel("b")))
    assert mailbox.take(WIRE) == Post()
    assert mailbox.take(OTHER) == Post((parcel("c"),))


def test_put_when_the_same_push_waits_then_it_is_held_once() -> None:
    mailbox = Mailbox()
    for text in ("a", "b", "a"):
        mailbox.put(WIRE, parcel(text))
    assert mailbox.take(WIRE) == Post((parcel("a"), parcel("b")))


def test_put_when_too_many_of_one_feed_wait_then_the_oldest_goes_and_it_is_told_once() -> None:
    mailbox = Mailbox()
    for number in range(MOST_PARCELS + 1):
        mailbox.put(WIRE, parcel(str(number)))
    post = mailbox.take(WIRE)
    assert [each.body for each in post.parcels] == [str(number).encode() for number in range(1, MOST_PARCELS + 1)]
    assert post.overflowed
    assert mailbox.take(WIRE) == Post()


def test_put_when_too_much_waits_in_all_then_it_is_thrown_away_until_some_was_taken() -> None:
    mailbox = Mailbox(most_bytes=10)
    mailbox.put(WIRE, parcel("12345678"))
    mailbox.put(OTHER, parcel("123"))
    assert mailbox.take(OTHER) == Post((), overflowed=True)
    mailbox.take(WIRE)
    mailbox.put(OTHER, parcel("123"))
    assert mailbox.take(OTHER) == Post((parcel("123"),))
