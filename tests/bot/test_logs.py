"""Logs: what they look like, and that no secret gets into them whatever way it takes."""

import io
import json
import logging
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote, quote_plus

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.logs import NOISY, REDACTED, Redactor, collect_secrets, configure_logs
from bot.settings.model import Logs, Tokens

SLACK_BOT = "xoxb-" + "123456789012-abcDEFghiJKL"
SLACK_APP = "xapp-" + "1-A0123456789-9876543210-0a1b2c3d4e5f"
DISCORD = "MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ." + "ZnCjm1XVW7vRze4b7Cq4se7kKWs"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def configured(
    form: str = "json", level: str = "debug", secrets: Sequence[str] = (), stream: io.StringIO | None = None
) -> io.StringIO:
    stream = stream or io.StringIO()
    configure_logs(Logs(level=level, format=form), stream, secrets)
    return stream


def fail(error: Exception) -> None:
    raise error


def records(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_has_one_object_a_line_with_event_level_logger_and_moment() -> None:
    stream = configured()
    structlog.get_logger("bot.poll").info("polled", feed="yonhap-en", new=3)
    (record,) = records(stream)
    assert record.pop("timestamp")
    assert record == {"event": "polled", "level": "info", "logger": "bot.poll", "feed": "yonhap-en", "new": 3}


def test_auto_is_json_in_a_pipe_and_human_on_a_terminal() -> None:
    pipe = configured("auto")
    structlog.get_logger().info("polled", feed="a")
    assert records(pipe)[0]["feed"] == "a"
    terminal = configured("auto", stream=Terminal())
    structlog.get_logger().info("polled", feed="a")
    with pytest.raises(json.JSONDecodeError):
        json.loads(terminal.getvalue())
    assert "polled" in terminal.getvalue()


def test_configuring_again_replaces_the_first_stream() -> None:
    first = configured()
    second = configured()
    structlog.get_logger().info("once")
    assert first.getvalue() == ""
    assert len(records(second)) == 1


def test_level_holds_for_our_logs_and_for_libraries() -> None:
    stream = configured(level="warning")
    structlog.get_logger("bot").info("quiet")
    logging.getLogger("library").info("quiet")
    structlog.get_logger("bot").warning("loud")
    logging.getLogger("library").warning("loud")
    assert [(each["logger"], each["event"]) for each in records(stream)] == [("bot", "loud"), ("library", "loud")]


@pytest.mark.parametrize("name", NOISY)
def test_noisy_libraries_are_heard_from_warnings_on(name: str) -> None:
    stream = configured(level="info")
    logging.getLogger(f"{name}.part").info("Job executed successfully")
    logging.getLogger(f"{name}.part").warning("job missed by %d s", 7)
    assert [each["event"] for each in records(stream)] == ["job missed by 7 s"]


def test_json_when_an_error_is_at_hand_then_has_its_traceback() -> None:
    stream = configured()
    try:
        fail(LookupError("no such feed"))
    except LookupError:
        structlog.get_logger().exception("loop failed")
        logging.getLogger("library").exception("gave up")
    ours, library = records(stream)
    assert str(ours["exception"]).endswith("LookupError: no such feed")
    assert str(library["exception"]).startswith("Traceback")


def test_records_that_cannot_be_rendered_are_named_without_their_content() -> None:
    class Bad:
        def __str__(self) -> str:
            raise ValueError(SLACK_BOT)

    stream = configured()
    structlog.get_logger("bot").info("bad", value=Bad())
    assert stream.getvalue() == "a log record of bot could not be written\n"


def test_a_stream_that_is_gone_ends_nothing() -> None:
    stream = configured()
    stream.close()
    structlog.get_logger("bot").info("nobody hears this")
    assert stream.closed


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        pytest.param(f"token {SLACK_BOT} refused", SLACK_BOT, id="slack bot token"),
        pytest.param(f"({SLACK_APP})", SLACK_APP, id="slack app token"),
        pytest.param(f"login with {DISCORD}", DISCORD, id="discord token"),
        pytest.param("https://ann:hunter%21@feeds.example/rss", "hunter", id="basic auth in an address"),
        pytest.param("https://ann:p@ss:w@feeds.example/rss", "p@ss", id="basic auth with an at sign"),
        pytest.param("https://feeds.example/rss?lang=en&api_key=s3cr3t#top", "s3cr3t", id="key in a query"),
        pytest.param("https://feeds.example/rss?access_token=s3cr3t&x=1", "s3cr3t", id="token in a query"),
        pytest.param("GET /rss?X-Amz-Signature=s3cr3t HTTP/1.1", "s3cr3t", id="signature in a query"),
        pytest.param("https://hooks.slack.com/services/T000/B000/s3cr3t", "s3cr3t", id="slack webhook"),
        pytest.param("https://discord.com/api/webhooks/1234/s3cr3t", "s3cr3t", id="discord webhook"),
        pytest.param("https://desk.example/websub/" + "s3cr3t" * 8, "s3cr3t" * 8, id="callback of a hub"),
        pytest.param("Authorization: Bearer abcdefghijklmnopqrstuvwxyz", "abcdefghij", id="bearer header"),
    ],
)
def test_redact_when_a_text_has_the_shape_of_a_secret_then_takes_it_out(text: str, secret: str) -> None:
    clean = Redactor([]).redact(text)
    assert secret not in clean
    assert REDACTED in clean


@pytest.mark.parametrize(
    "text",
    [
        "Kyiv says some 200 soldiers were killed; see https://example.org/a?page=2&lang=uk",
        "мінімум 3000 поранених, 북한군 1만1000명",
        "ann@example.org wrote at 12:30: basic training of troops",
        "keyboard=1",
        "2025-01-13T06:00:00.000000Z",
    ],
)
def test_redact_when_a_text_is_harmless_then_leaves_it_alone(text: str) -> None:
    assert Redactor([]).redact(text) == text


def test_redact_keeps_what_helps_to_find_the_fault() -> None:
    clean = Redactor([]).redact("https://ann:hunter@feeds.example/rss?lang=en&key=abc&page=2")
    assert clean == f"https://{REDACTED}@feeds.example/rss?lang=en&key={REDACTED}&page=2"


def test_fields_named_like_a_secret_are_never_shown() -> None:
    stream = configured()
    structlog.get_logger().info("x", token="plain", headers={"Authorization": "plain", "Host": "example"}, tokens=3)
    (record,) = records(stream)
    assert record["token"] == REDACTED
    assert record["headers"] == {"Authorization": REDACTED, "Host": "example"}
    assert record["tokens"] == 3


class Holder:
    """A value of ours whose text shows what it holds."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def __repr__(self) -> str:
        return f"Holder({self.secret!r})"


SECRETS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="[]"), min_size=6, max_size=24).filter(
    lambda text: len(text.strip()) >= 6 and text.strip().lower() not in "a log record could not be written"
)


def hide(secret: str) -> st.SearchStrategy[object]:
    """Draw values that hold the secret somewhere."""
    around = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    texts = st.builds(lambda before, after: f"{before}{secret}{after}", around, around)
    leaves = st.one_of(
        texts,
        texts.map(lambda text: text.encode()),
        st.just(Holder(secret)),
        st.just(ValueError(secret)),
        st.none(),
        st.integers(),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.tuples(inner), st.dictionaries(texts | around, inner, max_size=3)
        ),
        max_leaves=6,
    )


@pytest.mark.parametrize("form", ["json", "human"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_registered_secret_never_appears_wherever_it_stands(form: str, data: st.DataObject) -> None:
    secret = data.draw(SECRETS)
    first, second = data.draw(hide(secret)), data.draw(hide(secret))
    stream = configured(form, secrets=["another", secret])
    ours, library = structlog.get_logger("bot"), logging.getLogger("library")
    ours.info(f"before {secret} after", first=first, **{secret: 1})
    ours.info(second)
    library.warning("%s of %r", secret, second)
    try:
        try:
            fail(LookupError(secret))
        except LookupError as error:
            raise Leak(first) from error
    except Leak:
        ours.exception("failed", second=second)
        library.exception("failed %s", secret)
    written = stream.getvalue()
    assert "could not be written" not in written
    everything = written if form == "human" else "\n".join(map(texts_of, records(stream)))
    assert secret not in everything
    assert secret.strip() not in everything


class Leak(Exception):
    """An error whose text shows a secret."""


def texts_of(value: object) -> str:
    """Give every text inside a JSON value as a reader would see it."""
    if isinstance(value, dict):
        return "\n".join(f"{key}\n{texts_of(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "\n".join(map(texts_of, value))
    return str(value)


@pytest.mark.parametrize("secret", ["quo\"te'd\\back", "ключ-доступу", "per cent/slash+plus", "12345678"])
def test_a_secret_is_known_in_every_spelling(secret: str) -> None:
    clean = Redactor([secret])
    for text in (secret, repr({"a": secret}), json.dumps([secret]), quote(secret, safe=""), quote_plus(secret)):
        assert REDACTED in clean.redact(f"before {text} after")
    if secret.isdigit():
        assert clean(None, "info", {"number": int(secret)}) == {"number": REDACTED}


@given(text=st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_human_format_when_values_hold_control_characters_then_they_are_inert(text: str) -> None:
    stream = configured("human")
    structlog.get_logger().info(text, title=text, parts=[text, {text: text}])
    written = stream.getvalue()
    assert written.endswith("\n")
    assert [char for char in written[:-1] if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}] == []


def test_human_format_when_a_title_imitates_a_record_then_stays_on_its_line() -> None:
    stream = configured("human")
    structlog.get_logger().info("polled", title="harmless\n2025-01-01 [error] forged \x1b[2J\u202e\x9b31m")
    assert len(stream.getvalue().splitlines()) == 1
    assert not {"\x1b", "\x9b", "\u202e"} & set(stream.getvalue())


def test_human_format_keeps_the_lines_of_a_traceback_and_escapes_what_it_quotes() -> None:
    stream = configured("human")
    try:
        fail(ValueError("title \x1b[2J"))
    except ValueError:
        structlog.get_logger().exception("failed")
    assert stream.getvalue().rstrip().splitlines()[-1] == "ValueError: title \\x1b[2J"


def test_collect_secrets_gives_the_tokens_that_are_set() -> None:
    assert collect_secrets(Tokens(slack_bot=SecretStr("one"), discord=SecretStr("two"))) == ("one", "two")
    assert collect_secrets(Tokens()) == ()
