"""`vedette backup` and `vedette restore`: a copy of the store that counts only when it was verified."""

from pathlib import Path

import click

from bot.cli.options import FILE, config_option, example, json_option, require_settings
from bot.cli.terminal import show_json
from bot.settings.quantities import format_count
from bot.wiring import backup_store, restore_store


@click.command(epilog=example("vedette backup --config desk vedette-monday.db"))
@click.argument("file", type=FILE)
@config_option
@json_option
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def backup(file: Path, folder: Path, as_json: bool, force: bool) -> None:
    """Write a verified copy of the database to FILE, also while the bot runs."""
    report = backup_store(require_settings(folder), file, overwrite=force)
    if as_json:
        show_json(report)
    else:
        held = f"{report.items} items, {report.alerts} alerts, {report.deliveries} deliveries"
        click.echo(f"wrote {report.path}: {format_count(report.size)}, verified; {held}")


@click.command(epilog=example("vedette restore --config desk vedette-monday.db"))
@click.argument("file", type=FILE)
@config_option
@json_option
@click.option("--force", is_flag=True, help="Replace a database that is there already; it is kept beside.")
def restore(file: Path, folder: Path, as_json: bool, force: bool) -> None:
    """Put the backup FILE in the place of the database. The bot must be stopped."""
    report = restore_store(require_settings(folder), file, force=force)
    if as_json:
        show_json(report)
        return
    click.echo(f"restored {report.backup.path}: {report.backup.items} items, {report.backup.alerts} alerts")
    if report.kept is not None:
        click.echo(f"kept the database that was there: {report.kept}")
