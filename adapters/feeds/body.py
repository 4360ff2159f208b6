"""A response's bytes on their way in: counted, decompressed as they come, and stopped at a limit."""

import zlib
from typing import Protocol

from adapters.errors import FetchFailure, FetchReason

_GZIP = b"\x1f\x8b"
_CANNOT_READ = frozenset({"br", "zstd", "compress", "x-compress"})
_MEGABYTE = 1024 * 1024


class _Decoder(Protocol):
    """What zlib's decompression objects look like."""

    @property
    def unconsumed_tail(self) -> bytes: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def eof(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class Body:
    """Takes chunks as they come from the wire and holds the plain bytes, at most `max_bytes` of either.

    What the first bytes are counts for more than what the header says: servers send gzip unasked, and call plain
    text gzip.
    """

    def __init__(self, encoding: str, max_bytes: int) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding in _CANNOT_READ:
            raise FetchFailure(
                FetchReason.PROTOCOL,
                f"the server answered in an encoding that was not asked for ({self._encoding}): tell its publisher",
            )
        self._max_bytes = max_bytes
        self._received = 0
        self._begin = b""
        self._started = False
        self._decoder: _Decoder | None = None
        self._plain = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the wire. Raises FetchFailure when they are too many or damaged."""
        self._received += len(chunk)
        self._check_size(self._received)
        if not self._started:
            chunk = self._begin + chunk
            if len(chunk) < len(_GZIP):
                self._begin = chunk
                return
            self._start(chunk)
        self._take(chunk)

    def finish(self) -> bytes:
        """Give the whole body. Raises FetchFailure when it was cut off inside its compression."""
        if not self._started:
            return self._begin
        if self._decoder is not None and not self._decoder.eof:
            raise _damaged("it ends too early")
        return bytes(self._plain)

    def _start(self, begin: bytes) -> None:
        self._started = True
        if begin.startswith(_GZIP):
            self._decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
        elif self._encoding == "deflate" and not begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            zlib_header = begin[0] & 0x0F == 8 and int.from_bytes(begin[:2], "big") % 31 == 0  # RFC 1950
            self._decoder = zlib.decompressobj(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)

    def _take(self, data: bytes) -> None:
        while data:
            if self._decoder is None:
                self._plain += data
                data = b""
            elif self._decoder.eof:
                data = self._next_member(data)
            else:
                data = self._decompress(self._decoder, data)
            self._check_size(len(self._plain))

    def _decompress(self, decoder: _Decoder, data: bytes) -> bytes:
        """Decompress into what room is left, and give what was not consumed."""
        try:
            self._plain += decoder.decompress(data, self._max_bytes - len(self._plain) + 1)
        except zlib.error as exc:
            raise _damaged(str(exc)) from exc
        return decoder.unused_data if decoder.eof else decoder.unconsumed_tail

    def _next_member(self, data: bytes) -> bytes:
        """Begin a further gzip member (RFC 1952, 2.2); other bytes after the end are padding and dropped."""
        if not data.startswith(_GZIP):
            return b""
        self._decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return data

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise too_large(self._max_bytes)


def too_large(max_bytes: int) -> FetchFailure:
    """Build the failure for a body over its limit."""
    return FetchFailure(
        FetchReason.TOO_LARGE,
        f"the document is larger than {max_bytes / _MEGABYTE:g} MB: raise max_bytes, or take a smaller feed",
    )


def _damaged(detail: str) -> FetchFailure:
    return FetchFailure(
        FetchReason.PROTOCOL, f"the compressed document is damaged ({detail}): it is asked for again at the next poll"
    )
