"""Every face lists its public names (ruff sorts them), and those of the inner folders load nothing heavy."""

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "adapters", "rules", "state")

HEAVY = {
    "aiohttp",
    "apscheduler",
    "asyncpg",
    "click",
    "discord",
    "feedparser",
    "matplotlib",
    "prometheus_client",
    "psycopg",
    "rich",
    "selectolax",
    "slack_bolt",
    "sqlite_utils",
    "structlog",
}


def faces() -> list[str]:
    """List the packages whose `__init__` shows anything."""
    inits = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("__init__.py"))
    return [
        ".".join(path.parent.relative_to(ROOT).parts) for path in inits if "__all__" in path.read_text(encoding="utf-8")
    ]


def only_shows(name: str) -> bool:
    """Tell whether a face has imports and `__all__`, and no code that borrows names for itself."""
    tree = ast.parse((ROOT / Path(*name.split(".")) / "__init__.py").read_text(encoding="utf-8"))
    return not any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in tree.body)


def public_names(module: ModuleType) -> list[str]:
    """List the names without an underscore that are no submodules."""
    return sorted(
        name for name, value in vars(module).items() if not name.startswith("_") and not isinstance(value, ModuleType)
    )


@pytest.mark.parametrize("name", faces())
def test_a_face_lists_each_of_its_names_once(name: str) -> None:
    module = importlib.import_module(name)
    assert len(module.__all__) == len(set(module.__all__))
    assert [each for each in module.__all__ if not hasattr(module, each)] == []


@pytest.mark.parametrize("name", [name for name in faces() if only_shows(name)])
def test_a_face_lists_just_what_it_makes_public(name: str) -> None:
    module = importlib.import_module(name)
    assert sorted(module.__all__) == public_names(module)


@pytest.mark.parametrize("name", ["rules", "state"])
def test_the_faces_of_the_inner_folders_are_there(name: str) -> None:
    assert name in faces()


def load(name: str) -> set[str]:
    """Import a module in a process of its own and list the top-level names that came with it."""
    code = f"import json, sys, {name}; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return {module.partition(".")[0] for module in json.loads(ran.stdout)}


@pytest.mark.parametrize("name", ["rules", "state", "adapters.ports", "adapters.conversation"])
def test_importing_a_face_loads_nothing_heavy(name: str) -> None:
    assert sorted(load(name) & HEAVY) == []


def test_importing_rules_loads_no_folder_but_rules() -> None:
    assert load("rules") & set(PACKAGES) == {"rules"}
