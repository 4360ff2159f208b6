"""Feeds are looked at as they are now, and found behind web pages, on a server of this machine."""

import pytest

from adapters.errors import FetchFailure, ParseFailure, ParseReason
from adapters.feeds import HttpFetcher
from bot.feedbook.probing import MOST_TRIES, unknown_feed
from rules import compile_rules
from rules.model import RuleFile
from tests.bot.feedbook.desks import RSS, build_prober, put_page
from tests.bot.settings.folders import RULES
from tests.feeds_server import Document, FeedsServer
from tests.rss import Piece, write_rss


async def test_a_look_has_the_answer_the_entries_and_their_language(server: FeedsServer, fetcher: HttpFetcher) -> None:
    server.put("wire", document=Document(RSS, etag='"1"'))
    look = await build_prober(fetcher).look(unknown_feed(server.url("wire"), allow_private=True))
    assert look.fetched is not None
    assert look.parsed is not None
    assert (look.failure, look.fetched.status, look.fetched.etag, look.language) == (None, 200, '"1"', "en")
    assert [entry.date_doubt for entry in look.parsed.entries] == ["none", "missing"]
    assert "If-None-Match" not in server.requests["wire"][0]


async def test_a_look_tells_failures_of_both_kinds(server: FeedsServer, fetcher: HttpFetcher) -> None:
    prober = build_prober(fetcher)
    missing = await prober.look(unknown_feed(server.url("none"), allow_private=True))
    assert isinstance(missing.failure, FetchFailure)
    assert missing.failure.status == 404
    put_page(server, "page")
    page = await prober.look(unknown_feed(server.url("page"), allow_private=True))
    assert isinstance(page.failure, ParseFailure)
    assert page.failure.reason is ParseReason.HTML


async def test_rules_say_of_each_entry_what_they_would(server: FeedsServer, fetcher: HttpFetcher) -> None:
    server.put("wire", RSS)
    prober = build_prober(fetcher)
    ruleset = compile_rules([RuleFile("own.yaml", RULES)]).ruleset
    look = await prober.look(unknown_feed(server.url("wire"), allow_private=True))
    told, rain = prober.judge(look, ruleset)
    assert [match.rule for match in told.matches] == ["losses"]
    assert (rain.matches, rain.traces) == ((), ())
    [trace] = prober.judge(look, ruleset, explain=True)[1].traces
    assert (trace.matched, trace.lacked) == (False, "one of: killed, wounded")


async def test_entries_without_a_language_are_judged_in_the_one_that_is_meant(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    server.put("wire", write_rss([Piece("1", "Dos muertos")], language=""))
    rule = "{version: 1, rules: [{id: spanish, title: S, severity: low, when: {all: [muertos, {language: es}]}}]}"
    compiled = compile_rules([RuleFile("own.yaml", rule)])
    assert compiled.problems == ()
    prober = build_prober(fetcher)
    look = await prober.look(unknown_feed(server.url("wire"), allow_private=True))
    assert look.language == ""
    assert prober.judge(look, compiled.ruleset, language="es")[0].matches
    assert not prober.judge(look, compiled.ruleset, language="pt")[0].matches


async def test_a_page_is_left_for_the_first_of_its_feeds_that_can_be_read(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    put_page(server, "news/", ("/gone", "Old"), ("/wire", "Wire"), ("/more", "More"))
    server.put("wire", RSS)
    found = await build_prober(fetcher).discover(server.url("news/"), allow_private=True)
    assert (found.look.spec.url, found.look.failure) == (server.url("wire"), None)
    assert found.tried == (server.url("gone"), server.url("wire"))
    assert [each.title for each in found.others] == ["Old", "More"]
    assert server.count("more") == 0


async def test_a_page_that_names_none_is_left_for_the_common_addresses(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    put_page(server, "news/")
    server.put("atom.xml", RSS)
    found = await build_prober(fetcher).discover(server.url("news/"), allow_private=True)
    assert found.look.spec.url == server.url("atom.xml")


async def test_a_search_in_vain_ends_after_some_tries_with_what_the_page_was(
    server: FeedsServer, fetcher: HttpFetcher
) -> None:
    put_page(server, "news/", *((f"/{number}", "") for number in range(30)))
    found = await build_prober(fetcher).discover(server.url("news/"), allow_private=True)
    assert isinstance(found.look.failure, ParseFailure)
    assert len(found.tried) == MOST_TRIES == sum(map(len, server.requests.values())) - 1


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_asks_for_peace_is_left_alone(server: FeedsServer, fetcher: HttpFetcher, status: int) -> None:
    put_page(server, "news/", ("/busy", ""), ("/wire", ""))
    server.put("busy", document=Document(b"", status=status))
    found = await build_prober(fetcher).discover(server.url("news/"), allow_private=True)
    assert found.tried == (server.url("busy"),)
