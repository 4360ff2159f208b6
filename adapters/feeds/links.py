"""Links as feeds print them: made absolute for people, and brought to one spelling for comparing."""

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

from rules.text import clean

_LONGEST = 4096
_DEFAULT_PORTS = frozenset({None, 80, 443})
_SKINS = ("www.", "m.", "mobile.", "amp.")
"""Host prefixes under which outlets serve the same page for another screen."""
_AMP_CACHE = re.compile(r"https?://[^/]+\.cdn\.ampproject\.org/[cv]/(s/)?(?P<page>.+)", re.IGNORECASE)
_AMP_PATH = re.compile(r"\A/amp(?=/.)|(?<=.)/amp/?\Z")
_TRACKING = re.compile(
    "(?:utm|at|ns|pk|mtm|hsa|__twitter)_.*|fbclid|[gd]clid|[gw]braid|msclkid|ys?clid|twclid|ttclid|igsh(?:id)?|mc_[ce]id"
    "|_g[al]|cmp(?:id)?|icid|ico|ito|ocid|xtor|smid|maca|taid|traffic_source|feed(?:type|name)|rpc|wt[_.]mc(?:_id)?"
    "|s_cid|sr_share|ref_src|amp"
)
"""Names that tell where a reader came from, never which page is meant."""
_ORIGINS = frozenset({"ref", "source", "from", "src", "output", "outputtype", "partner", "emc"})
_ORIGIN_VALUES = frozenset({"rss", "feed", "rssfeed", "rss_feed", "twitter", "facebook", "telegram", "amp"})


def read_link(link: str, base: str) -> str | None:
    """Give a link as an absolute web address, or None when it is none; a relative one counts from `base`."""
    try:
        absolute = urljoin(base, clean(link).strip())
        if not _is_web_address(absolute):
            return None
        absolute = safe_url_string(absolute)
        return absolute if len(absolute) <= _LONGEST else None
    except ValueError:
        return None


def canonical_link(link: str) -> str:
    """Give the spelling that addresses of one page share.

    https, host in lower case without www., m. or amp., no default port, no fragment, no tracking parameters, the
    others in order, no trailing slash. For comparing, not for asking: the page may not answer there.
    """
    cached = _AMP_CACHE.fullmatch(link)
    if cached is not None:
        link = f"https://{cached['page']}"
    try:
        parts = urlsplit(link)
        query = "&".join(pair for pair in parts.query.split("&") if not _is_tracking(pair))
        path = _AMP_PATH.sub("", parts.path).rstrip("/") or "/"
        return canonicalize_url(urlunsplit(("https", _host(parts.hostname or "", parts.port), path, query, "")))
    except ValueError:
        return link


def canonical_guid(guid: str) -> str:
    """Give a guid that is a web address in the spelling of links, but with its fragment; any other as it is."""
    if guid[:5].lower() != "http:" and guid[:6].lower() != "https:":
        return guid
    page, mark, fragment = guid.partition("#")
    return f"{canonical_link(page)}{mark}{fragment}"


def _is_web_address(link: str) -> bool:
    parts = urlsplit(link)
    _ = parts.port  # raises ValueError for one that is no number
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _host(host: str, port: int | None) -> str:
    host = host.lower().rstrip(".")
    for skin in _SKINS:
        if host.startswith(skin) and "." in host.removeprefix(skin):
            host = host.removeprefix(skin)
    if ":" in host:
        host = f"[{host}]"
    return host if port in _DEFAULT_PORTS else f"{host}:{port}"


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.lower().partition("=")
    if name in _ORIGINS:
        return value in _ORIGIN_VALUES
    return _TRACKING.fullmatch(name) is not None
