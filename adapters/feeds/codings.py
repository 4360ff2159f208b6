"""Content codings (RFC 9110, 8.4.1), undone in small pieces, so that whoever takes them can stop at any size."""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

GZIP = b"\x1f\x8b"
_PIECE = 64 * 1024
_SLICE = 16 * 1024  # zlib copies what it leaves over, so it is never given much at a time
_MAX_MEMBERS = 1000


class DamagedCoding(ValueError):
    """The bytes are not what their coding says."""


class Coding(Protocol):
    """One coding being undone."""

    @property
    def ended(self) -> bool:
        """Whether the coded data came to its own end."""

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """Give what further coded bytes hold, in pieces of bounded size. Raises DamagedCoding."""


class Inflate:
    """Undoes gzip and deflate. `wbits` is zlib's word for the kind of wrapping.

    Further gzip members (RFC 1952, 2.2) are read on; other bytes after the end are padding and dropped.
    """

    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._zlib = zlib.decompressobj(wbits)
        self._members = 1
        self._held = b""

    @property
    def ended(self) -> bool:
        """Whether the last member came to its end."""
        return self._zlib.eof

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """Give what further coded bytes hold. Raises DamagedCoding."""
        for start in range(0, len(data), _SLICE):
            yield from self._unpack(data[start : start + _SLICE])

    def _unpack(self, data: bytes) -> Iterator[bytes]:
        data, self._held = self._held + data, b""
        full = False  # zlib may hold back output although it took all input
        while data or full:
            if self._zlib.eof:
                if data == GZIP[:1]:
                    self._held = data  # the next bytes tell whether it begins a member
                if not data.startswith(GZIP):
                    return
                self._begin_member()
            try:
                piece = self._zlib.decompress(data, _PIECE)
            except zlib.error as exc:
                raise DamagedCoding(str(exc)) from exc
            full = len(piece) == _PIECE
            data = self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail
            yield piece

    def _begin_member(self) -> None:
        """Read on; empty members cost time and give nothing, so that a stream of them has an end."""
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise DamagedCoding(f"it has more than {_MAX_MEMBERS} parts")
        self._zlib = zlib.decompressobj(self._wbits)


class Brotli:
    """Undoes Brotli (RFC 7932)."""

    def __init__(self) -> None:
        self._brotli = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        """Whether the stream came to its end."""
        return bool(self._brotli.is_finished())

    def unpack(self, data: bytes) -> Iterator[bytes]:
        """Give what further coded bytes hold. Raises DamagedCoding."""
        try:
            yield self._brotli.process(data, output_buffer_limit=_PIECE)
            while not self._brotli.can_accept_more_data():
                yield self._brotli.process(b"", output_buffer_limit=_PIECE)
        except brotli.error as exc:
            raise DamagedCoding(str(exc)) from exc


def find_coding(named: str, begin: bytes) -> Coding | None:
    """Choose how to undo a body that begins with these bytes (two at least), or None when it is plain.

    What the first bytes are counts for more than what the header says: servers send gzip unasked, and call plain
    text gzip. Raises LookupError for a coding that cannot be undone.
    """
    coding = named.lower().replace(";", ",").split(",")[-1].strip()
    if begin.startswith(GZIP):
        return Inflate(16 + zlib.MAX_WBITS)
    if _is_text(begin):
        return None
    if coding == "br":
        return Brotli()
    if coding == "deflate":
        zlib_header = begin[0] & 0x0F == 8 and int.from_bytes(begin[:2], "big") % 31 == 0  # RFC 1950
        return Inflate(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)
    if coding in {"zstd", "dcb", "dcz", "compress", "x-compress", "aes128gcm"}:
        raise LookupError(coding)
    return None


def _is_text(begin: bytes) -> bool:
    """Tell a document that is plain whatever its header says.

    No Brotli stream begins with `<`, `{` or a UTF-8 byte order mark: the bits would be a reserved one that is set, or
    padding that is not zero.
    """
    return begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{"))
