"""A hub on loopback: takes subscriptions, confirms them, pushes with signatures, and misbehaves when told to."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web
from multidict import MultiDict

CHALLENGE = "are-you-there"


@dataclass(slots=True)
class Manners:
    """How the hub behaves; a test may change any of it at any time."""

    status: int = 202
    """What it answers to requests."""
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    confirms: bool = True
    """Whether it asks back by itself, before it answers."""
    lease: str | None = None
    """What it says of the lease; None grants what was asked for, an empty text says nothing."""
    method: str = "sha256"
    dead: bool = False
    """Whether it closes connections without a word."""


class HubServer:
    """`async with HubServer() as hub: feed.hub = hub.url`. Remembers what was asked of it, and who it may push to."""

    def __init__(self) -> None:
        self.manners = Manners()
        self.requests: list[dict[str, str]] = []
        self.answers: list[tuple[int, str]] = []
        """What callbacks answered to confirmations."""
        self.subscribers: dict[str, dict[str, str]] = {}
        """The form of each confirmed subscription, by callback."""
        app = web.Application()
        app.router.add_post("/{path:.*}", self._take)
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=0.1)
        self._client: aiohttp.ClientSession | None = None
        self.doors: dict[str, str] = {}
        """Where callbacks are in fact, by the public address that they begin with."""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._client is not None
        await self._client.close()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Give the hub's address."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    @property
    def last(self) -> dict[str, str]:
        """Give the form of the newest request."""
        return self.requests[-1]

    async def confirm(self, form: Mapping[str, str], **changes: str) -> tuple[int, str]:
        """Ask a callback whether a request was its own; `changes` replace what is asked, empty ones leave it out."""
        query = MultiDict({"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": CHALLENGE})
        lease = form.get("hub.lease_seconds", "") if self.manners.lease is None else self.manners.lease
        if form["hub.mode"] == "subscribe":
            query["hub.lease_seconds"] = lease
        query.update({f"hub.{name}": value for name, value in changes.items()})
        told = {name: value for name, value in query.items() if value}
        answer = await self._get(form["hub.callback"], told)
        self.answers.append(answer)
        if answer == (200, told.get("hub.challenge", "")):
            if told["hub.mode"] == "subscribe":
                self.subscribers[form["hub.callback"]] = dict(form)
            else:
                self.subscribers.pop(form["hub.callback"], None)
        return answer

    async def deny(self, form: Mapping[str, str], reason: str = "") -> tuple[int, str]:
        """Tell a callback that a subscription is denied."""
        self.subscribers.pop(form["hub.callback"], None)
        told = {"hub.mode": "denied", "hub.topic": form["hub.topic"]} | ({"hub.reason": reason} if reason else {})
        return await self._get(form["hub.callback"], told)

    async def push(self, body: bytes, **headers: str) -> list[int]:
        """Push to all who subscribed; give the statuses of their answers. `headers` replace ours: `X_Hub_Signature`."""
        return [await self.push_to(callback, body, **headers) for callback in tuple(self.subscribers)]

    async def push_to(self, callback: str, body: bytes, **headers: str) -> int:
        """Push to one callback, signed with its secret if it has told one."""
        assert self._client is not None
        secret = self.subscribers.get(callback, {}).get("hub.secret", "")
        sent = {"Content-Type": "application/rss+xml", "X-Hub-Signature": self.sign(secret, body)}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value}
        async with self._client.post(self._find(callback), data=body, headers=sent) as response:
            return response.status

    def sign(self, secret: str, body: bytes) -> str:
        """Give the value of X-Hub-Signature."""
        method = self.manners.method
        return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"

    async def _take(self, request: web.Request) -> web.Response:
        form = {str(name): str(value) for name, value in (await request.post()).items()}
        self.requests.append(form)
        if self.manners.dead:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if self.manners.confirms and self.manners.status == 202:
            await self.confirm(form)
        return web.Response(status=self.manners.status, text=self.manners.text, headers=self.manners.headers)

    async def _get(self, callback: str, query: Mapping[str, str]) -> tuple[int, str]:
        assert self._client is not None
        async with self._client.get(self._find(callback), params=query) as response:
            return response.status, await response.text()

    def _find(self, callback: str) -> str:
        for public, address in self.doors.items():
            callback = callback.replace(public, address, 1)
        return callback
