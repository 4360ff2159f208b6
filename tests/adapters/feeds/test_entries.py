"""Single entries: texts, titles, identities, and what is left out."""

from datetime import UTC, datetime

import pytest

from adapters.feeds import parse_document
from adapters.feeds.entries import TEXT_LIMIT, TITLE_LIMIT
from adapters.feeds.markup import cut, read_html, read_plain
from adapters.ports import ParsedFeed
from rules.model import Entry, FeedId, Source

NOW = datetime(2024, 12, 16, 12, 0, tzinfo=UTC)
URL = "https://wire.example/rss/world.xml"
SOURCE = Source(FeedId("wire"), "A wire", "en", "wire")


def read(items: str) -> ParsedFeed:
    document = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A wire</title>{items}</channel></rss>'
    )
    return parse_document(document.encode(), "", URL, SOURCE, NOW)


def read_one(fields: str) -> Entry:
    [entry] = read(f"<item>{fields}</item>").entries
    return entry


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p><p>Two</p>three<br>four", "One.\nTwo\nthree\nfour"),
        ("<h2>Toll rises</h2>At least 40\n  died.", "Toll rises\nAt least 40 died."),
        ("<ul><li>first<li>second</ul>", "first\nsecond"),
        (
            "<table><tr><td>Killed</td><td>300</td></tr><tr><td>Hurt</td><td>2,700</td></tr></table>",
            "Killed 300\nHurt 2,700",
        ),
        ("Said <b>\u201csome <i>200</i></b>\u201d &mdash; so &amp; so", "Said \u201csome 200\u201d \u2014 so & so"),
        ("a<script>alert(1)</script>b<style>p{}</style>c<noscript>d</noscript>e<!-- f -->", "abce"),
        ("<img src=x onerror=alert(1)>text<iframe>no</iframe>", "text"),
        ("fewer than 5 < 7, more than <3", "fewer than 5 < 7, more than <3"),
        ("zero\u200bwidth \u202eturned\u202c so&shy;ft&#8203;", "zerowidth turned soft"),
        ("&#0;&#xD800;&nbsp;x&nbsp;&nbsp;y", "\ufffd\ufffd x y"),
        ("a\ud800b", "ab"),
        ("<p></p>  <div> </div>", ""),
        ("", ""),
    ],
)
def test_html_when_read_then_text_as_seen(html: str, text: str) -> None:
    assert read_html(html) == text


def test_plain_text_when_read_then_empty_lines_part_paragraphs_only() -> None:
    assert read_plain("One\nline.\n\nNext\u200b  <b>\r\n\r\n\r\n three") == "One line.\nNext <b>\nthree"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("one two", 7, "one two"),
        ("ten letters, more", 12, "ten letters,"),
        ("onlyoneword", 4, "only"),
        ("a bcdefghijkl", 10, "a bcdefghi"),
    ],
)
def test_text_when_cut_then_within_limit_at_a_near_space(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


def test_entry_when_summary_and_content_differ_then_the_longer_is_its_text() -> None:
    short, long = (
        "<description>Short.</description>",
        "<content:encoded>&lt;p&gt;The whole story.&lt;/p&gt;</content:encoded>",
    )
    assert read_one(f"<title>t</title>{short}{long}").text == "The whole story."
    assert read_one(f"<title>t</title>{long}{short}").text == "The whole story."
    assert (
        read_one("<title>t</title><description>Longer.</description><content:encoded>x</content:encoded>").text
        == "Longer."
    )


def test_entry_when_markup_is_long_but_says_less_then_the_longer_text_counts() -> None:
    picture = "&lt;img src='https://cdn.example/a-very-long-address-of-a-picture.jpg'&gt;Cut"
    entry = read_one(
        f"<title>t</title><description>A whole sentence.</description><content:encoded>{picture}</content:encoded>"
    )
    assert entry.text == "A whole sentence."


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("&lt;b&gt;Toll&lt;/b&gt; rises", "Toll rises"),
        ("Toll &amp;amp; claims", "Toll & claims"),
        ("Kyiv&amp;#8217;s toll", "Kyiv\u2019s toll"),
        ("<![CDATA[<em>Toll</em>\n\n rises]]>", "Toll rises"),
        ("Fewer than 5 &lt; 7", "Fewer than 5 < 7"),
        ("Toll\u202e rises\u200b", "Toll rises"),
        ("\U0001f534 속보: 북한군", "\U0001f534 속보: 북한군"),
    ],
)
def test_entry_when_title_has_markup_then_one_plain_line(title: str, plain: str) -> None:
    assert read_one(f"<title>{title}</title>").title == plain


def test_entry_when_atom_title_is_literal_text_then_nothing_is_lost() -> None:
    document = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A wire</title><entry><id>1</id>
    <title type="text">Use of the &lt;b> tag</title></entry></feed>"""
    [entry] = parse_document(document.encode(), "", URL, SOURCE, NOW).entries
    assert entry.title == "Use of the <b> tag"


def test_entry_when_title_is_missing_then_first_words_of_the_text() -> None:
    assert read_one("<description>&lt;p&gt;Short report.&lt;/p&gt;</description>").title == "Short report."
    long = read_one(f"<description>{'word ' * 50}</description>")
    assert long.title == "word " * 19 + "word…"
    assert read_one("<description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description>").title == "One. Two."


def test_entry_when_enormous_then_bounded_at_a_word() -> None:
    entry = read_one(f"<title>{'head ' * 1000}</title><description>{'word ' * TEXT_LIMIT}</description>")
    assert len(entry.title) <= TITLE_LIMIT
    assert entry.title.endswith("head")
    assert TEXT_LIMIT - 5 <= len(entry.text) <= TEXT_LIMIT
    assert entry.text.endswith("word")


def test_entry_when_it_says_nothing_then_skipped_with_its_place() -> None:
    parsed = read("<item><title>Told</title></item><item><link>https://wire.example/a</link></item><item/>")
    assert [entry.title for entry in parsed.entries] == ["Told"]
    assert parsed.skipped == ("entry 2 has neither a title nor a text", "entry 3 has neither a title nor a text")


def test_entries_when_very_many_say_nothing_then_the_list_is_short() -> None:
    parsed = read("<item/>" * 50)
    assert len(parsed.skipped) == 21
    assert parsed.skipped[-1] == "and 30 more"


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ("<link>/a?id=1</link>", "https://wire.example/a?id=1"),
        ("<link>\n https://wire.example/a \n</link>", "https://wire.example/a"),
        ("<guid>https://wire.example/a</guid>", "https://wire.example/a"),
        ("<guid>https://wire.example/g</guid><link>https://wire.example/a</link>", "https://wire.example/a"),
        ("<guid>20241216-1</guid>", None),
        ("<guid>20241216-1</guid><link>/a</link>", "https://wire.example/a"),
        ("<guid isPermaLink='false'>https://wire.example/g</guid>", None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link/><atom:link rel='self' href='https://wire.example/feed'/>", None),
        ("<atom:link href='https://wire.example/a'/>", "https://wire.example/a"),
    ],
)
def test_entry_when_link_is_written_in_some_way_then_its_page_or_none(fields: str, link: str | None) -> None:
    assert read_one(f"<title>t</title>{fields}").link == link


def test_entry_when_guid_is_relative_then_kept_as_written() -> None:
    assert read_one("<title>t</title><guid>20241216-1</guid>").guid == "20241216-1"


def test_entry_when_guid_is_enormous_then_short_and_still_its_own() -> None:
    one, other = (read_one(f"<title>t</title><guid>{'g' * 5000}{n}</guid>").guid for n in (1, 2))
    assert one is not None
    assert len(one) == 64
    assert one != other


@pytest.mark.parametrize(
    ("guid", "spelling"),
    [
        ("http://www.wire.example:80/a/?utm_source=rss&amp;id=7", "https://wire.example/a?id=7"),
        ("https://wire.example/live#post-2", "https://wire.example/live#post-2"),
        ("tag:wire.example,2024:7?utm_source=rss", "tag:wire.example,2024:7?utm_source=rss"),
        ("20241216-1", "20241216-1"),
        ("x\u200b1\u202e", "x1"),
    ],
)
def test_entry_when_its_guid_is_an_address_then_spelt_as_links_are_and_else_kept(guid: str, spelling: str) -> None:
    assert read_one(f"<title>t</title><guid isPermaLink='false'>{guid}</guid>").guid == spelling


def test_entry_when_too_long_then_said_with_its_place() -> None:
    parsed = read(
        f"<item><title>a</title></item><item><title>b</title><description>{'x ' * TEXT_LIMIT}</description></item>"
    )
    assert parsed.shortened == ("entry 2 is cut to the first 200,000 of its 399,999 characters",)
    assert parsed.skipped == ()


@pytest.mark.parametrize(
    "link", ["https://wire.example/a\u200b1", "https://wire.example/\u202ea1", "https://wire.\u00adexample/a1"]
)
def test_entry_when_its_link_hides_characters_then_they_are_gone(link: str) -> None:
    assert read_one(f"<title>t</title><link>{link}</link>").link == "https://wire.example/a1"


def test_entry_when_its_update_is_stated_too_then_publication_counts() -> None:
    document = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A wire</title>
    <entry><id>1</id><title>both</title><updated>2024-12-16T11:00:00Z</updated><published>2024-12-16T09:00:00Z</published></entry>
    <entry><id>2</id><title>one</title><updated>2024-12-16T11:00:00Z</updated></entry></feed>"""
    both, one = parse_document(document.encode(), "", URL, SOURCE, NOW).entries
    assert both.published_at == datetime(2024, 12, 16, 9, 0, tzinfo=UTC)
    assert one.published_at == datetime(2024, 12, 16, 11, 0, tzinfo=UTC)
