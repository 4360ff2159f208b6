from bot.demo import closing_lines
from state import StoreStatus


def test_closing_lines_when_the_demo_ends_then_they_count_what_was_told_and_what_was_held_back() -> None:
    status = StoreStatus(
        feeds=8,
        feeds_failing=0,
        feeds_never_polled=0,
        items=60,
        stories=56,
        alerts=44,
        deliveries={},
        oldest_open_at=None,
        last_poll_at=None,
    )

    text = "\n".join(closing_lines(status, told=40))

    assert "60 items read from 8 feeds: 40 told, with 4 updates" in text
    assert "4 reprints and 16 items of noise" in text


def test_closing_lines_when_shown_then_every_step_to_a_real_folder_is_named_in_order() -> None:
    status = StoreStatus(0, 0, 0, 0, 0, 0, {}, None, None)

    text = "\n".join(closing_lines(status, told=0))

    steps = [
        text.index(step) for step in ("vedette init", "vedette.yaml", "vedette check --config", "vedette run --config")
    ]
    assert steps == sorted(steps)
