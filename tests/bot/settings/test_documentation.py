"""The page on configuration keeps up with the code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bot.settings.environment import KNOWN
from bot.settings.folder import list_packs
from bot.settings.quantities import format_duration, format_size
from bot.settings.schema import VedetteFile

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """Give the model of each section, and of the whole file under its own name."""
    yield "vedette.yaml", VedetteFile
    for name, info in VedetteFile.model_fields.items():
        for model in (info.annotation, *get_args(info.annotation)):
            if isinstance(model, type) and issubclass(model, BaseModel):
                yield name, model


def documented(section: str) -> dict[str, str]:
    """Give the defaults that the page states for the keys of one section."""
    text = re.split(rf"^##+ {re.escape(section)}$", PAGE, flags=re.MULTILINE)[1]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", re.split(r"^##", text, flags=re.MULTILINE)[0], re.MULTILINE)
    return {key: default.strip("`") for key, default in rows}


def written(default: Any, key: str) -> str:
    """Write a default as a person would in the file."""
    if isinstance(default, bool):
        return str(default).lower()
    if key == "max_size":
        return format_size(default)
    return format_duration(default) if isinstance(default, float) else str(default)


@pytest.mark.parametrize(("section", "model"), list(sections()), ids=[name for name, _ in sections()])
def test_every_key_is_documented_with_its_default(section: str, model: type[BaseModel]) -> None:
    told = documented(section)
    assert set(told) == set(model.model_fields)
    for key, info in model.model_fields.items():
        plain = isinstance(info.default, bool | int | float) or (isinstance(info.default, str) and info.default)
        if plain and not info.is_required():
            assert told[key] == written(info.default, key)


def test_every_variable_and_every_pack_is_documented() -> None:
    assert not [name for name in (*KNOWN, *list_packs()) if f"`{name}`" not in PAGE]
