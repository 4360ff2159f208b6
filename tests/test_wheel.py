"""The built wheel in an environment that holds nothing but what it declares, run from `/`."""

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "adapters", "rules", "state")

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment with the wheel in it."""

    bin: Path
    home: Path

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of its programs from `/`, with next to no environment variables."""
        return subprocess.run(
            [str(self.bin / program), *arguments],
            cwd="/",
            env={"PATH": os.defpath, "HOME": str(self.home), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True, text=True)
    dependencies = tmp_path_factory.mktemp("dependencies")
    for each in required("vedette"):
        link(each, dependencies)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(f"{dependencies}\n")
    return Installation(folder / "bin", tmp_path_factory.mktemp("home"))


def required(name: str) -> Iterator[Distribution]:
    """Give every distribution that one needs, as this environment has them, without extras."""
    seen, open_names = {name}, [name]
    while open_names:
        for text in distribution(open_names.pop()).requires or []:
            requirement = Requirement(text)
            needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if needed and requirement.name not in seen:
                seen.add(requirement.name)
                open_names.append(requirement.name)
                yield distribution(requirement.name)


def link(found: Distribution, folder: Path) -> None:
    """Show a distribution's modules in another folder, and nothing that lies beside them."""
    for name in {file.parts[0] for file in found.files or []} - {"..", "__pycache__"}:
        if not (folder / name).exists():
            (folder / name).symlink_to(Path(str(found.locate_file(name))))


def test_the_wheel_holds_every_file_of_the_four_folders_and_nothing_else(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = {path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()}
    assert packed == {path.as_posix() for path in files if "__pycache__" not in path.parts}


def test_the_wheel_says_that_it_is_not_to_be_published(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        assert "Classifier: Private :: Do Not Upload\n" in archive.read(metadata).decode()


def test_the_installed_wheel_works_from_anywhere(installed: Installation, tmp_path: Path) -> None:
    where = installed.run("python", "-c", "import bot, adapters, rules, state; print(bot.__file__)")
    assert where.stdout.startswith(str(installed.bin.parent)), where.stderr
    shown = installed.run("vedette", "--help")
    assert (shown.returncode, "check" in shown.stdout) == (0, True), shown.stderr
    desk = tmp_path / "desk"
    begun = installed.run("vedette", "init", str(desk))
    assert (begun.returncode, (desk / "vedette.yaml").is_file()) == (0, True), begun.stderr
    checked = installed.run("vedette", "check", "--config", str(desk))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_installed_wheel_tests_its_own_rules(installed: Installation) -> None:
    tested = installed.run("vedette", "rules", "test")
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_the_installed_wheel_has_its_sample_wire(installed: Installation) -> None:
    ran = installed.run("python", "-c", "from bot.demo import load_wire; print(len(load_wire().items))")
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) >= 40


OPEN_A_STORE = """
import asyncio, sys
from pathlib import Path
from adapters.clock import SystemClock
from state.jobs import EmbeddedJobs
from state.sqlite import open_store

async def main():
    clock = SystemClock()
    store = open_store(Path(sys.argv[1]), clock, EmbeddedJobs(clock), exclusive=True)
    await store.sync_feeds([])
    print((await store.status()).items)
    await store.close()

asyncio.run(main())
"""


def test_the_installed_wheel_has_its_schema_and_its_queries(installed: Installation, tmp_path: Path) -> None:
    ran = installed.run("python", "-c", OPEN_A_STORE, str(tmp_path / "vedette.db"))
    assert (ran.returncode, ran.stdout) == (0, "0\n"), ran.stderr


def test_nothing_that_only_developers_have_is_needed(installed: Installation) -> None:
    ran = installed.run("python", "-c", "import pytest")
    assert "No module named 'pytest'" in ran.stderr
