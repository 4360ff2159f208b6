"""Checks of `vedette.yaml` that need more than one value to be answered."""

import ipaddress
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from adapters.extras import ARTICLES_HINT, can_read_articles
from bot.settings.codes import LANGUAGE_SLIPS, LANGUAGES
from bot.settings.draft import Draft
from bot.settings.outgoing import doubt_value, looks_secret
from bot.settings.quantities import format_duration
from bot.settings.schema import MINUTE, FeedSection
from rules.documents.wording import suggest
from rules.problems import Problem

MEMORY = "memory:"
"""The store that keeps nothing after the end."""

READY_PLATFORMS = frozenset({"console"})
"""Platforms that this version can post to."""


_LISTED = {"rule": "`vedette rules list` lists them", "feed": "feeds are listed under `feeds:`"}


def check_packs(draft: Draft, shipped: Collection[str]) -> Iterator[Problem]:
    """Find rule packs that do not exist, or are named twice."""
    seen: set[str] = set()
    for index, name in draft.packs:
        loc = ("rules", "packs", index)
        if name not in shipped:
            hint = suggest(name, shipped) or f"shipped are {', '.join(shipped) or 'none'}"
            yield draft.error(loc, f"there is no rule pack '{name[:64]}'", hint)
        elif name in seen:
            yield draft.error(loc, f"the rule pack '{name}' is named twice", "remove one")
        seen.add(name)


def check_feeds(draft: Draft) -> Iterator[Problem]:
    """Find feeds that are there twice, and feeds that cannot or should not be asked as configured."""
    yield from _check_ids(draft, "feed")
    urls: dict[str, int] = {}
    for index, feed in draft.feeds:
        loc = ("feeds", index)
        first = urls.setdefault(address_key(feed.url), index)
        if first != index and draft.is_read((*loc, "url"), feed.url):
            name = dict(draft.ids("feeds")).get(first, "a feed")
            where = f"'{name[:64]}' in line {draft.line(('feeds', first, 'url'))} has it; remove one"
            yield draft.error((*loc, "url"), "this address is polled already", where)
        yield from _check_access(draft, index, feed)
        yield from _doubt_feed(draft, index, feed)
    if not draft.feeds and not draft.document.plain(("feeds",)):
        yield draft.warning(("feeds",), "there are no feeds, so nothing is watched", "add one under `feeds:`")


def _check_ids(draft: Draft, what: str) -> Iterator[Problem]:
    """Find ids that are taken, in items with other problems too."""
    ids: dict[str, int] = {}
    for index, name in draft.ids(f"{what}s"):
        first = ids.setdefault(name, index)
        if first != index:
            where = f"the first is in line {draft.line((f'{what}s', first, 'id'))}"
            yield draft.error((f"{what}s", index, "id"), f"the {what} id '{name[:64]}' is taken", where)


def address_key(url: str) -> str:
    """Give a form that is equal for spellings of one address: the host's case and the fragment do not count."""
    parts = urlsplit(url)
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), fragment="").geturl()


def _check_access(draft: Draft, index: int, feed: FeedSection) -> Iterator[Problem]:
    written: dict[str, str] = {"authorization": "auth"} if feed.auth is not None else {}
    for header, given in feed.headers.items():
        loc = ("feeds", index, "headers", header)
        first = written.setdefault(header.lower(), header)
        if first != header:
            yield draft.error(loc, f"the header {header} is given twice", f"'{first}' gives it too; leave one out")
        if looks_secret(header, given):
            hint = "put it into a variable and write {env: NAME}"
            yield draft.warning(loc, f"the value of {header} looks like a secret and stands in the file", hint)
    if feed.auth is not None and ":" in feed.auth.user:
        yield draft.error(("feeds", index, "auth", "user"), "a user name cannot hold a colon (RFC 7617)")


def check_variables(draft: Draft, values: Mapping[str, str]) -> Iterator[Problem]:
    """Find variables that the configuration names and that hold nothing, or nothing that can be used."""
    for named in draft.named():
        doubt = doubt_value(named, values)
        if doubt is not None:
            yield draft.warning(named.loc, *doubt)


def check_polling(draft: Draft) -> Iterator[Problem]:
    """Find limits that can never be reached, because a whole poll is over sooner."""
    polling = draft.polling
    for key in ("connect_timeout", "read_timeout"):
        if key in polling.model_fields_set and getattr(polling, key) > polling.timeout:
            hint = f"raise `timeout` above it, or write less than {format_duration(polling.timeout)}"
            yield draft.warning(("polling", key), "this is longer than a whole answer may take (`timeout`)", hint)


def _doubt_feed(draft: Draft, index: int, feed: FeedSection) -> Iterator[Problem]:
    if feed.language in LANGUAGE_SLIPS:
        meant = LANGUAGE_SLIPS[feed.language]
        message = f"'{feed.language}' is the code of another language than its letters suggest"
        yield draft.warning(("feeds", index, "language"), message, f"did you mean '{meant}'?")
    if feed.full_text and not can_read_articles():
        message = "articles cannot be read: the extra `articles` is not installed"
        yield draft.warning(("feeds", index, "full_text"), message, ARTICLES_HINT)
    if feed.allow_private:
        return
    if is_private(feed.url):
        hint = "add `allow_private: true` if you trust it"
        yield draft.warning(("feeds", index, "url"), "a private address is not asked", hint)
    if feed.interval is not None and feed.interval < MINUTE:
        message = f"asks this publisher every {format_duration(feed.interval)}"
        yield draft.warning(("feeds", index, "interval"), message, "publishers may block who asks so often")


def check_websub(draft: Draft) -> Iterator[Problem]:
    """Find an address of ours that hubs cannot reach, and pushes that are wanted without one."""
    public, loc = draft.web.public_url, ("web", "public_url")
    if public is None:
        if draft.document.plain(loc):
            return  # it is there and cannot be read, which is told already
        for index, feed in draft.feeds:
            if feed.websub:
                hint = "write under `web:` the address at which the internet reaches Vedette, or leave this out"
                yield draft.warning(("feeds", index, "websub"), "no hub can push without `web.public_url`", hint)
    elif draft.web.port is None:
        hint = "give `port` a number, or leave `public_url` out"
        yield draft.warning(loc, "no hub can push while the web port is off", hint)
    elif is_private(public) and not any(feed.allow_private for _, feed in draft.feeds):
        hint = "write the address that the internet knows"
        yield draft.warning(loc, "hubs of the internet cannot reach a private address", hint)


def is_private(url: str) -> bool:
    """Tell whether an address can be seen to be inside a network, without asking for its name."""
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def check_subscriptions(draft: Draft, rules: Collection[str] | None) -> Iterator[Problem]:
    """Find subscriptions that name what does not exist; `rules` is None when the rules are not known."""
    yield from _check_ids(draft, "subscription")
    feeds = {name for _, name in draft.ids("feeds")}
    for index, each in draft.subscriptions:
        yield from _check_platform(draft, ("subscriptions", index, "channel"), each.channel)
        if rules is not None:
            yield from _check_names(draft, index, "rule", rules)
        yield from _check_names(draft, index, "feed", feeds)
        yield from _doubt_filters(draft, index)
    if not draft.subscriptions and not draft.document.plain(("subscriptions",)):
        message = "there are no subscriptions, so nobody is told"
        yield draft.warning(("subscriptions",), message, "add one under `subscriptions:`")


def check_operator(draft: Draft) -> Iterator[Problem]:
    """Find an operator who cannot be told."""
    if draft.operator.channel is not None:
        yield from _check_platform(draft, ("operator", "channel"), draft.operator.channel)


def _check_platform(draft: Draft, loc: tuple[str | int, ...], channel: str) -> Iterator[Problem]:
    platform = channel.partition(":")[0]
    if platform not in READY_PLATFORMS:
        message = f"posting to {platform} is not in this version yet"
        yield draft.warning(loc, message, "what is told there ends as a dead letter; use console: for now")


def _check_names(draft: Draft, index: int, what: str, known: Collection[str]) -> Iterator[Problem]:
    for position, name in draft.texts("subscriptions", index, f"{what}s"):
        if name not in known:
            loc = ("subscriptions", index, f"{what}s", position)
            hint = suggest(name, known) or _LISTED[what]
            yield draft.error(loc, f"there is no {what} '{name[:64]}'", hint)


def _doubt_filters(draft: Draft, index: int) -> Iterator[Problem]:
    written = dict(draft.ids("feeds"))
    off = {written[place] for place, feed in draft.feeds if place in written and not feed.enabled}
    for position, name in draft.texts("subscriptions", index, "feeds"):
        if name in off:
            loc = ("subscriptions", index, "feeds", position)
            yield draft.warning(loc, f"the feed '{name}' is switched off", "set `enabled: true` or leave it out here")
    enabled = [(place, feed.language) for place, feed in draft.feeds if feed.enabled]
    if not all(draft.is_read(("feeds", place, "language"), language) for place, language in enabled):
        return
    spoken = {language for _, language in enabled}
    for position, language in draft.texts("subscriptions", index, "languages"):
        if spoken and language in LANGUAGES and language not in spoken:
            loc = ("subscriptions", index, "languages", position)
            hint = f"feeds speak {', '.join(sorted(spoken))}"
            yield draft.warning(loc, f"no feed has the language '{language}'", hint)


def check_delivery(draft: Draft) -> Iterator[Problem]:
    """Find waits that contradict each other."""
    delivery = draft.delivery
    if delivery.backoff > delivery.backoff_ceiling:
        hint = f"write at least {format_duration(delivery.backoff)}"
        loc = ("delivery", "backoff_ceiling" if "backoff_ceiling" in delivery.model_fields_set else "backoff")
        yield draft.error(loc, "the longest wait is shorter than the first one", hint)


def check_store(draft: Draft, folder: Path) -> Iterator[Problem]:
    """Find a store that cannot be had."""
    scheme, colon, _ = draft.store.partition("://")
    if scheme in {"postgresql", "postgres"} and colon:
        hint = "write a file's name, such as vedette.db"
        yield draft.error(("store",), "a store on PostgreSQL joins in a later version", hint)
    elif colon and scheme != "sqlite":
        yield draft.error(("store",), f"there is no store '{scheme}://'", "write a file's name, such as vedette.db")
    elif draft.store != MEMORY:
        yield from _check_file(draft, ("store",), store_path(draft.store, folder), "the store")


def check_console(draft: Draft, folder: Path) -> Iterator[Problem]:
    """Find a transcript that cannot be written."""
    if draft.console.transcript is not None:
        path = folder / draft.console.transcript
        yield from _check_file(draft, ("console", "transcript"), path, "the transcript")


def _check_file(draft: Draft, loc: tuple[str, ...], path: Path, what: str) -> Iterator[Problem]:
    try:
        if path.is_dir():
            yield draft.error(loc, f"{what} is to be a file and there is a folder of that name", "choose another name")
        elif not path.parent.is_dir():
            yield draft.error(loc, f"{what}'s folder {path.parent} does not exist", "make it first")
    except OSError as error:
        yield draft.error(loc, f"{what} cannot be looked for: {error.strerror}", "choose another place")


def store_path(store: str, folder: Path) -> Path:
    """Give the database file of a store setting; a relative one is in the configuration folder."""
    return folder / store.removeprefix("sqlite:///")
