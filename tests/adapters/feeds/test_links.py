import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.links import canonical_link, read_link

BASE = "https://wire.example/rss/world.xml"


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("https://wire.example/a", "https://wire.example/a"),
        ("  http://wire.example/a?id=1#top\n", "http://wire.example/a?id=1#top"),
        ("/a/1", "https://wire.example/a/1"),
        ("a/1", "https://wire.example/rss/a/1"),
        ("?id=7", "https://wire.example/rss/world.xml?id=7"),
        ("//cdn.example/a", "https://cdn.example/a"),
        (
            "https://wire.example/новини/вій на",
            "https://wire.example/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8/%D0%B2%D1%96%D0%B9%20%D0%BD%D0%B0",
        ),
        ("https://wire.example/a\u202eb", "https://wire.example/ab"),
        ("javascript:alert(1)", None),
        ("data:text/html,hello", None),
        ("mailto:desk@wire.example", None),
        ("tag:wire.example,2024:1", None),
        ("http://[broken/a", None),
        ("https://wire.example:port/a", None),
        ("https://wire.example/" + "a" * 5000, None),
    ],
)
def test_link_when_read_then_absolute_web_address_or_none(link: str, absolute: str | None) -> None:
    assert read_link(link, BASE) == absolute


def test_link_when_no_base_is_known_then_relative_one_is_none() -> None:
    assert read_link("/a/1", "") is None


@pytest.mark.parametrize(
    "variant",
    [
        "http://wire.example/view?id=7",
        "https://WIRE.example/view?id=7",
        "https://www.wire.example/view?id=7",
        "https://m.wire.example/view?id=7",
        "https://wire.example:443/view?id=7",
        "http://wire.example:80/view?id=7",
        "https://wire.example./view?id=7",
        "https://wire.example/view/?id=7",
        "https://wire.example/view?id=7#comments",
        "https://wire.example/view?utm_source=rss&id=7&utm_medium=feed",
        "https://wire.example/view?id=7&fbclid=x&gclid=y&at_medium=RSS&CMPID=z",
        "https://wire.example/view?ref=rss&id=7",
        "https://wire.example/amp/view?id=7",
        "https://wire.example/view/amp?id=7",
        "https://wire.example/view/amp/?id=7",
        "https://wire.example/view?id=7&outputType=amp",
        "https://amp.wire.example/view?id=7&amp=1",
        "https://wire-example.cdn.ampproject.org/c/s/wire.example/view?id=7",
    ],
)
def test_canonical_link_when_same_page_in_another_spelling_then_equal(variant: str) -> None:
    assert canonical_link(variant) == "https://wire.example/view?id=7"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://wire.example/view?id=7", "https://wire.example/view?id=8"),
        ("https://wire.example/?20241216001", "https://wire.example/?20241216002"),
        ("https://wire.example/a", "https://wire.example/A"),
        ("https://wire.example/a", "https://other.example/a"),
        ("https://uk.wire.example/a", "https://wire.example/a"),
        ("https://wire.example/a", "https://wire.example:8080/a"),
        ("https://wire.example/view?ref=1234", "https://wire.example/view?ref=1235"),
        ("https://wire.example/amp", "https://wire.example/"),
        ("https://wire.example/camp/1", "https://wire.example/c/1"),
        ("https://m.example/a", "https://example/a"),
    ],
)
def test_canonical_link_when_another_page_then_different(one: str, other: str) -> None:
    assert canonical_link(one) != canonical_link(other)


def test_canonical_link_when_parameters_are_in_another_order_then_equal() -> None:
    assert canonical_link("https://wire.example/v?b=2&a=1") == canonical_link("https://wire.example/v?a=1&b=2")


@given(st.text(max_size=80) | st.text(max_size=60).map("https://wire.example/".__add__))
def test_canonical_link_when_made_again_then_unchanged(text: str) -> None:
    link = read_link(text, BASE)
    if link is not None:
        assert link.startswith(("http://", "https://"))
        assert link.isprintable()
        once = canonical_link(link)
        assert canonical_link(once) == once
