"""`vedette.yaml` as far as it can be read: one bad feed does not hide what is wrong with the others."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from bot.settings.outgoing import Named, name_proxy, name_variables
from bot.settings.schema import (
    ConsoleSection,
    DeliverySection,
    FeedSection,
    PollingSection,
    RulesSection,
    SubscriptionSection,
    VedetteFile,
)
from rules.documents import Document, Section
from rules.problems import Level, Problem

S = TypeVar("S", bound=Section)
Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of the file that are valid in themselves, list items with their index."""

    document: Document[VedetteFile]
    rules: RulesSection
    polling: PollingSection
    feeds: tuple[tuple[int, FeedSection], ...]
    subscriptions: tuple[tuple[int, SubscriptionSection], ...]
    delivery: DeliverySection
    console: ConsoleSection
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

    def line(self, loc: Loc) -> int:
        """Give the line of the value at `loc`."""
        return self.document.place(loc)[0]


def read_draft(document: Document[VedetteFile]) -> Draft:
    """Take what is valid from a document that may have problems; defaults stand for the rest."""
    store = document.plain(("store",))
    return Draft(
        document,
        rules=_section(document, "rules", RulesSection),
        polling=_section(document, "polling", PollingSection),
        feeds=_items(document, "feeds", FeedSection),
        subscriptions=_items(document, "subscriptions", SubscriptionSection),
        delivery=_section(document, "delivery", DeliverySection),
        console=_section(document, "console", ConsoleSection),
        store=store if isinstance(store, str) else VedetteFile().store,
    )


def _section(document: Document[VedetteFile], key: str, model: type[S]) -> S:
    if document.plain(()) is None or document.plain((key,)) is None:
        return model()
    value, _ = document.read((key,), model)
    return value if value is not None else model()


def _items(document: Document[VedetteFile], key: str, model: type[S]) -> tuple[tuple[int, S], ...]:
    listed = document.plain((key,))
    if not isinstance(listed, list):
        return ()
    read = (
        (index, document.read((key, index), model)[0] or _salvage(each, model)) for index, each in enumerate(listed)
    )
    return tuple((index, value) for index, value in read if value is not None)


def _salvage(written: object, model: type[S]) -> S | None:
    """Take what is valid of one item, so that its other values are checked against the rest of the file too."""
    if not isinstance(written, dict):
        return None
    try:
        return model.model_validate(written)
    except ValidationError as error:
        wrong = {problem["loc"][0] for problem in error.errors() if problem["loc"]}
    try:
        return model.model_validate({key: value for key, value in written.items() if key not in wrong})
    except ValidationError:
        return None
