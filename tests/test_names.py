"""The four package names are ours alone: another distribution that installs one would overwrite us in silence."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.doctor.names import PACKAGES, foreign_owners

ROOT = Path(__file__).parents[1]


def plant(folder: Path, name: str, package: str) -> None:
    """Lay out what an installer leaves of a distribution with one package."""
    (folder / package).mkdir()
    (folder / package / "__init__.py").touch()
    info = folder / f"{name}-3.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 3.5\n")
    (info / "RECORD").write_text(f"{package}/__init__.py,,\n{info.name}/METADATA,,\n{info.name}/RECORD,,\n")


def test_no_other_installed_distribution_has_one_of_our_names() -> None:
    assert foreign_owners() == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_foreign_owner_is_found_when_one_is_installed(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, "somebody-else", package)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert foreign_owners() == {package: ("somebody-else",)}


def test_a_namesake_is_found_when_it_shadows_us(tmp_path: Path) -> None:
    plant(tmp_path, "django-rules", "rules")
    code = (
        "import sys; sys.path.append(sys.argv[1]); from bot.doctor.names import foreign_owners; print(foreign_owners())"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == "{'rules': ('django-rules',)}"


def test_the_names_that_are_guarded_are_those_that_are_shipped() -> None:
    shipped = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert set(PACKAGES) == shipped
