"""Rules: 10 to 10,000 generated rules over generated items, beside compiled `re` patterns rule by rule.

Goals: at 1,000 rules at least 1,000 times less CPU than `re`; at 10,000 rules at most 25 times the cost of 100; no hit
lost or added; every Unicode trap right.
"""

import gc
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rules import Item, RuleFile, Ruleset, compile_rules, evaluate
from tests.bench.rules_naive import NaiveRule, compile_naively, match_naively
from tests.bench.rules_wire import MadeRule, Wire
from tests.rules.traps import TRAPS

_ITEMS_FOR_RE = {10: 200, 100: 60, 1_000: 20, 10_000: 4}
_ITEMS_COMPARED = {10: 600, 100: 300, 1_000: 100, 10_000: 10}
_ITEMS = 600
_ROUNDS = 5
_SPANS = (20_000, 6_000, 2_500)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """One size of ruleset with what was measured: seconds of CPU, hits."""

    rules: int
    compile_s: float
    ours_s: float
    naive_s: float
    scan_s: float
    ratio: float
    hits: float
    lost: int
    added: int
    compared: int


def run() -> None:
    """Measure, print the table, and say which goals are met."""
    wire = Wire(2024)
    items = wire.items(_ITEMS)
    made = wire.rules(10_000)
    print(
        f"{'rules':>7} {'compile':>9} {'re':>11} {'ours':>9} {'re/ours':>8} {'/scan':>6} {'hits/item':>9} {'lost':>5} {'added':>5}"
    )
    sizes = [_measure(made[:count], items, _ITEMS_FOR_RE[count]) for count in (10, 100, 1_000, 10_000)]
    by_count = {size.rules: size for size in sizes}
    print("1,000 rules of more frequent words, which hit more items; each hit is given its evidence:")
    for span in _SPANS:
        denser = Wire(2024, span)
        _measure(denser.rules(1_000), denser.items(_ITEMS // 2), _ITEMS_FOR_RE[1_000])
    growth = by_count[10_000].ours_s / by_count[100].ours_s
    wrong = _wrong_traps()
    print(f"10,000 rules cost {growth:.1f} times 100 rules")
    print(f"Unicode traps: {len(TRAPS) - len(wrong)} of {len(TRAPS)} right; {_count_re_traps()} with `re`")
    _goal("re/ours at 1,000 rules >= 1,000", by_count[1_000].ratio >= 1_000)
    _goal("10,000 rules <= 25 x 100 rules", growth <= 25)
    _goal("no hit lost or added", not any(size.lost or size.added for size in sizes))
    _goal("all Unicode traps right", not wrong)


def compile_made(made: Sequence[MadeRule]) -> Ruleset:
    """Compile made rules through YAML, as an admin's would be."""
    rules = [{"id": rule.name, "title": rule.name, "severity": "low", "when": _when(rule)} for rule in made]
    compilation = compile_rules([RuleFile("made.yaml", json.dumps({"version": 1, "rules": rules}, ensure_ascii=False))])
    assert not compilation.problems, compilation.problems[:3]
    return compilation.ruleset


def _when(rule: MadeRule) -> dict[str, object]:
    parts: list[object] = [{"any": list(group)} for group in rule.groups]
    if rule.pattern:
        parts.append({"expression": rule.pattern})
    if rule.without:
        parts.append({"not": list(rule.without)})
    return {"all": parts}


def _measure(made: list[MadeRule], items: list[Item], for_re: int) -> Size:
    began = time.process_time()
    ruleset = compile_made(made)
    compile_s = time.process_time() - began
    naive = compile_naively(made)
    sample = items[:for_re]
    rounds = [_round(ruleset, naive, items, sample) for _ in range(_ROUNDS)]
    ours_s, naive_s, scan_s = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(theirs / ours for ours, theirs, _ in rounds)
    compared = items[-_ITEMS_COMPARED[len(made)] :]
    expected = {(item.id, name) for item in compared for name in match_naively(naive, item)}
    given = {(item.id, str(match.rule)) for item in compared for match in evaluate(ruleset, item).matches}
    hits = sum(len(evaluate(ruleset, item).matches) for item in items) / len(items)
    lost, added = len(expected - given), len(given - expected)
    size = Size(len(made), compile_s, ours_s, naive_s, scan_s, ratio, hits, lost, added, len(expected))
    print(
        f"{size.rules:>7,} {compile_s:>7.2f} s {naive_s * 1e6:>8,.0f} us {ours_s * 1e6:>6,.1f} us {ratio:>8,.0f} "
        f"{ours_s / scan_s:>6.1f} {hits:>9.2f} {lost:>5} {added:>5}  of {len(expected)}",
        flush=True,
    )
    return size


def _round(
    ruleset: Ruleset, naive: list[NaiveRule], items: list[Item], sample: list[Item]
) -> tuple[float, float, float]:
    """Give CPU seconds per item: ours, `re`, and the bare scan for raw hits on text that is folded already."""
    ours = _cpu(lambda item: evaluate(ruleset, item), items)
    theirs = _cpu(lambda item: match_naively(naive, item), sample)
    vocabulary = ruleset.program.vocabulary
    haystacks = [f"\n{item.title}\n{item.text}\n".lower() for item in items]
    scan = _cpu(vocabulary.find, haystacks)
    return ours, theirs, scan


def _cpu(work: Callable[[T], object], each: Sequence[T]) -> float:
    """Give CPU seconds for one piece of work; the collector is off, as in `timeit`."""
    gc.collect()
    gc.disable()
    began = time.process_time()
    for one in each:
        work(one)
    spent = time.process_time() - began
    gc.enable()
    return spent / len(each)


def _goal(words: str, met: bool) -> None:
    print(f"  {'met   ' if met else 'MISSED'}  {words}")


def _wrong_traps() -> list[str]:
    return [trap.name for trap in TRAPS if _found(trap.term, trap.text) != trap.found]


def _found(term: str, text: str) -> str:
    ruleset = compile_made([MadeRule("trap", ((term,),))])
    template = Wire(1).items(1)[0]
    item = Item(**{name: getattr(template, name) for name in Item.__slots__} | {"title": "", "text": text})
    matches = evaluate(ruleset, item).matches
    return text[matches[0].evidence[0].start : matches[0].evidence[0].end] if matches else ""


def _count_re_traps() -> int:
    right = 0
    for trap in TRAPS:
        (naive,) = compile_naively([MadeRule("trap", ((trap.term,),))])
        right += (naive.present[0].search(trap.text) is not None) == bool(trap.found)
    return right
