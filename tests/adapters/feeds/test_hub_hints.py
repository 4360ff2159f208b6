"""What documents say of their hubs."""

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.feeds import HttpFetcher, parse_document
from adapters.ports import FetchRequest
from tests.store_records import START, build_source


def read_hints(body: str | bytes) -> dict[str, str]:
    body = body if isinstance(body, bytes) else body.encode()
    hints = parse_document(body, "", "https://wire.example/rss", build_source(), START).hints
    return {key: value for key, value in hints.items() if key in ("hub", "self")}


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title>{links}
<entry><id>1</id><title>One</title><link rel="hub" href="https://entry.example/"/></entry></feed>"""
RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Wire</title>
<link>https://wire.example/</link>{links}<item><title>One</title><guid>1</guid></item></channel></rss>"""


@pytest.mark.parametrize(
    ("document", "link"), [pytest.param(ATOM, "link", id="atom"), pytest.param(RSS, "atom:link", id="rss")]
)
def test_hints_when_a_document_links_to_its_hubs_then_all_are_told_in_order(document: str, link: str) -> None:
    links = (
        f'<{link} rel="hub" href="https://first.example/"/><{link} rel="self" href="/rss"/>'
        f'<{link} rel="HUB" href=" https://second.example/?a=b "/>'
    )
    told = {"hub": "https://first.example/ https://second.example/?a=b", "self": "/rss"}
    assert read_hints(document.format(links=links)) == told


@pytest.mark.parametrize("document", [ATOM, RSS])
def test_hints_when_only_an_entry_has_a_hub_then_none_is_told(document: str) -> None:
    assert read_hints(document.format(links="")) == {}


def test_hints_when_a_link_is_no_address_then_it_is_left_out() -> None:
    links = '<link rel="hub" href=""/><link rel="hub"/><link rel="hub" href="two words"/>'
    assert read_hints(ATOM.format(links=links)) == {}


def test_hints_when_a_json_feed_has_hubs_then_those_of_this_kind_are_told() -> None:
    hubs = [{"type": "WebSub", "url": "https://hub.example/"}, {"type": "rssCloud", "url": "https://no.example/"}, 7]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": [], "hubs": hubs}
    body = json.dumps(feed | {"feed_url": "https://wire.example/feed.json"}).encode()
    assert read_hints(body) == {"hub": "https://hub.example/", "self": "https://wire.example/feed.json"}


@pytest.mark.parametrize("hubs", [None, "https://hub.example/", {"type": "WebSub"}, [{"type": "WebSub", "url": 7}]])
def test_hints_when_a_json_feeds_hubs_are_not_such_then_none_is_told(hubs: object) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": [], "hubs": hubs}
    assert read_hints(json.dumps(feed).encode()) == {}


async def test_fetch_when_links_come_in_several_headers_then_all_are_given() -> None:
    async def answer(request: web.Request) -> web.Response:
        response = web.Response(text="<rss/>")
        response.headers.add("Link", '<https://hub.example/>; rel="hub"')
        response.headers.add("Link", '<https://wire.example/rss>; rel="self"')
        return response

    app = web.Application()
    app.router.add_get("/", answer)
    server, fetcher = TestServer(app), HttpFetcher()
    await server.start_server()
    try:
        fetched = await fetcher.fetch(FetchRequest(str(server.make_url("/")), allow_private=True))
    finally:
        await fetcher.close()
        await server.close()
    assert fetched.headers["link"] == '<https://hub.example/>; rel="hub", <https://wire.example/rss>; rel="self"'
