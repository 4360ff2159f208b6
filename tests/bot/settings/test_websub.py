"""The address of ours, and which feeds may be pushed."""

from pathlib import Path

import pytest

from bot.settings.model import WebSub
from rules.model import FeedId
from tests.bot.settings.folders import SMALL, lines, load

TWO = """
feeds:
  - {{id: wire, url: "https://example.org/feed", publisher: A wire, language: en{wire}}}
  - {{id: second, url: "https://example.org/2", publisher: B, language: en}}
subscriptions:
  - {{id: desk, channel: "console:desk"}}
web: {{public_url: "https://desk.example.org/vedette/"}}
polling: {{websub_lease: 3d, websub_interval: 30m{polling}}}
"""


@pytest.mark.parametrize(
    ("wire", "polling", "feeds"),
    [
        pytest.param("", "", {"wire", "second"}, id="as nothing else is said"),
        pytest.param(", websub: false", "", {"second"}, id="but for one feed"),
        pytest.param("", ", websub: false", set(), id="none"),
        pytest.param(", websub: true", ", websub: false", {"wire"}, id="only one"),
        pytest.param(", enabled: false", "", {"second"}, id="none that is paused"),
    ],
)
def test_websub_when_we_have_an_address_then_for_the_feeds_that_want_it(
    tmp_path: Path, wire: str, polling: str, feeds: set[str]
) -> None:
    loaded = load(tmp_path, TWO.format(wire=wire, polling=polling))
    assert loaded.problems == ()
    assert loaded.settings is not None
    wanted = frozenset(map(FeedId, feeds))
    assert loaded.settings.websub == WebSub("https://desk.example.org/vedette", wanted, 3 * 86400.0, 1800.0)


def test_websub_when_we_have_no_address_then_off(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert loaded.problems == ()
    assert loaded.settings is not None
    assert loaded.settings.websub.public_url == ""


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        pytest.param(
            'web: {public_url: "desk.example.org"}',
            "5:19: error: hubs reach us over http or https (write https://desk.example.org)",
            id="no scheme",
        ),
        pytest.param(
            'web: {public_url: "https://"}',
            "5:19: error: this web address names no host (such as https://desk.example.org)",
            id="no host",
        ),
        pytest.param(
            'web: {public_url: "https://desk.example.org/?a=b"}',
            "5:19: error: this address is continued by Vedette, so it ends with its path (leave out what follows ? or #)",
            id="a query",
        ),
        pytest.param(
            'web: {public_url: "https://desk:hush@desk.example.org"}',
            "5:19: error: a user name or password cannot stand in our port's address (it would show in logs and replies)",
            id="a login",
        ),
        pytest.param(
            'web: {public_url: "http://192.168.1.5:8077"}',
            "5:19: warning: hubs of the internet cannot reach a private address "
            "(write the address that the internet knows)",
            id="a private address",
        ),
        pytest.param(
            'web: {port: off, public_url: "https://desk.example.org"}',
            "5:30: warning: no hub can push while the web port is off "
            "(give `port` a number, or leave `public_url` out)",
            id="no port",
        ),
        pytest.param(
            "polling: {websub_lease: 10m}", "5:25: error: 10m is out of bounds (from 1h to 30d)", id="a short lease"
        ),
        pytest.param(
            "polling: {websub_interval: 1d}", "5:28: error: 1d is out of bounds (from 1m to 6h)", id="a long interval"
        ),
        pytest.param(
            "polling: {websub: maybe}",
            "5:19: error: expected true or false, found 'maybe'",
            id="neither yes nor no",
        ),
    ],
)
def test_websub_when_something_is_wrong_then_said_at_its_place(tmp_path: Path, settings: str, problem: str) -> None:
    assert lines(load(tmp_path, f"{SMALL.strip()}\n{settings}\n"), tmp_path) == [f"vedette.yaml:{problem}"]


def test_websub_when_a_feed_wants_it_and_we_have_no_address_then_doubted(tmp_path: Path) -> None:
    settings = SMALL.replace("language: en}", "language: en, websub: true}")
    hint = "write under `web:` the address at which the internet reaches Vedette, or leave this out"
    [told] = lines(load(tmp_path, settings), tmp_path)
    assert told == f"vedette.yaml:3:90: warning: no hub can push without `web.public_url` ({hint})"


def test_websub_when_the_port_is_off_then_off(tmp_path: Path) -> None:
    settings = SMALL + 'web: {port: off, public_url: "https://desk.example.org"}\n'
    loaded = load(tmp_path, settings)
    assert loaded.settings is not None
    assert loaded.settings.websub.public_url == ""
