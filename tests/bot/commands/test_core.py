"""Any text gives a reply that helps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import COMMANDS, Action
from state import StateError, StoreBusy, StoreCorrupt, StoreFull, StoreStatus
from state.memory import MemoryStore
from tests.bot.commands.front import Front, shown
from tests.hostile import ACTIVE, UNSEEN, hostile_text
from tests.store_records import WakeLog


class _BrokenStore(MemoryStore):
    """A store that cannot be read."""

    def __init__(self, error: StateError) -> None:
        super().__init__(Front().clock, WakeLog())
        self._error = error

    async def status(self) -> StoreStatus:
        """Fail."""
        raise self._error


@pytest.mark.parametrize("text", ["help", "", "  ", "/help", "HELP"])
async def test_help_when_asked_then_every_command_is_listed_with_its_usage(front: Front, text: str) -> None:
    answer = await front.read(text)
    assert all(f"{command.usage}\t{command.description}" in answer for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
async def test_help_when_a_command_is_named_then_usage_options_and_example_are_shown(
    front: Front, command: object
) -> None:
    [command] = [each for each in COMMANDS if each is command]
    answer = await front.read(f"help {command.name}")
    assert command.usage in answer
    assert f"Example: {command.example}" in answer
    assert all(option.description in answer for option in command.options)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
async def test_example_when_given_then_it_is_understood(front: Front, command: object) -> None:
    [command] = [each for each in COMMANDS if each is command]
    assert command.example.startswith(command.name)
    assert len(command.description) <= 100
    reply = await front.ask(command.example)
    assert reply.ok or "There is no subscription console-desk-2" in shown(reply)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("subscrbe", "Did you mean “subscribe”?"),
        ("help recnt", "Did you mean “recent”?"),
        ("xyzzy", "help lists the commands."),
    ],
)
async def test_handle_when_there_is_no_such_command_then_the_nearest_is_suggested(
    front: Front, text: str, hint: str
) -> None:
    answer = await front.refused(text)
    assert answer.startswith("There is no command “")
    assert hint in answer


async def test_handle_when_a_user_may_only_read_then_changes_are_refused() -> None:
    front = Front(may=lambda user, action: action is Action.READ or user == "chief")
    assert "You may not use subscribe." in await front.refused("subscribe")
    assert (await front.ask("subscribe", user="chief")).ok
    assert "console-desk-1" in await front.read("subscriptions")


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (StoreFull("the disk is full"), "Free some disk space"),
        (StoreBusy("another process runs"), "Try again in a moment"),
        (StoreCorrupt("the file is damaged"), "vedette doctor"),
    ],
)
async def test_handle_when_the_store_fails_then_the_reply_says_why_and_what_to_do(error: StateError, hint: str) -> None:
    answer = await Front(store=_BrokenStore(error)).refused("status")
    assert str(error) in answer
    assert hint in answer


_COMMANDS = st.sampled_from([command.name for command in COMMANDS] + ["help subscribe", "subscribe rules=", "resend"])


@settings(deadline=None, max_examples=100)
@given(st.builds("{} {}".format, _COMMANDS, hostile_text) | hostile_text, hostile_text)
async def test_handle_when_given_any_text_then_it_replies_inert(text: str, user: str) -> None:
    front = Front()
    answer = shown(await front.ask(text, user=user))
    assert not ACTIVE.search(answer)
    assert not UNSEEN.search(answer.replace("\n", "").replace("\t", ""))
