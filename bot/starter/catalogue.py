"""The catalogue of known feeds: `catalogue.yaml` as values."""

from enum import StrEnum
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.settings.fields import Country, FeedAddress, Identifier, Kind, Language, Name


class Standing(StrEnum):
    """How far a feed can be relied on."""

    GOOD = "good"
    """It answered with fresh entries when last checked."""
    LISTED = "listed"
    """Others use it; nobody has confirmed it."""
    FLAKY = "flaky"
    """It answers from some networks or at some times only."""


class KnownFeed(BaseModel):
    """A feed that we know of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    name: Name
    url: FeedAddress
    publisher: Name
    language: Language
    kind: Kind
    country: Country = ""
    state_affiliated: bool = False
    status: Standing
    note: str = ""


_FEEDS = TypeAdapter(dict[str, Annotated[tuple[KnownFeed, ...], Field(min_length=1)]])


def read_catalogue() -> tuple[KnownFeed, ...]:
    """Read the shipped catalogue, in its own order."""
    text = (files("bot.starter") / "catalogue.yaml").read_text(encoding="utf-8")
    return _FEEDS.validate_python(yaml.load(text, Loader=yaml.CSafeLoader))["feeds"]
