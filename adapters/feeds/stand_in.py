"""What came in place of a feed: a robot check, a login, a consent wall, a page that sends readers on, a plain page.

Told by evidence alone, which the message names together with what to do. No IO.
"""

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from adapters.errors import ParseFailure, ParseReason
from adapters.webpage import attribute, find_feeds, join, open_page

_BEGIN = 4096
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|script|style|div|center|form|h1|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_GUARD_HEADERS = {
    "cf-mitigated": ("challenge", "Cloudflare"),
    "x-amzn-waf-action": ("challenge captcha", "AWS WAF"),
}
"""By header: the values that say so, and who does. As documented by Cloudflare ("Detect a Challenge Page response")
and AWS ("CAPTCHA and Challenge action behavior")."""
_GUARD_MARKS = {
    b"_cf_chl_opt": "Cloudflare",
    b"cf-chl-": "Cloudflare",
    b"cf-challenge-running": "Cloudflare",
    b"captcha-delivery.com": "DataDome",
    b"px-captcha": "HUMAN",
    b"_incapsula_resource": "Imperva",
    b"awswafcookiedomainlist": "AWS WAF",
    b"token.awswaf.com": "AWS WAF",
    b"sec-if-cpt-container": "Akamai",
    b"sucuri_cloudproxy_js": "Sucuri",
    b"check.ddos-guard.net": "DDoS-Guard",
    b"vercel security checkpoint": "Vercel",
    b"within.website/x/cmd/anubis": "Anubis",
}
"""What the checks of these guards hold, in lower case; some guards put the like into pages that they let through."""
_WIDGETS = (b"challenges.cloudflare.com/turnstile", b"hcaptcha.com", b"google.com/recaptcha", b"recaptcha/api.js")
"""Puzzles, which also stand below ordinary forms."""
_SPARSE = 800
"""A page with fewer characters of text says nothing of its own: what it holds for robots is what it is for."""
_LOGIN_PATH = re.compile(
    r"/(?:[\w-]*login[\w.-]*|log-in|sign-?in|signon|sso|oauth2?|openid|saml2?|auth)(?:[/?]|$)", re.IGNORECASE
)
_CONSENT = re.compile(
    r"//(?:consent|guce)\.|/(?:consent|cookie-?wall|gdpr-?consent|privacy-?gate)(?:[/?.]|$)", re.IGNORECASE
)
_REFRESH = re.compile(r"^\s*[\d.]+\s*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)
_UNSEEN = ["script", "style", "noscript", "template", "head"]


def is_page(body: bytes) -> bool:
    """Tell a web page by its beginning."""
    return bool(_HTML.match(body[:_BEGIN]))


def find_guard(headers: Mapping[str, str]) -> str:
    """Give who has put a robot check in an answer's place, as its headers say (lower-case names); empty: nobody."""
    for name, (values, guard) in _GUARD_HEADERS.items():
        if name in headers and headers[name].strip().lower() in values.split():
            return guard
    return ""


def find_guard_mark(body: bytes) -> str:
    """Give whose robot check a page is by its marks; empty when it has none."""
    text = body.lower()
    return next((guard for mark, guard in _GUARD_MARKS.items() if mark in text), "")


def tell_robot_check(guard: str) -> str:
    """Say what a robot check means and what to do."""
    by = f" by {guard}" if guard else ""
    return (
        f"the publisher checks for robots{by} and does not let this reader through: ask it to leave its feed open to"
        " readers, or take another feed"
    )


def describe_page(body: bytes, content_type: str, url: str) -> ParseFailure:
    """Say which kind of page came from an address in place of a feed, and what to do."""
    sparse = _count_text(body, content_type) < _SPARSE
    guard = find_guard_mark(body) if sparse else ""
    if guard or (sparse and any(widget in body.lower() for widget in _WIDGETS)):
        return ParseFailure(ParseReason.ROBOT_CHECK, tell_robot_check(guard))
    page = open_page(body, content_type)
    feeds = find_feeds(page, url)
    if _is_consent(page, url):
        message = "the address answers with a question for consent: take the feed's own address, or another feed"
        return ParseFailure(ParseReason.CONSENT, message)
    if feeds:
        message = f"the address answers with a web page, whose feed is at {feeds[0].url[:300]}: give the feed that one"
        return ParseFailure(ParseReason.HTML, message)
    target = _find_refresh(page, url)
    if target and sparse:
        message = f"the address answers with a page that sends readers on to {target[:300]}: look for the feed there"
        return ParseFailure(ParseReason.FORWARDING, message)
    if _is_login(page, url):
        message = "the address answers with a login page: give the feed `auth` or `headers`, or take another feed"
        return ParseFailure(ParseReason.LOGIN, message)
    return ParseFailure(ParseReason.HTML, _plain(page))


def _plain(page: LexborHTMLParser) -> str:
    title = page.css_first("title")
    named = " ".join(title.text().split())[:100] if title is not None else ""
    told = f" ({named})" if named else ""
    return f"the address answers with a web page{told}, no feed: open it in a browser and look for the feed's address"


def _is_login(page: LexborHTMLParser, url: str) -> bool:
    """Tell a login by its field for a password, or by its address and form where the password comes in a next step."""
    if page.css_first("input[type=password]") is not None:
        return True
    return bool(_LOGIN_PATH.search(url)) and page.css_first("form, input") is not None


def _is_consent(page: LexborHTMLParser, url: str) -> bool:
    """Tell a question for consent by where it was found or by where its form leads to."""
    return bool(_CONSENT.search(url)) or any(_CONSENT.search(attribute(form, "action")) for form in page.css("form"))


def _find_refresh(page: LexborHTMLParser, url: str) -> str:
    """Give where a page sends its readers by itself; empty when nowhere else."""
    for node in page.css("meta[http-equiv]"):
        target = _read_refresh(node, url) if attribute(node, "http-equiv").strip().lower() == "refresh" else ""
        if target and target != url:
            return target
    return ""


def _read_refresh(node: LexborNode, url: str) -> str:
    found = _REFRESH.match(attribute(node, "content"))
    return join(url, found[1]) if found else ""


def _count_text(body: bytes, content_type: str) -> int:
    page = open_page(body, content_type)
    page.strip_tags(_UNSEEN)
    return len("".join(page.body.text().split())) if page.body is not None else 0
