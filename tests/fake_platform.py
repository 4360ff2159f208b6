"""A chat platform in memory whose failures are scripted; passes the publisher contract."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime

from adapters.errors import SendFailure
from adapters.ports import MessageId, Reason
from rules.notice import Content, headline_text
from rules.summary import Summary


@dataclass(frozen=True, slots=True)
class Post:
    """One message as it stands on the platform."""

    message: MessageId
    channel: str
    delivery: str
    content: Content
    parent: MessageId | None
    posted_at: datetime

    @property
    def headline(self) -> str:
        """Give the headline without its styling."""
        return headline_text(self.content)

    @property
    def summary(self) -> Summary:
        """Give the summary that is posted; this is no notice."""
        assert isinstance(self.content, Summary)
        return self.content


class FakePlatform:
    """`adapters.ports.Publisher` that keeps its posts; `fail` scripts what a channel answers next."""

    def __init__(self, platform: str = "console") -> None:
        self.platform = platform
        self.posts: list[Post] = []
        self.lookups: list[str] = []
        self._failures: defaultdict[str, deque[SendFailure]] = defaultdict(deque)

    def fail(self, channel: str, *failures: SendFailure) -> None:
        """Answer the channel's next posts with these; a LOST_ANSWER comes after the post took effect."""
        self._failures[channel].extend(failures)

    def headlines(self, channel: str) -> list[str]:
        """List a channel's headlines in the order in which they were posted."""
        return [post.headline for post in self.posts if post.channel == channel]

    async def post(self, channel: str, content: Content, delivery: str, now: datetime) -> MessageId:
        """Post a new message that carries the delivery id."""
        return self._keep(channel, content, delivery, None, now)

    async def reply(self, channel: str, parent: MessageId, content: Content, delivery: str, now: datetime) -> MessageId:
        """Post in the thread of `parent`."""
        return self._keep(channel, content, delivery, parent, now)

    async def edit(self, channel: str, message: MessageId, content: Content, now: datetime) -> None:
        """Replace a message's content."""
        for index, post in enumerate(self.posts):
            if post.message == message and post.channel == channel:
                self.posts[index] = Post(message, channel, post.delivery, content, post.parent, post.posted_at)
                return
        raise SendFailure(Reason.REJECTED, f"there is no message {message}")

    async def find(self, channel: str, delivery: str) -> MessageId | None:
        """Look an own post up by its delivery id."""
        self.lookups.append(delivery)
        return next((post.message for post in self.posts if (post.channel, post.delivery) == (channel, delivery)), None)

    async def close(self) -> None:
        """Have nothing to release."""

    def _keep(
        self, channel: str, content: Content, delivery: str, parent: MessageId | None, now: datetime
    ) -> MessageId:
        failures = self._failures[channel]
        failure = failures.popleft() if failures else None
        if failure is not None and not failure.reason.ambiguous:
            raise failure
        message = MessageId(f"m{len(self.posts) + 1}")
        self.posts.append(Post(message, channel, delivery, content, parent, now))
        if failure is not None:
            raise failure
        return message
