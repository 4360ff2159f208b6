"""The settings of one Vedette folder, frozen. `bot.settings.load` is their only maker."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from rules.model import FeedId, RuleFile
from state.rows import FeedSpec, Given, Subscription


@dataclass(frozen=True, slots=True)
class Polling:
    """How feeds are asked; seconds and bytes."""

    tick_s: float = 1.0
    timeout_s: float = 20.0
    max_bytes: int = 8 * 1024 * 1024
    concurrency: int = 16
    workers: int = 1
    """Parser processes."""
    parse_timeout_s: float = 15.0
    user_agent: str = ""
    """Empty: the shipped one."""
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 10.0
    proxy: Given = field(default_factory=Given)
    """For the feeds that do not say otherwise."""
    adaptive: bool = True
    """Whether a feed's habit moves its pace, between `fastest_s` and `slowest_s`."""
    fastest_s: float = 60.0
    slowest_s: float = 900.0
    whole_every_s: float = 86400.0
    """At least so often a feed is asked for its whole document, whatever its validators."""
    host_concurrency: int = 2
    """Requests to one host at a time."""
    host_spacing_s: float = 1.0
    """The least time between the starts of two requests to one host."""
    article_budget_s: float = 15.0
    """For all articles of one poll together."""
    article_pages: int = 5
    """So many articles of one poll are read."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How posts are tried; seconds."""

    max_attempts: int = 8
    backoff_s: float = 2.0
    """The first wait; doubled with each attempt, with jitter."""
    backoff_ceiling_s: float = 900.0
    post_timeout_s: float = 20.0
    channel_spacing_s: float = 1.0
    """The least time between two posts to one channel."""
    drain_limit_s: float = 10.0
    """How long SIGTERM waits for what is in flight."""


@dataclass(frozen=True, slots=True)
class Web:
    """The local port for health and metrics; port 0 lets the system choose, None turns it off."""

    host: str = "127.0.0.1"
    port: int | None = 8077


@dataclass(frozen=True, slots=True)
class WebSub:
    """How feeds may be pushed to us by their hubs; seconds."""

    public_url: str = ""
    """Under which the internet reaches our web port, without a slash at its end; empty: no feed is pushed."""
    feeds: frozenset[FeedId] = frozenset()
    """Those that may be pushed."""
    lease_s: float = 7 * 86400.0
    """What hubs are asked for."""
    interval_s: float = 900.0
    """How often a feed is polled whose pushes come; its own pace where that is slower."""


@dataclass(frozen=True, slots=True)
class Logs:
    """What is logged and how: `auto` is human on a terminal and JSON otherwise."""

    level: str = "info"
    format: str = "auto"


@dataclass(frozen=True, slots=True)
class Console:
    """The console publisher; a transcript file lets it look its own posts up again."""

    transcript: Path | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the platforms know the bot by; never shown, never logged."""

    slack_bot: SecretStr | None = None
    slack_app: SecretStr | None = None
    discord: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything `vedette run` needs to know. Paths are absolute."""

    folder: Path
    store: str
    """`sqlite:///absolute/path.db` or `memory:`."""
    feeds: tuple[FeedSpec, ...]
    subscriptions: tuple[Subscription, ...]
    rule_files: tuple[RuleFile, ...]
    polling: Polling = field(default_factory=Polling)
    delivery: Delivery = field(default_factory=Delivery)
    web: Web = field(default_factory=Web)
    websub: WebSub = field(default_factory=WebSub)
    logs: Logs = field(default_factory=Logs)
    console: Console = field(default_factory=Console)
    operator: str | None = None
    """The channel that is told what is wrong with the watch itself."""
    tokens: Tokens = field(default_factory=Tokens)
    secrets: Mapping[str, SecretStr] = field(default_factory=dict, repr=False)
    """The environment variables that feeds and the proxy name, those that are set; never shown, never logged."""
    retention_days: float = 180.0

    @property
    def database(self) -> Path | None:
        """Give the database file, None for a store that is not one."""
        return Path(self.store.removeprefix("sqlite:///")) if self.store.startswith("sqlite:///") else None
