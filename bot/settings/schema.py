"""What `vedette.yaml` may say: its keys, their defaults and the checks that one value can answer for itself."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, model_validator

from bot.settings.fields import (
    Channel,
    Country,
    FeedAddress,
    Identifier,
    Kind,
    Language,
    Line,
    Name,
    Port,
    PublicAddress,
    lasting,
    sized,
    within,
)
from bot.settings.outgoing import HeaderName, HeaderValue, Proxy, Variable
from bot.settings.quantities import Duration, Size
from rules.documents import Listed, Section
from rules.model import Severity
from state import Access, Given

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0


class _Mapping(Section):
    """A mapping of known keys; a key without a value is as good as absent, but for those in `nullable`."""

    nullable: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: object, info: ValidationInfo) -> object:
        if not isinstance(data, dict):
            return data
        if isinstance(info.context, dict):
            info.context[id(data)] = tuple(cls.model_fields)
        droppable = set(cls.model_fields) - cls.nullable
        return {key: value for key, value in data.items() if value is not None or key not in droppable}


class RulesSection(_Mapping):
    """Which rules are in force."""

    packs: Listed[Line] = ()
    """Shipped packs, by name."""
    folder: Line = "rules"
    """Where the folder's own rule files are."""


class PollingSection(_Mapping):
    """How feeds are asked."""

    interval: Annotated[Duration, lasting(1.0, 7 * DAY)] = 5 * MINUTE
    tick: Annotated[Duration, lasting(0.05, MINUTE)] = 1.0
    timeout: Annotated[Duration, lasting(1.0, 10 * MINUTE)] = 20.0
    max_size: Annotated[Size, sized(1024, 256 * 1024 * 1024)] = 8 * 1024 * 1024
    concurrency: Annotated[int, within(1, 1000)] = 16
    workers: Annotated[int, within(1, 64)] = 1
    parse_timeout: Annotated[Duration, lasting(1.0, 10 * MINUTE)] = 15.0
    user_agent: Line = ""
    connect_timeout: Annotated[Duration, lasting(0.5, 10 * MINUTE)] = 10.0
    read_timeout: Annotated[Duration, lasting(0.5, 10 * MINUTE)] = 10.0
    proxy: Proxy | None = None
    adaptive: bool = True
    fastest: Annotated[Duration, lasting(1.0, 7 * DAY)] = MINUTE
    slowest: Annotated[Duration, lasting(1.0, 7 * DAY)] = 15 * MINUTE
    whole_every: Annotated[Duration, lasting(MINUTE, 365 * DAY)] = DAY
    host_concurrency: Annotated[int, within(1, 100)] = 2
    host_spacing: Annotated[Duration, lasting(0.0, MINUTE)] = 1.0
    websub: bool = True
    websub_lease: Annotated[Duration, lasting(HOUR, 30 * DAY)] = 7 * DAY
    websub_interval: Annotated[Duration, lasting(MINUTE, 6 * HOUR)] = 15 * MINUTE
    article_budget: Annotated[Duration, lasting(1.0, 2 * MINUTE)] = 15.0
    article_pages: Annotated[int, within(1, 100)] = 5


class AuthSection(_Mapping):
    """A login for basic authentication."""

    user: Name
    password_env: Variable


class FeedSection(_Mapping):
    """One feed and who publishes it."""

    id: Identifier
    url: FeedAddress
    publisher: Name
    language: Language
    kind: Kind = "other"
    country: Country = ""
    state_affiliated: bool = False
    interval: Annotated[Duration, lasting(1.0, 7 * DAY)] | None = None
    allow_private: bool = False
    enabled: bool = True
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict)
    auth: AuthSection | None = None
    proxy: Proxy | None = None
    websub: bool | None = None
    """None: as `polling` says."""
    full_text: bool = False

    @property
    def access(self) -> Access:
        """How the feed is asked beside its address."""
        user = self.auth.user if self.auth is not None else ""
        password = Given(variable=self.auth.password_env) if self.auth is not None else Given()
        return Access(tuple(self.headers.items()), user, password, self.proxy)


class SubscriptionSection(_Mapping):
    """A channel and its filters; an empty filter lets everything through."""

    id: Identifier
    channel: Channel
    rules: Listed[Line] = ()
    min_severity: Annotated[Severity, Field(strict=False)] = Severity.LOW
    languages: Listed[Language] = ()
    feeds: Listed[Line] = ()


class DeliverySection(_Mapping):
    """How posts are tried."""

    max_attempts: Annotated[int, within(1, 100)] = 8
    backoff: Annotated[Duration, lasting(0.1, 3600.0)] = 2.0
    backoff_ceiling: Annotated[Duration, lasting(1.0, DAY)] = 900.0
    post_timeout: Annotated[Duration, lasting(1.0, 10 * MINUTE)] = 20.0
    channel_spacing: Annotated[Duration, lasting(0.0, 3600.0)] = 1.0
    drain_limit: Annotated[Duration, lasting(0.0, 10 * MINUTE)] = 10.0


class WebSection(_Mapping):
    """The local port for health and metrics; `port: off` or `port: null` closes it."""

    nullable = frozenset({"port"})

    host: Name = "127.0.0.1"
    port: Port = 8077
    public_url: PublicAddress | None = None


class LogSection(_Mapping):
    """What is logged and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "human", "json"] = "auto"


class ConsoleSection(_Mapping):
    """The console publisher."""

    transcript: Line | None = None


class OperatorSection(_Mapping):
    """Who is told what is wrong with the watch itself."""

    channel: Channel | None = None


class VedetteFile(_Mapping):
    """The whole of `vedette.yaml`."""

    version: Literal[1] = 1
    store: Line = "vedette.db"
    retention: Annotated[Duration, lasting(DAY, 3650 * DAY)] = 180 * DAY
    rules: RulesSection = RulesSection()
    polling: PollingSection = PollingSection()
    feeds: Listed[FeedSection] = ()
    subscriptions: Listed[SubscriptionSection] = ()
    delivery: DeliverySection = DeliverySection()
    web: WebSection = WebSection()
    log: LogSection = LogSection()
    console: ConsoleSection = ConsoleSection()
    operator: OperatorSection = OperatorSection()
