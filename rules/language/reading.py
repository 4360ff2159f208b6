"""From rule files to rules: every file, list and rule is read, and what is wrong is set aside with its problems."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from rules.documents import Loc, load_document
from rules.language.lists import Defined, File, ListBook
from rules.language.rule import Rule, RuleTest
from rules.language.schema import ListSection, RuleFileSection, RuleSection, TestSection
from rules.language.trees import TreeBuilder
from rules.model import RuleFile, RuleId
from rules.problems import Problem

MOST_RULES = 50_000
_ID = re.compile(r"""(?:^|[\s{,-])id:[ \t]*["']?([a-z0-9-]{1,64})""", re.ASCII)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The sound rules of some files, in file order, and every problem, by place."""

    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
    declared: frozenset[str]
    """The ids of all rules, also of those left out."""


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A rule whose lists are not looked up yet; one that is not `sound` is only searched for more problems."""

    file: File
    loc: Loc
    section: RuleSection | None
    sound: bool


def read_rules(files: Sequence[RuleFile]) -> RuleBook:
    """Read rule files together. Never raises: a rule or list with an error is reported and left out."""
    problems: list[Problem] = []
    documents = [load_document(file.path, file.text, RuleFileSection) for file in files]
    for document in documents:
        problems += document.problems
    declared = frozenset(chain.from_iterable(map(_find_ids, documents, files)))
    documents = [document for document in documents if not _is_foreign(document)]
    lists = ListBook(dict(_define_lists(documents, problems)))
    lists.resolve_all()
    drafted = list(_draft_rules(documents, problems))
    rules = [rule for draft in drafted if (rule := _build_rule(draft, lists, problems)) is not None]
    return RuleBook(tuple(rules), tuple(sorted({*problems, *lists.problems})), declared)


def _find_ids(document: File, file: RuleFile) -> list[str]:
    """Find the ids of a file's rules, by the look of its text when it is no valid YAML."""
    if document.root is None:
        return _ID.findall(file.text)
    rules = document.plain(("rules",))
    ids = (document.plain(("rules", index, "id")) for index in range(len(rules) if isinstance(rules, list) else 0))
    return [each for each in ids if isinstance(each, str)]


def _is_foreign(document: File) -> bool:
    """Tell whether a file follows another version of the language, so that nothing in it can be judged."""
    version = document.plain(("version",))
    return isinstance(version, int) and version != 1


def _is_ours(document: File) -> bool:
    return document.plain(("version",)) == 1


def _define_lists(documents: Sequence[File], problems: list[Problem]) -> Iterator[tuple[str, Defined]]:
    seen: dict[str, Defined] = {}
    for document in documents:
        lists = document.plain(("lists",))
        for name in lists if isinstance(lists, dict) else ():
            loc: Loc = ("lists", name)
            if name in seen:
                line = seen[name].file.key_place(seen[name].loc)[0]
                hint = f"it is defined in {seen[name].file.path}:{line} already: rename or join them"
                problems.append(Problem(document.path, *document.key_place(loc), f"a second list '{name}'", hint))
                continue
            section, wrong = document.read(loc, ListSection, field="entries")
            problems += wrong
            sound = section is not None and _is_ours(document) and not _is_spoilt(document, loc)
            seen[name] = Defined(document, loc, sound)
            yield name, seen[name]


def _draft_rules(documents: Sequence[File], problems: list[Problem]) -> Iterator[_Drafted]:
    seen: dict[str, Problem] = {}
    count = 0
    for document in documents:
        rules = document.plain(("rules",))
        for index in range(len(rules) if isinstance(rules, list) else 0):
            loc: Loc = ("rules", index)
            count += 1
            if count == MOST_RULES + 1:
                problems.append(document.problem(loc, f"more than {MOST_RULES:,} rules", "split the ruleset"))
            section, wrong = document.read(loc, RuleSection)
            problems += wrong
            is_second = _is_second(document, (*loc, "id"), seen, problems)
            if count <= MOST_RULES:
                sound = _is_ours(document) and not is_second and not _is_spoilt(document, loc)
                yield _Drafted(document, loc, section, sound)


def _is_second(document: File, loc: Loc, seen: dict[str, Problem], problems: list[Problem]) -> bool:
    """Tell whether a rule before this one, sound or not, has its id; that is a problem."""
    name = document.plain(loc)
    if not isinstance(name, str):
        return False
    place = document.problem(loc, f"a second rule '{name[:64]}'")
    first = seen.setdefault(name, place)
    if first is place:
        return False
    hint = f"{first.path}:{first.line} has it already: give this one another id"
    problems.append(Problem(place.path, place.line, place.column, place.message, hint))
    return True


def _is_spoilt(document: File, loc: Loc) -> bool:
    """Tell whether the file has a problem within this part that validation alone does not see (a key given twice)."""
    start, end = document.extent(loc)
    place = bisect_left(document.problems, start, key=lambda problem: (problem.line, problem.column))
    following = document.problems[place : place + 1]
    return any((problem.line, problem.column) < end for problem in following)


def _build_rule(draft: _Drafted, lists: ListBook, problems: list[Problem]) -> Rule | None:
    section, file = draft.section, draft.file
    builder = TreeBuilder(file, lists)
    when: Loc = (*draft.loc, "when")
    if section is None:
        builder.inspect(file.plain(when), when)
        problems += builder.problems
        return None
    condition = builder.build(section.when, when)
    problems += builder.problems
    if not (draft.sound and builder.sound):
        return None
    line, column = file.place(draft.loc)
    return Rule(
        id=RuleId(section.id),
        title=section.title,
        description=section.description,
        severity=section.severity,
        labels=section.labels,
        enabled=section.enabled,
        condition=condition,
        tests=tuple(_build_test(file, (*draft.loc, "tests", index), test) for index, test in enumerate(section.tests)),
        path=file.path,
        line=line,
        column=column,
    )


def _build_test(file: File, loc: Loc, section: TestSection) -> RuleTest:
    line, column = file.place(loc)
    return RuleTest(**section.model_dump(), line=line, column=column)
