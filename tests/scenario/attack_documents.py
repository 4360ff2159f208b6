"""Documents that mean harm to whoever reads them, built here: most are short to say and long to store."""

import gzip
import zlib

import brotli

LARGE = 4_000_000
"""Bytes of the large ones: below the limit of a fetch, so that they reach the parser."""

_GOOD = "<item><title>Two soldiers killed</title><guid>g-1</guid></item>"


def channel(inner: str, begin: str = "") -> bytes:
    """Write an RSS document."""
    return f"{begin}<rss version='2.0'><channel><title>Trap</title>{inner}</channel></rss>".encode()


def billion_laughs() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return channel(
        f"<item><title>Laughs &l9;</title><description>&l9;</description></item>{_GOOD}",
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "killed">{levels}]>',
    )


def quadratic_blowup() -> bytes:
    return channel(
        f"<item><title>Blown</title><description>{'&a;' * 50_000}</description></item>",
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "{"killed " * 10_000}">]>',
    )


def external_entities(address: str) -> bytes:
    """Name a file of the system and an address; nobody is to look at either."""
    return channel(
        f"<item><title>Thief &file; &net;</title></item>{_GOOD}",
        f'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{address}" [<!ENTITY file SYSTEM "file:///etc/passwd">'
        f'<!ENTITY net SYSTEM "{address}"><!ENTITY % dtd SYSTEM "{address}">%dtd;]>',
    )


def slow_address() -> bytes:
    """Write the author that feedparser's expression for addresses takes quadratic time for (its issue 562)."""
    return channel(f"<item><title>Slow</title><author>a@{'a.' * 60_000}!</author></item>", "<!DOCTYPE rss>")


def many_open_blocks() -> bytes:
    """Write markup for which the rules of HTML5 look at all open elements for each new block."""
    return channel(f"<item><title>Blocks</title><description>{'&lt;div&gt;' * 150_000}</description></item>")


def deep_nesting() -> bytes:
    return channel(f"<item><title>Deep</title>{'<a>' * 500_000}</item>")


def deep_json() -> bytes:
    return b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 1_000_000


def giant_attribute() -> bytes:
    return channel(f"<item><title>Giant</title><link a='{'x' * LARGE}'/></item>")


def many_attributes() -> bytes:
    attributes = " ".join(f"a{n}='x'" for n in range(100_000))
    return channel(f"<item><title>Many</title><link {attributes}/></item>")


def many_entries() -> bytes:
    return channel("".join(f"<item><title>killed {n}</title></item>" for n in range(110_000)))


def many_slices() -> bytes:
    """Write tags that begin entries and never end any, up to the size of documents that are cut."""
    return channel("<item " * 300_000)


def long_text() -> bytes:
    """Write a document that needs more memory to be read than a parser process gets."""
    return channel(f"<item><title>Long</title><description>{'<b>killed</b> ' * 500_000}</description></item>")


def not_characters() -> bytes:
    return channel(f"{_GOOD}<item><title>Nul</title></item>").replace(b"Nul", b"N\x00\x00u\x08l\xff\xfe\xed\xa0\x80")


def unknown_encoding() -> bytes:
    return channel(_GOOD, '<?xml version="1.0" encoding="x-nobody-knows"?>')


def stateful_encoding() -> bytes:
    """Say UTF-7, in which markup hides in what looks like text."""
    return channel(_GOOD, '<?xml version="1.0" encoding="utf-7"?>').replace(b"killed", b"+ADw-script+AD4-")


def gzip_bomb() -> bytes:
    return gzip.compress(bytes(50_000_000), 9)


def brotli_bomb() -> bytes:
    return bytes(brotli.compress(bytes(50_000_000), quality=1))


def deflate_bomb() -> bytes:
    return zlib.compress(bytes(50_000_000), 9)


def nested_bomb() -> bytes:
    return gzip.compress(gzip_bomb(), 9)


def damaged_gzip() -> bytes:
    packed = bytearray(gzip.compress(channel(_GOOD * 500)))
    packed[40:60] = b"\xff" * 20
    return bytes(packed)
