"""`vedette deliveries`: what was sent, what waits, what failed for good and can be sent again."""

import asyncio
from pathlib import Path

import click

from bot.cli.options import config_option, example, json_option, require_archive
from bot.cli.terminal import show_json, show_table
from bot.settings.model import Settings
from bot.wiring import open_archive
from state import DeliveryId, DeliveryRow, DeliveryState, NotFound

_COLUMNS = ("delivery", "state", "tries", "channel", "reason", "made", "headline")


class _ListingFirst(click.Group):
    """A group that lists when no subcommand is named: `deliveries --config desk` is `deliveries list --config desk`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before options that are not the group's own."""
        asks_help = args[:1] and args[0] in self.get_help_option_names(ctx)
        if not args or (args[0].startswith("-") and not asks_help):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_ListingFirst,
    epilog=example("vedette deliveries list --state dead", "vedette deliveries resend 4f1c2a"),
)
def deliveries() -> None:
    """List deliveries, and send dead letters again. Without a command it lists."""


@deliveries.command("list", epilog=example("vedette deliveries list --config desk --state dead"))
@config_option
@json_option
@click.option("--state", type=click.Choice([state.value for state in DeliveryState]), help="Only those in this state.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most so many.")
def list_deliveries(folder: Path, as_json: bool, state: str | None, limit: int) -> None:
    """List deliveries, newest first."""
    settings = require_archive(folder)
    rows = asyncio.run(_read(settings, DeliveryState(state) if state else None, limit))
    if as_json:
        show_json(rows)
    else:
        show_table(_COLUMNS, map(_cells, rows))


async def _read(settings: Settings, state: DeliveryState | None, limit: int) -> tuple[DeliveryRow, ...]:
    async with open_archive(settings) as store:
        return await store.deliveries(state, limit)


def _cells(row: DeliveryRow) -> tuple[str, ...]:
    made = f"{row.created_at:%Y-%m-%d %H:%M}"
    return (row.id, row.state, str(row.attempts), row.channel, row.reason, made, row.headline)


@deliveries.command(epilog=example("vedette deliveries resend --config desk --all-dead"))
@config_option
@click.argument("ids", metavar="ID...", nargs=-1)
@click.option("--all-dead", is_flag=True, help="Every dead letter.")
def resend(folder: Path, ids: tuple[str, ...], all_dead: bool) -> None:
    """Put dead letters back in line; a running bot sends them within moments, else the next start does."""
    if bool(ids) == all_dead:
        raise click.UsageError("give the ids of dead letters, or --all-dead")
    lost = asyncio.run(_resend(require_archive(folder), ids, all_dead))
    for delivery in lost:
        click.echo(f"there is no dead letter {delivery}: `vedette deliveries list --state dead` lists them", err=True)
    if lost:
        raise click.exceptions.Exit(1)


async def _resend(settings: Settings, ids: tuple[str, ...], all_dead: bool) -> list[str]:
    """Resend and tell on stdout; give the ids of which there is no dead letter."""
    lost = []
    async with open_archive(settings) as store:
        wanted = [row.id for row in await store.deliveries(DeliveryState.DEAD, 1_000_000)] if all_dead else ids
        for delivery in wanted:
            try:
                await store.resend(DeliveryId(delivery))
            except NotFound:
                lost.append(delivery)
            else:
                click.echo(f"in line again: {delivery}")
    return lost
