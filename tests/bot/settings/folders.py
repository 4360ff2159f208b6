"""Configuration folders for tests."""

from pathlib import Path

from bot.settings.load import Loaded, load_folder

FEED = '{id: wire, url: "https://example.org/feed", publisher: A wire, language: en}'
RULES = """
version: 1
rules:
  - id: losses
    title: Losses
    severity: high
    when: {any: ["killed", "wounded"]}
    tests: [{text: "Two were killed.", match: true}]
"""
SMALL = f"""
feeds:
  - {FEED}
subscriptions:
  - {{id: desk, channel: "console:desk"}}
"""


def write_folder(folder: Path, settings: str | bytes = SMALL, *, rules: str | None = RULES) -> Path:
    """Write a folder with `vedette.yaml` and, unless None, one rule file; give the folder."""
    body = settings.encode() if isinstance(settings, str) else settings
    (folder / "vedette.yaml").write_bytes(body)
    if rules is not None:
        (folder / "rules").mkdir(exist_ok=True)
        (folder / "rules" / "own.yaml").write_text(rules, encoding="utf-8")
    return folder


def load(folder: Path, settings: str | bytes = SMALL, **environ: str) -> Loaded:
    """Write a folder and load it with these variables as the whole environment."""
    return load_folder(write_folder(folder, settings), environ)


def lines(loaded: Loaded, folder: Path) -> list[str]:
    """Give the problems as printed, with paths relative to the folder."""
    return [str(problem).removeprefix(f"{folder}/") for problem in loaded.problems]
