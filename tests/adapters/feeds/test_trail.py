"""Where a feed has moved to, and who gets to see its secrets, where loopback has no https to show it with."""

from http.cookies import SimpleCookie

import pytest
from yarl import URL

from adapters.feeds.trail import Trail
from adapters.ports import FetchRequest


async def follow(home: str, *steps: tuple[int, str]) -> Trail:
    request = FetchRequest(home, headers={"X-Key": "k"}, login=("desk", "hush"))
    trail = Trail(request, URL(home))
    for status, target in steps:
        trail.prepare()
        trail.follow(status, SimpleCookie(), URL(target))
    return trail


@pytest.mark.parametrize(
    ("home", "steps", "moved_to"),
    [
        ("http://a.example/", [(301, "https://a.example/")], "https://a.example/"),
        ("http://a.example/", [(301, "https://a.example/"), (308, "https://b.example/")], "https://b.example/"),
        ("https://a.example/", [(301, "http://a.example/")], None),
        ("https://a.example/", [(301, "http://a.example/"), (301, "https://b.example/")], None),
        ("http://a.example/", [(301, "https://me:hush@a.example/#top")], "https://a.example/"),
        ("http://a.example/", [], None),
    ],
    ids=["to https", "on to another host", "down to http", "down and up again", "with a login", "stays"],
)
async def test_feed_when_moved_for_good_then_told_unless_the_way_leaves_tls(
    home: str, steps: list[tuple[int, str]], moved_to: str | None
) -> None:
    assert (await follow(home, *steps)).moved_to == moved_to


@pytest.mark.parametrize(
    ("home", "target", "sent"),
    [
        ("https://a.example/", "https://a.example/feed", True),
        ("https://a.example/", "https://a.example:443/feed", True),
        ("https://a.example/", "https://A.example/feed", True),
        ("http://a.example/", "https://a.example/feed", True),
        ("https://a.example/", "http://a.example/feed", False),
        ("https://a.example/", "https://a.example:8443/feed", False),
        ("http://a.example:8080/", "https://a.example/feed", False),
        ("http://a.example/", "https://www.a.example/feed", False),
        ("https://a.example/", "https://a.example.evil.example/feed", False),
        ("https://a.example/", "https://a.example@evil.example/feed", False),
    ],
)
async def test_secrets_when_redirected_then_sent_to_the_same_host_alone(home: str, target: str, sent: bool) -> None:
    headers, _ = (await follow(home, (302, target))).prepare()
    assert ("X-Key" in headers, "Authorization" in headers) == (sent, sent)


async def test_secrets_when_the_way_leads_back_home_then_sent_there() -> None:
    trail = await follow("https://a.example/", (302, "https://b.example/"), (302, "https://a.example/feed"))
    assert "X-Key" in trail.prepare()[0]
