"""The suite's own guard: a test cannot reach another machine."""

import socket

import pytest


@pytest.mark.parametrize("address", ["192.0.2.1", "203.0.113.7"])
def test_a_connection_to_another_machine_is_refused_before_it_is_made(address: str) -> None:
    with socket.socket() as endpoint, pytest.raises(AssertionError, match="stay on loopback"):
        endpoint.connect((address, 9))


def test_a_connection_on_loopback_is_made() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
