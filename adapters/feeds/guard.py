"""Which addresses may be asked: public ones only, unless a feed says otherwise.

A name is resolved once, every address of the answer is checked, and the connection goes to what was checked: a second
answer for the same name (DNS rebinding) is never asked for.

Through a proxy, names are resolved by the proxy. Then only what the address itself says is checked, numbers and names
that are local by definition; the rest is the proxy's to refuse.
"""

import asyncio
import re
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from adapters.errors import FetchFailure, FetchReason

Address = IPv4Address | IPv6Address
AddressInfo = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]
Lookup = Callable[..., Sequence[AddressInfo]]
"""Same shape as `socket.getaddrinfo`."""
AddressTest = Callable[[Address], bool]
"""Tells whether an address may be asked."""

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_UNICAST = IPv6Network("2000::/3")  # all that IANA has given out; holds no local-use NAT64, no segment ids
_DOCUMENTATION = IPv6Network("3fff::/20")  # RFC 9637, younger than Python's list
_RELAYS = IPv4Network("192.88.99.0/24")  # RFC 7526: the nearest 6to4 relay, whoever that is
_PROTOCOLS = IPv4Network("192.0.0.0/24")  # RFC 6890; clouds have metadata there, and Python counts part as global
_PLATFORM = IPv4Network("168.63.129.16/32")  # Azure's host agent: a public number that means the host
_ENDS_IN_A_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.*$", re.IGNORECASE)  # WHATWG URL, "ends in a number"
_LOCAL_NAME = re.compile(r"(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home\.arpa)\.*$", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f]*:[0-9a-f:.]*(?:%[a-z0-9._%-]+)?", re.IGNORECASE)
_CREDENTIALS = re.compile(r"//[^/@\s]*@")
_LOOKUP_THREADS = 32  # a name server that does not answer holds one for many seconds


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, looking into IPv4 addresses wrapped in IPv6."""
    if isinstance(address, IPv6Address):
        inner = _unwrap(address)
        if inner is not None:
            return is_public(inner)
        if address not in _UNICAST or address in _DOCUMENTATION:
            return False
    elif any(address in network for network in (_PROTOCOLS, _PLATFORM, _RELAYS)):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not special


def read_address(text: str, may_ask: AddressTest | None) -> URL:
    """Give a web address that may be asked as far as its spelling tells; None lets all through.

    Raises FetchFailure.
    """
    try:
        url = URL(text.strip())
        host, port = url.raw_host or "", url.port
    except ValueError as exc:
        raise _bad_address(text, str(exc)) from exc
    if url.scheme not in {"http", "https"}:
        raise _bad_address(text, "write one that begins with http:// or https://")
    if not port or not _HOST.fullmatch(host):
        raise _bad_address(text, "correct the host's name or the port")
    if may_ask is not None:
        _check_host(host, may_ask)
    return url


def read_proxy(text: str) -> URL:
    """Give a proxy's address; it may be a private one, as the operator names it. Raises FetchFailure."""
    try:
        return read_address(text, None)
    except FetchFailure as exc:
        raise FetchFailure(FetchReason.PROXY, "the proxy's address is not http:// or https://: correct it") from exc


class GuardedResolver(AbstractResolver):
    """Resolves names on threads of its own; refuses a name when any of its addresses may not be asked."""

    def __init__(self, may_ask: AddressTest | None, lookup: Lookup = socket.getaddrinfo) -> None:
        self._may_ask = may_ask
        self._lookup = lookup
        self._pool = ThreadPoolExecutor(_LOOKUP_THREADS, thread_name_prefix="dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses of a name. Raises OSError for an unknown name, FetchFailure for a refused one."""
        ask = partial(self._lookup, host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
        try:
            infos = await asyncio.get_running_loop().run_in_executor(self._pool, ask)
        except ValueError as exc:
            raise OSError(f"{host[:100]!r} cannot be a host name") from exc
        results = [_result(host, port, info) for info in infos]
        if self._may_ask is not None:
            for result in results:
                _check_address(ip_address(result["host"]), host, self._may_ask)
        return results

    async def close(self) -> None:
        """Let the threads go; one that waits for a name server ends on its own."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _bad_address(text: str, detail: str) -> FetchFailure:
    shown = _CREDENTIALS.sub("//", text)[:200]
    return FetchFailure(FetchReason.BAD_ADDRESS, f"{shown!r} is not a web address that can be asked: {detail}")


def _unwrap(address: IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address that a packet ends at; Teredo's are not looked into, and none is public."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _check_host(host: str, may_ask: AddressTest) -> None:
    try:
        address = ip_address(host)
    except ValueError:
        if _ENDS_IN_A_NUMBER.search(host):
            raise FetchFailure(
                FetchReason.PRIVATE_ADDRESS,
                f"{host[:100]} is an unusual spelling of a numeric address: write the host's name",
            ) from None
        if _LOCAL_NAME.search(host):
            raise _private(host) from None
        return
    _check_address(address, host, may_ask)


def _check_address(address: Address, host: str, may_ask: AddressTest) -> None:
    if not may_ask(address):
        raise _private(host if str(address) == host else f"{host[:100]} ({address})")


def _private(where: str) -> FetchFailure:
    return FetchFailure(
        FetchReason.PRIVATE_ADDRESS,
        f"{where[:200]} is not an address of the public internet: set allow_private for this feed if it is yours",
    )


def _result(host: str, port: int, info: AddressInfo) -> ResolveResult:
    family, _, proto, _, address = info
    text = str(address[0])
    if family == socket.AF_INET6 and len(address) == 4 and address[3]:
        text = f"{text.partition('%')[0]}%{address[3]}"
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=text, port=port, family=family, proto=proto, flags=flags)
