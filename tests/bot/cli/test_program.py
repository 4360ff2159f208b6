import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from bot.cli import main
from tests.bot.cli.invocation import vedette

COMMANDS = {
    "run", "init", "check", "feeds", "rules", "replay", "status", "ask", "deliveries", "doctor", "backup", "restore",
}  # fmt: skip


def walk(command: click.Command, path: str = "vedette") -> Iterator[tuple[str, click.Command]]:
    """Give every command of the tree with what is typed to reach it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from walk(inner, f"{path} {name}")


TREE = list(walk(main))


def test_every_command_is_there() -> None:
    assert set(main.commands) == COMMANDS


@pytest.mark.parametrize("path", [path for path, _ in TREE])
def test_help_of_every_command_shows_an_example_of_it(path: str) -> None:
    result = vedette(*path.split()[1:], "--help")
    assert result.exit_code == 0
    example = result.stdout.partition("Example:\n")[2]
    assert f"  {path}" in example
    assert "\b" not in result.stdout


def test_every_option_and_command_has_a_word_of_help() -> None:
    bare = [
        (path, parameter.name)
        for path, command in TREE
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help and parameter.name != "channel"
    ]
    assert bare == []


def test_the_version_is_that_of_the_distribution() -> None:
    assert vedette("--version").stdout.strip() == f"vedette, version {version('vedette')}"


@pytest.mark.parametrize("arguments", [["nonsense"], ["check", "--nonsense"], ["init"], ["replay"]])
def test_wrong_usage_ends_with_status_2_and_nothing_on_stdout(arguments: list[str]) -> None:
    result = vedette(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_python_m_bot_when_run_is_the_same_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "check", "--config", str(tmp_path / "nowhere")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "there is no such folder" in done.stdout
    assert done.stderr == ""


def test_a_reader_that_hangs_up_early_is_no_traceback(tmp_path: Path) -> None:
    vedette("init", tmp_path / "desk")
    script = (
        f"'{sys.executable}' -m bot rules list --config '{tmp_path / 'desk'}' --json | head -c 1 > '{tmp_path / 'out'}'"
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (tmp_path / "out").read_text() == "["
    assert "Traceback" not in done.stderr
