"""Rows of the database as values and back."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pydantic import TypeAdapter

from rules.model import DateDoubt, Evidence, FeedId, Item, ItemId, RuleId, Severity, Source, StoryId
from rules.notice import Content, Notice, headline_text
from rules.recognition import Sign
from rules.summary import Summary
from state.haystack import build_haystack
from state.rows import (
    Access,
    AlertId,
    AlertKind,
    AlertRecord,
    AlertRow,
    DeliveryId,
    DeliveryRow,
    DeliveryState,
    FeedRow,
    FeedSpec,
    ItemRecord,
    NoticeRecord,
    Subscription,
    SubscriptionId,
)
from state.visits import Learnt, TroubleKind, TroubleRow, Visit

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SUMMARY = TypeAdapter(Summary)
_EVIDENCE = TypeAdapter(tuple[Evidence, ...])
_TEXTS = TypeAdapter(tuple[str, ...])
_ACCESS = TypeAdapter(Access)
_NOTICE = TypeAdapter(Notice)
_LEARNT = TypeAdapter(Learnt)

Parameters = dict[str, object]
Row = tuple[object, ...]

_MOST_SPECS = 8192
_SPEC_COLUMNS = (
    "id",
    "publisher",
    "language",
    "kind",
    "country",
    "state_affiliated",
    "url",
    "interval_s",
    "allow_private",
    "access",
    "full_text",
)

ITEM_COLUMNS = (
    "id",
    "version",
    "story",
    "feed",
    "publisher",
    "feed_language",
    "kind",
    "country",
    "state_affiliated",
    "link",
    "canonical_link",
    "title",
    "text",
    "language",
    "published_at",
    "date_doubt",
    "seen_at",
    "content_hash",
    "ruleset",
    "folded",
    "article_at",
)
"""What `add_item` takes, by place."""


def from_moment(moment: datetime) -> float:
    """Give seconds since 1970."""
    return (moment - _EPOCH).total_seconds()


def to_moment(seconds: float) -> datetime:
    """Give the moment, to the microsecond; unlike `fromtimestamp` the same on every platform and for every year."""
    return _EPOCH + timedelta(seconds=seconds)


def from_optional(moment: datetime | None) -> float | None:
    """Give seconds since 1970, or None."""
    return None if moment is None else from_moment(moment)


def to_optional(seconds: float | None) -> datetime | None:
    """Give the moment, or None."""
    return None if seconds is None else to_moment(seconds)


def from_texts(texts: Sequence[str]) -> str:
    """Give a JSON array."""
    return _TEXTS.dump_json(tuple(texts)).decode()


def from_evidence(evidence: tuple[Evidence, ...]) -> str:
    """Give a JSON array of places."""
    return _EVIDENCE.dump_json(evidence).decode()


def from_source(source: Source) -> Parameters:
    """Give the columns of a source."""
    return {
        "publisher": source.publisher,
        "kind": source.kind,
        "country": source.country,
        "state_affiliated": source.state_affiliated,
    }


def from_spec(spec: FeedSpec, first_poll_at: datetime) -> Parameters:
    """Give the columns of a configured feed."""
    return from_source(spec.source) | {
        "id": spec.source.feed,
        "language": spec.source.language,
        "url": spec.url,
        "interval_s": spec.interval_s,
        "allow_private": spec.allow_private,
        "access": _ACCESS.dump_json(spec.access, exclude_defaults=True).decode(),
        "full_text": spec.full_text,
        "first_poll_at": from_moment(first_poll_at),
    }


def to_feed(row: sqlite3.Row) -> FeedRow:
    """Read a feed."""
    return FeedRow(
        spec=_to_spec(*map(row.__getitem__, _SPEC_COLUMNS)),
        etag=row["etag"],
        last_modified=row["last_modified"],
        next_poll_at=to_moment(row["next_poll_at"]),
        first_polled_at=to_optional(row["first_polled_at"]),
        last_polled_at=to_optional(row["last_polled_at"]),
        failures=row["failures"],
        error=row["error"],
        reason=row["reason"],
        status=row["status"],
        pace=to_texts(row["pace"]),
        document_at=to_optional(row["document_at"]),
        moved_to=row["moved_to"],
        troubles=frozenset(map(TroubleKind, row["troubles"].split(","))) if row["troubles"] else frozenset(),
        repeats=frozenset(map(Sign, row["repeats"].split())),
    )


@lru_cache(_MOST_SPECS)
def _to_spec(
    feed: str,
    publisher: str,
    language: str,
    kind: str,
    country: str,
    state_affiliated: int,
    url: str,
    interval_s: float,
    allow_private: int,
    access: str,
    full_text: int,
) -> FeedSpec:
    """Read what is configured of a feed; the same columns are read at every poll."""
    source = Source(FeedId(feed), publisher, language, kind, country, bool(state_affiliated))
    private, whole = bool(allow_private), bool(full_text)
    return FeedSpec(source, url, interval_s, private, _ACCESS.validate_json(access), whole)


def from_visit(visit: Visit) -> Parameters:
    """Give the columns that every end of a poll writes."""
    return {"status": visit.status, "pace": from_texts(visit.pace), "moved_to": visit.moved_to}


def from_repeats(repeats: Collection[Sign]) -> str | None:
    """Give the words parted by spaces, or None when there are none."""
    return " ".join(sorted(repeats)) or None


def from_learnt(learnt: Learnt | None) -> str | None:
    """Give a JSON object, or None."""
    return None if learnt is None else _LEARNT.dump_json(learnt, exclude_defaults=True).decode()


def to_learnt(text: str) -> Learnt:
    """Read what documents have taught."""
    return _LEARNT.validate_json(text)


def to_trouble(row: sqlite3.Row) -> TroubleRow:
    """Read a trouble."""
    return TroubleRow(
        feed=FeedId(row["feed"]),
        kind=TroubleKind(row["kind"]),
        message=row["message"],
        since=to_moment(row["since"]),
        told_at=to_optional(row["told_at"]),
        over_at=to_optional(row["over_at"]),
    )


def from_notice(record: NoticeRecord) -> Parameters:
    """Give the columns of a notice."""
    return {
        "id": record.id,
        "story": record.thread,
        "severity": record.notice.severity,
        "notice": _NOTICE.dump_json(record.notice).decode(),
    }


def from_item(record: ItemRecord) -> Row:
    """Give one version of an item in the order of `ITEM_COLUMNS`."""
    item = record.item
    source = item.source
    return (
        item.id,
        item.version,
        record.story,
        source.feed,
        source.publisher,
        source.language,
        source.kind,
        source.country,
        int(source.state_affiliated),
        item.link,
        item.canonical_link,
        item.title,
        item.text,
        item.language,
        from_optional(item.published_at),
        item.date_doubt.value,
        from_moment(item.seen_at),
        item.content_hash,
        record.ruleset,
        build_haystack(record.wording),
        item.article_at,
    )


def to_item(row: sqlite3.Row) -> Item:
    """Read one version of an item."""
    return Item(
        id=ItemId(row["id"]),
        version=row["version"],
        source=Source(
            feed=FeedId(row["feed"]),
            publisher=row["publisher"],
            language=row["feed_language"],
            kind=row["kind"],
            country=row["country"],
            state_affiliated=bool(row["state_affiliated"]),
        ),
        link=row["link"],
        canonical_link=row["canonical_link"],
        title=row["title"],
        text=row["text"],
        language=row["language"],
        published_at=to_optional(row["published_at"]),
        date_doubt=DateDoubt(row["date_doubt"]),
        seen_at=to_moment(row["seen_at"]),
        content_hash=row["content_hash"],
        article_at=row["article_at"],
    )


def from_alert(alert: AlertRecord) -> Parameters:
    """Give the columns of an alert."""
    return {
        "id": alert.id,
        "kind": alert.kind,
        "story": alert.story,
        "item": alert.item,
        "version": alert.version,
        "severity": alert.severity,
        "rules": from_texts(alert.rules),
        "summary": _SUMMARY.dump_json(alert.summary).decode(),
    }


def to_alert(row: sqlite3.Row) -> AlertRow:
    """Read an alert."""
    return AlertRow(
        id=AlertId(row["id"]),
        kind=AlertKind(row["kind"]),
        story=StoryId(row["story"]),
        item=ItemId(row["item"]),
        severity=Severity(row["severity"]),
        rules=tuple(RuleId(each) for each in to_texts(row["rules"])),
        summary=to_summary(row["summary"]),
        created_at=to_moment(row["created_at"]),
        items_in_story=row["items_in_story"],
    )


def to_texts(text: str) -> tuple[str, ...]:
    """Read a JSON array."""
    return _TEXTS.validate_json(text)


def to_summary(text: str) -> Summary:
    """Read a summary."""
    return _SUMMARY.validate_json(text)


def to_content(kind: AlertKind, text: str) -> Content:
    """Read what an alert of that kind tells."""
    return _NOTICE.validate_json(text) if kind is AlertKind.NOTICE else to_summary(text)


def to_delivery(row: sqlite3.Row) -> DeliveryRow:
    """Read a delivery with its alert's summary."""
    return DeliveryRow(
        id=DeliveryId(row["id"]),
        alert=AlertId(row["alert"]),
        subscription=SubscriptionId(row["subscription"]),
        channel=row["channel"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        reason=row["reason"],
        message=row["message"],
        next_attempt_at=to_moment(row["next_attempt_at"]),
        created_at=to_moment(row["created_at"]),
        sent_at=to_optional(row["sent_at"]),
        headline=headline_text(to_content(AlertKind(row["kind"]), row["summary"])),
    )


def from_subscription(subscription: Subscription) -> Parameters:
    """Give the columns of a subscription."""
    return {
        "id": subscription.id,
        "channel": subscription.channel,
        "rules": from_texts(subscription.rules),
        "min_severity": subscription.min_severity,
        "languages": from_texts(subscription.languages),
        "feeds": from_texts(subscription.feeds),
        "origin": subscription.origin,
    }


def to_subscription(row: sqlite3.Row) -> Subscription:
    """Read a subscription."""
    return Subscription(
        id=SubscriptionId(row["id"]),
        channel=row["channel"],
        rules=tuple(RuleId(each) for each in to_texts(row["rules"])),
        min_severity=Severity(row["min_severity"]),
        languages=to_texts(row["languages"]),
        feeds=tuple(FeedId(each) for each in to_texts(row["feeds"])),
        origin=row["origin"],
    )
