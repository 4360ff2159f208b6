"""What the demo should tell, as the sample wire's own `expect` says; a test compares it with what was posted."""

from dataclasses import dataclass
from datetime import datetime

from bot.demo.subscriptions import DPRK_TROOPS, SUBSCRIPTIONS, WAR_CASUALTIES
from bot.demo.wire import Expectation, Wire
from rules.model import FeedId, RuleId
from state import AlertKind, Subscription


@dataclass(frozen=True, slots=True)
class ExpectedAlert:
    """One alert, and the channels that it goes to."""

    item: str
    version: int
    feed: FeedId
    kind: AlertKind
    at: datetime
    """When the version is published."""
    title: str
    language: str
    rules: tuple[RuleId, ...]
    channels: tuple[str, ...]


def expected_alerts(wire: Wire) -> tuple[ExpectedAlert, ...]:
    """List the alerts of the whole wire in the order of publication."""
    alerts = []
    for item in wire.items:
        outlet = wire.outlet(item.feed)
        assert outlet is not None
        for number, version in enumerate(wire.versions(item), 1):
            if version.expect.alert == "none":
                continue
            rules = _expected_rules(version.expect)
            channels = tuple(each.channel for each in SUBSCRIPTIONS if _admits(each, outlet.language, rules))
            kind = AlertKind(version.expect.alert)
            alerts.append(
                ExpectedAlert(
                    item.id, number, outlet.feed, kind, version.at, version.title, outlet.language, rules, channels
                )
            )
    return tuple(sorted(alerts, key=lambda alert: alert.at))


def _expected_rules(expect: Expectation) -> tuple[RuleId, ...]:
    flags = ((DPRK_TROOPS, expect.dprk_troops), (WAR_CASUALTIES, expect.casualties))
    return tuple(rule for rule, is_expected in flags if is_expected)


def _admits(subscription: Subscription, language: str, rules: tuple[RuleId, ...]) -> bool:
    spoken = not subscription.languages or language in subscription.languages
    return spoken and (not subscription.rules or bool(set(subscription.rules) & set(rules)))
