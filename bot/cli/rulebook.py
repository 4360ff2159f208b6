"""`vedette rules`: which rules are in force, and whether they do what their own tests say."""

from collections.abc import Sequence
from pathlib import Path

import click

from bot.cli.options import FOLDER, example, json_option, settings_or_shipped
from bot.cli.terminal import show_json, show_table
from bot.wiring import compile_ruleset
from rules import Rule, TestOutcome, run_tests

_COLUMNS = ("rule", "severity", "tests", "enabled", "title", "file")
_rules_of = click.option(
    "--config", "folder", type=FOLDER, metavar="DIR", help="The folder; this one, or else the shipped rules."
)


@click.group(epilog=example("vedette rules list", "vedette rules test --config desk"))
def rules() -> None:
    """List the rules in force, and run their own tests."""


@rules.command("list", epilog=example("vedette rules list --config desk"))
@_rules_of
@json_option
def list_rules(folder: Path | None, as_json: bool) -> None:
    """List the rules of a folder with severity and number of tests."""
    found = compile_ruleset(settings_or_shipped(folder)).rules
    if as_json:
        show_json([_describe(rule) for rule in found])
    else:
        show_table(_COLUMNS, map(_cells, found))


def _describe(rule: Rule) -> dict[str, object]:
    plain = ("id", "title", "description", "severity", "labels", "enabled", "path", "line")
    return {name: getattr(rule, name) for name in plain} | {"tests": len(rule.tests)}


def _cells(rule: Rule) -> tuple[str, ...]:
    enabled = "yes" if rule.enabled else "no"
    return (rule.id, rule.severity, str(len(rule.tests)), enabled, rule.title, f"{rule.path}:{rule.line}")


@rules.command(
    "test", epilog=example("vedette rules test --config desk", "vedette rules test --config desk prisoner-exchange")
)
@click.argument("ids", metavar="[RULE]...", nargs=-1)
@_rules_of
@json_option
def test_rules(ids: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Run the tests that rules carry; a failed one is told with its place and what the rule lacked."""
    ruleset = compile_ruleset(settings_or_shipped(folder))
    known = {rule.id for rule in ruleset.rules}
    if unknown := [each for each in ids if each not in known]:
        raise click.UsageError(f"there is no rule {', '.join(unknown)}: `vedette rules list` lists them")
    outcomes = [outcome for outcome in run_tests(ruleset) if not ids or outcome.rule in ids]
    untested = [rule.id for rule in ruleset.rules if not rule.tests and (not ids or rule.id in ids)]
    if as_json:
        show_json({"untested": untested, "tests": [_outcome(each) for each in outcomes]})
    else:
        _tell(outcomes, untested)
    if not all(outcome.passed for outcome in outcomes):
        raise click.exceptions.Exit(1)


def _outcome(outcome: TestOutcome) -> dict[str, object]:
    plain = ("rule", "passed", "matched", "path", "line", "column")
    return {name: getattr(outcome, name) for name in plain} | {"lacked": outcome.trace.lacked}


def _tell(outcomes: Sequence[TestOutcome], untested: Sequence[str]) -> None:
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        click.echo(f"{outcome.path}:{outcome.line}:{outcome.column}: {_complain(outcome)}")
    if untested:
        click.echo(f"without tests: {', '.join(untested)}")
    verdict = f"{len(failed)} failed" if failed else "all passed"
    click.echo(f"{len({each.rule for each in outcomes})} rules, {len(outcomes)} tests: {verdict}")


def _complain(outcome: TestOutcome) -> str:
    if outcome.matched:
        return f"rule '{outcome.rule}' matches and should not"
    return f"rule '{outcome.rule}' does not match and should; it lacks {outcome.trace.lacked}"
