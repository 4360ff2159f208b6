"""Lengths of time and rates in the words of an explanation."""

_UNITS = ((86400.0, 2.0, "days"), (3600.0, 1.0, "h"), (60.0, 1.0, "min"))
"""A unit's seconds, from how many of it on it is used, and its name."""

_RATES = ((1.0, "a day"), (7.0, "a week"), (30.4, "a month"))


def say_length(seconds: float) -> str:
    """Say a length of time in one unit: `40 s`, `4.5 min`, `15 min`, `6 h`, `3 days`."""
    for size, least, unit in _UNITS:
        if seconds >= least * size:
            return f"{_round(seconds / size)} {unit}"
    return f"{_round(seconds)} s"


def say_rate(per_day: float) -> str:
    """Say a number of entries a day, week or month, whichever is the first to make at least one."""
    for days, span in _RATES:
        if per_day * days >= 1:
            count = round(per_day * days)
            return f"about {count} {'entry' if count == 1 else 'entries'} {span}"
    return "less than an entry a month"


def _round(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")
