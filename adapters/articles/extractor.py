"""Pages read one after the other in a process that is killed when it takes too long, and ends when nobody needs it."""

import asyncio
import json

from adapters.errors import ArticleFailure, ArticleReason
from adapters.ports import Fetched
from adapters.processes import WorkerProcess

_MEMORY_BYTES = 768 * 1024 * 1024
_GRACE_S = 5.0
_TYPES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain"})
"""A server that says nothing is believed to send a page."""


class ArticleExtractor:
    """Reads articles in one process, started when first needed.

    `timeout_s` is the time that one page may take, `memory_bytes` the address space of the process, `idle_s` how long
    it waits for the next page before it ends.
    """

    def __init__(self, timeout_s: float = 5.0, *, memory_bytes: int = _MEMORY_BYTES, idle_s: float = 60.0) -> None:
        self._timeout_s = timeout_s
        self._arguments = (str(memory_bytes), str(timeout_s + _GRACE_S))
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._worker: WorkerProcess | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def process_id(self) -> int | None:
        """The process that lives now, if one does."""
        return self._worker.process_id if self._worker is not None and self._worker.alive else None

    async def extract(self, page: Fetched) -> str:
        """Give the text of a page's article, a paragraph a line. Raises ArticleFailure, never another error."""
        kind = page.content_type.partition(";")[0].strip().lower()
        if kind not in _TYPES or not page.body:
            what = f"it is {kind[:60]!r} and no page" if page.body else "the page is empty"
            raise ArticleFailure(ArticleReason.NOT_A_PAGE, what)
        async with self._turn:
            text = await self._read(page.content_type, page.body)
        if not text:
            raise ArticleFailure(ArticleReason.NO_TEXT, "no article was found in the page")
        return text

    async def close(self) -> None:
        """End the process. Called once at shut-down; a page that is still being read fails."""
        self._closed = True
        if self._turn.locked() and self._worker is not None:
            self._worker.kill()  # whoever waits for it buries it
        async with self._turn:
            worker, self._worker = self._worker, None
            if self._rest is not None:
                self._rest.cancel()
            if worker is not None:
                await worker.stop()

    async def _read(self, content_type: str, body: bytes) -> str:
        worker = await self._take()
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = json.loads(await worker.ask(content_type.encode("utf-8", "replace"), body))
        except TimeoutError as exc:
            await self._bury()
            message = f"the page was not read within {self._timeout_s:g} s"
            raise ArticleFailure(ArticleReason.TOO_SLOW, message) from exc
        except (EOFError, ConnectionError) as exc:
            message = f"the process died of this page ({await self._bury()})"
            raise ArticleFailure(ArticleReason.CRASHED, message) from exc
        except asyncio.CancelledError:
            await self._bury()
            raise
        if answer["worn"]:
            await self._bury()
        else:
            self._rest = asyncio.get_running_loop().call_later(self._idle_s, worker.kill)
        return str(answer["text"])

    async def _take(self) -> WorkerProcess:
        if self._rest is not None:
            self._rest.cancel()
        if self._worker is not None and not self._worker.alive:
            await self._bury()
        if self._closed:
            raise ArticleFailure(ArticleReason.CRASHED, "nothing is read during shut-down")
        if self._worker is None:
            try:
                self._worker = await WorkerProcess.start("adapters.articles.worker", *self._arguments)
            except ChildProcessError as exc:
                raise ArticleFailure(ArticleReason.CRASHED, str(exc)) from exc
        return self._worker

    async def _bury(self) -> str:
        """End the process and give its last words."""
        worker, self._worker = self._worker, None
        return await worker.bury() if worker is not None else ""
