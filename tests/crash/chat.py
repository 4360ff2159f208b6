"""A chat in a file, as blind as Slack: it posts whatever it is given, twice if asked twice, and can be searched."""

import json
import os
from datetime import datetime
from pathlib import Path

from adapters.ports import MessageId
from rules.notice import Content, headline_text


class FileChat:
    """`adapters.ports.Publisher` over one JSON-lines file that outlives the process."""

    platform = "console"

    def __init__(self, path: Path) -> None:
        self._path = path

    async def post(self, channel: str, content: Content, delivery: str, now: datetime) -> MessageId:
        """Append a post."""
        headline = headline_text(content)
        line = json.dumps({"channel": channel, "delivery": delivery, "headline": headline}) + "\n"
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)
        return MessageId(delivery)

    async def reply(self, channel: str, parent: MessageId, content: Content, delivery: str, now: datetime) -> MessageId:
        """Append a post; this chat has no threads."""
        return await self.post(channel, content, delivery, now)

    async def edit(self, channel: str, message: MessageId, content: Content, now: datetime) -> None:
        """Leave the post as it is; nothing here edits."""

    async def find(self, channel: str, delivery: str) -> MessageId | None:
        """Look a post up by its delivery id."""
        found = any(post["channel"] == channel and post["delivery"] == delivery for post in read_posts(self._path))
        return MessageId(delivery) if found else None

    async def close(self) -> None:
        """Have nothing to release."""


def read_posts(path: Path) -> list[dict[str, str]]:
    """List the posts in order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
