"""The machine: disk space, time zones, proxies, and the names of our packages."""

from collections.abc import Collection, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.doctor.findings import Finding, failed, ok, warning
from bot.settings.quantities import format_count
from state import Given

MEBIBYTE = 1024 * 1024
LOW_BYTES = 1024 * MEBIBYTE
"""Below this much free space a warning is due."""
LEAST_BYTES = 100 * MEBIBYTE
"""Below this much free space the store will soon refuse to write."""

SAMPLE_ZONES = ("Asia/Seoul", "Europe/Kyiv")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


def check_disk(folder: Path, free_bytes: int) -> Finding:
    """Judge the free space where the store is."""
    message = f"{format_count(free_bytes)} free in {folder}"
    if free_bytes < LEAST_BYTES:
        return failed("disk", message, "free some space: the store cannot grow")
    if free_bytes < LOW_BYTES:
        return warning("disk", message, "free some space, or keep items for a shorter time (`retention`)")
    return ok("disk", message)


def check_zones(zones: Collection[str] = SAMPLE_ZONES) -> Finding:
    """Judge whether local times can be told: the time zone database is part of the system or of `tzdata`."""
    try:
        for zone in zones:
            ZoneInfo(zone)
    except ZoneInfoNotFoundError as error:
        advice = "install the system's tzdata package, or `pip install tzdata`"
        return failed("time zones", f"the time zone database is missing: {error}", advice)
    return ok("time zones", "the time zone database is there")


def check_proxies(environ: Mapping[str, str], proxy: Given, secrets: Collection[str] = ()) -> Finding:
    """Judge the proxy that feeds are asked through, and the environment's; variables are named, values never shown.

    `secrets` are the variables that are set, of those that the configuration names.
    """
    if proxy.variable and proxy.variable not in secrets:
        advice = f"set {proxy.variable} in the environment or in .env"
        return failed("proxy", f"feeds are to be asked through {proxy.variable}, which is not set", advice)
    if proxy.variable or proxy.text:
        message = f"feeds are asked through {proxy.variable or proxy.text}, which resolves their names"
        return ok("proxy", f"{message}: that no name leads into your network is the proxy's to see to")
    named = sorted({name for name in PROXIES if environ.get(name)})
    if not named:
        return ok("proxy", "no proxy is set")
    advice = f"feeds are asked directly: write `proxy: {{env: {named[0]}}}` under `polling`, or unset the variable"
    return warning("proxy", f"{', '.join(named)} is set and not used", advice)


def check_names(foreign: Mapping[str, tuple[str, ...]]) -> Finding:
    """Judge whether other distributions own our package names, as `names.foreign_owners` tells."""
    if not foreign:
        return ok("package names", "bot, adapters, rules and state are ours alone")
    clashes = "; ".join(f"{package} is also installed by {', '.join(owners)}" for package, owners in foreign.items())
    return failed("package names", clashes, "install vedette into an environment of its own (pipx, uv tool, container)")
