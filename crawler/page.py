"""One web page becomes one `Article`, or a reason why it does not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import lxml.html  # type: ignore[import-untyped]
from lxml.html import HtmlElement

from crawler.address import canonical_address, same_site
from crawler.body import clean_paragraphs, read_body, wall
from crawler.charset import decode
from crawler.metadata import Metadata, forbids_archive, read_metadata, rights_of, shown_dates
from crawler.moments import PARIS, DayOrMoment, day_of, in_future
from crawler.outlets import Outlet
from records import Access, Article

SHORTEST = 80  # characters: less is a caption or an error, not an article
_CONTROL_REFERENCE = re.compile(r"&#(?:x0*1?[0-9a-f]|0*(?:[12]?\d|3[01]));", re.I)
_FRENCH = re.compile(r"\b(?:le|la|les|des|du|une?|est|dans|pour|que|qui|sur|avec|au|aux|par|cette?)\b", re.I)
_ENGLISH = re.compile(r"\b(?:the|and|of|to|in|is|that|for|was|with|on|by|this|are)\b", re.I)


class PageError(Exception):
    """No article can be made of a page. `reason` is French, for the screen; `refused`: by the publisher's will."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Announced:
    """What a feed said of a page: used where the page itself is silent."""

    title: str | None = None
    published: DayOrMoment | None = None
    summary: str | None = None


def read_page(
    html: bytes,
    url: str,
    *,
    outlet: Outlet | None,
    fetched: datetime,
    headers: Mapping[str, str] | None = None,
    announced: Announced | None = None,
    obey: bool = True,
) -> Article:
    """The article of a page fetched from `url` at `fetched` (aware). Raises PageError, nothing else.

    `headers` are the response's; `announced` is the feed's entry. Names of authors are not read. The canonical
    address is the page's own where it stays on the same site. `published` is in French local time; a date when the
    page gives no time. With `obey`, a page whose publisher reserves text and data mining, or refuses copies
    (`noarchive`), is refused; without, `rights` tells the former.
    """
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    announced = announced or Announced()
    try:
        tree = parse(decode(html, lower.get("content-type")))
        if obey and rights_of(tree, lower) == "tdm-reserved":
            raise PageError("l'éditeur réserve la fouille de textes (tdm-reservation)", refused=True)
        if obey and forbids_archive(tree, lower):
            raise PageError("l'éditeur refuse toute copie de la page (noarchive)", refused=True)
        return _article(tree, url, outlet, fetched, lower, announced)
    except PageError:
        raise
    except RecursionError:
        raise PageError("page trop profondément imbriquée") from None
    except Exception as error:  # lxml and trafilatura raise many kinds on hostile pages: one bad page, one reason
        raise PageError(f"page illisible ({type(error).__name__} : {error})") from error


def parse(text: str) -> HtmlElement:
    """The tree of a page. PageError when it is empty.

    libxml2 stops at 255 levels of nesting: what lies deeper is lost, and nothing recurses without end.
    """
    if not text.strip():
        raise PageError("page vide")
    text = _CONTROL_REFERENCE.sub(" ", text)  # trees that hold control characters cannot be copied
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "ignore"), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        raise PageError("page vide") from None


def _article(
    tree: HtmlElement,
    url: str,
    outlet: Outlet | None,
    fetched: datetime,
    headers: Mapping[str, str],
    announced: Announced,
) -> Article:
    about = read_metadata(tree, url)
    rights = rights_of(tree, headers)
    title = about.title or announced.title
    visible = " ".join(tree.text_content().split())
    if reason := wall(title or "", visible if len(visible) < 3000 else ""):
        raise PageError(reason)
    published = _published(about, tree, url, fetched, announced)
    paragraphs, marked = read_body(tree, url, outlet.prune if outlet else ())
    free = about.free if about.free is not None else not marked
    if not paragraphs and about.body and free:
        paragraphs, _ = clean_paragraphs(about.body.split("\n"))
    if title:  # a lead may stand above it
        titles = [_letters(title), *(_letters(h.text_content()) for h in tree.iter("h1"))]
        head = [p for p in paragraphs[:2] if _letters(p) not in titles]
        paragraphs = [*head, *paragraphs[2:]]
    text = "\n\n".join(paragraphs)
    if reason := wall(title or "", text):
        raise PageError(reason)
    if len(text) < SHORTEST:
        raise PageError("texte vide" if not text else f"texte trop court ({len(text)} caractères)")
    if not title:
        raise PageError("pas de titre")
    access: Access = "free" if free else "paywalled"
    return Article(
        url=_address(about, url),
        title=" ".join(title.split()),
        published=local(published),
        text=text,
        outlet=outlet.name if outlet else None,
        modified=_modified(about, published, fetched),
        fetched=fetched,
        language=_language(about.language, paragraphs),
        access=access,
        rights=rights,
    )


def _letters(text: str) -> list[str]:
    """Quotes and dashes of a title are not always those of the page's head."""
    return re.findall(r"\w+", text.casefold())


def local(moment: DayOrMoment) -> DayOrMoment:
    """The same moment on French clocks."""
    return moment.astimezone(PARIS) if isinstance(moment, datetime) else moment


def _published(about: Metadata, tree: HtmlElement, url: str, fetched: datetime, announced: Announced) -> DayOrMoment:
    """The first date that is not in the future: the page's metadata, the feed, what readers see.

    A page may write the day of its last edit, or day and month the wrong way round: a feed that gives an earlier
    day is then right, as the address's own day is.
    """
    candidates: list[DayOrMoment] = list(about.published)
    if announced.published:
        candidates.append(announced.published)
    sane = [d for d in candidates if not in_future(d, fetched)]
    if not sane:
        sane = [d for d in shown_dates(tree, url, about.title, fetched) if not in_future(d, fetched)][:1]
    if not sane:
        raise PageError("date de publication dans l'avenir" if candidates else "pas de date de publication")
    first = sane[0]
    if announced.published in sane and announced.published and day_of(announced.published) < day_of(first):
        return announced.published
    # a day alone yields to the same day with its time
    return next((d for d in sane if isinstance(d, datetime) and day_of(d) == day_of(first)), first)


def _modified(about: Metadata, published: DayOrMoment, fetched: datetime) -> DayOrMoment | None:
    if about.modified is None or in_future(about.modified, fetched) or day_of(about.modified) < day_of(published):
        return None
    if about.modified == published:  # how many systems write "never changed"
        return None
    return local(about.modified)


def _address(about: Metadata, url: str) -> str:
    own = canonical_address(url) or url
    claimed = canonical_address(about.canonical, base=url) if about.canonical else None
    # a canonical link to the front page, or to another site, is a mistake of the site's template
    if not claimed or not same_site(claimed, own) or claimed.count("/") <= 3:
        return own
    return claimed


def _language(declared: str | None, paragraphs: Sequence[str]) -> str:
    sample = " ".join(paragraphs)[:4000]
    french, english = len(_FRENCH.findall(sample)), len(_ENGLISH.findall(sample))
    code: Literal["fr", "en"] | str = (declared or "").strip().lower().replace("_", "-").partition("-")[0]
    if french > 2 * english and french >= 3:
        return "fr"
    if english > 2 * french and english >= 3 and code in ("", "fr"):
        return "en"
    return code if re.fullmatch(r"[a-z]{2,3}", code) else "fr"
