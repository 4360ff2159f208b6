"""The soak in little: real processes, some feeds, a quarter of a minute."""

import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.bench.soak import soak
from tests.bench.soak_check import inspect
from tests.bench.soak_plan import Plan

PLAN = Plan(feeds=120, minutes=0.25, faults=0.1, interval_s=10.0, new_every_s=4.0)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the soak reads /proc")
def test_soak_when_a_tenth_of_the_answers_is_bad_then_nothing_is_lost_doubled_or_told_twice(tmp_path: Path) -> None:
    outcome = soak(PLAN, tmp_path)
    findings = outcome.findings
    assert findings.problems == []
    assert len(findings.lateness_s) > PLAN.feeds
    assert findings.items > 9 * PLAN.feeds
    assert findings.edited > 0
    assert findings.told > 0
    assert len(findings.answers) > 8
    lost = _lose_an_item(tmp_path / "vedette.db")
    assert f"{lost} was lost" in inspect(outcome.plan, tmp_path, time.time()).problems


def _lose_an_item(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        link: str = database.execute("DELETE FROM item WHERE line = 1 RETURNING link").fetchone()[0]
        database.commit()
    return link
