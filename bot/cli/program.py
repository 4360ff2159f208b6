"""The program `vedette`: its commands, and how foreseeable trouble ends them."""

import errno
import sys
from importlib.metadata import version
from typing import Any

import click

from adapters.errors import AdapterError
from bot.cli.asking import ask, status
from bot.cli.beginning import check, init
from bot.cli.examination import doctor
from bot.cli.feeds import feeds
from bot.cli.keeping import backup, restore
from bot.cli.options import example
from bot.cli.outbox import deliveries
from bot.cli.rulebook import rules
from bot.cli.running import replay, run
from bot.errors import BotError
from bot.logs import configure_logs
from bot.settings.model import Logs
from state import StateError


class Program(click.Group):
    """A group whose commands end foreseeable trouble with one line on stderr and status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except (StateError, AdapterError, BotError) as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            raise click.ClickException(str(error)) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order in which a new user meets them."""
        return list(self.commands)


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=example(
        "vedette run                     show what it does, with a sample wire",
        "vedette init desk               write a starter folder",
        "vedette check --config desk     is the folder right?",
        "vedette run --config desk       start",
    ),
)
@click.version_option(version("vedette"), prog_name="vedette")
def main() -> None:
    """Watch the news wires for reports of a conflict and tell the teams who subscribed.

    Exit status: 0 all well, 1 a problem was found, 2 wrong usage.
    """
    configure_logs(Logs(level="warning"), sys.stderr, ())


for command in (run, init, check, feeds, rules, replay, status, ask, deliveries, doctor, backup, restore):
    main.add_command(command)
