"""The machine: disk space, time zones, proxies, and the names of our packages."""

from collections.abc import Collection, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.doctor.findings import Finding, failed, ok, warning
from bot.settings.quantities import format_count

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


def check_proxies(environ: Mapping[str, str]) -> Finding:
    """Judge proxy settings of the environment, naming variables and never values."""
    named = sorted({name.upper() for name in PROXIES if environ.get(name)})
    if not named:
        return ok("proxy", "no proxy is set")
    advice = "feeds are asked directly: allow outgoing connections, or unset the variable"
    return warning("proxy", f"{', '.join(named)} is set and not used", advice)


def check_names(foreign: Mapping[str, tuple[str, ...]]) -> Finding:
    """Judge whether other distributions own our package names, as `names.foreign_owners` tells."""
    if not foreign:
        return ok("package names", "bot, adapters, rules and state are ours alone")
    clashes = "; ".join(f"{package} is also installed by {', '.join(owners)}" for package, owners in foreign.items())
    return failed("package names", clashes, "install vedette into an environment of its own (pipx, uv tool, container)")
