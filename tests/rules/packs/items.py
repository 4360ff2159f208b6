"""The annotated items of this folder's `items-*.yaml`."""

from pathlib import Path

import yaml

from tests.bench.flags import Annotated

_LETTERS = {"d": "dprk_troops", "c": "casualties"}


def read_items(language: str) -> list[Annotated]:
    """Read the items of one language."""
    path = Path(__file__).with_name(f"items-{language}.yaml")
    found = yaml.safe_load(path.read_text("utf-8"))["items"]
    return [
        Annotated(language, item["title"], item["text"], frozenset(_LETTERS[letter] for letter in item["flags"]))
        for item in found
    ]
