"""What a parser process loads."""

import subprocess
import sys

import pytest

import adapters.feeds


def test_worker_when_loaded_then_without_the_library_that_fetches() -> None:
    code = "import sys, adapters.feeds.worker; print('aiohttp' in sys.modules)"
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_package_when_asked_for_a_name_that_it_has_not_then_says_so() -> None:
    with pytest.raises(AttributeError, match="HttpFetchers"):
        getattr(adapters.feeds, "HttpFetchers")  # noqa: B009 - mypy knows that it is not there
