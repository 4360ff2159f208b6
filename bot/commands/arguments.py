"""The words that follow a command, read forgivingly: quotes, `name=value`, `--name value`."""

import shlex
from collections.abc import Iterator, Sequence

from bot.commands.answers import did_you_mean
from bot.commands.command import Arguments, Command, Option, Refused

# What keyboards and chat clients make of plain quotes and of two hyphens.
_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "—": "--", "–": "--"})


def parse_arguments(text: str, command: Command) -> Arguments:
    """Read what was given to a command. Raises Refused for an option that it does not have."""
    words: list[str] = []
    options: dict[str, str] = {}
    tokens = iter(_joined_lists(split_words(text)))
    for token in tokens:
        name, is_option, value = _as_option(token, tokens)
        option = _find_option(name, command) if is_option else None
        if option is not None:
            options[option.name] = ",".join(filter(None, (options.get(option.name), value)))
        elif is_option and not command.takes_prose:
            known = [each.name for each in command.options]
            raise Refused(
                f"{command.name} has no option “{name}”.", did_you_mean(name, known) or f"Usage: {command.usage}"
            )
        else:
            words.append(token)
    if words and not command.words:
        raise Refused(f"{command.name} takes no “{words[0]}”.", f"Usage: {command.usage}")
    return Arguments(tuple(words), options)


def split_words(text: str) -> list[str]:
    """Split at white space outside double quotes; a quote left open ends with the text."""
    plain = " ".join(text.translate(_PLAIN).split())
    return _split(plain + '"' * (plain.count('"') % 2))


def split_list(value: str) -> tuple[str, ...]:
    """Split `a, b` at commas, dropping what is empty or said twice."""
    return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))


def _split(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.quotes = '"'
    lexer.escape = lexer.commenters = ""
    return list(lexer)


def _joined_lists(tokens: Sequence[str]) -> Iterator[str]:
    """Join `rules=a, b` and `rules = a` into one token each."""
    held = ""
    for token in tokens:
        if held and (token.startswith(("=", ",")) or held.endswith(("=", ","))):
            held += token
            continue
        if held:
            yield held
        held = token
    if held:
        yield held


def _as_option(token: str, rest: Iterator[str]) -> tuple[str, bool, str]:
    """Read a token as name and value; `--name` takes the next token for its value. A number is no name."""
    name, separator, value = token.partition("=")
    if token.startswith("--") and not token[2:].isdigit():
        return name.lstrip("-"), True, value if separator else next(rest, "")
    return name, bool(separator and name), value


def _find_option(name: str, command: Command) -> Option | None:
    """Find an option by its name in any case, singular or plural."""
    wanted = name.casefold().removesuffix("s")
    return next((option for option in command.options if option.name.removesuffix("s") == wanted), None)
