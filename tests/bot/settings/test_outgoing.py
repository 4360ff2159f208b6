"""Headers, logins and proxies of feeds: read into their places, secrets named and never shown."""

from pathlib import Path

import pytest

from adapters.errors import FetchFailure, FetchReason
from bot.logs import Redactor, collect_secrets
from bot.request import build_request
from bot.settings.model import Settings
from state import Access, Given
from tests.bot.settings.folders import FEED, lines, load

SUBSCRIPTION = 'subscriptions: [{id: desk, channel: "console:desk"}]\n'
FULL = (
    SUBSCRIPTION
    + """
polling: {connect_timeout: 3s, read_timeout: 4s, proxy: {env: DESK_PROXY}}
feeds:
  - id: wire
    url: https://example.org/feed
    publisher: A wire
    language: en
    headers: {X-Key: {env: WIRE_KEY}, Accept-Language: ko}
    auth: {user: desk, password_env: WIRE_PASSWORD}
  - {id: near, url: "https://example.org/2", publisher: B, language: en, proxy: off}
  - {id: far, url: "https://example.org/3", publisher: C, language: en, proxy: "http://proxy.example:3128"}
"""
)
SECRETS = {"WIRE_KEY": "k-12345", "WIRE_PASSWORD": "pass:wörd", "DESK_PROXY": "http://me:h%C3%BCsh@proxy:3128"}


def settle(folder: Path, text: str = FULL, **environ: str) -> Settings:
    settings = load(folder, text, **environ).settings
    assert settings is not None
    return settings


def feed(lines_: str) -> str:
    """Write a file whose one feed has further keys, from its seventh line on."""
    head = FEED.strip("{}").replace(", ", "\n    ")
    return f"{SUBSCRIPTION}feeds:\n  - {head}\n    {lines_}\n"


def test_access_when_configured_then_in_the_feed_without_its_secrets(tmp_path: Path) -> None:
    settings = settle(tmp_path, **SECRETS)
    headers = (("X-Key", Given(variable="WIRE_KEY")), ("Accept-Language", Given("ko")))
    assert [spec.access for spec in settings.feeds] == [
        Access(headers, "desk", Given(variable="WIRE_PASSWORD")),
        Access(proxy=Given()),
        Access(proxy=Given("http://proxy.example:3128")),
    ]
    assert not [value for value in SECRETS.values() if value in f"{settings}"]


def test_request_when_built_then_secrets_are_in_it_and_not_in_its_text(tmp_path: Path) -> None:
    settings = settle(tmp_path, **SECRETS)
    wire, near, far = (build_request(spec, settings.polling, settings.secrets, etag='"a"') for spec in settings.feeds)
    assert wire.headers == {"X-Key": "k-12345", "Accept-Language": "ko"}
    assert (wire.login, wire.proxy) == (("desk", "pass:wörd"), SECRETS["DESK_PROXY"])
    assert (wire.etag, wire.connect_timeout_s, wire.read_timeout_s) == ('"a"', 3.0, 4.0)
    assert (near.login, near.headers, near.proxy) == (None, {}, None)
    assert far.proxy == "http://proxy.example:3128"
    assert not [value for value in SECRETS.values() if value in f"{wire}"]


def test_request_when_a_variable_is_missing_then_failure_names_it(tmp_path: Path) -> None:
    settings = settle(tmp_path, DESK_PROXY="http://proxy:3128", WIRE_KEY="k")
    with pytest.raises(FetchFailure, match="WIRE_PASSWORD") as caught:
        build_request(settings.feeds[0], settings.polling, settings.secrets)
    assert caught.value.reason is FetchReason.NOT_CONFIGURED
    assert build_request(settings.feeds[1], settings.polling, settings.secrets).url == "https://example.org/2"


def test_secrets_when_in_the_environment_file_then_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("VEDETTE_KEY=filed\nWIRE_PASSWORD=filed\n", encoding="utf-8")
    text = FULL.replace("WIRE_KEY", "VEDETTE_KEY")
    loaded = load(tmp_path, text, WIRE_PASSWORD="real", DESK_PROXY="http://proxy:3128")
    assert loaded.problems == ()
    assert loaded.settings is not None
    values = {name: secret.get_secret_value() for name, secret in loaded.settings.secrets.items()}
    assert values == {"VEDETTE_KEY": "filed", "WIRE_PASSWORD": "real", "DESK_PROXY": "http://proxy:3128"}


def test_secrets_when_logged_then_taken_out_with_the_password_of_a_proxy(tmp_path: Path) -> None:
    settings = settle(tmp_path, **SECRETS)
    redactor = Redactor(collect_secrets(settings.tokens, settings.secrets))
    for text in (*SECRETS.values(), "hüsh", "h%C3%BCsh"):
        assert text not in redactor.redact(f"failed with {text} at once")


def test_variables_when_not_set_then_each_is_a_warning_at_its_place(tmp_path: Path) -> None:
    loaded = load(tmp_path, FULL)
    assert loaded.settings is not None
    hint = "set it in the environment or in .env"
    assert lines(loaded, tmp_path) == [
        f"vedette.yaml:3:63: warning: the variable DESK_PROXY is not set, so what needs it is not asked ({hint})",
        f"vedette.yaml:9:28: warning: the variable WIRE_KEY is not set, so what needs it is not asked ({hint})",
        f"vedette.yaml:10:38: warning: the variable WIRE_PASSWORD is not set, so what needs it is not asked ({hint})",
    ]


def test_variables_when_the_feed_is_switched_off_then_not_needed(tmp_path: Path) -> None:
    assert load(tmp_path, feed("enabled: false\n    headers: {X-Key: {env: WIRE_KEY}}")).problems == ()


@pytest.mark.parametrize(
    ("environ", "start"),
    [
        ({"WIRE_KEY": "two\nlines"}, "9:28: warning: the value of WIRE_KEY cannot be sent in a header"),
        ({"WIRE_KEY": "ключ"}, "9:28: warning: the value of WIRE_KEY cannot be sent in a header"),
        ({"DESK_PROXY": "hidden:3128"}, "3:63: warning: the variable DESK_PROXY does not hold a proxy's address"),
        ({"DESK_PROXY": "socks5://u:hush@p:1"}, "3:63: warning: the variable DESK_PROXY does not hold a proxy's"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_and_never_shown(
    tmp_path: Path, environ: dict[str, str], start: str
) -> None:
    loaded = load(tmp_path, FULL, **(SECRETS | environ))
    (line,) = lines(loaded, tmp_path)
    assert line.startswith(f"vedette.yaml:{start}")
    assert not [value for value in environ.values() if value in line]


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("headers: {X Key: a}", "7:15: error: 'X Key' is not the name of a header"),
        ("headers: {Host: a}", "7:15: error: the header Host is decided by Vedette"),
        ("headers: {If-None-Match: a}", "7:15: error: the header If-None-Match is decided by Vedette"),
        ('headers: {X-Key: "a\\r\\nX-Evil: b"}', "7:22: error: a header's value is one line of ASCII characters"),
        ("headers: {X-Key: ''}", "7:22: error: a header's value is one line of ASCII characters"),
        ("headers: {X-Key: 7}", "7:22: error: a header's value is text, or {env: NAME}"),
        ("headers: {X-Key: {evn: KEY}}", "7:22: error: a header's value is text, or {env: NAME}"),
        ("headers: {X-Key: {env: $KEY}}", "7:22: error: this is not the name of an environment variable"),
        ("headers: {X-Lang: a, x-lang: b}", "7:34: error: the header x-lang is given twice"),
        ("headers: {X-Api-Key: abc}", "7:26: warning: the value of X-Api-Key looks like a secret and stands in"),
        ("headers: {Authorization: Bearer abc}", "7:30: warning: the value of Authorization looks like a secret"),
        ("auth: {user: desk, password: hush}", "7:24: error: unknown field 'password'"),
        ("auth: {user: desk}", "7:11: error: the field 'password_env' is missing"),
        ("auth: {user: 'a:b', password_env: P}", "7:18: error: a user name cannot hold a colon"),
        (
            "auth: {user: a, password_env: P}\n    headers: {Authorization: {env: P}}",
            "8:30: error: the header Authorization is given twice ('auth' gives it too",
        ),
        ("proxy: socks5://proxy:1080", "7:12: error: a proxy is asked over http or https"),
        ("proxy: http://me:hush@proxy:3128", "7:12: error: a user name or password cannot stand in a proxy's"),
        ("proxy: [a]", "7:12: error: a proxy is an address, {env: NAME}, or off"),
    ],
)
def test_a_mistake_is_reported_at_its_place_without_the_value(tmp_path: Path, key: str, start: str) -> None:
    told = lines(load(tmp_path, feed(key), P="set"), tmp_path)
    assert [line for line in told if line.startswith(f"vedette.yaml:{start}")], told
    assert not [line for line in told if "hush" in line]


@pytest.mark.parametrize("key", ["connect_timeout", "read_timeout"])
def test_a_limit_when_longer_than_a_whole_poll_is_a_warning(tmp_path: Path, key: str) -> None:
    text = f"{SUBSCRIPTION}feeds: [{FEED}]\npolling: {{timeout: 5s, {key}: 6s}}\n"
    (line,) = lines(load(tmp_path, text), tmp_path)
    assert line.startswith("vedette.yaml:3:")
    assert "warning: this is longer than a whole answer may take" in line
