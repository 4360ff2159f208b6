"""The verbs of `vedette feeds`."""
