"""Connections end with the answer, unless another request to the host is about to come."""

import asyncio
from dataclasses import replace

import pytest

from adapters.feeds import HttpFetcher
from tests.adapters.feeds.asking import FEED, ask

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(FEED), FEED)
UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'


@pytest.mark.parametrize(("keep_open", "requests"), [(False, [1, 1, 1]), (True, [3])])
async def test_fetch_keeps_a_connection_only_for_a_request_that_is_to_come(
    fetcher: HttpFetcher, keep_open: bool, requests: list[int]
) -> None:
    """The server would go on with every connection for ever, whatever it is asked."""
    connections: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(connections)
        connections.append(0)
        while head := await read_head(reader):
            connections[number] += 1
            writer.write(UNCHANGED if b"If-None-Match" in head else WHOLE)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        request = replace(ask(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/wire"), keep_open=keep_open)
        for etag in (None, '"a"', None):
            await fetcher.fetch(replace(request, etag=etag))
        await fetcher.close()
    assert connections == requests


async def read_head(reader: asyncio.StreamReader) -> bytes:
    """Give a request's head, or nothing when the client has gone."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
