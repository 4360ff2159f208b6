"""The process that reads articles: `python -m adapters.articles.worker MEMORY_BYTES LIMIT_S`.

A task is a page's content type and its bytes; the answer is JSON: the text, and whether the process has grown so large
that it is to be given nothing more.
"""

import json
import sys

from adapters.articles.extraction import extract_text
from adapters.frames import resident_bytes, serve

_WORN_BYTES = 192 * 1024 * 1024


def answer(content_type: bytes, body: bytes) -> bytes:
    """Give the answer to a task."""
    text = extract_text(body, content_type.decode("utf-8", "replace"))
    return json.dumps({"text": text, "worn": resident_bytes() > _WORN_BYTES}).encode()


if __name__ == "__main__":
    serve(answer, int(sys.argv[1]), float(sys.argv[2]))
