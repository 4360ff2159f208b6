"""The sample wire: invented outlets and what they publish when, read from this folder's YAML and checked."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Annotated, Literal, Self

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from rules.model import FeedId

NEWEST = 20
"""So many items a feed shows, as most real feeds do."""

LEAST_GAP = timedelta(minutes=20)
"""What lies between two publications at the least, so that the clock can tell them apart at any speed."""

Told = Literal["new", "update", "none"]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class _Written(BaseModel):
    """What people wrote in YAML: nothing unknown, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Outlet(_Written):
    """An invented outlet and its feed."""

    id: Id
    publisher: str
    domain: Annotated[str, Field(pattern=r"^([a-z0-9-]+\.)+example$")]
    language: Literal["en", "ko", "uk", "ru"]
    kind: str
    country: str
    format: Literal["rss", "atom"]
    about: str
    state_affiliated: bool = False

    @property
    def feed(self) -> FeedId:
        """Give the id of the outlet's feed."""
        return FeedId(self.id)


class Expectation(_Written):
    """What the shipped rules should make of a version, and what its readers should be told."""

    dprk_troops: bool
    casualties: bool
    alert: Told


class WireVersion(_Written):
    """One version of an item, by itself; `text` is HTML."""

    at: AwareDatetime
    title: str
    text: str
    tags: tuple[str, ...]
    expect: Expectation


class _Edit(_Written):
    at: AwareDatetime
    title: str | None = None
    text: str
    tags: Annotated[tuple[str, ...], Field(min_length=1)]
    expect: Expectation


class WireItem(_Written):
    """An item as written: its own words, or whose words it reprints."""

    id: Id
    feed: Id
    at: AwareDatetime
    title: str | None = None
    text: str | None = None
    reprint_of: Id | None = None
    link: Literal["own", "original", "relative"] = "own"
    """`original`: the reprinted item's address with tracking parameters; `relative`: its own, without a host."""
    dated: bool = True
    """Whether the feed states when it was published."""
    tags: Annotated[tuple[str, ...], Field(min_length=1)]
    expect: Expectation
    versions: tuple[_Edit, ...] = ()
    """Later versions, oldest first."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        own = self.title is not None and self.text is not None
        if own == (self.reprint_of is not None) or (not own and (self.title or self.text)):
            raise ValueError(f"{self.id}: give either title and text, or reprint_of")
        if self.link == "original" and self.reprint_of is None:
            raise ValueError(f"{self.id}: link 'original' needs reprint_of")
        moments = [self.at, *(edit.at for edit in self.versions)]
        if any(later <= earlier for earlier, later in pairwise(moments)):
            raise ValueError(f"{self.id}: each version must be later than the one before")
        return self


class Wire(_Written):
    """Everything that is published; items in order of publication."""

    start: AwareDatetime
    """What is older is on the wire before anybody polls it."""
    feeds: tuple[Outlet, ...]
    items: tuple[WireItem, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        outlets = {outlet.id for outlet in self.feeds}
        seen: dict[str, WireItem] = {}
        for item in self.items:
            self._check_item(item, outlets, seen)
            seen[item.id] = item
        for earlier, later in pairwise(self.moments):
            if later - earlier < LEAST_GAP:
                raise ValueError(f"{earlier} and {later} are nearer than {LEAST_GAP}")
        return self

    def _check_item(self, item: WireItem, outlets: set[str], seen: dict[str, WireItem]) -> None:
        if item.id in seen:
            raise ValueError(f"{item.id}: this id is given twice")
        if item.feed not in outlets:
            raise ValueError(f"{item.id}: there is no feed {item.feed!r}")
        if item.reprint_of is not None and seen.get(item.reprint_of, item).text is None:
            raise ValueError(f"{item.id}: reprints {item.reprint_of!r}, which is no earlier item with words of its own")
        if seen and item.at < next(reversed(seen.values())).at:
            raise ValueError(f"{item.id}: items must stand in order of publication")

    @cached_property
    def moments(self) -> tuple[datetime, ...]:
        """The start, then every moment at which something is published or edited."""
        changes = set().union(*self._changes.values())
        return (self.start, *sorted(at for at in changes if at > self.start))

    @cached_property
    def _by_id(self) -> dict[str, WireItem]:
        return {item.id: item for item in self.items}

    @cached_property
    def _versions(self) -> dict[str, tuple[WireVersion, ...]]:
        return {item.id: tuple(self._spell_out(item)) for item in self.items}

    @cached_property
    def _changes(self) -> dict[str, list[datetime]]:
        """Give, for each feed, the moments at which it changes, ascending."""
        changes = {outlet.id: set[datetime]() for outlet in self.feeds}
        for item in self.items:
            changes[item.feed].update(version.at for version in self.versions(item))
        return {feed: sorted(moments) for feed, moments in changes.items()}

    def outlet(self, feed: str) -> Outlet | None:
        """Give a feed's outlet, None for an unknown feed."""
        return next((outlet for outlet in self.feeds if outlet.id == feed), None)

    def original(self, item: WireItem) -> WireItem:
        """Give the item whose words this one carries: the reprinted one, or itself."""
        return item if item.reprint_of is None else self._by_id[item.reprint_of]

    def versions(self, item: WireItem) -> tuple[WireVersion, ...]:
        """Give an item's versions, oldest first."""
        return self._versions[item.id]

    def due(self, feed: str, now: datetime) -> tuple[tuple[WireItem, WireVersion], ...]:
        """Give what a feed shows at a moment, newest publication first, at most `NEWEST`."""
        return tuple(self._published(feed, now))[: -NEWEST - 1 : -1]

    def changed_at(self, feed: str, now: datetime) -> datetime | None:
        """Give the moment of the feed's last change by now, None while it is empty."""
        changes = self._changes[feed]
        count = bisect_right(changes, now)
        return changes[count - 1] if count else None

    def find(self, feed: str, item: str, now: datetime) -> tuple[WireItem, WireVersion] | None:
        """Give a published item of a feed as it stands at a moment."""
        return next((pair for pair in self._published(feed, now) if pair[0].id == item), None)

    def _spell_out(self, item: WireItem) -> Iterator[WireVersion]:
        words = self.original(item)
        title, text = words.title or "", words.text or ""
        yield WireVersion(at=item.at, title=title, text=text, tags=item.tags, expect=item.expect)
        for edit in item.versions:
            title = edit.title if edit.title is not None else title
            yield WireVersion(at=edit.at, title=title, text=edit.text, tags=edit.tags, expect=edit.expect)

    def _published(self, feed: str, now: datetime) -> Iterator[tuple[WireItem, WireVersion]]:
        for item in self.items:
            if item.feed == feed and item.at <= now:
                yield item, next(version for version in reversed(self.versions(item)) if version.at <= now)


def load_wire() -> Wire:
    """Read the shipped wire. Raises pydantic's ValidationError when its files contradict themselves."""
    folder = files("bot.demo")
    written = _read(folder / "feeds.yaml")
    assert isinstance(written, dict)
    pages = sorted((page for page in (folder / "items").iterdir() if page.name.endswith(".yaml")), key=lambda p: p.name)
    return Wire.model_validate({**written, "items": [item for page in pages for item in _read(page)]})


def _read(page: Traversable) -> dict[str, object] | list[object]:
    content = yaml.load(page.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert isinstance(content, dict | list)
    return content
