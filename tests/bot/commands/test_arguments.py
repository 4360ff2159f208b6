"""Arguments are read as people type them."""

import pytest
from hypothesis import given, settings

from bot.commands import COMMANDS
from bot.commands.arguments import parse_arguments, split_list, split_words
from bot.commands.command import Arguments, Refused
from tests.hostile import hostile_text

_BY_NAME = {command.name: command for command in COMMANDS}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("north korea", ["north", "korea"]),
        ('"north korea" killed', ["north korea", "killed"]),
        ("“north korea” «Північна Корея»", ["north korea", "Північна Корея"]),
        ('"left open', ["left open"]),
        ("Kyiv's п'ять back\\slash #1", ["Kyiv's", "п'ять", "back\\slash", "#1"]),
        ("a\u00a0b\n\tc", ["a", "b", "c"]),
        ("", []),
    ],
)
def test_split_words_when_people_type_then_quotes_hold_and_nothing_else_is_special(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "rules=a,b severity=high",
        "rules=a, b severity=high",
        "rules = a , b severity = high",
        "--rules a,b --severity high",
        "--rules=a,b --severity=high",
        "—rules a,b —severity high",
        "RULE=a rules=b Severity=high",
        'rules="a, b" severity=high',
    ],
)
def test_parse_arguments_when_options_are_spelt_in_any_way_then_they_read_alike(text: str) -> None:
    arguments = parse_arguments(text, _BY_NAME["subscribe"])
    assert arguments.words == ()
    assert split_list(arguments.option("rules")) == ("a", "b")
    assert arguments.option("severity") == "high"


@pytest.mark.parametrize("text", ["severty=high", "--severty high", "--severty=high"])
def test_parse_arguments_when_an_option_is_misspelt_then_the_right_one_is_suggested(text: str) -> None:
    with pytest.raises(Refused, match="no option “severty”") as refused:
        parse_arguments(text, _BY_NAME["subscribe"])
    assert refused.value.hint == "Did you mean “severity”?"


def test_parse_arguments_when_nothing_is_near_then_the_usage_is_shown() -> None:
    with pytest.raises(Refused) as refused:
        parse_arguments("xyz=1", _BY_NAME["unsubscribe"])
    assert refused.value.hint == "Usage: unsubscribe ID|all [channel=PLATFORM:ADDRESS]"


def test_parse_arguments_when_a_command_takes_none_then_words_are_refused() -> None:
    with pytest.raises(Refused, match="status takes no “please”"):
        parse_arguments("please", _BY_NAME["status"])


def test_parse_arguments_when_a_command_takes_prose_then_equal_signs_are_words() -> None:
    assert parse_arguments("x=1 limit=3", _BY_NAME["search"]) == Arguments(("x=1",), {"limit": "3"})


@settings(deadline=None)
@given(hostile_text)
def test_parse_arguments_when_given_any_text_then_it_reads_or_refuses(text: str) -> None:
    for command in COMMANDS:
        try:
            arguments = parse_arguments(text, command)
        except Refused:
            continue
        assert all(arguments.words)
