"""Each kind of mistake is reported at its place, with what to do about it."""

from pathlib import Path

import pytest

from bot.settings.load import load_folder
from tests.bot.settings.folders import FEED, lines, load, write_folder

SUBSCRIPTION = '{id: desk, channel: "console:desk"}'

SINGLE = [
    pytest.param(
        f"feeds: [{FEED}]\nsubscriptions: [{SUBSCRIPTION}]\npoling: {{}}",
        "vedette.yaml:3:1: error: unknown field 'poling' (did you mean 'polling'?)",
        id="unknown key",
    ),
    pytest.param(
        "feeds: [\nsubscriptions: []",
        "vedette.yaml:3:1: error: not valid YAML: a list in [ ] is broken or never closed "
        "(check commas, quotes and the ])",
        id="broken YAML",
    ),
    pytest.param(
        "polling: {max_bytes: 5MB}",
        "vedette.yaml:1:11: error: unknown field 'max_bytes' (did you mean 'max_size'?)",
        id="unknown key that shares a word",
    ),
    pytest.param(
        "version: 2",
        "vedette.yaml:1:10: error: the number 2 is not one of the allowed values (allowed: 1)",
        id="version",
    ),
    pytest.param(
        "polling:\n  interval: 5",
        "vedette.yaml:2:13: error: a duration needs a unit (write 5s for seconds)",
        id="duration without unit",
    ),
    pytest.param(
        "polling:\n  interval: 200ms",
        "vedette.yaml:2:13: error: 200ms is out of bounds (from 1s to 7d)",
        id="interval out of bounds",
    ),
    pytest.param(
        "polling: {max_size: 5 megs}",
        "vedette.yaml:1:21: error: '5 megs' is not a size (write it like 512KiB or 5MB)",
        id="size syntax",
    ),
    pytest.param(
        "polling: {workers: 0}",
        "vedette.yaml:1:20: error: 0 is out of bounds (from 1 to 64)",
        id="workers out of bounds",
    ),
    pytest.param(
        "web: {port: 70000}",
        "vedette.yaml:1:13: error: 70000 is not a port (from 1 to 65535, or 0 to let the system choose)",
        id="port range",
    ),
    pytest.param(
        "web: {port: http}", "vedette.yaml:1:13: error: a port is a whole number, or off", id="port that is no number"
    ),
    pytest.param(
        "log: {level: inf}",
        "vedette.yaml:1:14: error: 'inf' is not one of the allowed values (did you mean 'info'?)",
        id="log level",
    ),
    pytest.param(
        "retention: 1h",
        "vedette.yaml:1:12: error: 1h is out of bounds (from 1d to 3650d)",
        id="retention out of bounds",
    ),
    pytest.param(
        "delivery:\n  backoff: 10m\n  backoff_ceiling: 1m",
        "vedette.yaml:3:20: error: the longest wait is shorter than the first one (write at least 10m)",
        id="contradicting waits",
    ),
    pytest.param(
        "store: postgresql://db/vedette",
        "vedette.yaml:1:8: error: a store on PostgreSQL joins in a later version "
        "(write a file's name, such as vedette.db)",
        id="postgresql",
    ),
    pytest.param(
        "store: mysql://db/vedette",
        "vedette.yaml:1:8: error: there is no store 'mysql://' (write a file's name, such as vedette.db)",
        id="unknown store",
    ),
    pytest.param(
        "store: rules",
        "vedette.yaml:1:8: error: the store is to be a file and there is a folder of that name (choose another name)",
        id="store is a folder",
    ),
    pytest.param(
        "rules: {packs: [north-korea-rusia]}",
        "vedette.yaml:1:17: error: there is no rule pack 'north-korea-rusia' (did you mean 'north-korea-russia'?)",
        id="unknown pack",
    ),
    pytest.param(
        "rules: {folder: rulez}",
        "vedette.yaml:1:17: error: there is no folder rulez (make it, or leave it out)",
        id="missing rules folder",
    ),
    pytest.param(
        "rules: {folder: vedette.yaml}",
        "vedette.yaml:1:17: error: vedette.yaml is a file and a folder is wanted",
        id="rules folder is a file",
    ),
    pytest.param(
        f"rules: {{folder: {'a' * 5000}}}",
        f"vedette.yaml:1:17: error: there is no folder {'a' * 80} (make it, or leave it out)",
        id="name too long for the system",
    ),
    pytest.param(
        "store: nowhere/vedette.db",
        "vedette.yaml:1:8: error: the store's folder {folder}/nowhere does not exist (make it first)",
        id="store in a missing folder",
    ),
    pytest.param(
        f"store: {'a' * 5000}",
        "vedette.yaml:1:8: error: the store cannot be looked for: File name too long (choose another place)",
        id="store's name too long for the system",
    ),
    pytest.param(
        "console: {transcript: rules}",
        "vedette.yaml:1:23: error: the transcript is to be a file and there is a folder of that name "
        "(choose another name)",
        id="transcript is a folder",
    ),
]


@pytest.mark.parametrize(("settings", "line"), SINGLE)
def test_a_mistake_in_one_key_is_reported_at_its_place(tmp_path: Path, settings: str, line: str) -> None:
    loaded = load(tmp_path, settings)
    assert loaded.settings is None
    assert line.replace("{folder}", str(tmp_path)) in lines(loaded, tmp_path)


FEEDS = [
    pytest.param(
        "url: example.org/feed",
        "4:12: error: a feed is read over http or https (write https://example.org/feed)",
        id="no scheme",
    ),
    pytest.param("url: https:///feed", "4:12: error: this web address names no host", id="no host"),
    pytest.param("url: https://a.org:99999/x", "4:12: error: this is not a web address", id="port of the address"),
    pytest.param(
        "url: https://me:secret@a.org/x",
        "4:12: error: a user name or password cannot stand in a feed's",
        id="credentials",
    ),
    pytest.param("language: kr-KR", "4:17: error: 'kr-KR' is not a language code of two letters", id="language"),
    pytest.param("language: kr", "4:17: warning: 'kr' is the code of another language", id="likely language slip"),
    pytest.param("country: UK", "4:16: error: 'UK' is not a country code of two letters", id="country"),
    pytest.param("kind: News Wire", "4:13: error: 'News Wire' is not a kind: one lower-case word", id="kind"),
    pytest.param("interval: 10d", "4:17: error: 10d is out of bounds (from 1s to 7d)", id="interval"),
    pytest.param("interval: 5s", "4:17: warning: asks this publisher every 5s", id="hasty interval"),
    pytest.param("enabled: yes", "4:16: error: expected true or false, found 'yes'", id="flag"),
    pytest.param("url: http://127.0.0.1/x", "4:12: warning: a private address is not asked", id="private address"),
    pytest.param("id: Wire 7", "4:11: error: 'Wire 7' is not an id", id="id"),
    pytest.param(
        "publisher: ''", "4:18: error: too short: at least 1 character (write something here, or take", id="nobody"
    ),
    pytest.param("publisher: 7", "4:18: error: expected text, found the number 7", id="number for text"),
]


@pytest.mark.parametrize(("key", "start"), FEEDS)
def test_a_mistake_in_a_feed_is_reported_at_its_place(tmp_path: Path, key: str, start: str) -> None:
    fields = {"id": "wire", "url": '"https://example.org/feed"', "publisher": "A wire", "language": "en"}
    name, _, value = key.partition(": ")
    rest = "".join(f"\n      {each}: {text}" for each, text in fields.items() if each != name)
    loaded = load(tmp_path, f"subscriptions: [{SUBSCRIPTION}]\nfeeds:\n    -\n      {name}: {value}{rest}\n")
    assert [line for line in lines(loaded, tmp_path) if line.startswith(f"vedette.yaml:{start}")]


SUBSCRIPTIONS = [
    pytest.param(
        "channel: desk", "6:14: error: 'desk' names no platform (write console:desk or slack:desk)", id="platform"
    ),
    pytest.param("channel: slak:desk", "6:14: error: there is no platform 'slak' (did you mean 'slack'?)", id="slip"),
    pytest.param("channel: 'console:'", "6:14: error: the channel's address on console is missing", id="address"),
    pytest.param("channel: {console: desk}", "6:14: error: a channel is one word", id="space after the colon"),
    pytest.param("channel: slack:desk", "6:14: warning: posting to slack is not in this version yet", id="later"),
    pytest.param("min_severity: hihg", "6:19: error: 'hihg' is not one of the allowed values (did", id="severity"),
    pytest.param("rules: [loses]", "6:13: error: there is no rule 'loses' (did you mean 'losses'?)", id="rule"),
    pytest.param("feeds: [wier]", "6:13: error: there is no feed 'wier' (did you mean 'wire'?)", id="feed"),
    pytest.param("feeds: [off]", "6:13: warning: the feed 'off' is switched off", id="disabled feed"),
    pytest.param("languages: [ko]", "6:17: warning: no feed has the language 'ko' (feeds speak en)", id="language"),
    pytest.param(
        "languages: en", "6:16: error: expected a list, found 'en' (put it in brackets: [ ... ])", id="no list"
    ),
    pytest.param("id: other", "6:9: error: the subscription id 'other' is taken (the first is in line 8)", id="taken"),
]


@pytest.mark.parametrize(("key", "start"), SUBSCRIPTIONS)
def test_a_mistake_in_a_subscription_is_reported_at_its_place(tmp_path: Path, key: str, start: str) -> None:
    name = key.partition(":")[0]
    fields = {"id": "desk", "channel": "console:desk"}
    rest = "".join(f"\n    {each}: {text}" for each, text in fields.items() if each != name)
    off = '{id: off, url: "https://example.org/2", publisher: B, language: uk, enabled: false}'
    head = f"feeds:\n  - {FEED}\n  - {off}\nsubscriptions:\n  -\n    {key}{rest}\n"
    tail = '  - {id: other, channel: "console:other"}\n'
    if name == "id":
        head, tail = f"feeds:\n  - {FEED}\n  - {off}\nsubscriptions:\n{tail}", f"  -\n    {key}{rest}\n"
        start = start.replace("6:9", "7:9").replace("line 8", "line 5")
    loaded = load(tmp_path, head + tail)
    assert [line for line in lines(loaded, tmp_path) if line.startswith(f"vedette.yaml:{start}")]


def test_a_rule_of_a_subscription_when_there_are_no_rules_at_all_is_reported(tmp_path: Path) -> None:
    settings = f"feeds: [{FEED}]\nsubscriptions: [{{id: desk, channel: 'console:desk', rules: [losses]}}]\n"
    text = lines(load_folder(write_folder(tmp_path, settings, rules=None), {}), tmp_path)
    assert text[0].startswith("vedette.yaml:1:1: warning: there are no rules, so nothing is flagged")
    assert text[1] == "vedette.yaml:2:61: error: there is no rule 'losses' (`vedette rules list` lists them)"


def test_feeds_when_doubled_are_reported_with_the_place_of_the_first(tmp_path: Path) -> None:
    again = '{id: wire, url: "https://EXAMPLE.org/feed#top", publisher: B, language: en}'
    loaded = load(tmp_path, f"subscriptions: [{SUBSCRIPTION}]\nfeeds:\n  - {FEED}\n  - {again}\n")
    assert lines(loaded, tmp_path) == [
        "vedette.yaml:4:10: error: the feed id 'wire' is taken (the first is in line 3)",
        "vedette.yaml:4:21: error: this address is polled already ('wire' in line 3 has it; remove one)",
    ]


def test_an_empty_file_when_loaded_is_settings_with_warnings(tmp_path: Path) -> None:
    loaded = load(tmp_path, "")
    assert loaded.settings is not None
    assert lines(loaded, tmp_path) == [
        "vedette.yaml:1:1: warning: there are no feeds, so nothing is watched (add one under `feeds:`)",
        "vedette.yaml:1:1: warning: there are no subscriptions, so nobody is told (add one under `subscriptions:`)",
    ]


def test_mistakes_in_several_files_are_all_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("oops\n", encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bad.yaml").write_text("version: 1\nrulez: []\n", encoding="utf-8")
    (tmp_path / "rules" / "worse.yml").write_bytes("version: 1\n# Київ \xff".encode("latin-1", "replace") + b"\xff")
    loaded = load(tmp_path, "polling: {tick: 1}\nfeeds:\n  - {id: a}\nsubscriptions: [{id: b, channel: c}]\n")
    files = [line.split(":")[0] for line in lines(loaded, tmp_path)]
    assert {".env", "rules/bad.yaml", "rules/worse.yml", "vedette.yaml"} == set(files)
    assert files.count("vedette.yaml") >= 5
