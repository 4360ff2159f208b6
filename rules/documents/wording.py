"""What pydantic found, in our words, with what to do about it."""

import difflib
from collections.abc import Iterable, Sequence

from pydantic_core import ErrorDetails

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping (`key: value` lines)",
    "model_type": "a mapping (`key: value` lines)",
    "model_attributes_type": "a mapping (`key: value` lines)",
    "none_required": "nothing",
}
_LIMITS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
_LENGTHS = {
    "string_too_short": ("too short: at least", "min_length", "character", "write something here, or take it away"),
    "string_too_long": ("too long: at most", "max_length", "character", "shorten it"),
    "too_short": ("too few: at least", "min_length", "entry", "add what is missing, or take the whole list away"),
    "too_long": ("too many: at most", "max_length", "entry", "take some away"),
}
_PLURALS = {"character": "characters", "entry": "entries"}


def suggest(word_: str, known: Iterable[str]) -> str:
    """Give `did you mean '...'?` for the nearest known word, or an empty string when none is near."""
    names = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word_.casefold()[:80], names, n=1, cutoff=0.6)
    return f"did you mean '{names[near[0]]}'?" if near else ""


def follows(detail: ErrorDetails) -> bool:
    """Tell whether an error only follows from others: a list is too short when its bad entries are not counted."""
    found = detail["input"]
    return detail["type"] == "too_short" and isinstance(found, list) and len(found) >= detail["ctx"]["min_length"]


def word(detail: ErrorDetails, fields: Sequence[str]) -> tuple[str, str]:
    """Give message and hint for one pydantic error; `fields` are those its mapping knows."""
    kind, loc = detail["type"], detail["loc"]
    name = str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        return f"unknown field '{name}'", _suggest_field(name, fields) or _choices("known here", fields)
    if kind == "missing":
        return f"the field '{name}' is missing", f"add `{name}:`"
    if kind in _EXPECTED:
        return _wrong_type(kind, detail["input"])
    if kind in ("enum", "literal_error"):
        return _wrong_choice(detail)
    return _wrong_measure(detail)


def _suggest_field(name: str, fields: Sequence[str]) -> str:
    """Suggest a field of a like name, or else the only one that shares a word with it: `max_size` for `max_bytes`."""
    words = set(name.casefold().split("_"))
    sharing = [field for field in fields if words & set(field.split("_"))]
    return suggest(name, fields) or (suggest(sharing[0], sharing) if len(sharing) == 1 else "")


def _wrong_type(kind: str, found: object) -> tuple[str, str]:
    wanted = _EXPECTED[kind]
    message = f"expected {wanted}, found {_describe(found)}"
    if kind == "string_type" and isinstance(found, bool | int | float):
        written = str(found).lower() if isinstance(found, bool) else str(found)
        return message, f'put it in quotes: "{written}"'
    if kind in ("list_type", "tuple_type") and isinstance(found, str):
        return message, "put it in brackets: [ ... ]"
    return message, ""


def _wrong_choice(detail: ErrorDetails) -> tuple[str, str]:
    choices = [part.strip("'\"") for part in _split_choices(str(detail.get("ctx", {}).get("expected", "")))]
    found = detail["input"]
    message = f"{_describe(found)} is not one of the allowed values"
    return message, suggest(str(found), choices) or _choices("allowed", choices)


def _split_choices(expected: str) -> list[str]:
    return [part for chunk in expected.split(", ") for part in chunk.split(" or ") if part]


def _wrong_measure(detail: ErrorDetails) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in ("too_short", "too_long") and isinstance(detail["input"], str):
        kind = f"string_{kind}"  # pydantic's name for text that was checked otherwise before
    if kind in _LIMITS:
        words, key = _LIMITS[kind]
        return f"must be {words} {context.get(key)}, found {_describe(detail['input'])}", ""
    if kind in _LENGTHS:
        words, key, unit, hint = _LENGTHS[kind]
        limit = context.get(key, 0)
        return f"{words} {limit:,} {unit if limit == 1 else _PLURALS[unit]}", hint
    if kind == "string_pattern_mismatch":
        return f"{_describe(detail['input'])} is not of the form {context.get('pattern')}", ""
    if kind in ("value_error", "assertion_error") and "error" in context:
        return str(context["error"]), ""
    return _sentence(detail["msg"]), str(context.get("hint", ""))


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:]


def _choices(label: str, names: Sequence[str]) -> str:
    return f"{label}: {', '.join(names)}" if names else ""


def _describe(found: object) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, bool):
        return f"{str(found).lower()}"
    if isinstance(found, int | float):
        return f"the number {found}"
    if isinstance(found, str):
        return f"'{found if len(found) <= 40 else found[:39] + '…'}'"
    return "a list" if isinstance(found, list) else "a mapping"
