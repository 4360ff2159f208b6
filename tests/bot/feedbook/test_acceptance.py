"""An edit that a feed's answers ask for is made in the file, or refused with what to do."""

from pathlib import Path

import pytest

from adapters.clock import ManualClock
from bot.errors import EditRefused, FeedUnknown
from bot.feedbook.desk import FeedDesk
from bot.settings.load import load_folder
from rules.model import FeedId
from state import Failure, Trouble, TroubleKind, Visit
from state.memory import MemoryStore
from tests.bot.settings.folders import write_folder
from tests.store_records import START, WakeLog, at, build_poll

BOOK = """\
feeds:
  # the wire
  - id: wire
    url: https://wire.example/rss   # since 2020
    publisher: The wire
    language: en
  - id: keyed
    url: https://keyed.example/rss
    publisher: The keyed
    language: en
    auth: {user: desk, password_env: KEYED}
subscriptions:
  - {id: d, channel: "console:d"}
"""
NEW = "https://new.example/feed?a=1"


async def polled_store(folder: Path, feed: str = "wire", visit: Visit | None = None) -> MemoryStore:
    """Give a store in which a feed of the folder was polled with this outcome."""
    store = MemoryStore(ManualClock(START), WakeLog())
    settings = load_folder(folder, {}).settings
    assert settings is not None
    await store.sync_feeds(settings.feeds)
    await store.commit_poll(build_poll(feed=feed, visit=visit or Visit(200, moved_to=NEW)))
    return store


async def refuse(folder: Path, store: MemoryStore | None, feed: str = "wire") -> str:
    """Accept what must be refused, see that nothing was written, and give the reason."""
    before = (folder / "vedette.yaml").read_text(encoding="utf-8")
    with pytest.raises(EditRefused) as refused:
        await FeedDesk(folder).accept(store, feed)
    assert (folder / "vedette.yaml").read_text(encoding="utf-8") == before
    return refused.value.reason


async def test_accept_when_a_feed_has_moved_then_its_address_is_written_and_nothing_else(tmp_path: Path) -> None:
    store = await polled_store(write_folder(tmp_path, BOOK))
    accepted = await FeedDesk(tmp_path).accept(store, "wire")
    edited = (tmp_path / "vedette.yaml").read_text(encoding="utf-8")
    assert edited == BOOK.replace("https://wire.example/rss", NEW)
    assert (tmp_path / "vedette.yaml.bak").read_text(encoding="utf-8") == BOOK
    assert (accepted.written, accepted.proposed.doubt) == (True, "")
    assert await refuse(tmp_path, store) == (
        f"'wire' has its new address already ({tmp_path}/vedette.yaml:3): a running bot takes it at its next start"
    )


async def test_accept_when_it_is_only_shown_then_the_lines_are_given_and_nothing_is_written(tmp_path: Path) -> None:
    store = await polled_store(write_folder(tmp_path, BOOK))
    accepted = await FeedDesk(tmp_path).accept(store, "wire", dry_run=True)
    assert (tmp_path / "vedette.yaml").read_text(encoding="utf-8") == BOOK
    assert not (tmp_path / "vedette.yaml.bak").exists()
    assert not accepted.written
    old = "    url: https://wire.example/rss   # since 2020"
    assert accepted.saved.diff.splitlines()[2:] == ["@@ -4 +4 @@", f"-{old}", f"+    url: {NEW}   # since 2020"]


@pytest.mark.parametrize("told", [True, False])
async def test_accept_when_a_feed_is_gone_then_it_is_paused(tmp_path: Path, told: bool) -> None:
    store = await polled_store(write_folder(tmp_path, BOOK))
    gone = Visit(410, broken=(Trouble(TroubleKind.GONE, "it is gone"),) if told else ())
    await store.settle_failed(FeedId("wire"), Failure("gone", "HTTP 410"), at(600), gone)
    accepted = await FeedDesk(tmp_path).accept(store, "wire")
    assert (accepted.proposed.key, accepted.proposed.after) == ("enabled", "false")
    edited = (tmp_path / "vedette.yaml").read_text(encoding="utf-8")
    assert edited == BOOK.replace("  - id: wire\n", "  - id: wire\n    enabled: false\n")
    assert "'wire' is paused" in await refuse(tmp_path, store)


async def test_accept_when_nothing_is_proposed_then_refused(tmp_path: Path) -> None:
    store = await polled_store(write_folder(tmp_path, BOOK), visit=Visit(200))
    assert await refuse(tmp_path, store) == "nothing is proposed for 'wire': it has neither moved nor gone"
    assert "nothing is known of 'wire' yet" in await refuse(tmp_path, None)
    with pytest.raises(FeedUnknown, match="did you mean 'wire'"):
        await FeedDesk(tmp_path).accept(store, "wrie")


async def test_accept_when_the_address_was_changed_by_hand_then_refused(tmp_path: Path) -> None:
    store = await polled_store(write_folder(tmp_path, BOOK))
    write_folder(tmp_path, BOOK.replace("https://wire.example", "https://third.example"))
    assert "was changed" in await refuse(tmp_path, store)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("https://KEYED.example/rss", "is watched already as 'keyed'", id="watched"),
        pytest.param("http://10.0.0.7/feed", "`allow_private: true`", id="private"),
        pytest.param("http://desk:pass@new.example/", "a user name or password cannot stand", id="login"),
    ],
)
async def test_accept_when_the_new_address_cannot_be_then_refused_with_what_to_do(
    tmp_path: Path, url: str, reason: str
) -> None:
    store = await polled_store(write_folder(tmp_path, BOOK), visit=Visit(200, moved_to=url))
    assert reason in await refuse(tmp_path, store)


async def test_accept_when_private_addresses_are_allowed_then_one_is_taken(tmp_path: Path) -> None:
    book = BOOK.replace("    publisher: The wire\n", "    publisher: The wire\n    allow_private: true\n")
    store = await polled_store(write_folder(tmp_path, book), visit=Visit(200, moved_to="http://10.0.0.7/feed"))
    assert (await FeedDesk(tmp_path).accept(store, "wire")).written


@pytest.mark.parametrize(("url", "doubted"), [(NEW, True), ("https://keyed.example/new", False)])
async def test_accept_when_a_login_would_go_to_another_host_then_said(tmp_path: Path, url: str, doubted: bool) -> None:
    store = await polled_store(write_folder(tmp_path, BOOK), "keyed", Visit(200, moved_to=url))
    accepted = await FeedDesk(tmp_path).accept(store, "keyed", dry_run=True)
    assert ("its login go to https://new.example from then on" in accepted.proposed.doubt) is doubted
