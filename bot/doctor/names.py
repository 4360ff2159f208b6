"""Whether another installed distribution owns one of our four package names."""

from importlib.metadata import packages_distributions

DISTRIBUTION = "vedette"
PACKAGES = ("bot", "adapters", "rules", "state")


def foreign_owners() -> dict[str, tuple[str, ...]]:
    """Give, for each of our packages that others install too, the names of those distributions."""
    owners = packages_distributions()
    foreign = {
        package: tuple(sorted({owner for owner in owners.get(package, ()) if owner.lower() != DISTRIBUTION}))
        for package in PACKAGES
    }
    return {package: others for package, others in foreign.items() if others}
