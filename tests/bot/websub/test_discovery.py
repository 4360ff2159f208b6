import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.ports import Fetched
from bot.websub.discovery import MOST_HUBS, Offer, read_offer

FEED = "https://wire.example/rss"


def fetched(link: str = "", url: str = FEED) -> Fetched:
    return Fetched(url, 200, b"", None, None, "", {"link": link} if link else {})


@pytest.mark.parametrize(
    ("link", "offer"),
    [
        pytest.param('<https://hub.example/>; rel="hub"', Offer(("https://hub.example/",), FEED), id="hub alone"),
        pytest.param(
            '<https://hub.example/>; rel="hub", <https://wire.example/a>; rel=self',
            Offer(("https://hub.example/",), "https://wire.example/a"),
            id="hub and self",
        ),
        pytest.param(
            '<https://a.example/>;rel=hub,<https://b.example/?x=1,2>;title="a, <b>";rel="next HUB"',
            Offer(("https://a.example/", "https://b.example/?x=1,2"), FEED),
            id="several, with commas and several relations",
        ),
        pytest.param("</hub>; rel=hub", Offer(("https://wire.example/hub",), FEED), id="relative"),
        pytest.param(
            "<https://hub.example/>; rel=next; rel=hub, <https://no.example/>; title=hub", None, id="another relation"
        ),
        pytest.param("<ftp://hub.example/>; rel=hub, <http://>; rel=hub", None, id="no web address"),
        pytest.param("<https://user:pass@hub.example/>; rel=hub", None, id="with a login"),
        pytest.param('<https://hub.example/>; rel="hub', None, id="never closed"),
        pytest.param("rel=hub", None, id="no link"),
    ],
)
def test_offer_when_a_header_names_hubs_then_they_are_offered(link: str, offer: Offer | None) -> None:
    assert read_offer(fetched(link), {}, FEED) == offer


def test_offer_when_header_and_document_differ_then_the_header_counts() -> None:
    hints = {"hub": "https://document.example/", "self": "https://wire.example/document"}
    link = "<https://header.example/>; rel=hub, <https://wire.example/header>; rel=self"
    assert read_offer(fetched(link), hints, FEED) == Offer(("https://header.example/",), "https://wire.example/header")


def test_offer_when_only_the_document_names_its_hub_then_it_is_offered_from_where_it_was_found() -> None:
    hints = {"hub": "/hub https://second.example/", "self": "feed"}
    offer = read_offer(fetched(url="https://new.example/a/b"), hints, FEED)
    assert offer == Offer(("https://new.example/hub", "https://second.example/"), "https://new.example/a/feed")


def test_offer_when_only_the_document_says_its_own_address_then_the_headers_hub_goes_with_it() -> None:
    offer = read_offer(fetched("<https://hub.example/>; rel=hub"), {"self": "https://wire.example/a"}, FEED)
    assert offer == Offer(("https://hub.example/",), "https://wire.example/a")


def test_offer_when_no_hub_is_named_then_none() -> None:
    assert read_offer(fetched(), {"self": FEED, "ttl": "5"}, FEED) is None


def test_offer_when_very_many_hubs_are_named_then_the_first_few_count_once_each() -> None:
    hubs = " ".join(f"https://{number // 2}.example/" for number in range(40))
    offer = read_offer(fetched(), {"hub": hubs}, FEED)
    assert offer is not None
    assert offer.hubs == tuple(f"https://{number}.example/" for number in range(MOST_HUBS))


@given(link=st.text(alphabet='<>;,="\\ relhubself:/x\n', max_size=300))
@settings(max_examples=100, deadline=None)
def test_offer_when_a_header_is_anything_then_only_web_addresses_come_of_it(link: str) -> None:
    offer = read_offer(fetched(link), {}, FEED)
    assert offer is None or all(hub.startswith(("http://", "https://")) for hub in offer.hubs)


@pytest.mark.parametrize("piece", ['<a>;x="', "<a>;", '\\"', "<", '<a>;rel="x\\'])
def test_offer_when_a_header_is_long_and_hostile_then_it_is_read_in_no_time(piece: str) -> None:
    assert read_offer(fetched(piece * 20_000), {}, FEED) is None
