from pathlib import Path

import pytest

from bot.doctor.findings import Verdict
from bot.doctor.machine import check_disk, check_names, check_proxies, check_zones
from state import Given

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
    finding = check_proxies({"https_proxy": "http://me:secret@proxy:3128", "PATH": "/bin"}, Given())
    assert finding.verdict is Verdict.WARNING
    assert "https_proxy" in finding.message
    assert "{env: https_proxy}" in finding.advice
    assert "secret" not in f"{finding}"


def test_no_proxy_is_well() -> None:
    assert check_proxies({"HTTP_PROXY": ""}, Given()).verdict is Verdict.OK


@pytest.mark.parametrize("proxy", [Given("http://proxy.example:3128"), Given(variable="HTTPS_PROXY")])
def test_a_proxy_that_feeds_are_asked_through_is_well_and_named(proxy: Given) -> None:
    finding = check_proxies({"HTTPS_PROXY": "http://me:secret@proxy:3128"}, proxy, {"HTTPS_PROXY"})
    assert finding.verdict is Verdict.OK
    assert (proxy.variable or proxy.text) in finding.message
    assert "secret" not in f"{finding}"


def test_a_proxy_whose_variable_is_not_set_is_a_failure() -> None:
    assert check_proxies({}, Given(variable="DESK_PROXY")).verdict is Verdict.FAILED


def test_a_foreign_owner_of_a_package_name_is_a_failure_that_names_it() -> None:
    finding = check_names({"rules": ("django-rules",)})
    assert finding.verdict is Verdict.FAILED
    assert "rules is also installed by django-rules" in finding.message
    assert check_names({}).verdict is Verdict.OK
