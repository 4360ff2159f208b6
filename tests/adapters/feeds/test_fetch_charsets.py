"""Character sets, fetched and read: a byte order mark, then the header (RFC 7303), then the prolog, then what fits."""

from datetime import UTC, datetime

import pytest

from adapters.feeds import HttpFetcher, parse_document
from rules.model import FeedId, Source
from tests.adapters.feeds.asking import ask
from tests.feeds_server import Document, FeedsServer

SOURCE = Source(FeedId("wire"), "A wire", "ru", "wire")
NOW = datetime(2024, 12, 16, 9, 0, tzinfo=UTC)
RUSSIAN = "Потери под Курском: 11 погибших — «Степная почта»"
KOREAN = "국정원: 특수부대 병력 1천500명 이동"
FEED = """{prolog}<rss version="2.0"><channel><title>Feed</title>
<item><guid>1</guid><title>{title}</title><link>https://wire.example/1</link></item></channel></rss>"""


def write(title: str, charset: str, declared: str | None, *, mark: bytes = b"") -> bytes:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return mark + FEED.format(prolog=prolog, title=title).encode(charset)


async def read_title(server: FeedsServer, fetcher: HttpFetcher, body: bytes, content_type: str) -> str:
    """Fetch and read a document; give the title of its one item."""
    server.put("wire", document=Document(body, content_type))
    fetched = await fetcher.fetch(ask(server.url("wire")))
    assert fetched.body == body
    (entry,) = parse_document(fetched.body, fetched.content_type, fetched.url, SOURCE, NOW).entries
    return entry.title


CHARSETS = ["windows-1251", "koi8-r", "iso-8859-5", "utf-8", "utf-16", "cp866"]


@pytest.mark.parametrize("charset", CHARSETS)
async def test_title_when_only_the_prolog_names_the_charset_then_read(
    server: FeedsServer, fetcher: HttpFetcher, charset: str
) -> None:
    title = RUSSIAN if charset in {"windows-1251", "utf-8", "utf-16"} else "Потери под Курском: 11 погибших"
    assert await read_title(server, fetcher, write(title, charset, charset), "application/rss+xml") == title


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "utf-8"])
@pytest.mark.parametrize("media", ["application/rss+xml", "application/xml", "text/xml", "text/html", "text/plain"])
async def test_title_when_only_the_header_names_the_charset_then_read(
    server: FeedsServer, fetcher: HttpFetcher, charset: str, media: str
) -> None:
    title = "Потери под Курском: 11 погибших"
    body = write(title, charset, None)
    assert await read_title(server, fetcher, body, f"{media}; charset={charset.upper()}") == title


@pytest.mark.parametrize("charset", ["euc-kr", "cp949", "utf-8", "utf-16"])
async def test_title_when_korean_then_read(server: FeedsServer, fetcher: HttpFetcher, charset: str) -> None:
    body = write(KOREAN, charset, charset)
    for content_type in ("text/xml", f"text/xml; charset={charset}", "application/rss+xml"):
        assert await read_title(server, fetcher, body, content_type) == KOREAN


@pytest.mark.parametrize(
    ("charset", "header", "prolog"),
    [
        ("windows-1251", "windows-1251", "utf-8"),
        ("utf-8", "utf-8", "windows-1251"),
        ("koi8-r", "koi8-r", "windows-1251"),
        ("windows-1251", "windows-1251", "koi8-r"),
        ("utf-8", "UTF-8", "iso-8859-1"),
        ("utf-8", "utf-8", "no-such-charset"),
        ("utf-8", '"utf-8"', "us-ascii"),
    ],
)
async def test_title_when_header_and_prolog_disagree_then_the_header_is_believed(
    server: FeedsServer, fetcher: HttpFetcher, charset: str, header: str, prolog: str
) -> None:
    title = "Потери под Курском: 11 погибших"
    content_type = f"application/rss+xml; charset={header}"
    assert await read_title(server, fetcher, write(title, charset, prolog), content_type) == title


@pytest.mark.parametrize(
    ("charset", "header", "prolog"),
    [
        ("windows-1251", "utf-8", "windows-1251"),
        ("euc-kr", "utf-8", "euc-kr"),
        ("utf-8", "us-ascii", "utf-8"),
        ("utf-8", "no-such-charset", "utf-8"),
        ("utf-8", "", "utf-8"),
    ],
)
async def test_title_when_the_header_cannot_be_right_then_the_prolog_is_believed(
    server: FeedsServer, fetcher: HttpFetcher, charset: str, header: str, prolog: str
) -> None:
    title = KOREAN if charset == "euc-kr" else "Потери под Курском: 11 погибших"
    content_type = f"application/rss+xml; charset={header}"
    assert await read_title(server, fetcher, write(title, charset, prolog), content_type) == title


@pytest.mark.parametrize(
    ("charset", "mark"),
    [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")],
)
@pytest.mark.parametrize("header", ["", "; charset=windows-1251", "; charset=utf-8"])
@pytest.mark.parametrize("prolog", [None, "windows-1251", "utf-8"])
async def test_title_when_a_byte_order_mark_comes_first_then_it_is_believed_above_all(
    server: FeedsServer, fetcher: HttpFetcher, charset: str, mark: bytes, header: str, prolog: str | None
) -> None:
    body = write(RUSSIAN, charset, prolog, mark=mark)
    assert await read_title(server, fetcher, body, f"application/rss+xml{header}") == RUSSIAN


@pytest.mark.parametrize("media", ["text/xml", "application/rss+xml", "text/html", "application/octet-stream", ""])
async def test_title_when_utf8_and_nobody_says_so_then_read(
    server: FeedsServer, fetcher: HttpFetcher, media: str
) -> None:
    assert await read_title(server, fetcher, write(RUSSIAN, "utf-8", None), media or "x/x") == RUSSIAN


async def test_title_when_some_bytes_fit_no_charset_then_the_rest_is_read(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    body = write("Several dozen killed ~ at Kursk", "utf-8", "utf-8").replace(b"~", b"\xff\xfe\x80")
    title = await read_title(server, fetcher, body, "application/rss+xml; charset=utf-8")
    assert title.startswith("Several dozen killed")
    assert title.endswith("at Kursk")
