import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from bot.settings.quantities import format_count, format_duration, format_size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90.0),
        ("5m", 300.0),
        ("6h", 21600.0),
        ("180d", 15552000.0),
        ("2w", 1209600.0),
        ("500ms", 0.5),
        ("0.5h", 1800.0),
        ("1h30m", 5400.0),
        (" 1h 30m ", 5400.0),
        ("5M", 300.0),
    ],
)
def test_a_duration_when_well_written_gives_its_seconds(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param(300, "write 300s for seconds", id="a number without a unit"),
        pytest.param("", "write it like 90s, 5m, 6h or 180d", id="empty"),
        pytest.param("5 minutes", "write it like 90s, 5m, 6h or 180d", id="unit in words"),
        pytest.param("-5m", "write it like 90s, 5m, 6h or 180d", id="negative"),
        pytest.param(True, "write it like 90s, 5m, 6h or 180d", id="true"),
        pytest.param(["5m"], "write it like 90s, 5m, 6h or 180d", id="a list"),
        pytest.param("5m" * 40, "write it like 90s, 5m, 6h or 180d", id="endless"),
    ],
)
def test_a_duration_when_badly_written_is_refused_with_the_right_form(value: object, hint: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_duration(value)
    assert caught.value.context is not None
    assert caught.value.context["hint"] == hint


@pytest.mark.parametrize(
    ("text", "size"), [("5MB", 5_000_000), ("8MiB", 8_388_608), ("512 KiB", 524_288), ("10b", 10), ("1.5kB", 1500)]
)
def test_a_size_when_well_written_gives_its_bytes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param(5, "write 5B for bytes", id="a number without a unit"),
        pytest.param("5 M", "write it like 512KiB or 5MB", id="half a unit"),
        pytest.param(None, "write it like 512KiB or 5MB", id="nothing"),
    ],
)
def test_a_size_when_badly_written_is_refused_with_the_right_form(value: object, hint: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_size(value)
    assert caught.value.context is not None
    assert caught.value.context["hint"] == hint


@given(st.integers(1, 10**9 - 1))
@settings(deadline=None, max_examples=50)
def test_whole_seconds_and_bytes_when_written_and_read_are_the_same(number: int) -> None:
    assert parse_duration(format_duration(number)) == number
    assert parse_size(format_size(number)) == number


def test_sizes_when_shown_to_people_are_rounded() -> None:
    assert [format_count(size) for size in (12, 2048, 3 * 2**20, 5 * 2**29)] == [
        "12 B",
        "2.0 KiB",
        "3.0 MiB",
        "2.5 GiB",
    ]
