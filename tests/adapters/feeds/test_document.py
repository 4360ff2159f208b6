"""Whole documents: every kind of feed, every kind of bytes."""

from datetime import UTC, datetime
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import ParseFailure, ParseReason
from adapters.feeds import parse_document
from adapters.ports import ParsedFeed
from rules.model import DateDoubt, Entry, FeedId, Source

NOW = datetime(2024, 12, 16, 12, 0, tzinfo=UTC)
NINE = datetime(2024, 12, 16, 9, 0, tzinfo=UTC)
URL = "https://wire.example/rss/world.xml"
SOURCE = Source(FeedId("wire"), "A wire", "en", "wire")


def read(document: str | bytes, content_type: str = "", url: str = URL) -> ParsedFeed:
    body = document.encode() if isinstance(document, str) else document
    return parse_document(body, content_type, url, SOURCE, NOW)


def fail(body: bytes) -> ParseReason:
    with pytest.raises(ParseFailure) as caught:
        read(body)
    return caught.value.reason


RSS_20 = """<?xml version="1.0"?><rss version="2.0"><channel><title>A wire</title><link>https://wire.example/</link>
<item><guid isPermaLink="false">w-1</guid><link>/view?id=1&amp;utm_source=rss</link>
<title>Troops &amp;amp; trains seen</title><description>&lt;p&gt;Seen in Kursk.&lt;/p&gt;</description>
<pubDate>Mon, 16 Dec 2024 09:00:00 GMT</pubDate></item></channel></rss>"""
RSS_091 = """<?xml version="1.0"?><rss version="0.91"><channel><title>A wire</title><link>https://wire.example/</link>
<language>en-us</language><item><title>Troops &amp; trains seen</title><link>https://wire.example/view?id=1</link>
<description>Seen in Kursk.</description></item></channel></rss>"""
RSS_10 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://wire.example/">
<title>A wire</title></channel><item rdf:about="w-1"><title>Troops &amp; trains seen</title>
<link>https://wire.example/view?id=1</link><description>Seen in Kursk.</description>
<dc:date>2024-12-16T18:00:00+09:00</dc:date><dc:language>en</dc:language></item></rdf:RDF>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://wire.example/" xml:lang="en">
<title>A wire</title><entry xml:base="view"><id>w-1</id><link href="?id=1"/><link rel="enclosure" href="p.jpg"/>
<title type="html">Troops &amp;amp; trains seen</title><updated>2024-12-16T10:30:00Z</updated>
<published>2024-12-16T09:00:00Z</published><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>Seen in <b>Kursk</b>.</p><script>alert(1)</script></div></content></entry></feed>"""


@pytest.mark.parametrize("document", [RSS_20, RSS_091, RSS_10, ATOM], ids=["rss20", "rss091", "rss10", "atom"])
def test_document_when_of_any_kind_then_the_same_entry(document: str) -> None:
    parsed = read(document)
    [entry] = parsed.entries
    assert parsed.title == "A wire"
    assert (entry.title, entry.text, entry.language) == ("Troops & trains seen", "Seen in Kursk.", "en")
    assert entry.canonical_link == "https://wire.example/view?id=1"
    assert entry.link is not None
    assert entry.link.startswith("https://wire.example/view?id=1")
    if document is RSS_091:
        assert (entry.guid, entry.published_at, entry.date_doubt) == (None, None, DateDoubt.MISSING)
    else:
        assert (entry.published_at, entry.date_doubt) == (NINE, DateDoubt.NONE)
        assert entry.guid is not None
        assert entry.guid.endswith("w-1")


TEXTS = {
    "en": ("Troops seen in Kursk", "The agency said so."),
    "ko": ("북한군 쿠르스크 배치", "국정원이 밝혔다."),
    "uk": ("Бійці КНДР у Курську", "Про це заявила розвідка."),
    "ru": ("Бойцы КНДР были в Курске", "Об этом объявила разведка."),
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("en", "us-ascii"),
        ("en", "utf-16"),
        ("ko", "utf-8"),
        ("ko", "euc-kr"),
        ("uk", "utf-8"),
        ("uk", "windows-1251"),
        ("ru", "koi8-r"),
        ("ru", "windows-1251"),
    ],
)
@pytest.mark.parametrize("where", ["prolog", "header", "both"])
def test_document_when_in_another_encoding_then_read_right(language: str, encoding: str, where: str) -> None:
    title, text = TEXTS[language]
    prolog = f'<?xml version="1.0" encoding="{encoding}"?>' if where != "header" else ""
    document = f"""{prolog}<rss version="2.0"><channel><title>{title}</title><item><title>{title}</title>
<description>{text}</description></item></channel></rss>"""
    content_type = f"application/rss+xml; charset={encoding}" if where != "prolog" else "application/rss+xml"
    parsed = read(document.encode(encoding), content_type)
    [entry] = parsed.entries
    assert (parsed.title, entry.title, entry.text, entry.language) == (title, title, text, language)


def test_document_when_header_and_prolog_disagree_then_the_header_holds() -> None:
    title, text = TEXTS["uk"]
    document = f"""<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel><item><title>{title}</title>
<description>{text}</description></item></channel></rss>"""
    [entry] = read(document.encode(), "application/xml; charset=utf-8").entries
    assert (entry.title, entry.text) == (title, text)


@pytest.mark.parametrize("body", [b"", b"  \r\n\t", b"\xef\xbb\xbf\n", b"\x00\x00"])
def test_document_when_blank_then_empty(body: bytes) -> None:
    assert fail(body) is ParseReason.EMPTY


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><head><title>Log in</title></head><body>Log in</body></html>",
        b"\xef\xbb\xbf\n <HTML><body>one moment</body></HTML>",
        b"<!-- cached --><html><body>one moment</body></html>",
    ],
)
def test_document_when_web_page_then_html(body: bytes) -> None:
    assert fail(body) is ParseReason.HTML


@pytest.mark.parametrize(
    "body", [b"hello", b'{"items": []}', b"<opml><body/></opml>", b"\x89PNG\r\n\x1a\n\x00\x00", b"<a>" * 9]
)
def test_document_when_something_else_then_not_a_feed(body: bytes) -> None:
    assert fail(body) is ParseReason.NOT_A_FEED


def test_document_when_feed_has_no_entries_then_no_failure() -> None:
    parsed = read("<rss version='2.0'><channel><title>Quiet</title></channel></rss>")
    assert (parsed.title, parsed.entries, parsed.skipped) == ("Quiet", (), ())


@pytest.mark.parametrize("form", ["rss", "json"])
def test_document_when_entries_are_too_many_then_the_first_are_read_and_it_is_told(form: str) -> None:
    if form == "rss":
        items = "".join(f"<item><title>Report {number}</title></item>" for number in range(5_003))
        parsed = read(f"<rss version='2.0'><channel>{items}</channel></rss>")
    else:
        listed = ",".join(f'{{"title": "Report {number}"}}' for number in range(5_003))
        parsed = read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{listed}]}}')
    assert (len(parsed.entries), parsed.entries[0].title) == (5_000, "Report 0")
    assert parsed.skipped == ("3 entries are left out, as only the first 5000 are read",)


@pytest.mark.parametrize(
    "document",
    [
        "\n\n" + RSS_20,
        RSS_20.replace("</channel></rss>", ""),
        RSS_20.replace("&amp;amp;", "&"),
        RSS_20.replace("<item>", '<item a="1" a="2">'),
        RSS_20.replace("Kursk", "Ku\x00rsk"),
        RSS_20.replace("Kursk", "Ku\x08rsk"),
        RSS_20 + "<script>late</script>",
    ],
    ids=["blank-start", "cut", "raw-ampersand", "attribute-twice", "nul", "backspace", "trailer"],
)
def test_document_when_not_well_formed_then_its_entries_are_still_read(document: str) -> None:
    [entry] = read(document).entries
    assert (entry.guid, entry.title, entry.text) == ("w-1", "Troops & trains seen", "Seen in Kursk.")


def test_document_when_entities_would_explode_then_they_do_not() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "killed">{levels}]>' + RSS_20.partition("?>")[2].replace("Kursk", "&l9; Kursk")
    [entry] = read(bomb).entries
    assert len(entry.text) < 1000


def test_document_when_entity_names_a_file_then_it_is_not_read() -> None:
    thief = '<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + RSS_20.partition("?>")[2].replace(
        "Kursk", "&f;"
    )
    assert all("root:" not in entry.text for entry in read(thief).entries)


def check(entry: Entry) -> None:
    """State what holds for every entry, whatever the document."""
    assert entry.title
    for text in (entry.title, entry.text, entry.guid or ""):
        assert not {category(character) for character in text.replace("\n", "")} & {"Cc", "Cs"}
        assert not any(character in "\u200b\u200f\u202a\u202e\u2066\u2069\ufeff" for character in text)
        text.encode()
    assert "\n" not in entry.title
    assert entry.link is None or entry.link.startswith(("http://", "https://"))
    assert (entry.canonical_link is None) == (entry.link is None)
    assert len(entry.language) == 2
    assert (entry.published_at is None) == (entry.date_doubt in {DateDoubt.MISSING, DateDoubt.UNREADABLE})
    assert entry.published_at is None or entry.published_at.tzinfo is UTC


_WORDS = st.text(max_size=20) | st.sampled_from(
    [
        "<b>x</b>",
        "&#xD800;",
        "&#0;",
        "\u202e",
        "<![CDATA[",
        "]]>",
        "&lt;p&gt;",
        "2024-12-16",
        "javascript:1",
        "//x",
        "http://[",
    ]
)
_NAMES = st.sampled_from(
    [
        "title",
        "link",
        "guid",
        "description",
        "pubDate",
        "dc:date",
        "dc:language",
        "content:encoded",
        "id",
        "updated",
        "a:b",
    ]
)
_FIELDS = st.builds("<{0}>{1}</{0}>".format, _NAMES, _WORDS)
_DOCUMENTS = st.lists(st.lists(_FIELDS, max_size=6).map("".join), max_size=4).map(
    lambda items: f"<rss version='2.0'><channel>{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"
)
_BODIES = st.binary(max_size=200) | _DOCUMENTS.map(lambda text: text.encode("utf-8", "surrogatepass"))


@settings(max_examples=300, deadline=None)
@given(_BODIES, st.sampled_from(["", "text/xml; charset=euc-kr", "application/rss+xml; charset=nonsense", "text/html"]))
def test_document_when_any_bytes_then_feed_or_failure_and_entries_hold_what_is_promised(
    body: bytes, content_type: str
) -> None:
    try:
        parsed = read(body, content_type)
    except ParseFailure:
        return
    for entry in parsed.entries:
        check(entry)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_document_when_a_feed_is_damaged_anywhere_then_feed_or_failure(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from([RSS_20, RSS_10, ATOM])).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        body[start : start + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=6))
    try:
        parsed = read(bytes(body))
    except ParseFailure:
        return
    for entry in parsed.entries:
        check(entry)
