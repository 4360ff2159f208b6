import pytest

from adapters.feeds.languages import tell_language


@pytest.mark.parametrize(
    ("text", "declared", "configured", "language"),
    [
        ("북한군이 쿠르스크에 배치됐다", "en-us", "en", "ko"),
        ("Північнокорейські військові у Курську", "ru", "en", "uk"),
        ("Северокорейские военные вышли из Курска", "uk", "en", "ru"),
        ("Война", "ru-RU", "uk", "ru"),
        ("Война", None, "uk", "uk"),
        ("Война", "en", "uk", "uk"),
        ("Troops were seen", "en_GB", "ko", "en"),
        ("Troops were seen", "ko", "en", "en"),
        ("Troops were seen", "eng", "en", "en"),
        ("Troops were seen", None, "en", "en"),
        ("Truppen wurden gesehen", "de", "en", "de"),
        ("Troops of 김정은 were seen in Kursk by the reporters of the wire", None, "en", "en"),
        ("12 345", "ru", "en", "ru"),
        ("", None, "uk", "uk"),
    ],
)
def test_language_when_letters_and_declaration_are_given_then_told(
    text: str, declared: str | None, configured: str, language: str
) -> None:
    assert tell_language(text, [declared], configured) == language


def test_language_when_entry_and_feed_declare_then_the_entry_holds() -> None:
    assert tell_language("Truppen", ["", None, "de", "fr"], "en") == "de"
