"""What holds for every test: nothing leaves this machine, and what one says of logging no other hears."""

import ipaddress
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import NOISY


def _is_loopback(host: object) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_to_leave(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse connections and datagrams to other machines before they are made, whatever the code under test does."""
    if event not in ("socket.connect", "socket.sendto"):
        return
    address = arguments[1]
    if isinstance(address, tuple) and not _is_loopback(address[0]):
        raise AssertionError(f"a test tried to reach {address[0]}: tests stay on loopback")


sys.addaudithook(_refuse_to_leave)


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in NOISY}
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
