"""Web addresses: one article, one address; and which addresses must not be visited."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

# Parameters that tell where a click came from and never which page is meant.
_TRACKING = re.compile(
    r"^(utm_\w+|at_\w+|xtor|xts?|xtref|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|ocid|cmpid|cmp|"
    r"ns_\w+|mtm_\w+|pk_\w+|piwik_\w+|origin|from_rss|partner|ref_?src|ref|source|src|share|shared?_?from)$",
    re.IGNORECASE,
)
_AMP_PARAMETER = re.compile(r"^(amp|outputtype)$", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?:/amp/?|\.amp)(?=$|\.html$)", re.IGNORECASE)
_SAFE = "/%:@!$&'()*+,;=~-._"


def canonical_address(url: str, base: str | None = None) -> str | None:
    """The address under which an article is kept, or None when it is no http(s) address.

    Scheme and host in lower case, default port, fragment, tracking parameters and AMP forms dropped, characters
    outside ASCII percent-encoded; the order of the other parameters stays.

    >>> canonical_address("HTTPS://www.Example.fr:443/a-b.html?utm_source=rss&id=3#haut")
    'https://www.example.fr/a-b.html?id=3'
    >>> canonical_address("https://example.fr/vie/article-12/amp/")
    'https://example.fr/vie/article-12'
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if not url.strip() or scheme not in ("http", "https") or not host:
        return None
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port and (scheme, port) not in (("http", 80), ("https", 443)):
        netloc += f":{port}"
    # parameters stay as they are written: SPIP's `?article12` is not `?article12=`
    named = ((part.partition("=")[0], part) for part in parts.query.split("&") if part)
    query = "&".join(part for name, part in named if not (_TRACKING.match(name) or _AMP_PARAMETER.match(name)))
    path = _AMP_PATH.sub("", quote(parts.path, safe=_SAFE, errors="replace")) or "/"
    return urlunsplit((scheme, netloc, path, quote(query, safe=_SAFE + "?", errors="replace"), ""))


def base_of(url: str) -> str:
    """Where a host's own files (robots.txt) are: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one registrable domain (the last two labels) or are one IP address and port.

    Enough to tell `m.example.fr` from `example.org`; `*.co.uk`-like suffixes are no concern of French outlets.
    """
    a, b = urlsplit(one), urlsplit(other)
    if not a.hostname or not b.hostname:
        return False
    if a.netloc.lower() == b.netloc.lower():
        return True
    if _literal(a.hostname) or _literal(b.hostname):
        return False
    return _last_labels(a.hostname) == _last_labels(b.hostname)


def _last_labels(host: str) -> tuple[str, ...]:
    labels = tuple(host.lower().rstrip(".").split("."))
    # gouv.fr and asso.fr are shared by many sites
    return labels[-3:] if labels[-2:] in (("gouv", "fr"), ("asso", "fr")) else labels[-2:]


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:  # the C library also takes 127.1, 0x7f000001 and 2130706433
        return ipaddress.IPv4Address(socket.inet_aton(host)) if re.fullmatch(r"[0-9a-fxA-FX.]+", host) else None
    except OSError:
        return None


def is_private(host: str) -> bool:
    """Whether a host name or IP address is, as written, one of loopback, private, link-local or other special use.

    Names are judged by their form only (`localhost`, `*.local`); what they resolve to is the resolver's to check.

    >>> [is_private(h) for h in ("127.0.0.1", "2130706433", "::ffff:10.0.0.1", "localhost", "www.example.fr")]
    [True, True, True, True, False]
    """
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa")):
        return True
    address = _literal(name)
    if address is None:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return not inner.is_global
    return not address.is_global or address.is_multicast
