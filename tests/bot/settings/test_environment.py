import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings.environment import parse_environment_file, read_tokens

TEXT = """
# a comment
SLACK_BOT_TOKEN=xoxb-1
export SLACK_APP_TOKEN = "xapp # 1"
DISCORD_TOKEN='d$HOME'   # not expanded
OTHER=
"""


def test_a_file_when_well_formed_gives_its_values() -> None:
    variables = parse_environment_file(".env", TEXT.replace("   # not expanded", ""))
    assert variables.problems == ()
    assert variables.values == {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp # 1",
        "DISCORD_TOKEN": "d$HOME",
        "OTHER": "",
    }


def test_a_plain_value_when_a_comment_follows_ends_before_it() -> None:
    assert parse_environment_file(".env", "A=b # c\nD=e#f").values == {"A": "b", "D": "e#f"}


def test_lines_when_wrong_or_doubtful_are_reported_with_their_place() -> None:
    variables = parse_environment_file(".env", "A=1\n  nonsense\n1A=2\nA=3\nSLACK_BOTTOKEN=xoxb-secret\n")
    assert [str(problem) for problem in variables.problems] == [
        ".env:2:3: error: this line is not NAME=value (start a comment with #)",
        ".env:3:1: error: this line is not NAME=value (start a comment with #)",
        ".env:4:1: warning: A is set twice (the last one counts)",
        ".env:5:1: warning: Vedette does not know SLACK_BOTTOKEN (did you mean 'SLACK_BOT_TOKEN'?)",
    ]
    assert variables.values["A"] == "3"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SLAK_APP_TOKEN", "SLACK_APP_TOKEN"),
        ("SLCAK_BOT_TOKEN", "SLACK_BOT_TOKEN"),
        ("SALCK_BTO_TOKEN", "SLACK_BOT_TOKEN"),
        ("SLACKAPPTOKEN", "SLACK_APP_TOKEN"),
        ("DYSCORD_TOKAN", "DISCORD_TOKEN"),
        ("discord_token", "DISCORD_TOKEN"),
        ("DISCORD_BOT_TOKEN", "DISCORD_TOKEN"),
    ],
)
def test_a_name_when_an_edit_or_two_from_ours_is_doubted_with_the_name_that_was_meant(name: str, meant: str) -> None:
    (problem,) = parse_environment_file(".env", f"{name}=secret").problems
    assert str(problem) == f".env:1:1: warning: Vedette does not know {name} (did you mean '{meant}'?)"


@pytest.mark.parametrize("name", ["TOKEN", "APP_TOKEN", "WIRE_TOKEN", "PATH"])
def test_a_name_when_far_from_ours_is_not_doubted(name: str) -> None:
    assert parse_environment_file(".env", f"{name}=x").problems == ()


def test_a_name_like_ours_when_the_configuration_uses_it_is_not_doubted() -> None:
    assert parse_environment_file(".env", "SLAK_APP_TOKEN=x", {"SLAK_APP_TOKEN"}).problems == ()


@pytest.mark.parametrize(("value", "quote"), [('"secret', '"'), ("'secret # no end", "'"), ('"', '"'), ("'it\"", "'")])
def test_a_quote_when_never_closed_is_an_error_at_its_place_that_hides_the_value(value: str, quote: str) -> None:
    (problem,) = parse_environment_file(".env", f"A=1\n  export WIRE_KEY = {value}\n").problems
    assert str(problem) == (
        ".env:2:21: error: the quote before the value of WIRE_KEY is never closed "
        f"(end the line with {quote}, or take the first one away)"
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [('"a b" # why', "a b"), ("'a'  # it's", "a"), ('"a"b"', 'a"b'), ('""', ""), ('a"', 'a"'), ('"it\'s"', "it's")],
)
def test_a_quoted_value_when_closed_ends_at_its_quote_and_a_comment_may_follow(written: str, value: str) -> None:
    variables = parse_environment_file(".env", f"A={written}")
    assert (variables.values["A"], variables.problems) == (value, ())


def test_a_token_when_set_in_the_environment_wins_over_the_file_and_is_never_shown() -> None:
    tokens = read_tokens({"DISCORD_TOKEN": "real", "SLACK_APP_TOKEN": ""}, {"DISCORD_TOKEN": "filed"})
    assert tokens.discord is not None
    assert tokens.discord.get_secret_value() == "real"
    assert tokens.slack_app is None
    assert "real" not in f"{tokens} {tokens!r}"


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=100)
def test_any_text_as_environment_file_gives_values_or_problems(text: str) -> None:
    variables = parse_environment_file(".env", text)
    lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    assert len(variables.values) + len(variables.problems) >= bool(lines)
