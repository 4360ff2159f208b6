"""Feeds as they misbehave in the wild, each played to the application: what it stores, tells and says of it.

`misbehaving/README.md` lists each fault with its feed and the tests that hold the right behaviour.
"""

import gzip
import re
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientConnectorCertificateError
from aiohttp.client_reqrep import ConnectionKey

from adapters.errors import FetchReason
from adapters.feeds.answer import classify
from rules.model import DateDoubt, FeedId, Item
from state import FeedRow, TroubleKind
from tests.feeds_server import Document, FeedsServer
from tests.rss import Piece, write_rss
from tests.scenario.timeline import INTERVAL_S, Timeline, open_timeline

FEEDS = Path(__file__).parent / "misbehaving"
ROOT = FEEDS.parents[2]
HOUR = 3600.0
DAY = 24 * HOUR
EVENING = datetime(2025, 1, 12, 20, tzinfo=UTC)
RUSSIAN = "В селе у границы погибли двое военных"


def feed(name: str) -> bytes:
    return (FEEDS / name).read_bytes()


async def row(line: Timeline) -> FeedRow:
    """Give what is known of the one feed."""
    [found] = await line.app.parts.store.feeds()
    return found


async def items(line: Timeline) -> dict[str, Item]:
    """Give the stored items by title."""
    return {item.title: item for item in await line.app.parts.store.newest_items(FeedId("wire"), 100)}


DATES = {
    "One killed at the first bend": (EVENING, DateDoubt.NONE),
    "Two killed at the second bend": (EVENING, DateDoubt.NONE),
    "Four killed at the fourth bend": (EVENING, DateDoubt.NO_ZONE),
    "Five killed at the fifth bend": (EVENING, DateDoubt.NONE),
    "Six killed at the sixth bend": (EVENING, DateDoubt.NONE),
    "Seven killed at the seventh bend": (datetime(2025, 1, 13, 15, tzinfo=UTC), DateDoubt.FUTURE),
    "Eight killed at the eighth bend": (datetime(2125, 1, 12, 20, tzinfo=UTC), DateDoubt.FUTURE),
    "Nine killed at the ninth bend": (None, DateDoubt.UNREADABLE),
}


async def test_dates_of_every_odd_kind_are_read_or_doubted_and_all_news_is_told_once(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as line:
        line.server.put("wire", feed("dates.xml"))
        await line.poll_all()
        await line.poll_all()
        stored = await items(line)
        assert {title: (stored[title].published_at, stored[title].date_doubt) for title in DATES} == DATES
        assert sorted(line.platform.headlines("desk")) == sorted(stored)
        assert len(stored) == 9


async def test_undated_entries_get_no_date_of_ours_and_are_told_once(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as line:
        line.server.put("wire", feed("undated.xml"))
        await line.pass_time(5 * INTERVAL_S)
        stored = await items(line)
        assert {(item.published_at, item.date_doubt) for item in stored.values()} == {(None, DateDoubt.MISSING)}
        assert sorted(line.platform.headlines("desk")) == sorted(stored)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("windows-1251.xml", "application/rss+xml; charset=windows-1251"),
        ("windows-1251.xml", "application/rss+xml"),
        ("windows-1251.xml", "application/rss+xml; charset=utf-8"),
        ("converted-but-prolog-kept.xml", "application/rss+xml; charset=utf-8"),
    ],
)
async def test_letters_are_read_right_whoever_names_the_encoding(tmp_path: Path, name: str, content_type: str) -> None:
    async with open_timeline(tmp_path) as line:
        line.server.put("wire", document=Document(feed(name), content_type))
        await line.poll_all()
        assert list(await items(line)) == [RUSSIAN]
        assert (await items(line))[RUSSIAN].language == "ru"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(feed("plain.xml")), None),
        (feed("plain.xml"), "gzip"),
        (feed("plain.xml"), "utf-8"),
        (gzip.compress(feed("plain.xml")), "none"),
    ],
)
async def test_encoding_of_the_wire_that_is_not_as_stated_is_seen_through(
    tmp_path: Path, body: bytes, encoding: str | None
) -> None:
    async with open_timeline(tmp_path) as line:
        headers = {"Content-Encoding": encoding} if encoding else {}
        line.server.put("wire", document=Document(body, headers=headers))
        await line.poll_all()
        assert line.platform.headlines("desk") == ["One killed at the ford"]


async def test_document_that_is_not_well_formed_is_told_all_the_same(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as line:
        line.server.put("wire", feed("not-well-formed.xml"))
        await line.poll_all()
        assert line.platform.headlines("desk") == ["One killed at the mill & the ford"]


async def test_links_are_absolute_the_entrys_own_and_apart_by_their_query(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as line:
        line.server.put("wire", feed("links.xml"))
        await line.poll_all()
        links = {title.partition(" ")[0]: item.link for title, item in (await items(line)).items()}
        assert links == {
            "One": "https://courier.example/news/bridge.html",
            "Two": "https://courier.example/mill.html",
            "Three": "https://courier.example/show?id=311&utm_source=rss",
            "Four": "https://courier.example/show?id=312&utm_source=rss",
            "Five": "https://courier.example/five",
        }
        assert len(line.platform.headlines("desk")) == 5


@pytest.mark.parametrize(
    ("name", "reason", "words"),
    [
        ("page-with-feed.html", "html_instead_of_feed", "/world/rss.xml: give the feed that one"),
        ("login.html", "login_page", "give the feed `auth`"),
        ("robot-check.html", "robot_check", "Cloudflare"),
        ("zombie-refresh.html", "forwarding_page", "/front/: look for the feed there"),
    ],
)
async def test_page_in_place_of_a_feed_is_named_with_what_to_do(
    tmp_path: Path, name: str, reason: str, words: str
) -> None:
    async with open_timeline(tmp_path) as line:
        line.server.put("wire", document=Document(feed(name), "text/html"))
        await line.poll_all()
        assert (await row(line)).reason == reason
        assert words in (await row(line)).error


async def test_feed_whose_news_are_years_old_tells_nothing_and_is_called_silent(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as line:
        line.server.put("wire", feed("zombie-old.xml"))
        await line.poll_all()
        assert line.platform.posts == []
        assert TroubleKind.SILENT in (await row(line)).troubles


async def test_feed_that_is_suddenly_empty_is_no_failure_and_a_trouble(tmp_path: Path) -> None:
    old = Piece("old", "One soldier was killed at the bridge", at=EVENING)
    async with open_timeline(tmp_path, pieces={"wire": [old]}) as line:
        line.server.put("wire", feed("zombie-empty.xml"))
        await line.poll_all()
        found = await row(line)
        assert (found.failures, found.error) == (0, "")
        assert TroubleKind.EMPTIED in found.troubles


async def test_redirect_that_leads_elsewhere_by_now_is_followed_to_where_it_leads(tmp_path: Path) -> None:
    async with open_timeline(tmp_path) as line:
        line.server.put("old-home", feed("zombie-empty.xml"))
        line.server.put("new-home", feed("plain.xml"))
        moved = line.server.put("wire", document=Document(status=301, redirect_to=line.server.url("old-home")))
        await line.poll_all()
        assert (await row(line)).moved_to == line.server.url("old-home")
        line.server.remove("old-home")
        moved.redirect_to = line.server.url("new-home")
        await line.poll_all()
        assert (await row(line)).moved_to == line.server.url("new-home")
        assert line.platform.headlines("desk") == ["One killed at the ford"]


async def test_entries_that_may_have_come_and_gone_between_polls_are_a_trouble(tmp_path: Path) -> None:
    first = [Piece(f"a-{number}", f"Report {number} from the mill", at=EVENING) for number in range(3)]
    async with open_timeline(tmp_path, pieces={"wire": first}) as line:
        await line.pass_time(6 * HOUR)
        later = [Piece(f"b-{number}", f"Report {number} of the ford", at=line.clock.now()) for number in range(3)]
        line.server.put("wire", write_rss(later))
        await line.poll_all()
        assert TroubleKind.LOST in (await row(line)).troubles


async def test_address_that_somebody_made_up_is_a_failure_that_says_so(tmp_path: Path) -> None:
    async with FeedsServer() as server, open_timeline(tmp_path, server=server) as line:
        server.remove("wire")
        await line.poll_all()
        assert (await row(line)).reason == "http_status"
        assert "look for the feed's new one" in (await row(line)).error


def test_broken_chain_of_certificates_is_a_tls_failure() -> None:
    key = ConnectionKey("wire.example", 443, True, True, None, None, None)
    untrusted = ssl.SSLCertVerificationError("unable to get local issuer certificate")
    assert classify(ClientConnectorCertificateError(key, untrusted)).reason is FetchReason.TLS


def test_list_of_faults_names_feeds_and_tests_that_are_there() -> None:
    text = (FEEDS / "README.md").read_text()
    named = set(re.findall(r"`([\w-]+\.(?:xml|html))`", text))
    assert named == {path.name for path in FEEDS.iterdir()} - {"README.md"}
    tests = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    assert len(tests) > 40
    missing = [name for path, name in tests if not re.search(rf"def {name}\(", (ROOT / path).read_text())]
    assert missing == []
