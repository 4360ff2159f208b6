from bot.demo import Wire, expected_alerts, load_wire
from bot.demo.subscriptions import SUBSCRIPTIONS
from state import AlertKind

WIRE: Wire = load_wire()


def test_expected_alerts_when_listed_then_they_come_in_order_of_publication() -> None:
    moments = [alert.at for alert in expected_alerts(WIRE)]

    assert len(moments) > 30
    assert moments == sorted(moments)


def test_expected_alerts_when_an_item_is_a_reprint_or_noise_then_it_is_not_among_them() -> None:
    quiet = {item.id for item in WIRE.items if item.reprint_of or any(tag.startswith("noise") for tag in item.tags)}

    assert quiet
    assert not quiet & {alert.item for alert in expected_alerts(WIRE)}


def test_expected_alerts_when_an_item_is_updated_then_it_was_told_before() -> None:
    told: set[str] = set()
    for alert in expected_alerts(WIRE):
        assert (alert.kind is AlertKind.UPDATE) == (alert.item in told), alert
        told.add(alert.item)


def test_expected_alerts_when_sent_to_the_desks_then_one_gets_all_and_one_gets_korean_reports_of_troops() -> None:
    foreign, korean = (each.channel for each in SUBSCRIPTIONS)
    alerts = expected_alerts(WIRE)

    assert all(foreign in alert.channels for alert in alerts)
    assert {alert.language for alert in alerts if korean in alert.channels} == {"ko"}
    assert {alert.language for alert in alerts if korean not in alert.channels} == {"en", "uk", "ru"}
    assert all("dprk-troops" in alert.rules for alert in alerts if korean in alert.channels)
