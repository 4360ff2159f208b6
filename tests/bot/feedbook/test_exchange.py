"""Subscriptions of other readers become entries, or are left with a reason."""

from pathlib import Path

from bot.feedbook.exchange import Imported, export_feeds, import_feeds
from bot.feedbook.standing import read_book
from bot.starter.catalogue import read_catalogue
from bot.starter.writing import write_starter
from tests.bot.feedbook.test_opml import opml
from tests.bot.settings.folders import write_folder


def outline(**attributes: str) -> str:
    return "<outline " + " ".join(f'{name}="{value}"' for name, value in attributes.items()) + "/>"


def imported(folder: Path, body: str, language: str = "") -> Imported:
    book = read_book(write_folder(folder), {})
    return import_feeds(opml(body), book, language)


def test_a_subscription_becomes_an_entry_with_its_group_as_kind(tmp_path: Path) -> None:
    feed = outline(
        title="Ex - World", xmlUrl="https://feed.burner.example/x", htmlUrl="https://ex.org/", language="en-us"
    )
    [proposal] = imported(tmp_path, f'<outline text="Think Tanks">{feed}</outline>').added
    assert proposal.feed.fields == {
        "id": "ex",
        "url": "https://feed.burner.example/x",
        "publisher": "Ex - World",
        "language": "en",
        "kind": "think-tanks",
    }


def test_a_known_feed_has_what_the_catalogue_says(tmp_path: Path) -> None:
    known = next(feed for feed in read_catalogue() if feed.language == "ko" and "&" not in feed.url)
    [proposal] = imported(tmp_path, outline(text="whatever", xmlUrl=known.url)).added
    assert proposal.feed.fields["publisher"] == known.publisher
    assert proposal.id == known.id


def test_duplicates_are_listed_with_the_id_that_they_have(tmp_path: Path) -> None:
    new = outline(text="New", xmlUrl="https://new.org/", language="en")
    old = outline(text="Old", xmlUrl="https://EXAMPLE.org/feed#a", language="en")
    result = imported(tmp_path, f"{new}\n{new}{old}")
    assert [each.id for each in result.added] == ["new"]
    assert [(each.line, each.reason) for each in result.duplicates] == [
        (2, "it is there as 'new'"),
        (2, "it is there as 'wire'"),
    ]


def test_what_cannot_be_taken_is_listed_with_the_reason(tmp_path: Path) -> None:
    addresses = [
        "ftp://a.org/x",
        "file:///etc/passwd",
        "javascript:x",
        "https://u:p@a.org/",
        "https://",
        "http://[b/",
    ]
    body = "".join(outline(text="Bad", xmlUrl=url, language="en") for url in addresses)
    result = imported(tmp_path, body + outline(text="Mute", xmlUrl="https://mute.org/"))
    assert result.added == ()
    assert [each.name for each in result.refused] == ["Bad"] * len(addresses) + ["Mute"]
    assert "--language" in result.refused[-1].reason
    assert len(imported(tmp_path, outline(text="Mute", xmlUrl="https://mute.org/"), "fr").added) == 1


def test_a_file_never_opens_private_addresses(tmp_path: Path) -> None:
    body = (
        b'<opml xmlns:v="urn:vedette:opml"><outline text="In" language="en" xmlUrl="http://10.0.0.1/"'
        b' v:allow_private="true" v:id="wire" v:interval="15m"/></opml>'
    )
    [proposal] = import_feeds(body, read_book(write_folder(tmp_path), {}), "").added
    assert "allow_private" not in proposal.feed.fields
    assert (proposal.id, proposal.feed.fields["interval"]) == ("10-0-0-1", "15m")


def test_an_export_when_imported_elsewhere_gives_the_same_feeds(tmp_path: Path) -> None:
    write_starter(tmp_path / "a", replace=False)
    write_folder(tmp_path, "feeds: []\n")
    text = (tmp_path / "a" / "vedette.yaml").read_text(encoding="utf-8")
    text = text.replace("  - id: bbc-ru\n", "  - id: bbc-ru\n    enabled: false\n    interval: 90s\n")
    (tmp_path / "a" / "vedette.yaml").write_text(text, encoding="utf-8")
    book = read_book(tmp_path / "a", {})
    taken = import_feeds(export_feeds(book), read_book(tmp_path, {}), "")
    assert (taken.duplicates, taken.refused) == ((), ())
    fields = {each.id: each.feed.fields for each in taken.added}
    assert fields.keys() == {each.id for each in book}
    assert (fields["bbc-ru"]["enabled"], fields["bbc-ru"]["interval"]) == (False, "90s")
    for entry in book:
        assert fields[entry.id]["publisher"] == entry.spec.source.publisher
        assert fields[entry.id].get("state_affiliated", False) is entry.spec.source.state_affiliated
