"""Grade the shipped pack's two flags against annotated items.

Usage: python -m tests.bench.flags GOLD.jsonl [--show]

GOLD holds one JSON object a line with `lang`, `title`, `text`, `mentions_dprk_troops` and `mentions_casualties`.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import rules.packs
from rules.matcher import Compilation, Ruleset, compile_rules, evaluate
from rules.model import DateDoubt, FeedId, Item, ItemId, RuleFile, RuleId, Source

PACK = "north-korea-russia"
FLAGS = {
    "dprk_troops": frozenset({RuleId("dprk-troops"), RuleId("dprk-casualties")}),
    "casualties": frozenset({RuleId("war-casualties"), RuleId("dprk-casualties")}),
}
"""Each flag, and the rules of which any one raises it."""
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Annotated:
    """An item, and the flags that it should raise."""

    language: str
    title: str
    text: str
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Miss:
    """A flag that an item raised and should not have, or the other way round."""

    flag: str
    invented: bool
    item: Annotated


@dataclass(frozen=True, slots=True)
class Score:
    """How often a flag was raised rightly, wrongly, and missed."""

    right: int
    invented: int
    missed: int

    @property
    def precision(self) -> float:
        """Give the share of raised flags that are right, 1 when none was raised."""
        raised = self.right + self.invented
        return self.right / raised if raised else 1.0

    @property
    def recall(self) -> float:
        """Give the share of due flags that were raised, 1 when none was due."""
        due = self.right + self.missed
        return self.right / due if due else 1.0

    @property
    def f1(self) -> float:
        """Give the harmonic mean of precision and recall, 1 when there was nothing to find or to invent."""
        total = 2 * self.right + self.invented + self.missed
        return 2 * self.right / total if total else 1.0


def compile_pack() -> Compilation:
    """Compile the shipped pack."""
    folder = Path(rules.packs.__path__[0]) / PACK
    return compile_rules([RuleFile(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml"))])


def find_flags(ruleset: Ruleset, item: Annotated) -> frozenset[str]:
    """Name the flags that the ruleset raises for an item."""
    matched = {match.rule for match in evaluate(ruleset, _full_item(item)).matches}
    return frozenset(flag for flag, raisers in FLAGS.items() if matched & raisers)


def find_misses(ruleset: Ruleset, items: Iterable[Annotated]) -> Iterator[Miss]:
    """Give every flag that was invented or missed, in the order of the items."""
    for item in items:
        for flag in sorted(find_flags(ruleset, item) ^ item.flags):
            yield Miss(flag, flag not in item.flags, item)


def grade(items: Iterable[Annotated], misses: Iterable[Miss]) -> dict[tuple[str, str], Score]:
    """Give the score of each flag in each language, and in all of them together as language `all`."""
    counts = Counter((language, flag, "due") for item in items for flag in item.flags for language in _groups(item))
    for miss in misses:
        kind = "invented" if miss.invented else "missed"
        counts.update((language, miss.flag, kind) for language in _groups(miss.item))
    return {
        (language, flag): Score(
            counts[language, flag, "due"] - counts[language, flag, "missed"],
            counts[language, flag, "invented"],
            counts[language, flag, "missed"],
        )
        for language in sorted({key[0] for key in counts}, key=lambda name: (name == "all", name))
        for flag in FLAGS
    }


def read_gold(lines: Iterable[str]) -> Iterator[Annotated]:
    """Read annotated items, one JSON object a line. Raises ValueError or KeyError for a line of another form."""
    for line in lines:
        if line.strip():
            found = json.loads(line)
            flags = frozenset(flag for flag in FLAGS if found[f"mentions_{flag}"])
            yield Annotated(found["lang"], found["title"], found["text"], flags)


def _groups(item: Annotated) -> tuple[str, str]:
    return item.language, "all"


def _full_item(item: Annotated) -> Item:
    return Item(
        id=ItemId("graded"),
        version=1,
        source=Source(FeedId("graded"), "", item.language, ""),
        link=None,
        canonical_link=None,
        title=item.title,
        text=item.text,
        language=item.language,
        published_at=_MOMENT,
        date_doubt=DateDoubt.NONE,
        seen_at=_MOMENT,
        content_hash="",
    )


def main() -> int:
    """Print the scores of a gold file; with --show, the misses before them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--show", action="store_true", help="list what was invented and what was missed")
    arguments = parser.parse_args()
    items = list(read_gold(arguments.gold.read_text("utf-8").splitlines()))
    misses = list(find_misses(compile_pack().ruleset, items))
    for miss in misses if arguments.show else ():
        kind = "invented" if miss.invented else "missed"
        print(f"{kind} {miss.flag} [{miss.item.language}] {miss.item.title} | {miss.item.text[:300]}")
    print(f"{'lang':4} {'flag':12} precision recall    F1")
    for (language, flag), score in grade(items, misses).items():
        print(f"{language:4} {flag:12} {score.precision:9.3f} {score.recall:6.3f} {score.f1:5.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
