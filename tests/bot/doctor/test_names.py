import sys
from pathlib import Path

import pytest

from bot.doctor.names import foreign_owners


def test_no_installed_distribution_but_ours_owns_the_four_names() -> None:
    assert foreign_owners() == {}


def test_a_distribution_when_it_brings_one_of_the_names_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "other_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-rules\nVersion: 1.0\n", encoding="utf-8")
    (info / "top_level.txt").write_text("rules\n", encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert foreign_owners() == {"rules": ("other-rules",)}
