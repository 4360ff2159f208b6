from importlib.resources import files

from bot.settings.codes import COUNTRIES, COUNTRY_SLIPS, LANGUAGE_SLIPS, LANGUAGES


def test_countries_are_those_of_the_time_zone_database() -> None:
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    assert {line[:2] for line in table.splitlines() if line and not line.startswith("#")} == COUNTRIES


def test_languages_are_the_183_codes_of_the_standard() -> None:
    assert len(LANGUAGES) == 183
    assert LANGUAGES.issuperset({"en", "ko", "uk", "ru", "zh", "ja"})


def test_slips_when_mended_give_real_codes() -> None:
    assert LANGUAGES.issuperset(LANGUAGE_SLIPS.values())
    assert COUNTRIES.issuperset(COUNTRY_SLIPS.values())
    assert COUNTRIES.isdisjoint(COUNTRY_SLIPS)
