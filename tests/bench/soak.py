"""A soak: the whole application over thousands of local feeds of which some always fail, watched and then checked.

`python -m tests.bench soak` takes SOAK_FEEDS (5000), SOAK_MINUTES (10), SOAK_FAULTS (0.05, the share of requests that
are answered badly, spread over all classes), SOAK_SEED (1) and SOAK_KEEP, a folder for what it leaves behind. The
status is 1 when a goal is missed: no poll more than 5 s late, no item or alert lost or doubled.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from tests.bench.soak_bot import Needs
from tests.bench.soak_check import LATE_S, Findings, inspect
from tests.bench.soak_plan import FAULTS, Plan

SHOWN = 12
"""So many problems are printed."""
_END_S = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a soak found and what the application needed."""

    plan: Plan
    """With the moment at which it began."""
    findings: Findings
    needs: Needs


def run() -> None:
    """Soak, print the report, and exit with status 1 when a goal is missed."""
    plan = Plan(
        feeds=int(os.environ.get("SOAK_FEEDS", "5000")),
        minutes=float(os.environ.get("SOAK_MINUTES", "10")),
        faults=float(os.environ.get("SOAK_FAULTS", "0.05")),
        seed=int(os.environ.get("SOAK_SEED", "1")),
    )
    with TemporaryDirectory(prefix="vedette-soak-") as scratch:
        folder = Path(os.environ.get("SOAK_KEEP") or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        outcome = soak(plan, folder, tell=True)
    print("\n".join(report(outcome)), flush=True)
    if outcome.findings.late or outcome.findings.problems:
        sys.exit(1)


def soak(plan: Plan, folder: Path, *, tell: bool = False) -> Outcome:
    """Run a soak in an empty folder and inspect what it leaves there."""
    began_at = int(time.time()) + 1
    plan = replace(plan, began_at=began_at)
    told: list[Needs] = []
    with _start("soak_wire", plan.to_json(), str(folder / "wire.jsonl")) as wire:
        assert wire.stdout is not None
        port = wire.stdout.readline().strip()
        with _start("soak_bot", plan.to_json(), port, str(folder), trust=plan.certificate) as bot:
            listener = Thread(target=_listen, args=(bot, told, plan, tell))
            listener.start()
            _wait(bot, began_at + plan.minutes * 60)
            ended_at = time.time()
        listener.join()
    if bot.returncode or not told:
        raise SystemExit(f"the application ended with status {bot.returncode}")
    return Outcome(plan, inspect(plan, folder, ended_at), told[-1])


def report(outcome: Outcome) -> Iterator[str]:
    """Give the report's lines."""
    plan, findings, needs = outcome.plan, outcome.findings, outcome.needs
    late, settling = sorted(findings.lateness_s), sorted(findings.settling_s)
    faults = {kind: count for kind, count in sorted(findings.answers.items()) if kind in FAULTS}
    answers = findings.answers.total()
    yield f"{plan.feeds} feeds, {plan.minutes:g} min, {plan.faults:.1%} faults, seed {plan.seed}"
    yield f"polls       {len(late)}, {answers} requests, {sum(faults.values())} of them answered badly"
    yield f"faults      {', '.join(f'{kind} {count}' for kind, count in faults.items())}"
    yield (
        f"lateness    p50 {_part(late, 50):.2f} s, p99 {_part(late, 99):.2f} s, max {max(late, default=0.0):.2f} s ({findings.latest})"
        f"; {len(findings.late)} polls over {LATE_S:g} s (goal: none)"
    )
    yield (
        f"settled     p50 {_part(settling, 50):.2f} s, p99 {_part(settling, 99):.2f} s, max {max(settling, default=0.0):.2f} s after"
        " the request"
    )
    yield f"items       {findings.items} expected, {findings.edited} of them edited; {findings.told} alerts expected"
    yield f"CPU         {needs.cpu_s / needs.wall_s:.1%} of a core, parser included ({needs.cpu_s:.0f} s)"
    yield (
        f"memory      peak {needs.peak_bytes / 2**20:.0f} MB, at the end {needs.now_bytes / 2**20:.0f} MB,"
        f" parser processes at most {needs.peak_children_bytes / 2**20:.0f} MB,"
        f" together {needs.peak_together_bytes / 2**20:.0f} MB (of pages in common use their share)"
    )
    yield f"files       at most {needs.peak_files} open; the event loop stalled for at most {needs.worst_stall_s:.2f} s"
    yield f"problems    {len(findings.problems)} (goal: none)"
    yield from (f"  {problem}" for problem in (*findings.problems[:SHOWN], *findings.late[:SHOWN]))


def _part(ordered: Sequence[float], percent: int) -> float:
    if len(ordered) < 2:
        return max(ordered, default=0.0)
    return statistics.quantiles(ordered, n=100, method="inclusive")[percent - 1]


@contextmanager
def _start(module: str, *arguments: str, trust: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run a module of this folder, which trusts a certificate; closing its input at the block's end makes it stop."""
    command = (sys.executable, "-W", "ignore", "-m", f"tests.bench.{module}", *arguments)
    environment = {**os.environ, "SSL_CERT_FILE": trust} if trust else None
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin is not None
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        process.stdin.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()


def _listen(bot: subprocess.Popen[str], told: list[Needs], plan: Plan, tell: bool) -> None:
    assert bot.stdout is not None
    for line in bot.stdout:
        needs = Needs(**json.loads(line))
        told.append(needs)
        if tell:
            print(
                f"{needs.wall_s:5.0f} of {plan.minutes * 60:.0f} s   {needs.cpu_s / needs.wall_s:4.0%} CPU"
                f"   {needs.now_bytes / 2**20:4.0f} MB   stall {needs.worst_stall_s:.2f} s",
                flush=True,
            )


def _wait(bot: subprocess.Popen[str], until: float) -> None:
    while (left_s := until - time.time()) > 0:
        try:
            bot.wait(min(left_s, 1.0))
        except subprocess.TimeoutExpired:
            continue
        return
