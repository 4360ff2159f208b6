"""Pages that come in place of a feed: named by their evidence, with what to do."""

import asyncio

import pytest

from adapters.errors import FetchReason, ParseFailure, ParseReason
from adapters.feeds import HttpFetcher
from adapters.feeds.document import parse_document
from tests.adapters.feeds.asking import FEED, ask, fail
from tests.adapters.feeds.reading import NOW, SOURCE, URL
from tests.feeds_server import Document, FeedsServer
from tests.wire_server import WireServer, answer

LINK = '<link rel="alternate" type="application/rss+xml" href="/world/rss.xml">'
PROSE = f"<p>{'The front was quiet for most of the day. ' * 40}</p>"
PASSWORD = '<form action="/session"><input name="user"><input type="password" name="word"></form>'
PUZZLE = '<div class="g-recaptcha"></div><script src="https://www.google.com/recaptcha/api.js"></script>'


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>A page</title>{head}</head><body>{body}</body></html>".encode()


def describe(body: bytes, url: str = URL) -> ParseFailure:
    """Read what is no feed."""
    with pytest.raises(ParseFailure) as caught:
        parse_document(body, "text/html; charset=utf-8", url, SOURCE, NOW)
    return caught.value


@pytest.mark.parametrize(
    ("body", "guard"),
    [
        (page("One moment.<script>window._cf_chl_opt={}</script>"), "Cloudflare"),
        (page('<script src="https://ct.captcha-delivery.com/c.js"></script>'), "DataDome"),
        (page('<div id="px-captcha"></div>'), "HUMAN"),
        (page('<iframe src="/_Incapsula_Resource?x=1"></iframe>'), "Imperva"),
        (page('<script src="https://a.b.token.awswaf.com/challenge.js"></script>'), "AWS WAF"),
        (page('<script src="/.within.website/x/cmd/anubis/static/js/main.mjs"></script>'), "Anubis"),
        (page(PUZZLE), "robots and"),
        (page(PASSWORD + PUZZLE), "robots and"),
    ],
)
def test_page_when_it_is_a_robot_check_then_told_with_the_guards_name(body: bytes, guard: str) -> None:
    failure = describe(body)
    assert failure.reason is ParseReason.ROBOT_CHECK
    assert guard in str(failure)
    assert "take another feed" in str(failure)


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (page(PASSWORD), URL),
        (page(PASSWORD + PROSE), URL),
        (page('<form><input name="mail"></form>'), "https://wire.example/accounts/login?next=/feed"),
        (page("<form></form>"), "https://sso.wire.example/oauth2/authorize"),
        (page("<form></form>"), "https://wire.example/wp-login.php"),
    ],
)
def test_page_when_it_asks_who_is_there_then_login(body: bytes, url: str) -> None:
    failure = describe(body, url)
    assert failure.reason is ParseReason.LOGIN
    assert "`auth`" in str(failure)


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (page(PROSE, LINK), "https://consent.wire.example/collect?continue=/feed"),
        (page('<form action="https://consent.wire.example/save"></form>'), URL),
        (page("<p>Your privacy</p>"), "https://wire.example/cookie-wall?to=/feed"),
    ],
)
def test_page_when_it_asks_for_consent_then_told(body: bytes, url: str) -> None:
    assert describe(body, url).reason is ParseReason.CONSENT


@pytest.mark.parametrize("extra", ["", PASSWORD, PUZZLE, '<script src="/_Incapsula_Resource?x"></script>'])
def test_page_when_it_links_to_a_feed_then_its_address_is_told(extra: str) -> None:
    failure = describe(page(PROSE + extra, LINK))
    assert failure.reason is ParseReason.HTML
    assert "https://wire.example/world/rss.xml" in str(failure)


@pytest.mark.parametrize(
    "body",
    [
        b'<meta http-equiv="refresh" content="0;url=/news/feed.xml">',
        b"<html><head><meta http-equiv=REFRESH content=\"5; URL='https://wire.example/news/feed.xml'\"></head></html>",
        b"\xef\xbb\xbf<!-- moved --><title>Moved</title><meta http-equiv=refresh content='0, /news/feed.xml'>",
    ],
)
def test_page_when_it_sends_readers_on_then_told_where_to(body: bytes) -> None:
    failure = describe(body)
    assert failure.reason is ParseReason.FORWARDING
    assert "https://wire.example/news/feed.xml" in str(failure)


@pytest.mark.parametrize(
    "body",
    [
        page(PROSE),
        page(PROSE + PUZZLE),
        page(PROSE, '<meta http-equiv="refresh" content="300">'),
        page(PROSE, '<meta http-equiv="refresh" content="300; url=https://wire.example/feed">'),
        page("<p>Nothing here</p>", '<meta http-equiv="refresh" content="0; url=javascript:go()">'),
    ],
)
def test_page_when_nothing_special_then_plain_and_called_by_its_title(body: bytes) -> None:
    failure = describe(body)
    assert failure.reason is ParseReason.HTML
    assert "(A page)" in str(failure)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (403, {"CF-Mitigated": "challenge"}),
        (503, {"cf-mitigated": "challenge"}),
        (202, {"x-amzn-waf-action": "challenge"}),
        (405, {"x-amzn-waf-action": "captcha"}),
        (200, {"cf-mitigated": "challenge"}),
    ],
)
async def test_fetch_when_headers_tell_of_a_robot_check_then_no_mere_status(
    server: FeedsServer, fetcher: HttpFetcher, status: int, headers: dict[str, str]
) -> None:
    server.put("wire", document=Document(FEED, "text/html", status=status, headers=headers))
    failure = await fail(fetcher, ask(server.url("wire")))
    assert (failure.reason, failure.status) == (FetchReason.ROBOT_CHECK, status)


@pytest.mark.parametrize("status", [403, 429, 503])
async def test_fetch_when_the_page_of_a_refusal_is_a_robot_check_then_told_with_its_wish(
    server: FeedsServer, fetcher: HttpFetcher, status: int
) -> None:
    body = page("<script>window._cf_chl_opt={}</script>" + PROSE)
    server.put("wire", document=Document(body, "text/html", status=status, headers={"Retry-After": "60"}))
    failure = await fail(fetcher, ask(server.url("wire")))
    assert (failure.reason, failure.retry_after_s) == (FetchReason.ROBOT_CHECK, 60.0)
    assert "Cloudflare" in str(failure)


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (403, page(PROSE), "text/html"),
        (403, b"_cf_chl_opt", "text/plain"),
        (500, page("_cf_chl_opt"), "text/html"),
        (403, page("x" * 300_000 + "_cf_chl_opt"), "text/html"),
    ],
)
async def test_fetch_when_a_refusal_has_another_page_then_its_status_counts(
    server: FeedsServer, fetcher: HttpFetcher, status: int, body: bytes, content_type: str
) -> None:
    server.put("wire", document=Document(body, content_type, status=status))
    assert (await fail(fetcher, ask(server.url("wire")))).reason is FetchReason.STATUS


async def test_fetch_when_the_page_of_a_refusal_never_ends_then_its_status_counts_in_time(
    fetcher: HttpFetcher,
) -> None:
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"<html>", status="403 Forbidden").replace(b"application/xml", b"text/html"))
        await reader.read()

    async with WireServer(stall) as server:
        failure = await asyncio.wait_for(fail(fetcher, ask(server.url())), 8.0)
    assert (failure.reason, failure.status) == (FetchReason.STATUS, 403)
