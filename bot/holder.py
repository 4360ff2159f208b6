"""The live ruleset: one reference that is swapped whole."""

from rules import Ruleset


class RulesetHolder:
    """Hold the ruleset that is in force; readers take `current` once and use that value throughout."""

    def __init__(self, current: Ruleset) -> None:
        self.current = current

    def swap(self, ruleset: Ruleset) -> None:
        """Put a compiled ruleset in force; called last, after everything that can fail."""
        self.current = ruleset
