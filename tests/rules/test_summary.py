"""A summary tells an item in the item's own words."""

import time
from dataclasses import replace

import pytest

from adapters.phrases import plain
from rules.model import Evidence, Match, RuleId, Severity
from rules.spans import Span
from rules.summary import LONGEST_EXCERPT, LONGEST_EXCERPTS, LONGEST_HEADLINE, MOST_EXCERPTS, Summary, summarise
from tests.items import make_item, make_summary, match_words

TEXT = (
    "Seoul held a briefing on Tuesday. Some 2,000 North Korean soldiers were killed in Kursk, the agency told deputies. "
    "It gave no names. The wounded were not counted."
)


def _excerpts(summary: Summary) -> list[str]:
    return [plain(excerpt) for excerpt in summary.excerpts]


def test_summarise_when_terms_matched_then_headline_and_excerpts_show_them_strong() -> None:
    summary = make_summary(make_item("Toll of soldiers rises", TEXT), "soldiers", "killed")
    assert summary.headline == (Span("Toll of "), Span("soldiers", strong=True), Span(" rises"))
    assert [span.text for span in summary.excerpts[0] if span.strong] == ["soldiers", "killed"]


def test_summarise_when_sentences_hold_evidence_then_only_these_are_quoted_in_reading_order() -> None:
    summary = make_summary(make_item("Toll rises", TEXT), "wounded", "soldiers", "killed")
    assert _excerpts(summary) == [
        "Some 2,000 North Korean soldiers were killed in Kursk, the agency told deputies.",
        "The wounded were not counted.",
    ]


def test_summarise_when_no_sentence_holds_evidence_then_the_lead_is_quoted() -> None:
    assert _excerpts(make_summary(make_item("Toll rises", TEXT), "rises")) == ["Seoul held a briefing on Tuesday."]


def test_summarise_when_more_sentences_match_than_fit_then_those_with_most_terms_are_quoted() -> None:
    text = "One killed. Two killed. Three soldiers were killed and wounded. Four killed. Five soldiers killed."
    summary = make_summary(make_item("Toll rises", text), "killed", "soldiers", "wounded")
    assert _excerpts(summary) == ["One killed.", "Three soldiers were killed and wounded.", "Five soldiers killed."]


@pytest.mark.parametrize("sentence", ["Toll rises in Kursk.", "“Toll  RISES”, in Kursk", "Toll rises"])
def test_summarise_when_a_sentence_repeats_the_headline_then_it_is_left_out(sentence: str) -> None:
    item = make_item("Toll rises in Kursk", f"{sentence}\n\nSeoul held a briefing.")
    assert _excerpts(make_summary(item, "Toll")) == ["Seoul held a briefing."]


def test_summarise_when_the_same_sentence_stands_twice_then_it_is_quoted_once() -> None:
    item = make_item("Toll rises", "Ten men were killed. Ten men were killed.")
    assert _excerpts(make_summary(item, "killed")) == ["Ten men were killed."]


def test_summarise_when_the_title_is_empty_then_the_lead_is_the_headline() -> None:
    summary = make_summary(make_item("\u200b ", TEXT), "killed")
    assert plain(summary.headline) == "Seoul held a briefing on Tuesday."
    assert _excerpts(summary) == ["Some 2,000 North Korean soldiers were killed in Kursk, the agency told deputies."]


def test_summarise_when_item_says_nothing_then_there_is_nothing_to_tell() -> None:
    summary = make_summary(make_item("", " \n"))
    assert (summary.headline, summary.excerpts) == ((), ())


def test_summarise_when_sentences_are_long_then_they_are_cut_around_their_evidence() -> None:
    padding = "and the briefing went on " * 30
    text = " ".join(
        f"So {padding}until {word} soldiers were killed {padding}end {word}." for word in ("ten", "some", "more")
    )
    excerpts = _excerpts(make_summary(make_item("Toll", text), "soldiers were killed"))
    assert 1 < len(excerpts) <= MOST_EXCERPTS
    assert all(each.startswith("…") and each.endswith("…") and "soldiers were killed" in each for each in excerpts)
    assert max(map(len, excerpts)) <= LONGEST_EXCERPT
    assert sum(map(len, excerpts)) <= LONGEST_EXCERPTS


def test_summarise_when_the_title_is_long_then_it_is_cut_at_a_word() -> None:
    headline = plain(make_summary(make_item("Soldiers were counted " * 30)).headline)
    assert len(headline) <= LONGEST_HEADLINE
    assert headline.endswith(("Soldiers…", "were…", "counted…"))


def test_summarise_when_several_rules_match_then_the_most_severe_counts_and_all_are_named_once() -> None:
    item = make_item()
    severities = (("A", Severity.LOW), ("B", Severity.CRITICAL), ("A", Severity.MEDIUM))
    matches = [match_words(item, title=title, severity=severity) for title, severity in severities]
    summary = summarise(item, matches)
    assert (summary.severity, summary.reasons) == (Severity.CRITICAL, ("A", "B"))


def test_summarise_when_an_edit_raises_a_toll_then_old_and_new_figures_are_told() -> None:
    before = make_item("North Korea lost 600 soldiers", "Of 11,000 troops, dozens died on 2 May.")
    after = make_item("North Korea lost 2,000 soldiers", "Of 11 000 troops, hundreds died on 2 May.")
    summary = make_summary(after, "lost", previous=before)
    assert (summary.added, summary.removed) == (("2,000", "hundreds"), ("600", "dozens"))


def test_summarise_when_an_edit_changes_words_alone_then_no_figure_is_told() -> None:
    before = make_item("North Korea lost 600 soldiers")
    summary = make_summary(make_item("North Korea lost 600 troops"), "lost", previous=before)
    assert (summary.added, summary.removed) == ((), ())


def test_summarise_when_names_and_link_are_hostile_then_they_are_inert_too() -> None:
    item = make_item(link="javascript:alert(1)")
    item = replace(item, source=replace(item.source, publisher="<!here> \x1b[2J"))
    summary = summarise(item, [match_words(item, title="@everyone")])
    assert (summary.publisher, summary.link, summary.reasons) == ("‹!here› [2J", None, ("＠everyone",))


def test_summarise_when_evidence_lies_outside_the_item_then_the_item_is_told_all_the_same() -> None:
    places = (Evidence("text", 500, 600, "x"), Evidence("title", -3, 99, "y"), Evidence("text", 9, 2, "z"))
    summary = summarise(make_item("Toll", TEXT), [Match(RuleId("r"), "R", Severity.LOW, places)])
    assert summary.headline == (Span("Toll", strong=True),)
    assert len(summary.excerpts) == 1


@pytest.mark.parametrize(
    "unit", ["a", "a-", "1", "1,", "1 ", "1만", "12:", "<a", "[x](", "_", "\u0301", "\u200b ", "다. "]
)
def test_summarise_when_a_text_is_long_and_odd_then_the_time_is_linear(unit: str) -> None:
    long = unit * (60_000 // len(unit))
    item, start = make_item(long, long), time.process_time()
    make_summary(item, unit * 3, previous=make_item("", "1"))
    assert time.process_time() - start < 10, "a quadratic step takes minutes here"
