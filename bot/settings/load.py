"""The only reader of the configuration folder and of the environment; `check` and start-up both use it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.settings.crosscheck import (
    MEMORY,
    check_console,
    check_delivery,
    check_feeds,
    check_operator,
    check_packs,
    check_polling,
    check_store,
    check_subscriptions,
    check_variables,
    check_websub,
    store_path,
)
from bot.settings.draft import Draft, read_draft
from bot.settings.environment import Variables, parse_environment_file, read_named, read_tokens
from bot.settings.folder import RuleTexts, is_folder, is_there, list_packs, read_pack, read_rule_folder, read_text
from bot.settings.model import Console, Delivery, Logs, Polling, Settings, Web, WebSub
from bot.settings.schema import DAY, FeedSection, SubscriptionSection, VedetteFile
from rules import compile_rules
from rules.documents import load_document
from rules.model import FeedId, RuleFile, RuleId, Source
from rules.problems import Level, Problem
from state import FeedSpec, Given, Subscription, SubscriptionId

SETTINGS_FILE = "vedette.yaml"
ENVIRONMENT_FILE = ".env"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A folder as read: settings when nothing in it is an error, and all that is wrong or doubtful."""

    settings: Settings | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Give the problems that keep the folder from being used."""
        return tuple(problem for problem in self.problems if problem.level is Level.ERROR)


def load_folder(folder: Path, environ: Mapping[str, str], *, draft_text: str | None = None) -> Loaded:
    """Read and check a whole configuration folder; whatever is wrong is in `problems`. Never raises.

    `draft_text` is looked at in the place of what `vedette.yaml` says, to check an edit before it is written.
    """
    if not is_folder(folder):
        hint = f"`vedette init {folder}` writes a starter folder"
        return Loaded(None, (Problem(str(folder), 1, 1, "there is no such folder", hint),))
    shown = str(folder / SETTINGS_FILE)
    text = draft_text if draft_text is not None else read_text(folder / SETTINGS_FILE, shown)
    if isinstance(text, Problem):
        return Loaded(None, tuple(sorted([*_read_environment(folder, ()).problems, text])))
    document = load_document(shown, text, VedetteFile)
    draft = read_draft(document)
    named = {each.name for each in draft.named()}
    filed = _read_environment(folder, named)
    secrets = read_named(named, environ, filed.values)
    texts = _gather_rules(draft, folder)
    compiled = compile_rules(texts.files)
    problems = [*filed.problems, *document.problems, *texts.problems, *compiled.problems]
    known = None if _has_errors(texts.problems) else _known_rules(draft, compiled.declared)
    problems += _cross_check(draft, folder, known)
    problems += check_variables(draft, {name: value.get_secret_value() for name, value in secrets.items()})
    if document.value is None or _has_errors(problems):
        return Loaded(None, tuple(sorted(problems)))
    settings = _settle(folder, document.value, texts.files)
    tokens = read_tokens(environ, filed.values)
    return Loaded(replace(settings, tokens=tokens, secrets=secrets), tuple(sorted(problems)))


def shipped_settings() -> Settings:
    """Give settings without a folder: every shipped rule pack, nothing to poll, one channel of the console."""
    rule_files = [file for pack in list_packs() for file in read_pack(pack).files]
    everything = Subscription(SubscriptionId("everything"), "console:everything")
    return Settings(Path.cwd(), MEMORY, (), (everything,), tuple(rule_files), web=Web(port=None))


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.level is Level.ERROR for problem in problems)


def _read_environment(folder: Path, named: Collection[str]) -> Variables:
    """Read the folder's `.env`; `named` are the variables that the configuration uses."""
    path = folder / ENVIRONMENT_FILE
    if not is_there(path):
        return Variables({}, ())
    text = read_text(path, str(path))
    if isinstance(text, Problem):
        return Variables({}, (text,))
    return parse_environment_file(str(path), text, named)


def _gather_rules(draft: Draft, folder: Path) -> RuleTexts:
    """Read the packs that are named and the folder's own rule files."""
    shipped = list_packs()
    files: list[RuleFile] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(name for _, name in draft.packs if name in shipped):
        pack = read_pack(name)
        files += pack.files
        problems += pack.problems
    own = _read_own_rules(draft, folder)
    files += own.files
    problems += own.problems
    if not (files or problems or draft.packs) and draft.is_clear_on_rules:
        hint = f"name a pack under `rules:`; shipped are {', '.join(shipped)}"
        problems.append(draft.warning(("rules",), "there are no rules, so nothing is flagged", hint))
    return RuleTexts(tuple(files), tuple(problems))


def _known_rules(draft: Draft, declared: frozenset[str]) -> frozenset[str] | None:
    """Give the rules that subscriptions may name; None when it cannot be read where the rules are."""
    if not draft.is_clear_on_rules:
        return None
    shipped = list_packs()
    if all(name in shipped for _, name in draft.packs):
        return declared
    return declared.union(*(compile_rules(read_pack(pack).files).declared for pack in shipped))


def _read_own_rules(draft: Draft, folder: Path) -> RuleTexts:
    path = folder / draft.rules.folder
    loc = ("rules", "folder")
    if is_folder(path):
        return read_rule_folder(path, str(path))
    if is_there(path):
        return RuleTexts(problems=(draft.error(loc, f"{draft.rules.folder} is a file and a folder is wanted"),))
    if "folder" in draft.rules.model_fields_set:
        hint = "make it, or leave it out"
        return RuleTexts(problems=(draft.error(loc, f"there is no folder {draft.rules.folder[:80]}", hint),))
    return RuleTexts()


def _cross_check(draft: Draft, folder: Path, rules: Collection[str] | None) -> list[Problem]:
    if draft.document.root is None:
        return []
    return [
        *check_packs(draft, list_packs()),
        *check_feeds(draft),
        *check_subscriptions(draft, rules),
        *check_polling(draft),
        *check_websub(draft),
        *check_delivery(draft),
        *check_store(draft, folder),
        *check_console(draft, folder),
        *check_operator(draft),
    ]


def _settle(folder: Path, file: VedetteFile, rule_files: tuple[RuleFile, ...]) -> Settings:
    home = folder.resolve()
    transcript = file.console.transcript
    return Settings(
        folder=home,
        store=MEMORY if file.store == MEMORY else f"sqlite:///{store_path(file.store, home)}",
        feeds=tuple(_feed(feed, file.polling.interval) for feed in file.feeds if feed.enabled),
        subscriptions=tuple(map(_subscription, file.subscriptions)),
        rule_files=rule_files,
        polling=_polling(file),
        delivery=_delivery(file),
        web=Web(file.web.host, file.web.port),
        websub=_websub(file),
        logs=Logs(file.log.level, file.log.format),
        console=Console(home / transcript if transcript is not None else None),
        operator=file.operator.channel,
        retention_days=file.retention / DAY,
    )


def _polling(file: VedetteFile) -> Polling:
    polling = file.polling
    return Polling(
        tick_s=polling.tick,
        timeout_s=polling.timeout,
        max_bytes=polling.max_size,
        concurrency=polling.concurrency,
        workers=polling.workers,
        parse_timeout_s=polling.parse_timeout,
        user_agent=polling.user_agent,
        connect_timeout_s=polling.connect_timeout,
        read_timeout_s=polling.read_timeout,
        proxy=polling.proxy or Given(),
        adaptive=polling.adaptive,
        fastest_s=polling.fastest,
        slowest_s=polling.slowest,
        whole_every_s=polling.whole_every,
        host_concurrency=polling.host_concurrency,
        host_spacing_s=polling.host_spacing,
        article_budget_s=polling.article_budget,
        article_pages=polling.article_pages,
    )


def _websub(file: VedetteFile) -> WebSub:
    polling, off = file.polling, file.web.port is None
    wanted = (each for each in file.feeds if each.enabled and (polling.websub if each.websub is None else each.websub))
    return WebSub(
        public_url="" if off else file.web.public_url or "",
        feeds=frozenset(FeedId(each.id) for each in wanted),
        lease_s=polling.websub_lease,
        interval_s=polling.websub_interval,
    )


def _delivery(file: VedetteFile) -> Delivery:
    delivery = file.delivery
    return Delivery(
        max_attempts=delivery.max_attempts,
        backoff_s=delivery.backoff,
        backoff_ceiling_s=delivery.backoff_ceiling,
        post_timeout_s=delivery.post_timeout,
        channel_spacing_s=delivery.channel_spacing,
        drain_limit_s=delivery.drain_limit,
    )


def _feed(feed: FeedSection, interval_s: float) -> FeedSpec:
    source = Source(
        FeedId(feed.id), feed.publisher, feed.language, feed.kind, feed.country, state_affiliated=feed.state_affiliated
    )
    return FeedSpec(source, feed.url, feed.interval or interval_s, feed.allow_private, feed.access, feed.full_text)


def _subscription(each: SubscriptionSection) -> Subscription:
    return Subscription(
        SubscriptionId(each.id),
        each.channel,
        rules=tuple(map(RuleId, each.rules)),
        min_severity=each.min_severity,
        languages=each.languages,
        feeds=tuple(map(FeedId, each.feeds)),
    )
