"""The byte order mark of a document, which says more about its character set than any label (RFC 7303, 3.3)."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the next one
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
)


def believe_mark(body: bytes, content_type: str) -> tuple[bytes, str]:
    """Give a document with a byte order mark as UTF-8 with a header that says so; any other as it is.

    Without a mark feedparser does as RFC 7303 says: the header's charset first, then the declaration, then what fits.
    """
    for mark, charset in _MARKS:
        if body.startswith(mark):
            plain = body.removeprefix(mark)
            if charset != "utf-8":
                plain = plain.decode(charset, "replace").encode()
            media = content_type.partition(";")[0].strip() or "application/xml"
            return plain, f"{media}; charset=utf-8"
    return body, content_type
