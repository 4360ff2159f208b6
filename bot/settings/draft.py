"""`vedette.yaml` as far as it can be read: one bad feed does not hide what is wrong with the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from bot.settings.outgoing import Named, name_proxy, name_variables
from bot.settings.schema import (
    ConsoleSection,
    DeliverySection,
    FeedSection,
    OperatorSection,
    PollingSection,
    RulesSection,
    SubscriptionSection,
    VedetteFile,
    WebSection,
)
from rules.documents import Document, Section
from rules.problems import Level, Problem

S = TypeVar("S", bound=Section)
Loc = tuple[str | int, ...]
_HARMLESS: Mapping[str, Mapping[str, object]] = {
    "feeds": {"id": "unread", "url": "https://unread.invalid/", "publisher": "unread", "language": "en"},
    "subscriptions": {"id": "unread", "channel": "console:unread"},
}
"""What stands for a needed value that cannot be read: nothing that a check would speak of."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of the file that can be read, list items with their index; harmless values stand for bad ones."""

    document: Document[VedetteFile]
    rules: RulesSection
    packs: tuple[tuple[int, str], ...]
    polling: PollingSection
    feeds: tuple[tuple[int, FeedSection], ...]
    subscriptions: tuple[tuple[int, SubscriptionSection], ...]
    delivery: DeliverySection
    console: ConsoleSection
    operator: OperatorSection
    web: WebSection
    store: str

    def error(self, loc: Loc, message: str, hint: str = "") -> Problem:
        """Report an error at the value of `loc`."""
        return Problem(self.document.path, *self.document.place(loc), message, hint)

    def warning(self, loc: Loc, message: str, hint: str = "") -> Problem:
        """Report a warning at the value of `loc`."""
        return Problem(self.document.path, *self.document.place(loc), message, hint, Level.WARNING)

    def named(self) -> tuple[Named, ...]:
        """Give the variables that polling and the enabled feeds name."""
        feeds = ((index, feed) for index, feed in self.feeds if feed.enabled)
        own = (each for index, feed in feeds for each in name_variables(feed.access, "feeds", index))
        return (*name_proxy(self.polling.proxy, "polling"), *own)

    def texts(self, *loc: str | int) -> tuple[tuple[int, str], ...]:
        """Give the texts of a list as they are written, also when something around them is wrong."""
        return _texts(self.document.plain(loc))

    def ids(self, key: str) -> tuple[tuple[int, str], ...]:
        """Give the ids of a list's items as they are written, also of items in which something is wrong."""
        listed = self.document.plain((key,))
        pairs = ((index, self.document.plain((key, index, "id"))) for index in range(len(_list(listed))))
        return tuple((index, each) for index, each in pairs if isinstance(each, str))

    @property
    def is_clear_on_rules(self) -> bool:
        """Whether all packs and the folder of rules are named in a form that can be read."""
        written = self.document.plain(("rules",))
        if not isinstance(written, dict):
            return written is None
        packs = written.get("packs")
        named = packs is None or (isinstance(packs, list) and len(packs) == len(self.packs))
        return named and (written.get("folder") is None or "folder" in self.rules.model_fields_set)

    def is_read(self, loc: Loc, value: object) -> bool:
        """Tell whether a value is what the file says, and does not stand for one that cannot be read."""
        return self.document.plain(loc) == value

    def line(self, loc: Loc) -> int:
        """Give the line of the value at `loc`."""
        return self.document.place(loc)[0]


def read_draft(document: Document[VedetteFile]) -> Draft:
    """Take what is valid from a document that may have problems; defaults stand for the rest."""
    store = document.plain(("store",))
    return Draft(
        document,
        rules=_section(document, "rules", RulesSection),
        packs=_texts(document.plain(("rules", "packs"))),
        polling=_section(document, "polling", PollingSection),
        feeds=_items(document, "feeds", FeedSection),
        subscriptions=_items(document, "subscriptions", SubscriptionSection),
        delivery=_section(document, "delivery", DeliverySection),
        console=_section(document, "console", ConsoleSection),
        operator=_section(document, "operator", OperatorSection),
        web=_section(document, "web", WebSection),
        store=store if isinstance(store, str) else VedetteFile().store,
    )


def _section(document: Document[VedetteFile], key: str, model: type[S]) -> S:
    if document.plain(()) is None or document.plain((key,)) is None:
        return model()
    return _salvage(document.plain((key,)), model, {}) or model()


def _items(document: Document[VedetteFile], key: str, model: type[S]) -> tuple[tuple[int, S], ...]:
    listed = _list(document.plain((key,)))
    read = ((index, _salvage(each, model, _HARMLESS[key])) for index, each in enumerate(listed))
    return tuple((index, value) for index, value in read if value is not None)


def _list(written: object) -> list[object]:
    return written if isinstance(written, list) else []


def _texts(written: object) -> tuple[tuple[int, str], ...]:
    return tuple((index, each) for index, each in enumerate(_list(written)) if isinstance(each, str))


def _salvage(written: object, model: type[S], harmless: Mapping[str, object]) -> S | None:
    """Take what is valid of one mapping, so that its other values are checked against the rest of the file too."""
    if not isinstance(written, dict):
        return None
    try:
        return model.model_validate(written)
    except ValidationError as error:
        wrong = {problem["loc"][0] for problem in error.errors() if problem["loc"]}
    try:
        return model.model_validate(
            {**harmless, **{key: value for key, value in written.items() if key not in wrong and value is not None}}
        )
    except ValidationError:
        return None
