"""Single values as YAML text."""

import json
import re

_PLAIN = re.compile(r"[^\W\d_][\w./+'-]*(?: [\w./+'&-]+)*")
_ADDRESS = re.compile(r"https?://[^\s#'\"{}\[\],]+")
_DURATION = re.compile(r"(?:\d+(?:ms|[smhdw]))+")
_READ_OTHERWISE = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})


def scalar(value: object) -> str:
    """Write a value so that YAML reads the same value back, in block and in flow style."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    plain = _PLAIN.fullmatch(text) and text.lower() not in _READ_OTHERWISE
    return (
        text if plain or _ADDRESS.fullmatch(text) or _DURATION.fullmatch(text) else json.dumps(text, ensure_ascii=False)
    )
