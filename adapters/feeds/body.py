"""A response's bytes on their way in: counted, decompressed as they come, and stopped at a limit."""

from adapters.errors import FetchFailure, FetchReason
from adapters.feeds.codings import GZIP, Coding, DamagedCoding, find_coding

_MEGABYTE = 1024 * 1024


class Body:
    """Takes chunks as they come from the wire and holds the plain bytes, at most `max_bytes` of either."""

    def __init__(self, encoding: str, max_bytes: int) -> None:
        self._encoding = encoding
        self._max_bytes = max_bytes
        self._received = 0
        self._begin = b""
        self._started = False
        self._coding: Coding | None = None
        self._plain = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the wire. Raises FetchFailure when they are too many or damaged."""
        self._received += len(chunk)
        self._check_size(self._received)
        if not self._started:
            chunk = self._begin + chunk
            if len(chunk) < len(GZIP):
                self._begin = chunk
                return
            self._start(chunk)
        self._take(chunk)

    def finish(self) -> bytes:
        """Give the whole body. Raises FetchFailure when it was cut off inside its compression."""
        if not self._started:
            return self._begin
        if self._coding is not None and not self._coding.ended:
            raise _damaged("it ends too early")
        if self._plain.startswith(GZIP):
            raise _damaged("it was compressed twice")
        return bytes(self._plain)

    def _start(self, begin: bytes) -> None:
        self._started = True
        try:
            self._coding = find_coding(self._encoding, begin)
        except LookupError as exc:
            message = f"the server answered in an encoding that was not asked for ({exc}): tell its publisher"
            raise FetchFailure(FetchReason.PROTOCOL, message) from exc

    def _take(self, chunk: bytes) -> None:
        if self._coding is None:
            self._plain += chunk
            return
        try:
            for piece in self._coding.unpack(chunk):
                self._plain += piece
                self._check_size(len(self._plain))
        except DamagedCoding as exc:
            raise _damaged(str(exc)) from exc

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise too_large(self._max_bytes)


def too_large(max_bytes: int) -> FetchFailure:
    """Build the failure for a body over its limit."""
    return FetchFailure(
        FetchReason.TOO_LARGE,
        f"the document is larger than {max_bytes / _MEGABYTE:g} MB: raise `polling.max_size`, or take a smaller feed",
    )


def _damaged(detail: str) -> FetchFailure:
    return FetchFailure(
        FetchReason.PROTOCOL, f"the compressed document is damaged ({detail}): it is asked for again at the next poll"
    )
