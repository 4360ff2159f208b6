"""`vedette doctor`: what ails this machine or this folder, and what to do."""

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from adapters.ports import FetchRequest
from bot.cli.options import config_option, example, json_option, load
from bot.cli.terminal import counting, show_json
from bot.doctor.examination import Probes, examine
from bot.doctor.findings import Finding, Verdict
from bot.doctor.names import foreign_owners
from bot.doctor.network import Answer, ask_feeds, one_per_host
from bot.request import build_request
from bot.settings.model import Settings
from bot.wiring import is_running, open_archive, open_fetcher
from state import FeedSpec

_STYLES = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "bold red"}


@click.command(epilog=example("vedette doctor --config desk", "vedette doctor --config desk --offline --json"))
@config_option
@json_option
@click.option("--offline", is_flag=True, help="Leave the network alone.")
def doctor(folder: Path, as_json: bool, offline: bool) -> None:
    """Look at configuration, database, network, tokens, clock, disk and package names.

    Each is ok, a warning, or failed with what to do; one failure makes the status 1. One feed of each host
    is asked once.
    """
    probes = Probes(
        environ=os.environ,
        free_bytes=lambda path: shutil.disk_usage(path).free,
        foreign_owners=foreign_owners,
        open_store=_open_store,
        is_running=is_running,
        ask_feeds=None if offline else _ask_feeds,
    )
    findings = asyncio.run(examine(load(folder), folder, probes))
    if as_json:
        show_json({"ok": not _has_failed(findings), "findings": findings})
    else:
        _show(findings)
    if _has_failed(findings):
        raise click.exceptions.Exit(1)


async def _open_store(settings: Settings) -> None:
    async with open_archive(settings) as store:
        await store.status()


async def _ask_feeds(settings: Settings) -> tuple[Answer, ...]:
    feeds = one_per_host(settings.feeds)

    def build(spec: FeedSpec) -> FetchRequest:
        return build_request(spec, settings.polling, settings.secrets)

    with counting() as progress:
        task = progress.add_task("asking feeds", total=len(feeds))
        async with open_fetcher(settings) as fetcher:
            return await ask_feeds(fetcher, feeds, build, lambda: datetime.now(UTC), lambda: progress.advance(task))


def _has_failed(findings: Sequence[Finding]) -> bool:
    return any(finding.verdict is Verdict.FAILED for finding in findings)


def _show(findings: Sequence[Finding]) -> None:
    console = Console(file=sys.stdout, soft_wrap=True, highlight=False)
    for finding in findings:
        console.print(Text(f"{finding.verdict:<8}", _STYLES[finding.verdict]).append(_sentence(finding), "default"))
        if finding.advice:
            console.print(Text(f"{'':<8}{'':<15}-> {finding.advice}"))


def _sentence(finding: Finding) -> str:
    return f"{finding.area:<15}{finding.message}"
