"""All checks of the doctor, in the order in which they are told."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.doctor.database import check_database, check_holder, check_schema
from bot.doctor.findings import Finding, ok
from bot.doctor.machine import check_disk, check_names, check_proxies, check_zones
from bot.doctor.network import Answer, check_answers, check_clock
from bot.doctor.setup import check_configuration, check_operator, check_tokens
from bot.settings.load import Loaded
from bot.settings.model import Settings


@dataclass(frozen=True, slots=True)
class Probes:
    """How the doctor looks at the world; tests give others."""

    environ: Mapping[str, str]
    free_bytes: Callable[[Path], int]
    foreign_owners: Callable[[], Mapping[str, tuple[str, ...]]]
    open_store: Callable[[Settings], Awaitable[object]]
    """Opens the store and closes it again; raises StateError."""
    is_running: Callable[[Settings], bool]
    """Whether a bot runs on the store."""
    ask_feeds: Callable[[Settings], Awaitable[tuple[Answer, ...]]] | None
    """None: the network is left alone."""


async def examine(loaded: Loaded, folder: Path, probes: Probes) -> tuple[Finding, ...]:
    """Make all checks; those that need settings are left out when the configuration cannot be used."""
    findings = [check_configuration(loaded, folder)]
    if loaded.settings is not None:
        findings += await _examine_settings(loaded.settings, probes)
    findings += [check_zones(), check_names(probes.foreign_owners())]
    return tuple(findings)


async def _examine_settings(settings: Settings, probes: Probes) -> list[Finding]:
    findings = check_database(settings.database)
    if settings.database is not None and settings.database.exists():
        findings.append(await check_schema(lambda: probes.open_store(settings)))
        findings.append(check_holder(probes.is_running(settings)))
    findings += check_tokens(settings)
    findings.append(check_operator(settings))
    findings.append(check_disk(settings.folder, probes.free_bytes(settings.folder)))
    findings.append(check_proxies(probes.environ, settings.polling.proxy, settings.secrets))
    if probes.ask_feeds is None:
        return [*findings, ok("network", "left alone (--offline)")]
    answers = await probes.ask_feeds(settings)
    return [*findings, *check_answers(answers), check_clock(answers)]
