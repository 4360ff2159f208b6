from collections import defaultdict

from adapters.feeds import parse_document
from bot.demo.documents import feed_path, render_feed
from bot.demo.wire import load_wire
from rules.identity import content_hash, read_wording, story_keys
from rules.model import DateDoubt, Item, Source
from rules.recognition import item_id

WIRE = load_wire()
BASE = "http://127.0.0.1:4321"


def read_wire() -> dict[str, Item]:
    """Read every feed as it stands at the end; items by the name that the wire gives them."""
    now = WIRE.moments[-1]
    items = {}
    for outlet in WIRE.feeds:
        source = Source(outlet.feed, outlet.publisher, outlet.language, outlet.kind)
        body = render_feed(WIRE, outlet, BASE, now)
        parsed = parse_document(body, "application/xml", BASE + feed_path(outlet), source, now)
        for entry, (written, _) in zip(parsed.entries, WIRE.due(outlet.id, now), strict=True):
            items[written.id] = Item(
                id=item_id(source.feed, entry),
                version=1,
                source=source,
                link=entry.link,
                canonical_link=entry.canonical_link,
                title=entry.title,
                text=entry.text,
                language=entry.language,
                published_at=entry.published_at,
                date_doubt=entry.date_doubt,
                seen_at=now,
                content_hash=content_hash(read_wording(entry.title, entry.text)),
            )
    return items


def test_sample_wire_when_read_then_reprints_and_nothing_else_share_a_story() -> None:
    owners = defaultdict(set)
    for name, item in read_wire().items():
        for key in story_keys(item.canonical_link, read_wording(item.title, item.text)):
            owners[key].add(name)

    shared = {frozenset(names) for names in owners.values() if len(names) > 1}

    assert shared == {frozenset({item.id, item.reprint_of}) for item in WIRE.items if item.reprint_of}


def test_sample_wire_when_read_then_every_item_is_in_its_outlets_language_with_a_link_that_works() -> None:
    for name, item in read_wire().items():
        assert item.language == item.source.language, name
        assert (item.link or "").startswith(f"{BASE}/articles/"), name


def test_sample_wire_when_read_then_one_date_is_missing_and_none_is_doubtful() -> None:
    doubts = {name: item.date_doubt for name, item in read_wire().items() if item.date_doubt is not DateDoubt.NONE}

    assert doubts == {"zelensky-3800": DateDoubt.MISSING}
