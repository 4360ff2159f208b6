"""Forms to hubs: under the same guard and limits as fetches, and no secret where none belongs."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from adapters.errors import FetchFailure, FetchReason
from adapters.feeds import HttpFetcher
from adapters.feeds.hubs import _follow
from adapters.ports import FetchRequest
from tests.adapters.feeds.asking import ask
from tests.wire_server import WireServer, answer

FORM = {"hub.mode": "subscribe", "hub.secret": "a&b c"}


class Hub:
    """Remembers forms, and answers at each path as it is told to."""

    def __init__(self) -> None:
        self.forms: dict[str, dict[str, str]] = {}
        self.answers: dict[str, web.Response] = {}
        self.hold = asyncio.Event()
        self.hold.set()
        app = web.Application()
        app.router.add_route("*", "/{path}", self._take)
        self._server = TestServer(app)

    async def __aenter__(self) -> "Hub":
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hold.set()
        await self._server.close()

    def url(self, path: str) -> str:
        return str(self._server.make_url(f"/{path}"))

    def redirect(self, path: str, target: str, status: int = 307) -> None:
        self.answers[path] = web.Response(status=status, headers={"Location": target})

    async def _take(self, request: web.Request) -> web.Response:
        await self.hold.wait()
        path = request.match_info["path"]
        self.forms[path] = {str(name): str(value) for name, value in (await request.post()).items()}
        return self.answers.get(path) or web.Response(status=202)


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with Hub() as hub:
        yield hub


async def fail(fetcher: HttpFetcher, request: FetchRequest) -> FetchFailure:
    with pytest.raises(FetchFailure) as caught:
        await fetcher.post(request, FORM)
    return caught.value


async def test_post_when_a_hub_takes_a_form_then_it_gets_every_field_and_its_answer_is_given(
    hub: Hub, fetcher: HttpFetcher
) -> None:
    hub.answers["hub"] = web.Response(status=422, text="hub.topic is not known", headers={"Retry-After": "60"})
    given = await fetcher.post(ask(hub.url("hub")), FORM)
    assert hub.forms == {"hub": FORM}
    assert (given.url, given.status, given.text) == (hub.url("hub"), 422, "hub.topic is not known")
    assert given.retry_after_s == 60.0


@pytest.mark.parametrize("status", [307, 308])
async def test_post_when_a_redirect_keeps_the_method_then_the_form_goes_on(
    hub: Hub, fetcher: HttpFetcher, status: int
) -> None:
    hub.redirect("hub", "/second", status)
    given = await fetcher.post(ask(hub.url("hub")), FORM)
    assert (given.url, given.status) == (hub.url("second"), 202)
    assert hub.forms["second"] == FORM


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_post_when_a_redirect_would_change_the_method_then_it_is_the_answer(
    hub: Hub, fetcher: HttpFetcher, status: int
) -> None:
    hub.redirect("hub", "/second", status)
    assert (await fetcher.post(ask(hub.url("hub")), FORM)).status == status
    assert list(hub.forms) == ["hub"]


async def test_post_when_redirects_never_end_then_stopped(hub: Hub, fetcher: HttpFetcher) -> None:
    for step in range(20):
        hub.redirect(f"step{step}", f"/step{step + 1}")
    assert (await fail(fetcher, ask(hub.url("step0")))).reason is FetchReason.REDIRECTS
    assert len(hub.forms) == 6


async def test_post_when_a_hub_is_private_then_it_gets_nothing(hub: Hub, fetcher: HttpFetcher) -> None:
    request = replace(ask(hub.url("hub")), allow_private=False)
    assert (await fail(fetcher, request)).reason is FetchReason.PRIVATE_ADDRESS
    named = replace(request, url=hub.url("hub").replace("127.0.0.1", "localhost"))
    assert (await fail(fetcher, named)).reason is FetchReason.PRIVATE_ADDRESS
    assert hub.forms == {}


async def test_post_when_a_redirect_leads_inside_then_nothing_gets_there(hub: Hub) -> None:
    fetcher = HttpFetcher(may_ask=lambda address: str(address) == "127.0.0.1")
    hub.redirect("hub", hub.url("second").replace("127.0.0.1", "127.0.0.2"))
    failure = await fail(fetcher, replace(ask(hub.url("hub")), allow_private=False))
    await fetcher.close()
    assert failure.reason is FetchReason.PRIVATE_ADDRESS
    assert list(hub.forms) == ["hub"]


def test_redirect_when_it_leads_from_https_to_http_then_refused() -> None:
    with pytest.raises(FetchFailure, match="not sent in the clear"):
        _follow(URL("https://hub.example/"), "http://hub.example/", None)
    assert _follow(URL("https://hub.example/a"), "/b", None) == URL("https://hub.example/b")


async def test_post_when_a_hub_does_not_answer_then_given_up_in_time(hub: Hub, fetcher: HttpFetcher) -> None:
    hub.hold.clear()
    failure = await fail(fetcher, ask(hub.url("hub"), timeout_s=0.1))
    assert failure.reason is FetchReason.TIMEOUT


async def test_post_when_the_answer_is_endless_then_only_its_beginning_is_read(hub: Hub, fetcher: HttpFetcher) -> None:
    hub.answers["hub"] = web.Response(status=500, text="x" * 5_000_000)
    given = await fetcher.post(ask(hub.url("hub")), FORM)
    assert given.status == 500
    assert 0 < len(given.text) <= 2048


async def test_post_when_a_proxy_is_set_then_it_carries_the_form(fetcher: HttpFetcher) -> None:
    async with WireServer(answer(b"", status="202 Accepted")) as proxy:
        request = FetchRequest("http://hub.example/", proxy=proxy.url("").replace("://", "://desk:hush@"))
        assert (await fetcher.post(request, FORM)).status == 202
    [head] = proxy.heads
    assert head.startswith("POST http://hub.example/ HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic" in head


async def test_post_when_the_request_has_headers_and_a_login_for_the_feed_then_the_hub_gets_none(
    fetcher: HttpFetcher,
) -> None:
    async with WireServer(answer(b"", status="202 Accepted")) as wire:
        request = replace(ask(wire.url("hub")), headers={"X-Key": "hush"}, login=("desk", "hush"))
        await fetcher.post(request, FORM)
    [head] = wire.heads
    assert "hush" not in head
    assert "Authorization" not in head
