"""Web archives (WARC, WARC.gz) of any size, part by part: from disk or as they stream from their address.

A part is a pure function of source and place, so that parts can be read by several processes, or by the workers of a
cluster, and read again without harm. Pages are looked at cheaply first, as in the crawl.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import socket
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from resiliparse.extract.html2text import extract_plain_text
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.address import canonical_address, is_private
from crawler.charset import decode
from crawler.outlets import Outlet
from crawler.page import PageError, read_page
from crawler.settings import TIMEOUT, user_agent
from crawler.triage import matters
from records import Article

LONGEST_PAGE = 20_000_000  # bytes of one archived page
PART = 64_000_000  # bytes of an archive, packed, that one part reads
_LITTLE = 4_000_000  # where every page is read in full and held until it is given on
COMMON_CRAWL = "https://data.commoncrawl.org/"  # what the lines of its `warc.paths` begin with


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is no article: `where` is `file:line` or an address, `reason` French."""

    where: str
    reason: str


@dataclass(slots=True)
class Part:
    """What a part of an archive held. `following` is where the next part begins, None at the end of the archive or at
    `end`;
    `broken`: it cannot be read from there on. `dropped`: address, outlet's id and hash of pages of the registry that
    do not matter; `passed` counts the responses of other hosts and kinds."""

    source: str
    start: int
    end: int | None = None
    following: int | None = None
    broken: str | None = None
    records: int = 0
    passed: int = 0
    articles: list[Article] = field(default_factory=list)
    dropped: list[tuple[str, str, str]] = field(default_factory=list)
    irrelevant: int = 0
    failures: list[Failure] = field(default_factory=list)


def is_archive(name: str) -> bool:
    return urlsplit(name).path.lower().endswith((".warc", ".warc.gz"))


def archive_list(path: Path) -> list[str] | None:
    """The archives that a text file names, one a line (addresses, files beside it, or lines of Common Crawl's
    `warc.paths`); None when it is no such list."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            named = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    except (UnicodeDecodeError, OSError):
        return None
    if not named or not all(is_archive(name) and "\t" not in name for name in named):
        return None
    return [_located(name, path) for name in named]


def _located(name: str, beside: Path) -> str:
    if urlsplit(name).scheme in ("http", "https"):
        return name
    return urljoin(COMMON_CRAWL, name) if name.startswith("crawl-data/") else str(beside.parent / name)


def read_part(
    source: str,
    start: int = 0,
    *,
    end: int | None = None,
    outlets: Sequence[Outlet] = (),
    only: bool = False,
    triage: bool = True,
    allow_private: bool = False,
    most: int = PART,
) -> Part:
    """The articles of a part of an archive, from byte `start`, where a record begins, to `end` at the latest. Never
    raises for what the archive holds.

    With `only`, pages of hosts that are none of the outlets' are passed over unread. Without `triage`, every page is
    read in full. A source whose host is private is refused unless `allow_private`.
    """
    part = Part(source, start, end)
    hosts = {host.removeprefix("www."): outlet for outlet in outlets for host in outlet.hosts}
    try:
        with _opened(source, start, allow_private) as stream:
            records = ArchiveIterator(stream)
            first = records.offset
            for record in records:
                offset = start + records.offset - first  # where this record begins; `get_record_offset` reads past it
                if end is not None and offset >= end:
                    return part
                if offset - start >= most:
                    part.following = offset
                    return part
                part.records += 1
                if record.rec_type != "response" or not record.http_headers:
                    continue
                _record(record, part, hosts, only, triage)
    except (ArchiveLoadFailed, EOFError, ValueError, OSError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        part.broken = " ".join(str(reason).split())[:200]
    return part


def cuts(source: str, start: int = 0, *, most: int = PART) -> list[int]:
    """Where an archive on disk can be parted so that several processes read it: the first record of each `most` bytes.

    Records are passed over one after the other, which costs a tenth of reading them: what merely looks like the
    beginning of a record may stand in a page. Of an archive that breaks off, the cuts before.
    """
    found: list[int] = []
    with contextlib.suppress(ArchiveLoadFailed, EOFError, ValueError, OSError), Path(source).open("rb") as stream:
        stream.seek(start)
        records = ArchiveIterator(stream)
        first, last = records.offset, start
        for _ in records:
            offset = start + records.offset - first
            if offset - last >= most:
                found.append(offset)
                last = offset
    return found


def _record(record: Any, part: Part, hosts: dict[str, Outlet], only: bool, triage: bool) -> None:
    url = canonical_address(record.rec_headers.get_header("WARC-Target-URI") or "")
    outlet = hosts.get(urlsplit(url or "").netloc.removeprefix("www."))
    kind = (record.http_headers.get_header("Content-Type") or "").lower()
    if not url or (only and outlet is None) or record.http_headers.get_statuscode() != "200" or "html" not in kind:
        part.passed += 1
        return
    body = record.content_stream().read(LONGEST_PAGE + 1)
    if len(body) > LONGEST_PAGE:
        part.failures.append(Failure(url, "page trop grosse"))
        return
    if triage and (digest := _does_not_matter(body, kind)):
        part.irrelevant += 1
        if outlet:
            part.dropped.append((url, outlet.id, digest))
        return
    fetched = _aware(record.rec_headers.get_header("WARC-Date") or "") or datetime.now(UTC)
    headers = {str(name): str(value) for name, value in record.http_headers.headers}
    found = archived_page(body, url, fetched, headers, url, outlet)
    if isinstance(found, Failure):
        part.failures.append(found)
    else:
        part.articles.append(found)


def archived_page(
    body: bytes, url: str, fetched: datetime, headers: dict[str, str], where: str, outlet: Outlet | None = None
) -> Article | Failure:
    """The article of a copy that someone made already; a reservation of text mining holds for it too."""
    try:
        article = read_page(body, url, outlet=outlet, fetched=fetched, headers=headers, obey=False)
    except PageError as error:
        return Failure(where, error.reason)
    if article.rights == "tdm-reserved":
        return Failure(where, "l'éditeur réserve la fouille de textes (tdm-reservation)")
    return article


def _does_not_matter(body: bytes, content_type: str) -> str | None:
    """The hash of the plain text of a page that does not matter; None for one that may."""
    text = extract_plain_text(decode(body, content_type))
    if len(text.strip()) < 80 or matters("", text):
        return None
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@contextmanager
def _opened(source: str, start: int, allow_private: bool) -> Iterator[IO[bytes]]:
    if urlsplit(source).scheme not in ("http", "https"):
        with Path(source).open("rb") as stream:
            stream.seek(start)
            yield stream
        return
    opener = urllib.request.build_opener(_Public(allow_private))
    request = urllib.request.Request(source, headers={"User-Agent": user_agent(), "Range": f"bytes={start}-"})
    _Public(allow_private).check(source)
    with opener.open(request, timeout=TIMEOUT) as answer:
        if start and answer.status != 206:  # it does not know ranges: what was read is read over
            left = start
            while left and (chunk := answer.read(min(left, 1_000_000))):
                left -= len(chunk)
        yield answer


class _Public(urllib.request.HTTPRedirectHandler):
    """Refuses addresses, redirected ones too, whose names lead to private networks."""

    def __init__(self, allow_private: bool) -> None:
        self.allow_private = allow_private

    def check(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        if urlsplit(url).scheme not in ("http", "https"):
            raise OSError("adresse qui n'est pas du web")
        if self.allow_private:
            return
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)} if not is_private(host) else {host}
        if any(is_private(address) for address in found):
            raise OSError(f"adresse privée ou locale : {host}")

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        self.check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _aware(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def whole(source: str) -> Iterable[Article | Failure]:
    """Every page of an archive, in full and in order."""
    start: int | None = 0
    while start is not None:
        part = read_part(source, start, triage=False, most=_LITTLE)
        yield from part.articles
        yield from part.failures
        if part.broken:
            yield Failure(source, f"archive illisible à partir d'ici ({part.broken})")
        start = part.following
