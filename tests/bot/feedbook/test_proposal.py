from collections.abc import Mapping

import pytest

from bot.errors import EditRefused
from bot.feedbook.proposal import Clues, Proposal, Shelf, propose
from bot.starter.catalogue import KnownFeed, Standing

BBC = KnownFeed(
    id="bbc-world",
    name="BBC World",
    url="https://feeds.bbc.co.uk/world.xml",
    publisher="BBC",
    language="en",
    kind="broadcaster",
    country="GB",
    status=Standing.GOOD,
    note="Often edited.",
)


def proposed(clues: Clues, *taken: str, given: Mapping[str, object] | None = None) -> Proposal:
    return propose(clues, given or {}, Shelf.of([BBC]), taken)


def fields(proposal: Proposal) -> dict[str, object]:
    return dict(proposal.feed.fields)


def test_a_feed_of_the_catalogue_is_proposed_as_it_stands_there() -> None:
    proposal = proposed(Clues("HTTPS://feeds.BBC.co.uk/world.xml#x", "Some title", "ru"))
    assert proposal.feed.fields == {
        "id": "bbc-world",
        "url": BBC.url,
        "publisher": "BBC",
        "language": "en",
        "kind": "broadcaster",
        "country": "GB",
    }
    assert (proposal.feed.remark, proposal.assumed) == ("Often edited.", ())


def test_a_feed_of_a_known_host_has_its_publisher_and_says_so() -> None:
    proposal = proposed(Clues("https://feeds.bbc.co.uk/sport.xml", "Sport", "cy"))
    assert fields(proposal).items() >= {"id": "bbc", "publisher": "BBC", "language": "cy"}.items()
    assert "'bbc-world'" in proposal.assumed[0]


@pytest.mark.parametrize(
    ("url", "id_"),
    [
        ("https://www.example.org/feed", "example"),
        ("https://feeds.example.co.uk/x", "example"),
        ("https://news.example.co.kr/x", "example"),
        ("https://пресса.рф/rss", "feed"),
        ("http://127.0.0.1:80/rss", "127-0-0-1"),
    ],
)
def test_the_id_is_what_people_call_the_host(url: str, id_: str) -> None:
    assert proposed(Clues(url, "T", "en")).id == id_


def test_a_taken_id_gets_the_language_and_then_a_number() -> None:
    clues = Clues("https://example.org/", "T", "uk")
    assert proposed(clues, "example").id == "example-uk"
    assert proposed(clues, "example", "example-uk", "example-2").id == "example-3"


@pytest.mark.parametrize(
    ("title", "publisher"),
    [
        ("Example News - World", "Example News"),
        ("RSS | Новости | Пример", "Пример"),
        ("Ex-ample", "Ex-ample"),
        ("RSS Feed", "example.org"),
        ("", "example.org"),
        ("x" * 200, "x" * 80),
    ],
)
def test_the_publisher_is_the_part_of_the_title_that_names_one(title: str, publisher: str) -> None:
    assert proposed(Clues("https://example.org/", title, "en")).feed.fields["publisher"] == publisher


def test_a_language_that_nothing_says_is_assumed_aloud() -> None:
    proposal = proposed(Clues("https://example.org/", "T"))
    assert proposal.feed.fields["language"] == "en"
    assert "does not say its language" in proposal.assumed[0]


def test_a_state_s_host_is_official() -> None:
    official = fields(proposed(Clues("https://www.mod.gov.ua/rss", "T", "uk")))
    assert (official["kind"], official["state_affiliated"]) == ("official", True)


def test_what_is_given_goes_before_all_else() -> None:
    given: dict[str, object] = {"id": "mine", "publisher": "Mine", "language": "cy", "kind": "osint", "interval": "15m"}
    assert fields(proposed(Clues(BBC.url), given=given)).items() >= given.items()


def test_values_that_would_not_be_accepted_are_refused_each_with_a_hint() -> None:
    with pytest.raises(EditRefused, match=r"language: .*did you mean 'uk'.*interval: .*not a duration"):
        proposed(Clues("https://example.org/"), given={"language": "UA", "interval": "often"})
