from pathlib import Path

import pytest

from bot.doctor.findings import Verdict
from bot.doctor.machine import check_disk, check_names, check_proxies, check_zones

GIB = 2**30


@pytest.mark.parametrize(
    ("free", "verdict"), [(50 * GIB, Verdict.OK), (GIB // 2, Verdict.WARNING), (GIB // 64, Verdict.FAILED)]
)
def test_the_disk_is_judged_by_its_free_space(free: int, verdict: Verdict) -> None:
    assert check_disk(Path("/data"), free).verdict is verdict


def test_time_zones_when_the_database_lacks_one_are_a_failure_with_advice() -> None:
    finding = check_zones(("Asia/Seoul", "Moon/Tranquility"))
    assert finding.verdict is Verdict.FAILED
    assert "tzdata" in finding.advice


def test_time_zones_when_there_are_well() -> None:
    assert check_zones().verdict is Verdict.OK


def test_a_proxy_when_set_is_named_without_its_value() -> None:
    finding = check_proxies({"https_proxy": "http://me:secret@proxy:3128", "PATH": "/bin"})
    assert finding.verdict is Verdict.WARNING
    assert "HTTPS_PROXY" in finding.message
    assert "secret" not in f"{finding}"


def test_no_proxy_is_well() -> None:
    assert check_proxies({"HTTP_PROXY": ""}).verdict is Verdict.OK


def test_a_foreign_owner_of_a_package_name_is_a_failure_that_names_it() -> None:
    finding = check_names({"rules": ("django-rules",)})
    assert finding.verdict is Verdict.FAILED
    assert "rules is also installed by django-rules" in finding.message
    assert check_names({}).verdict is Verdict.OK
