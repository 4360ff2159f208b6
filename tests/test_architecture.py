"""The budget, the import rules and the good manners of the whole repository."""

import ast
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "adapters", "rules", "state")
SUPERVISOR = Path("bot/supervise.py")

FILE_LINES = 400
FUNCTION_LINES = 50
MEDIAN_FUNCTION_LINES = 10

LOCAL_HOSTS = {"127.0.0.1", "localhost"}
VAGUE = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}


def python_files() -> list[Path]:
    """List our modules, relative to the root."""
    files = [path.relative_to(ROOT) for folder in (*PACKAGES, "tests") for path in (ROOT / folder).rglob("*.py")]
    return sorted(files)


def texts() -> Iterator[tuple[Path, str]]:
    """Give every text that git tracks or would track; without git, every text outside dot folders."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        names = [Path(name) for name in listed.split("\0") if name]
    else:
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        names = [name for name in names if not any(part.startswith(".") for part in name.parts)]
    for name in names:
        if (ROOT / name).is_file():
            yield name, (ROOT / name).read_text(encoding="utf-8", errors="replace")


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Give each function's name and its lines from `def` to its end."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node.name, node.end_lineno - node.lineno + 1


def is_broad(expression: ast.expr | None) -> bool:
    """Tell whether an `except` or `suppress` of this catches whatever comes."""
    if expression is None:
        return True
    names = [node.id for node in ast.walk(expression) if isinstance(node, ast.Name)]
    return "Exception" in names or "BaseException" in names


def broad_catches(tree: ast.AST) -> Iterator[int]:
    """Give the lines of broad handlers; to clean up and raise the same error again is not to catch it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and is_broad(node.type):
            last = node.body[-1]
            if not (isinstance(last, ast.Raise) and last.exc is None):
                yield node.lineno
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress") and any(map(is_broad, node.args)):
            yield node.lineno


def parse(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def test_no_file_is_longer_than_the_budget() -> None:
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_the_budget() -> None:
    long = [
        f"{path}: {name} has {lines} lines"
        for path in python_files()
        for name, lines in functions(parse(path))
        if lines > FUNCTION_LINES
    ]
    assert long == []


def test_half_of_the_functions_are_short() -> None:
    lengths = sorted(
        lines for path in python_files() if path.parts[0] in PACKAGES for _, lines in functions(parse(path))
    )
    assert lengths[len(lengths) // 2] <= MEDIAN_FUNCTION_LINES


def test_only_the_supervisor_catches_whatever_comes() -> None:
    found = [f"{path}:{line}" for path in python_files() if path != SUPERVISOR for line in broad_catches(parse(path))]
    assert found == []


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("try: f()\nexcept: pass", True),
        ("try: f()\nexcept Exception: log()", True),
        ("try: f()\nexcept (ValueError, BaseException) as e: raise Other from e", True),
        ("with contextlib.suppress(Exception): f()", True),
        ("try: f()\nexcept BaseException:\n    close()\n    raise", False),
        ("try: f()\nexcept ValueError: pass", False),
    ],
)
def test_the_search_for_broad_handlers_finds_them(code: str, caught: bool) -> None:
    assert bool(list(broad_catches(ast.parse(code)))) is caught


def test_no_module_has_a_vague_name() -> None:
    assert [str(path) for path in python_files() if path.stem in VAGUE or VAGUE & set(path.parts)] == []


def test_no_module_is_named_like_a_dependency_or_the_standard_library() -> None:
    ours = {*PACKAGES, "tests", "__init__", "__main__"}
    taken = (set(sys.stdlib_module_names) | set(packages_distributions())) - ours
    named = {part for path in python_files() for part in path.with_suffix("").parts}
    assert sorted(named & taken) == []


def test_comments_that_silence_a_check_name_it() -> None:
    silent = [f"{path}:{line}" for path in python_files() for line in nameless_silencers(ROOT / path)]
    assert silent == []


def nameless_silencers(path: Path) -> Iterator[int]:
    """Give the lines whose comment silences every check there is."""
    with path.open(encoding="utf-8") as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type == tokenize.COMMENT and re.match(r"#\s*(noqa|type: ?ignore)(?![:\[])", token.string):
                yield token.start[0]


def test_imports_keep_to_the_contracts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_no_text_names_a_place_of_somebody_s_machine() -> None:
    homes = "|".join(("ho" + "me", "Us" + "ers"))
    local = re.compile(rf"(?<![\w.:/-])(?:/(?:{homes})/[\w.-]+/|/ro" + r"ot/|/wo" + r"rk/|[A-Z]:\\Us" + r"ers\\)")
    assert [f"{path}: {hit.group()}" for path, text in texts() if (hit := local.search(text))] == []
    assert [str(path) for path, text in texts() if f"{ROOT}/" in text] == []


def test_no_text_names_a_package_index() -> None:
    option = re.compile(
        "--(?:extra-)?index" + "-url|--find" + "-links|--trusted" + "-host|PIP_(?:EXTRA_)?INDEX" + "_URL"
    )
    assert [f"{path}: {hit.group()}" for path, text in texts() if (hit := option.search(text))] == []
    hosts = configured_index_hosts()
    assert [str(path) for path, text in texts() if any(host in text for host in hosts)] == []


def configured_index_hosts() -> set[str]:
    """Give the hosts that pip of this machine is told to ask."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"https?://(?:[^/@\s'\"]+@)?([^/:\s'\"]+)", listed)) - LOCAL_HOSTS
