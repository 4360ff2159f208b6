"""The folder: whether the configuration is right, and the secrets that it needs are there."""

from pathlib import Path

from bot.commands.answers import count
from bot.doctor.findings import Finding, failed, ok, warning
from bot.settings.environment import DISCORD, SLACK_APP, SLACK_BOT
from bot.settings.load import Loaded
from bot.settings.model import Settings


def check_configuration(loaded: Loaded, folder: Path) -> Finding:
    """Judge the configuration by its first error, or its number of warnings."""
    advice = f"`vedette check --config {folder}` lists all of them"
    errors = loaded.errors
    if errors:
        return failed("configuration", f"{count(len(errors), 'error')}, the first: {errors[0]}", advice)
    if loaded.problems:
        return warning(
            "configuration", f"{count(len(loaded.problems), 'warning')}, the first: {loaded.problems[0]}", advice
        )
    return ok("configuration", f"{folder} is right")


def check_tokens(settings: Settings) -> list[Finding]:
    """Judge whether the platforms that are posted to have their tokens; values are never told."""
    tokens = settings.tokens
    needs = {
        "slack": {SLACK_BOT: tokens.slack_bot, SLACK_APP: tokens.slack_app},
        "discord": {DISCORD: tokens.discord},
    }
    channels = [each.channel for each in settings.subscriptions] + [settings.operator] * bool(settings.operator)
    used = {channel.partition(":")[0] for channel in channels if channel is not None}
    findings = []
    for platform in sorted(used & needs.keys()):
        missing = [name for name, secret in needs[platform].items() if secret is None]
        if missing:
            message = f"channels are on {platform} and {' and '.join(missing)} is not set"
            findings.append(failed("tokens", message, f"put it into {settings.folder / '.env'} or the environment"))
        else:
            findings.append(ok("tokens", f"the tokens of {platform} are set"))
    return findings or [ok("tokens", "no subscription needs a token")]


def check_operator(settings: Settings) -> Finding:
    """Tell who hears of feeds that break; nobody is no problem, as `status` tells it too."""
    if settings.operator is None:
        return ok("operator", "no channel hears of feeds that break: `operator: {channel: console:ops}` would")
    return ok("operator", f"{settings.operator} hears of feeds that break")
