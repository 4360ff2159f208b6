"""What holds for every test: nothing leaves this machine."""

import ipaddress
import sys


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
