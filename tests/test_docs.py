"""The documentation tells of everything that people can use, and its links lead somewhere."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import click
import pytest
from pydantic import BaseModel

from bot.cli import main
from bot.commands import COMMANDS
from bot.metrics import Metrics, Snapshot
from bot.settings.environment import KNOWN
from bot.settings.schema import VedetteFile
from state.rows import StoreStatus

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

NOW = datetime(2025, 1, 1, tzinfo=UTC)


def cli_commands(command: click.Command, path: str) -> Iterator[str]:
    """Give the full name of every command that does something."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from cli_commands(inner, f"{path} {name}")
    else:
        yield path


def section(page: str, title: str) -> str:
    """Give the text from a heading to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
    assert found is not None, f"no heading {title!r}"
    return found.group(1)


def first_cells(text: str) -> list[str]:
    """Give the code names in the first column of the tables of a text."""
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def sections(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Give each key whose value is a mapping of known keys, or a list of such."""
    for name, field in model.model_fields.items():
        annotation = field.annotation
        for each in (annotation, *get_args(annotation)):
            if isinstance(each, type) and issubclass(each, BaseModel):
                yield name, each


def metric_names() -> list[str]:
    """Give every metric of ours as a scrape names it."""
    metrics = Metrics()
    status = StoreStatus(0, 0, 0, 0, 0, 0, {}, NOW, NOW)
    metrics.expose(Snapshot(now=NOW, status=status, rules=0, failures={}))
    families = [family for family in metrics.registry.collect() if family.name.startswith("vedette_")]
    return [f"{family.name}_total" if family.type == "counter" else family.name for family in families]


@pytest.mark.parametrize("command", sorted(cli_commands(main, "vedette")))
def test_every_command_of_the_program_is_documented(command: str) -> None:
    assert command in first_cells(section(OPERATIONS, "Commands"))


@pytest.mark.parametrize("command", sorted(cli_commands(main, "vedette")))
def test_every_command_of_the_program_shows_an_example(command: str) -> None:
    found: click.Command = main
    for name in command.split()[1:]:
        assert isinstance(found, click.Group)
        found = found.commands[name]
    with click.Context(found, info_name=command) as context:
        assert re.search(rf"Example:\n\s+{command}", found.get_help(context))


def test_no_command_is_documented_that_does_not_exist() -> None:
    chat = {command.name for command in COMMANDS}
    assert set(first_cells(section(OPERATIONS, "Commands"))) <= chat | set(cli_commands(main, "vedette"))


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_chat_command_is_documented(name: str) -> None:
    assert name in first_cells(section(OPERATIONS, "Commands"))


def test_every_top_level_key_is_documented() -> None:
    assert first_cells(section(CONFIGURATION, "vedette.yaml")) == list(VedetteFile.model_fields)


@pytest.mark.parametrize(("name", "model"), list(sections(VedetteFile)))
def test_the_keys_of_every_section_are_documented_and_no_others(name: str, model: type[BaseModel]) -> None:
    assert sorted(first_cells(section(CONFIGURATION, name))) == sorted(model.model_fields)


def test_every_section_is_found_by_the_test_above() -> None:
    assert {name for name, _ in sections(VedetteFile)} >= {"feeds", "subscriptions", "polling", "web", "log"}


def test_every_environment_variable_is_documented() -> None:
    assert set(first_cells(section(CONFIGURATION, "Secrets"))) == set(KNOWN)


def test_every_metric_is_documented_and_no_other() -> None:
    assert sorted(first_cells(section(OPERATIONS, "Metrics"))) == sorted(metric_names())


def anchors(page: Path) -> set[str]:
    """Give the anchors that a page's headings make."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    broken = []
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", page.read_text(encoding="utf-8")):
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(f"{target}#{anchor}")
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_have_no_loose_ends(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"\b(?:TODO|FIXME|TBD|XXX)\b|^[A-Z]+_[A-Z_]+$", text, re.MULTILINE) == []
