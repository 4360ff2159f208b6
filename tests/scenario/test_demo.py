"""The demo from its opening to its closing words, as `vedette run` plays it."""

import io
import re
from collections import Counter

from bot.demo import expected_alerts, load_wire
from bot.wiring import run_demo
from state import AlertKind


async def test_the_demo_tells_what_its_wire_expects_and_says_what_to_do_next() -> None:
    output = io.StringIO()
    await run_demo(output, speed=8.0)
    text = output.getvalue()
    expected = expected_alerts(load_wire())
    told = Counter(line.strip() for line in text.splitlines())
    missing = [alert.title for alert in expected if not told[alert.title]]
    assert missing == []
    new = sum(alert.kind is AlertKind.NEW for alert in expected)
    updates = len(expected) - new
    assert f"{new} told, with {updates} updates" in text
    assert "vedette init" in text
    assert len(re.findall(r"https?://\S+/articles/\S+", text)) >= len(expected)
