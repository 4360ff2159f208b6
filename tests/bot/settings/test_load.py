import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.settings.load import load_folder, shipped_settings
from bot.settings.model import Delivery, Polling, Web
from rules import compile_rules
from rules.model import FeedId, RuleId, Severity, Source
from tests.bot.settings.folders import FEED, RULES, SMALL, lines, load, write_folder

FULL = """
version: 1
store: data.db
retention: 30d
rules: {packs: [north-korea-russia], folder: rules}
polling:
  {interval: 10m, tick: 2s, timeout: 5s, max_size: 1MB, concurrency: 3, workers: 2, parse_timeout: 4s, user_agent: Desk}
feeds:
  - id: wire
    url: https://example.org/feed
    publisher: A wire
    language: ko
    kind: wire
    country: KR
    state_affiliated: true
    interval: 1h
    allow_private: true
  - {id: off, url: "https://example.org/2", publisher: B, language: uk, enabled: false}
subscriptions:
  - {id: desk, channel: "console:#desk", rules: [losses], min_severity: high, languages: [ko], feeds: [wire]}
delivery:
  {max_attempts: 3, backoff: 1s, backoff_ceiling: 1m, post_timeout: 3s, channel_spacing: 0s, drain_limit: 4s}
web: {host: 0.0.0.0, port: off}
log: {level: debug, format: json}
console: {transcript: posts.jsonl}
"""


def test_a_full_folder_when_loaded_gives_settings_with_everything_in_its_place(tmp_path: Path) -> None:
    loaded = load(tmp_path, FULL, DISCORD_TOKEN="d")
    assert loaded.problems == ()
    given_settings = loaded.settings
    assert given_settings is not None
    (feed,) = given_settings.feeds
    assert feed.source == Source(FeedId("wire"), "A wire", "ko", "wire", "KR", state_affiliated=True)
    assert (feed.url, feed.interval_s, feed.allow_private) == ("https://example.org/feed", 3600.0, True)
    (told,) = given_settings.subscriptions
    assert (told.channel, told.rules, told.min_severity) == ("console:#desk", (RuleId("losses"),), Severity.HIGH)
    assert (told.languages, told.feeds) == (("ko",), (FeedId("wire"),))
    assert given_settings.polling == Polling(2.0, 5.0, 1_000_000, 3, 2, 4.0, "Desk")
    assert given_settings.delivery == Delivery(3, 1.0, 60.0, 3.0, 0.0, 4.0)
    assert given_settings.web == Web("0.0.0.0", None)
    assert given_settings.console.transcript == tmp_path / "posts.jsonl"
    assert given_settings.retention_days == 30.0
    assert given_settings.store == f"sqlite:///{tmp_path}/data.db"
    assert given_settings.database == tmp_path / "data.db"
    assert [file.path for file in given_settings.rule_files][-1] == f"{tmp_path}/rules/own.yaml"
    assert len(given_settings.rule_files) > 1
    assert given_settings.tokens.discord is not None


def test_keys_when_left_out_or_empty_have_the_defaults_of_the_model(tmp_path: Path) -> None:
    loaded = load(tmp_path, f"{SMALL}\npolling:\ndelivery:\nweb:\nconsole:\n")
    assert loaded.settings is not None
    assert loaded.settings.polling == Polling()
    assert loaded.settings.delivery == Delivery()
    assert loaded.settings.web == Web()
    assert loaded.settings.feeds[0].interval_s == 300.0


@pytest.mark.parametrize("port", ["off", "null", "false"])
def test_the_web_port_when_switched_off_is_none(tmp_path: Path, port: str) -> None:
    loaded = load(tmp_path, f"{SMALL}\nweb: {{port: {port}}}\n")
    assert loaded.settings is not None
    assert loaded.settings.web.port is None


@pytest.mark.parametrize(
    ("store", "path"),
    [
        ("desk.db", "{}/desk.db"),
        ("sqlite:///desk.db", "{}/desk.db"),
        ("sqlite:////{}/x.db", "{}/x.db"),
        ("memory:", None),
    ],
)
def test_a_store_when_named_is_a_file_of_the_folder_or_memory(tmp_path: Path, store: str, path: str | None) -> None:
    loaded = load(tmp_path, f"{SMALL}\nstore: '{store.format(str(tmp_path)[1:])}'\n")
    assert loaded.settings is not None
    assert loaded.settings.database == (Path(path.format(tmp_path)) if path else None)


def test_the_folder_when_missing_is_one_problem_that_names_init(tmp_path: Path) -> None:
    loaded = load_folder(tmp_path / "nowhere", {})
    assert lines(loaded, tmp_path) == [
        f"nowhere:1:1: error: there is no such folder (`vedette init {tmp_path}/nowhere` writes a starter folder)"
    ]


def test_the_settings_file_when_missing_is_one_problem(tmp_path: Path) -> None:
    loaded = load_folder(tmp_path, {})
    assert [line.split(" (")[0] for line in lines(loaded, tmp_path)] == [
        "vedette.yaml:1:1: error: there is no such file"
    ]


def test_the_settings_file_when_it_is_a_folder_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "vedette.yaml").mkdir()
    (line,) = lines(load_folder(tmp_path, {}), tmp_path)
    assert line.startswith("vedette.yaml:1:1: error: this is a folder and a file is wanted")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_the_settings_file_when_unreadable_is_one_problem(tmp_path: Path) -> None:
    (write_folder(tmp_path) / "vedette.yaml").chmod(0)
    (line,) = lines(load_folder(tmp_path, {}), tmp_path)
    assert line.startswith("vedette.yaml:1:1: error: this file cannot be read: Permission denied")


def test_a_byte_that_is_not_utf8_is_a_problem_with_its_place(tmp_path: Path) -> None:
    (line,) = lines(load(tmp_path, b"version: 1\n# \xd0\x9a\xff\n"), tmp_path)
    assert line.startswith("vedette.yaml:2:4: error: this file is not UTF-8 text")


def test_a_byte_order_mark_when_present_is_no_problem(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xef\xbb\xbf" + SMALL.encode()).problems == ()


def test_a_byte_order_mark_of_the_secrets_file_is_no_part_of_its_first_name(tmp_path: Path) -> None:
    (write_folder(tmp_path) / ".env").write_bytes(b"\xef\xbb\xbfDISCORD_TOKEN=d\n")
    loaded = load_folder(tmp_path, {})
    assert loaded.problems == ()
    assert loaded.settings is not None
    assert loaded.settings.tokens.discord is not None


def test_rules_of_a_subscription_are_not_doubted_while_the_rules_themselves_are_broken(tmp_path: Path) -> None:
    write_folder(tmp_path, SMALL.replace("desk,", "desk, rules: [losses],"), rules=RULES.replace("severity: high", ""))
    text = "\n".join(lines(load_folder(tmp_path, {}), tmp_path))
    assert "severity" in text
    assert "there is no rule" not in text


def test_rule_files_when_hidden_or_of_another_kind_are_left_alone(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "rules" / ".hidden.yaml").write_text("nonsense: [", encoding="utf-8")
    (tmp_path / "rules" / "notes.txt").write_text("nonsense: [", encoding="utf-8")
    assert load_folder(tmp_path, {}).problems == ()


def test_one_bad_feed_does_not_hide_what_is_wrong_with_the_others(tmp_path: Path) -> None:
    loaded = load(
        tmp_path, f"feeds:\n  - {{id: 1}}\n  - {FEED}\n  - {FEED}\nsubscriptions: [{{id: d, channel: 'console:d'}}]"
    )
    assert "vedette.yaml:4:10: error: the feed id 'wire' is taken (the first is in line 3)" in lines(loaded, tmp_path)


def test_problems_are_sorted_by_file_and_place(tmp_path: Path) -> None:
    problems = load(tmp_path, "web: {port: x}\nlog: {level: x}\nfeeds: 1\nnothing: 1\n").problems
    assert len(problems) >= 4
    assert list(problems) == sorted(problems)


def test_shipped_settings_hold_rules_that_compile_and_one_channel() -> None:
    shipped = shipped_settings()
    assert compile_rules(shipped.rule_files).ruleset.rules
    assert [each.channel for each in shipped.subscriptions] == ["console:everything"]


NEARLY_YAML = st.lists(
    st.sampled_from(
        [
            "version",
            "feeds",
            "subscriptions",
            "id",
            "url",
            "rules",
            "packs",
            "polling",
            "interval",
            "web",
            "port",
            "store",
            ":",
            "-",
            "[",
            "]",
            "{",
            "}",
            ",",
            "1",
            "5m",
            "off",
            "null",
            "&a",
            "*a",
            "!",
            "|-",
            ">",
            "'",
            '"',
            "#",
            "console:x",
            "https://x.org",
            "\n",
            "\n\n",
            "\t",
            "\u200b",
            "\x00",
            "\ufeff",
            "-",
            "-",
            "é",
        ]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(st.binary(max_size=200), NEARLY_YAML.map(str.encode)))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_as_settings_file_give_settings_or_problems(tmp_path: Path, body: bytes) -> None:
    loaded = load(tmp_path, body)
    assert (loaded.settings is None) == bool(loaded.errors)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in loaded.problems)


@given(st.recursive(st.sampled_from(["a", "[", "{a: "]), lambda inner: st.tuples(inner, inner).map("".join)))
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_deep_nesting_gives_problems(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text * 2000).settings is None
