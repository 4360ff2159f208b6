"""Whatever happens to what entries are known by, none is stored or told twice, and no two are taken for one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.clock import ManualClock
from adapters.feeds.repeats import find_repeats, write_mark
from adapters.ports import ParsedFeed
from bot.decision import Decision
from bot.drafts import build_drafts
from bot.ingest import ingest
from rules import RuleFile, Ruleset, compile_rules
from rules.model import Entry, FeedId
from state import AlertKind, PollRecord, Subscription, SubscriptionId
from state.memory import MemoryStore
from tests.store_records import START, WakeLog, build_spec

Change = Callable[[Entry, str], Entry]
FEED = FeedId("wire")
QUICK = settings(max_examples=60, deadline=None)
AT = START - timedelta(hours=5)
RULES = """
version: 1
rules:
  - id: losses
    title: Losses
    severity: medium
    when: {any: ["killed"]}
    tests: [{text: "Two were killed.", match: true}]
"""
PLACES = ("river bridge", "flour mill", "coast road", "old harbour", "rail depot", "border post", "grain silo")


def compile_all() -> Ruleset:
    ruleset = compile_rules((RuleFile("rules.yaml", RULES),)).ruleset
    assert ruleset is not None
    return ruleset


RULESET = compile_all()


def make_entry(number: int, *, dated: bool = True) -> Entry:
    """Make an entry that is like no other."""
    place = PLACES[number]
    page = f"https://wire.example/story?id={number}"
    text = f"A column was hit near the {place} before dawn, as the governor of district {number} said."
    published_at = AT + timedelta(minutes=number) if dated else None
    return Entry(f"guid-{number}", page, page, f"{number + 2} killed at the {place}", text, "en", published_at)


def reguid(entry: Entry, seed: str) -> Entry:
    return replace(entry, guid=f"{entry.guid}{seed}")


def relink(entry: Entry, seed: str) -> Entry:
    page = f"{entry.canonical_link}&page={seed}"
    return replace(entry, link=page, canonical_link=page)


def redate(entry: Entry, seed: str) -> Entry:
    return replace(entry, published_at=None if entry.published_at is None else AT + timedelta(minutes=100 + len(seed)))


def respell(entry: Entry, seed: str) -> Entry:
    return replace(entry, title=entry.title.upper(), text=f" {entry.text} ")


NEUTRAL = (reguid, relink, redate, respell)
"""Each changes something that does not make another report; all together leave the words alone."""


class Desk:
    """A feed, what is stored of it, and what is told of it; `poll` takes a document in as the poller does."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.told: list[str] = []

    @classmethod
    async def open(cls) -> "Desk":
        """Begin with a feed that had its first poll, and a channel that wants all of it."""
        store = MemoryStore(ManualClock(START), WakeLog())
        await store.sync_feeds([build_spec()])
        await store.sync_subscriptions([Subscription(SubscriptionId("desk"), "console:desk")])
        await store.commit_poll(PollRecord(FEED, None, None, START))
        return cls(store)

    async def poll(self, entries: Sequence[Entry]) -> Decision:
        repeats = find_repeats(map(write_mark, entries))
        row = await self.store.feed(FEED)
        drafts = build_drafts(row, ParsedFeed("A wire", tuple(entries), repeats=repeats), START)
        record = PollRecord(FEED, None, None, START, repeats=row.repeats.union(repeats))
        decision = await ingest(self.store, RULESET, row, drafts, lambda _: record)
        self.told += ["".join(span.text for span in alert.summary.headline) for alert in decision.alerts]
        return decision

    async def list_items(self) -> list[tuple[str, int]]:
        """Give the titles and versions of what is stored."""
        return sorted((item.title, item.version) for item in await self.store.newest_items(FEED, 99))


ENTRIES = [make_entry(number) for number in range(len(PLACES))]
TITLES = sorted(entry.title for entry in ENTRIES)
CHANGES = st.lists(st.sets(st.sampled_from(NEUTRAL)), min_size=len(ENTRIES), max_size=len(ENTRIES))


@QUICK
@given(st.lists(st.tuples(CHANGES, st.permutations(range(len(ENTRIES)))), max_size=4), st.booleans())
async def test_entries_when_changed_in_all_but_what_they_report_then_no_second_item_and_no_second_alert(
    documents: list[tuple[list[set[Change]], list[int]]], dated: bool
) -> None:
    desk = await Desk.open()
    stock = [make_entry(number, dated=dated) for number in range(len(ENTRIES))]
    await desk.poll(stock)
    for step, (changes, order) in enumerate(documents):
        changed = []
        for entry, these in zip(stock, changes, strict=True):
            for change in sorted(these, key=NEUTRAL.index):
                entry = change(entry, "x" * (step + 1))
            changed.append(entry)
        decision = await desk.poll([changed[number] for number in order])
        assert (decision.new, decision.edited, decision.unchanged) == (0, 0, len(stock))
    assert await desk.list_items() == [(title, 1) for title in TITLES]
    assert sorted(desk.told) == TITLES


GUIDS = ("own", "one for all", "place in the document", "none")
PAGES = ("own", "one for all", "front", "none")


def disguise(entry: Entry, place: int, guid: str, page: str) -> Entry:
    """Let an entry share its guid, its page or both with others."""
    guids = {"own": entry.guid, "one for all": "wire", "place in the document": str(place), "none": None}
    pages = {"own": entry.link, "one for all": "https://wire.example/latest", "front": "https://wire.example/"}
    return replace(entry, guid=guids[guid], link=pages.get(page), canonical_link=pages.get(page))


@QUICK
@given(
    st.sampled_from(GUIDS),
    st.sampled_from(PAGES),
    st.lists(st.lists(st.sampled_from(range(len(ENTRIES))), min_size=3, unique=True), min_size=1, max_size=6),
)
async def test_articles_when_they_share_guids_or_pages_then_each_is_an_item_and_told_once(
    guid: str, page: str, windows: list[list[int]]
) -> None:
    desk = await Desk.open()
    for window in windows:
        await desk.poll([disguise(ENTRIES[number], place, guid, page) for place, number in enumerate(window)])
    shown = sorted({ENTRIES[number].title for window in windows for number in window})
    assert await desk.list_items() == [(title, 1) for title in shown]
    assert sorted(desk.told) == shown


@QUICK
@given(st.permutations(range(len(ENTRIES))), st.integers(0, len(ENTRIES)), st.data())
async def test_feed_when_it_issues_all_anew_with_some_edited_then_the_edits_are_versions(
    order: list[int], edits: int, data: st.DataObject
) -> None:
    desk = await Desk.open()
    await desk.poll(ENTRIES)
    kept = data.draw(st.sampled_from((reguid, relink)))
    toll = "Some 40 were killed there."
    changed = [kept(replace(each, text=f"{each.text} {toll}"), "y") for each in ENTRIES[:edits]]
    changed += [kept(each, "y") for each in ENTRIES[edits:]]
    decision = await desk.poll([changed[number] for number in order])
    assert (decision.new, decision.edited) == (0, edits)
    assert {alert.kind for alert in decision.alerts} <= {AlertKind.UPDATE}
    assert [version for _, version in await desk.list_items()].count(2) == edits


async def test_document_when_issued_anew_then_the_decision_counts_what_is_known_by_its_words() -> None:
    desk = await Desk.open()
    await desk.poll(ENTRIES)
    decision = await desk.poll([relink(reguid(each, "z"), "z") for each in ENTRIES[:4]] + ENTRIES[4:])
    assert (decision.reissued, decision.unchanged) == (4, len(ENTRIES))


async def test_generic_report_when_one_of_many_comes_again_elsewhere_then_it_is_another() -> None:
    desk = await Desk.open()
    brief = Entry("b-1", "https://wire.example/b-1", "https://wire.example/b-1", "Three killed", "", "en", AT)
    await desk.poll([brief, *ENTRIES])
    again = replace(relink(reguid(brief, "2"), "2"), published_at=AT + timedelta(hours=3))
    await desk.poll([again, brief, *ENTRIES])
    assert desk.told.count(brief.title) == 2


async def test_entry_when_a_page_comes_to_be_shared_then_its_story_is_not_taken_for_told() -> None:
    desk = await Desk.open()
    first, second = (disguise(ENTRIES[number], 0, "own", "one for all") for number in (0, 1))
    await desk.poll([first])
    await desk.poll([second])
    assert desk.told == [first.title, second.title]


async def test_entry_when_it_is_there_twice_then_the_first_in_the_document_counts_each_time() -> None:
    desk = await Desk.open()
    newer = replace(ENTRIES[0], text=f"{ENTRIES[0].text} Two more died later.")
    for _ in range(2):
        await desk.poll([newer, ENTRIES[0], ENTRIES[1]])
    assert [version for _, version in await desk.list_items()] == [1, 1]
    (item,) = [each for each in await desk.store.newest_items(FEED, 9) if each.title == newer.title]
    assert item.text == newer.text


async def test_guid_when_it_was_shared_once_then_it_tells_nothing_in_later_documents_either() -> None:
    desk = await Desk.open()
    reports = [
        replace(disguise(make_entry(n), 0, "one for all", "own"), title=f"Daily report {n}: soldiers killed in Kursk")
        for n in range(5)
    ]
    await desk.poll(reports[:2])
    for report in reports[2:]:
        await desk.poll([report])
    assert await desk.list_items() == [(report.title, 1) for report in reports]


async def test_report_when_it_comes_again_beside_itself_then_it_is_an_item_of_its_own() -> None:
    desk = await Desk.open()
    again = redate(relink(reguid(ENTRIES[0], "2"), "2"), "2")
    await desk.poll(ENTRIES)
    for _ in range(2):
        await desk.poll([again, *ENTRIES])
    assert [title for title, _ in await desk.list_items()].count(again.title) == 2
    assert desk.told.count(again.title) == 1
