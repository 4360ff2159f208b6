"""Whatever happens to a document between two polls, its news are those that a whole parse has."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import ParseFailure
from adapters.feeds.slices import cut
from adapters.ports import ParsedFeed, Seen
from rules.model import Entry
from tests.adapters.feeds.reading import SLICED, Reader, join, new_entries, slices, whole_parse

SMALL = [body for body in SLICED.values() if len(body) < 4000]
POOL = [part for body in SMALL for part in slices(body)]
ODD = [
    b"<item><title>Toll & claims</title></item>",
    b"<item><title>t</title><item><title>u</title></item></item>",
    b"<item><title><![CDATA[ <item> ]]></title><guid>wire-0</guid><link>/other</link></item>",
    b"<item><title>t</title><!-- </item> --></item>",
    b"<item><title>t</title></item><!-- <item/> -->",
    b"<entry><title>t</title></entry>",
    b"<item><y:title xmlns:y='http://search.yahoo.com/mrss/'>t</y:title></item>",
    b"<item xml:lang='ko'><title>t</title></item>",
    b"<item/>",
    b"<item><title>To\xffll</title></item>",
    b"<item><content><item/></content><title>t</title></item>",
    b"<item><image><title>i</title></image><textInput><title>i</title></textInput><title>t</title></item>",
    b"</item>",
    b"<item>",
]
TOKENS = [*b"<item> </item> <item/> <!-- --> <![CDATA[ ]]> <? ?> <!DOCTYPE <entry\na=' '> & < > x".split(b" "), b" "]
FRAMES = [
    (b"10:00:00", b"10:05:00"),
    (b"Border wire", b"Frontier wire"),
    (b"<language>en", b"<language>ru"),
    (b"</language>", b"</language><!-- <item> -->"),
    (b"</channel>", b"<!-- end --></channel>"),
    (b"</channel>", b"<ttl>5</ttl></channel>"),
    (b"utf-8", b"windows-1251"),
    (b"<channel>", b"<channel xml:base='https://other.example/'>"),
    (b"</rss>", b""),
]


@dataclass(frozen=True, slots=True)
class Edit:
    """How a document comes to differ from the one before."""

    order: tuple[int, ...]
    added: tuple[tuple[int, bytes], ...]
    text: tuple[int, bytes] | None
    frame: tuple[bytes, bytes] | None

    def apply(self, body: bytes) -> bytes:
        parts = slices(body)
        if parts:
            kept = [parts[number % len(parts)] for number in self.order]
            for at, part in self.added:
                kept.insert(at % (len(kept) + 1), part)
            if self.text is not None and kept:
                at, word = self.text
                kept[at % len(kept)] = kept[at % len(kept)].replace(b"report", word).replace(b"ferry", word)
            body = join(body, kept)
        return body.replace(*self.frame, 1) if self.frame is not None else body


EDITS = st.builds(
    Edit,
    st.lists(st.integers(0, 5), max_size=6).map(tuple),
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(POOL) | st.sampled_from(ODD)), max_size=3).map(tuple),
    st.none() | st.tuples(st.integers(0, 5), st.sampled_from([b"record", b"&lt;b&gt;", b"&", "звіт".encode(), b"<x>"])),
    st.none() | st.sampled_from(FRAMES),
)


async def poll(body: bytes, seen: Seen | None) -> ParsedFeed | None:
    try:
        return await Reader().news(body, seen)
    except ParseFailure:
        return None


def whole_entries(body: bytes) -> tuple[Entry, ...] | None:
    try:
        return whole_parse(body).entries
    except ParseFailure:
        return None


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(SMALL), st.lists(EDITS, min_size=1, max_size=4))
async def test_news_when_a_document_is_edited_again_and_again_then_those_of_the_whole_parse(
    body: bytes, edits: list[Edit]
) -> None:
    first = await poll(body, None)
    assert first is not None
    seen, known = first.seen, slices(body)
    for edit in edits:
        body = edit.apply(body)
        news, whole = await poll(body, seen), whole_entries(body)
        if news is None or whole is None:
            assert (news, whole) == (None, None)
            continue
        if news.skipped_slices and not news.unchanged:
            assert list(news.entries) == new_entries(body, known)
        elif news.unchanged:
            assert news.entries == ()
            assert set(slices(body)) <= set(known)
        else:
            assert news.entries == whole
        assert news.seen is not None
        seen, known = news.seen, slices(body)


@settings(max_examples=150, deadline=None)
@given(st.data())
async def test_news_when_a_document_is_damaged_anywhere_then_those_of_the_whole_parse(data: st.DataObject) -> None:
    old = data.draw(st.sampled_from(SMALL))
    first = await poll(old, None)
    assert first is not None
    body = bytearray(old)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(body)))
        body[start : start + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=3) | st.sampled_from(TOKENS))
    news, whole = await poll(bytes(body), first.seen), whole_entries(bytes(body))
    if news is None or whole is None:
        assert news is None or news.unchanged
    elif news.skipped_slices and not news.unchanged:
        assert list(news.entries) == new_entries(bytes(body), slices(old))
    elif not news.unchanged:
        assert news.entries == whole
    else:
        assert set(slices(bytes(body))) <= set(slices(old))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.lists(st.sampled_from(TOKENS), max_size=20).map(b"".join))
def test_cut_when_any_bytes_then_none_or_spans_in_order_parted_by_white_space(body: bytes) -> None:
    found = cut(body)
    if found is None:
        return
    ends = [0]
    for start, end in found.spans:
        assert ends[-1] <= start < end
        assert len(ends) == 1 or body[ends[-1] : start].strip() == b""
        assert body[start : start + 1] == b"<"
        assert body[end - 1 : end] == b">"
        ends.append(end)
