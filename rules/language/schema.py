"""The form of a rule file, as pydantic models."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from rules.documents import Listed, Section
from rules.model import Severity

Words = Annotated[str, Field(min_length=1)]


def _form(found: object) -> str | None:
    if isinstance(found, str):
        return "<term>"
    return "<section>" if isinstance(found, dict | Section) else None


def _form_or_list(found: object) -> str | None:
    return "<list>" if isinstance(found, list | tuple) else _form(found)


_NO_CONDITION = (
    'No condition: write a term in quotes ("1950"), a list ("@soldiers"), or one of any, all, not, near, at_least, ...'
)
_NO_TERM = 'No term: write a word or phrase in quotes ("1950") or a list ("@soldiers")'
Condition = Annotated[
    Annotated[Words, Tag("<term>")] | Annotated["ConditionSection", Tag("<section>")],
    Discriminator(
        _form,
        custom_error_type="condition",
        custom_error_message=_NO_CONDITION,
    ),
]
Conditions = Annotated[
    Annotated[Words, Tag("<term>")]
    | Annotated["ConditionSection", Tag("<section>")]
    | Annotated[tuple[Condition, ...], Field(strict=False, min_length=1), Tag("<list>")],
    Discriminator(
        _form_or_list,
        custom_error_type="condition",
        custom_error_message=_NO_CONDITION,
    ),
]
Values = (
    Annotated[Words, Tag("<text>")] | Annotated[tuple[Words, ...], Field(strict=False, min_length=1), Tag("<list>")]
)
OneOrMore = Annotated[Values, Discriminator(lambda found: "<list>" if isinstance(found, list | tuple) else "<text>")]
Parts = Annotated[Listed[Condition], Field(min_length=1)]


class AtLeastSection(Section):
    """So many of several; `of: "@list"` counts different terms of that list."""

    count: Annotated[int, Field(ge=1, le=1000)]
    of: Conditions


class NearSection(Section):
    """Several terms close to each other."""

    words: Annotated[int, Field(ge=0, le=200)]
    ordered: bool = False
    of: Annotated[Listed[Condition], Field(min_length=2, max_length=10)]


class ConditionSection(Section):
    """One condition, or several that must all hold."""

    any_: Annotated[Conditions | None, Field(alias="any")] = None
    all_: Annotated[Conditions | None, Field(alias="all")] = None
    not_: Annotated[Conditions | None, Field(alias="not")] = None
    at_least: AtLeastSection | None = None
    near: NearSection | None = None
    title: Conditions | None = None
    text: Conditions | None = None
    exact: OneOrMore | None = None
    expression: OneOrMore | None = None
    language: OneOrMore | None = None
    publisher: OneOrMore | None = None
    kind: OneOrMore | None = None
    country: OneOrMore | None = None
    feed: OneOrMore | None = None
    state_affiliated: bool | None = None


class TestSection(Section):
    """An item in short, and whether the rule must match it."""

    match: bool
    title: str = ""
    text: str = ""
    language: str = "en"
    publisher: str = ""
    kind: str = ""
    country: str = ""
    feed: str = ""
    state_affiliated: bool = False


class RuleSection(Section):
    """One rule."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
    title: Annotated[str, Field(min_length=1, max_length=150)]
    description: str = ""
    severity: Annotated[Severity, Field(strict=False)]
    labels: Listed[Words] = ()
    enabled: bool = True
    when: Conditions
    tests: Listed[TestSection] = ()


class ExactSection(Section):
    """A term of a list that matches only as written."""

    exact: Words


class ListSection(Section):
    """The entries of one named list, wrapped so that each can be validated with its place."""

    entries: Annotated[
        Listed[
            Annotated[
                Annotated[Words, Tag("<term>")] | Annotated[ExactSection, Tag("<section>")],
                Discriminator(
                    _form,
                    custom_error_type="condition",
                    custom_error_message=_NO_TERM,
                ),
            ]
        ],
        Field(min_length=1),
    ]


class RuleFileSection(Section):
    """A rule file. Lists and rules are validated one by one, so that a bad one is set aside alone."""

    version: Literal[1]
    lists: Annotated[dict[str, Any], Field(default_factory=dict)]
    rules: Annotated[list[Any], Field(default_factory=list)]


ConditionSection.model_rebuild()
