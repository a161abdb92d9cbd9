"""Articles that come in by hand: an address that a person gives, fetched if its publisher allows, or a note of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from crawler.address import base_of, canonical_address, is_private
from crawler.examine import read_rules, rule_addresses
from crawler.fetch import Fetcher
from crawler.outlets import Outlet, outlet_of
from crawler.page import PageError, read_page
from crawler.settings import TIMEOUT
from records import Article

LONGEST_NOTE = 5000  # characters
LONGEST_TITLE = 300
SHORTEST_NOTE = 40


class ByHandError(ValueError):
    """What was given cannot become an article; a French sentence that says what to do instead."""


def fetched_article(
    url: str, outlets: Iterable[Outlet], *, allow_private: bool = False, timeout: float = TIMEOUT
) -> Article:
    """The article at an address, asked for with the crawl's manners. Raises ByHandError, with the reason.

    An outlet that is closed is not asked; a site that the registry does not know is, under the same rules.
    """
    address = _address(url)
    known = outlet_of(address, outlets)
    if known and known.closed:
        raise ByHandError(f"{known.name} n'est pas lu par Vigie ({known.closed}). Donnez plutôt une note de vous.")
    host = urlsplit(address).hostname or ""
    if is_private(host) and not (allow_private or (known and known.allow_private)):
        raise ByHandError(f"{host} est une adresse privée ou locale : refusée.")
    outlet = known or _unknown(address, allow_private)
    with Fetcher([outlet], timeout=timeout) as fetcher:
        rules = fetcher.fetch([(outlet, u) for u in rule_addresses(base_of(address))])
        if read_rules(base_of(address), rules, address).reserved:
            raise ByHandError("L'éditeur réserve la fouille de textes (tdmrep.json). Donnez plutôt une note de vous.")
        answer = fetcher.fetch([(outlet, address)])[address]
    if answer.fault:
        raise ByHandError(f"{address} : {answer.fault}.")
    try:
        return read_page(
            answer.body, answer.url, outlet=outlet, fetched=datetime.now(UTC), headers=answer.headers
        ).model_copy(update={"outlet": known.name if known else urlsplit(address).hostname})
    except PageError as error:
        raise ByHandError(f"{address} : {error.reason}.") from None


def note(url: str, title: str, published: date, text: str, outlets: Iterable[Outlet]) -> Article:
    """A person's own note of an article, as the project's own notices are. Raises ByHandError."""
    address = _address(url)
    title, text = " ".join(title.split()), text.strip()
    if not title:
        raise ByHandError("Le titre manque.")
    if len(title) > LONGEST_TITLE:
        raise ByHandError(f"Le titre est trop long ({len(title)} caractères ; {LONGEST_TITLE} au plus).")
    if len(text) < SHORTEST_NOTE:
        raise ByHandError("La note est trop courte : dites qui a été touché, quand, et ce qui ne marchait plus.")
    if len(text) > LONGEST_NOTE:
        raise ByHandError(f"La note est trop longue ({len(text)} caractères ; {LONGEST_NOTE} au plus).")
    if published > datetime.now(UTC).date():
        raise ByHandError("La date de publication est dans l'avenir.")
    known = outlet_of(address, outlets)
    paragraphs = [" ".join(block.split()) for block in text.split("\n\n") if block.strip()]
    return Article(
        url=address,
        title=title,
        published=published,
        text="\n\n".join(paragraphs),
        outlet=known.name if known else urlsplit(address).hostname,
        fetched=datetime.now(UTC),
        access="excerpt",
        kind="notice",
    )


def _address(url: str) -> str:
    address = canonical_address(url)
    if address is None:
        raise ByHandError(f"« {url} » n'est pas une adresse du web (http ou https).")
    return address


def _unknown(address: str, allow_private: bool) -> Outlet:
    netloc = urlsplit(address).netloc
    return Outlet(
        id="a-la-main", name=netloc, hosts=(netloc,), feeds=(address,), allow_private=allow_private,
        pause=0 if allow_private else 1.0,
    )  # fmt: skip
