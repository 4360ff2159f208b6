"""What the feeds of a soak publish and when they misbehave: everything follows from the plan's numbers.

The server asks it what to say, and the check asks it what must be in the store.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property, lru_cache
from itertools import chain, cycle, repeat

WINDOW = 20
"""A document holds so many entries at the most."""

OLD_ENTRIES = 10
"""So many entries are there when the soak begins."""

EDITED = 0.2
"""The share of new entries that are edited once."""

MARK = "sentrymark"
"""A word that the soak's only rule looks for; every tenth entry holds it."""

FAULTS = {
    "refused": 1.0,
    "dns": 1.0,
    "timeout": 1.0,
    "reset": 1.0,
    "truncated": 1.0,
    "forbidden": 1.0,
    "not_found": 1.0,
    "server_error": 1.0,
    "busy": 1.0,
    "malformed": 1.0,
    "html": 1.0,
    "empty": 1.0,
    "too_large": 1.0,
    "bad_gzip": 1.0,
    "redirects": 1.0,
    "drip": 1.0,
    "parser_killer": 0.2,
}
"""The classes with their weights: a document that kills its parser takes 15 s of it, so those are rarer."""

_GROUPS = ((10, 0.15), (3, 0.25))
"""Feeds a host, and the share of all feeds that live on such hosts; most others are alone on theirs."""
_LARGEST_HOST = 60
_QUICK = 10
"""One in so many feeds that are alone on their host is asked every `QUICK_S`."""
QUICK_S = 60.0
USUAL_S = 300.0
_WORDS = [
    "bridge",
    "ferry",
    "harbour",
    "council",
    "repairs",
    "timetable",
    "officials",
    "spring",
    "river",
    "district",
    "school",
    "library",
    "budget",
    "vote",
    "train",
    "platform",
    "signal",
    "delay",
    "winter",
    "heating",
    "boiler",
    "engineers",
    "contract",
    "tender",
    "museum",
    "archive",
    "orchestra",
    "rehearsal",
    "market",
    "bakery",
    "flour",
    "harvest",
    "weather",
    "warning",
    "storm",
    "gauge",
    "level",
    "sluice",
    "canal",
    "barge",
    "lock",
    "keeper",
    "meadow",
    "footpath",
    "lantern",
]


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed's course; seconds are whole ones since the soak began."""

    number: int
    host: str
    interval_s: float
    validator: str
    """`etag`, `date` or nothing."""
    zipped: bool
    births: tuple[int, ...]
    """When each entry is published; the first ones before the soak."""
    edits: dict[int, int]
    """When an entry is edited, by its position in `births`."""

    def visible(self, second: int) -> tuple[tuple[int, int], ...]:
        """Give the entries of the document at that second, newest first, each with its revision (0 or 1)."""
        known = [entry for entry, born in enumerate(self.births) if born <= second][-WINDOW:]
        return tuple((entry, int(self.edits.get(entry, second + 1) <= second)) for entry in reversed(known))

    def changed(self, second: int) -> int:
        """Give the second of the document's last change."""
        return max(moment for moment in chain(self.births, self.edits.values()) if moment <= second)


@dataclass(frozen=True)
class Plan:
    """The soak's numbers."""

    feeds: int = 5000
    minutes: float = 10.0
    faults: float = 0.05
    """The share of requests that are answered badly."""
    seed: int = 1
    began_at: float = 0.0
    """Seconds since 1970, whole."""
    interval_s: float = USUAL_S
    new_every_s: float = 200.0
    """The mean time between two new entries of a feed."""
    certificate: str = ""
    """A file with a key and a certificate for `*.soak.test`; with one, feeds are asked over TLS."""
    crowded: bool = True
    """Whether some hosts have many feeds."""

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))

    def to_json(self) -> str:
        """Write the plan for another process."""
        return json.dumps(asdict(self))

    @cached_property
    def course(self) -> tuple[Feed, ...]:
        """The feeds, those of one host side by side, as lists of feeds mostly are."""
        return tuple(self._feed(number, host, size) for number, (host, size) in enumerate(self._hosts()))

    def fault(self, feed: int, request: int) -> str | None:
        """Choose how a feed's n-th request is answered badly; None: well."""
        dice = random.Random(f"{self.seed}/{feed}/{request}")
        if dice.random() >= self.faults:
            return None
        return dice.choices(list(FAULTS), list(FAULTS.values()))[0]

    def write(self, feed: Feed, second: int) -> bytes:
        """Write a feed's document at a second."""
        start = datetime.fromtimestamp(self.began_at, UTC)
        items = "".join(
            _write_entry(feed.number, entry, revision, start + timedelta(seconds=feed.births[entry]))
            for entry, revision in feed.visible(second)
        )
        return (
            f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Wire {feed.number}</title>'
            f"<link>http://{feed.host}/</link><description>All of it</description><language>en</language>"
            f"{items}</channel></rss>\n"
        ).encode()

    def _hosts(self) -> Iterator[tuple[str, int]]:
        """Give each feed's host and how many feeds that one has."""
        crowd = min(_LARGEST_HOST, self.feeds // 20) if self.crowded else 0
        yield from repeat(("crowd.soak.test", crowd), crowd)
        left = self.feeds - crowd
        groups = [(size, int(left * share) // size) for size, share in (_GROUPS if self.crowded else ())]
        for size, count in groups:
            for group in range(count):
                yield from repeat((f"wire{size}-{group}.soak.test", size), size)
        for alone in range(left - sum(size * count for size, count in groups)):
            yield f"wire{alone}.soak.test", 1

    def _feed(self, number: int, host: str, size: int) -> Feed:
        dice = random.Random(f"{self.seed}/{number}")
        births = [-3600 * (OLD_ENTRIES - position) - dice.randrange(1800) for position in range(OLD_ENTRIES)]
        edits: dict[int, int] = {}
        moment = 0.0
        while (moment := max(moment + 1, moment + dice.expovariate(1 / self.new_every_s))) < self.minutes * 60:
            births.append(int(moment))
            if dice.random() < EDITED:
                edits[len(births) - 1] = int(moment + 1 + dice.expovariate(1 / self.new_every_s))
        quick = size == 1 and number % _QUICK == 0
        return Feed(
            number,
            host,
            min(QUICK_S, self.interval_s) if quick else self.interval_s,
            dice.choice(("etag", "date", "", "")),
            dice.random() < 0.5,
            tuple(births),
            edits,
        )


def link(feed: int, entry: int) -> str:
    """Give the address under which an entry is known."""
    return f"http://wire{feed}.example/reports/{entry}"


def is_marked(feed: int, entry: int) -> bool:
    """Tell whether the soak's rule matches an entry."""
    return (feed + entry) % 10 == 0


def title(feed: int, entry: int, revision: int) -> str:
    """Give an entry's title; an edit changes a word of it."""
    words = random.Random(f"{feed}.{entry}").choices(_WORDS, k=8)
    return " ".join((*words, "corrected" if revision else "reported", f"w{feed}e{entry}"))


@lru_cache(maxsize=200_000)
def _write_entry(feed: int, entry: int, revision: int, at: datetime) -> str:
    words = cycle(random.Random(f"{feed}.{entry}.text").choices(_WORDS, k=60))
    text = " ".join(next(words) for _ in range(60))
    mark = f" {MARK}" if is_marked(feed, entry) else ""
    return (
        f"<item><title>{title(feed, entry, revision)}</title><link>{link(feed, entry)}</link>"
        f'<guid isPermaLink="false">w{feed}e{entry}</guid><pubDate>{format_datetime(at)}</pubDate>'
        f"<description>&lt;p&gt;{text} w{feed}e{entry}{mark}&lt;/p&gt;</description></item>\n"
    )
