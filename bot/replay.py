"""items | ingest | deliver: what the current rules and subscriptions would post, by the same code as live."""

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from adapters.clock import ManualClock
from adapters.ports import Publisher
from bot.decision import Decision
from bot.deliver import Dispatcher
from bot.drafts import build_draft, build_item
from bot.errors import ReplayInputInvalid
from bot.ingest import ingest
from bot.metrics import Metrics
from bot.settings.model import Delivery
from rules import Ruleset
from rules.model import DateDoubt, Entry, FeedId, Item, Source
from rules.text import clean
from state import FeedSpec, PollRecord, Store, Subscription

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a replay came to."""

    items: int
    matched: int
    alerts: int
    deliveries: int


def read_json_lines(name: str, text: str) -> tuple[Item, ...]:
    """Read items from JSON lines: `title`, `text`, and optionally `id`, `url`, `publisher`, `lang`, `published`.

    Raises ReplayInputInvalid naming the line that cannot be read.
    """
    lines = enumerate(text.removeprefix("\ufeff").split("\n"), 1)
    return tuple(_read_line(f"{name}:{number}", line) for number, line in lines if line.strip())


class Replay:
    """Take items through an empty store with the live ingest and dispatcher, in order of publication."""

    def __init__(
        self,
        store: Store,
        clock: ManualClock,
        ruleset: Ruleset,
        publishers: Mapping[str, Publisher],
    ) -> None:
        self._store = store
        self._clock = clock
        self._ruleset = ruleset
        unhurried = Delivery(channel_spacing_s=0.0, max_attempts=1)
        self._dispatcher = Dispatcher(store, publishers, unhurried, clock, Metrics(), random.Random(0))

    async def run(self, items: Iterable[Item], subscriptions: Iterable[Subscription]) -> ReplayReport:
        """Replay items; posts go to the publishers. Raises StateError or what a publisher lets out."""
        ordered = sorted(items, key=lambda item: item.seen_at)
        await self._subscribe(ordered, subscriptions)
        matched = alerts = deliveries = 0
        for item in ordered:
            self._clock.set(max(self._clock.now(), item.seen_at))
            # Polled up to here: how long ago the last item came says nothing of this one's age.
            row = replace(await self._store.feed(item.source.feed), last_polled_at=item.seen_at)
            # A stored item comes as its newest version; here it is the first one.
            draft = build_draft(replace(item, version=1))
            conclude = partial(_conclude, row.id, self._store.now())
            decision = await ingest(self._store, self._ruleset, row, [draft], conclude)
            matched += sum(bool(each.matches) for each in decision.items)
            alerts += len(decision.alerts)
            channels = [each.channel for alert in decision.alerts for each in alert.deliveries]
            deliveries += len(channels)
            for channel in channels:
                await self._dispatcher.drain(channel)
        return ReplayReport(len(ordered), matched, alerts, deliveries)

    async def _subscribe(self, items: Iterable[Item], subscriptions: Iterable[Subscription]) -> None:
        """Make every feed known and past its first poll, so that all items count as news."""
        sources = {item.source.feed: item.source for item in items}
        specs = [FeedSpec(source, f"replay:{feed}", interval_s=86400.0) for feed, source in sources.items()]
        await self._store.sync_feeds(specs)
        await self._store.sync_subscriptions(tuple(replace(each, origin="config") for each in subscriptions))
        for feed in sources:
            await self._store.commit_poll(PollRecord(feed, None, None, self._store.now()))


def _conclude(feed: FeedId, now: datetime, decision: Decision) -> PollRecord:
    return PollRecord(feed, None, None, now + timedelta(days=1))


def _read_line(place: str, line: str) -> Item:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise ReplayInputInvalid(f"{place}: not JSON: {error}; give one JSON object a line") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("title", ""), str):
        raise ReplayInputInvalid(f"{place}: not an item; give an object with title and text")
    published_at = _read_moment(place, fields.get("published"))
    publisher = str(fields.get("publisher") or "replay")
    language = str(fields.get("lang") or "en")
    entry = Entry(
        guid=str(fields["id"]) if fields.get("id") is not None else None,
        link=str(fields["url"]) if fields.get("url") else None,
        canonical_link=str(fields["url"]) if fields.get("url") else None,
        title=clean(fields.get("title", "")),
        text=clean(str(fields.get("text") or "")),
        language=language,
        published_at=published_at,
        date_doubt=DateDoubt.NONE if published_at else DateDoubt.MISSING,
    )
    source = Source(FeedId(publisher), publisher, language, kind="replay")
    return build_item(source, entry, published_at or EPOCH)


def _read_moment(place: str, value: object) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ReplayInputInvalid(f"{place}: published is no ISO date: {value!r}, e.g. 2024-12-16T09:00:00Z") from error
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
