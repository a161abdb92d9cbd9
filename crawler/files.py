"""Articles from files: JSONL, `URL<TAB>PATH` manifests, folders of saved pages, WARC(.gz). Streaming, one at a time.

A thing that is no article becomes a `Failure` that says where and why; the rest goes on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from crawler.address import canonical_address
from crawler.archives import LONGEST_PAGE, Failure, archived_page, whole
from crawler.moments import in_future, moment_of
from records import Article
from reference.system_errors import reason

LONGEST_LINE = 5_000_000  # characters of one JSONL line
_PAGES = {".html", ".htm", ".xhtml"}
_CANONICAL = re.compile(
    rb"""<link\b(?=[^>]*\brel=["']?canonical)[^>]*\bhref=["']?([^"'\s>]+)|"""
    rb"""<meta\b(?=[^>]*\bproperty=["']?og:url)[^>]*\bcontent=["']?([^"'\s>]+)""",
    re.I,
)
__all__ = ["Failure", "article_of", "read_files", "read_jsonl"]
_UNUSABLE = re.compile(r"[\x00\ud800-\udfff]")
_FIELDS = ("url", "title", "published", "text", "outlet", "modified", "fetched", "language", "access", "rights", "kind")


def read_files(paths: Iterable[Path | str]) -> Iterator[Article | Failure]:
    """The articles of files and folders, told apart by their names and first bytes.

    `.jsonl`/`.json`/`.ndjson` hold one article a line, `.warc` and `.warc.gz` are web archives, `.html` is a saved
    page, `.tsv`/`.txt` and other texts are manifests of `URL<TAB>PATH`, paths relative to the manifest; a folder is
    searched for all of these but manifests.
    """
    for path in map(Path, paths):
        try:
            yield from _read(path)
        except OSError as error:
            yield Failure(str(path), reason(error))


def read_jsonl(stream: Iterable[str] | IO[str], name: str) -> Iterator[Article | Failure]:
    """Articles of JSON lines (`url`, `title`, `published`, `text`, optional `outlet` and other fields of `Article`).

    Keys that are none of an article's are passed over. The text stays as it is, so that offsets into it hold; NUL
    bytes and lone surrogates become U+FFFD. A time without a zone is French. `name` is what failures call the
    stream. A date in the future (by more than a day), an empty text or title, an address that is none of the web
    are failures.
    """
    now = datetime.now(UTC)
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            yield article_of(line, now)
        except ValueError as error:
            yield Failure(f"{name}:{number}", str(error))


def article_of(line: str, now: datetime) -> Article:
    """The article of one JSON line; ValueError with a French reason."""
    if len(line) > LONGEST_LINE:
        raise ValueError("ligne trop longue")
    try:
        data = json.loads(line.lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError) as error:
        message = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise ValueError(f"JSON invalide ({message})") from None
    if not isinstance(data, dict):
        raise ValueError("pas un objet JSON")
    fields = {key: _usable(data[key]) for key in _FIELDS if data.get(key) is not None}
    for key in ("url", "title", "published", "text"):
        if not isinstance(fields.get(key), str) or not fields[key].strip():
            raise ValueError(f"« {key} » manque ou est vide")
    for key in ("published", "modified"):
        fields[key] = moment_of(fields.get(key)) or fields.get(key)
    try:
        article = Article.model_validate(fields)
    except ValidationError as error:
        raise ValueError(_said(error)) from None
    if in_future(article.published, now):
        raise ValueError(f"date de publication dans l'avenir ({article.published})")
    return article


def _read(path: Path) -> Iterator[Article | Failure]:
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file() and _kind(p) not in ("manifest", None))
        if not inside:
            yield Failure(str(path), "aucune page, archive ou liste d'articles dans ce dossier")
        for file in inside:
            yield from _read(file)
        return
    kind = _kind(path)
    if kind == "jsonl":
        with path.open(encoding="utf-8", errors="replace", newline="\n") as stream:
            yield from read_jsonl(stream, str(path))
    elif kind == "warc":
        yield from whole(str(path))
    elif kind == "page":
        yield _saved_page(path, None)
    else:
        yield from _manifest(path)


def _kind(path: Path) -> str | None:
    name = path.name.lower()
    if name.endswith((".warc", ".warc.gz")):
        return "warc"
    if name.endswith((".jsonl", ".ndjson", ".json")):
        return "jsonl"
    if path.suffix.lower() in _PAGES:
        return "page"
    return "manifest" if path.suffix.lower() in (".tsv", ".txt", ".csv", "") else None


def _manifest(path: Path) -> Iterator[Article | Failure]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            url, tab, file = line.rstrip("\r\n").partition("\t")
            where = f"{path}:{number}"
            if not tab or not file.strip():
                yield Failure(where, "ligne sans « adresse, tabulation, fichier »")
            elif not (address := canonical_address(url)):
                yield Failure(where, f"{url!r} n'est pas une adresse http(s)")
            else:
                page = _saved_page(path.parent / file.strip(), address)
                yield Failure(where, page.reason) if isinstance(page, Failure) else page


def _saved_page(path: Path, url: str | None) -> Article | Failure:
    """A page from disk; without an address from elsewhere, the one it gives itself. Times: the file's own."""
    try:
        if path.stat().st_size > LONGEST_PAGE:
            return Failure(str(path), "page trop grosse")
        body = path.read_bytes()
        fetched = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        return Failure(str(path), f"{path.name} : {reason(error)}")
    if url is None:
        found = _CANONICAL.search(body)
        url = (
            canonical_address((found[1] or found[2]).decode("utf-8", "replace").replace("&amp;", "&"))
            if found
            else None
        )
    if url is None:
        return Failure(str(path), "la page ne dit pas son adresse (canonical, og:url) : donnez-la dans un manifeste")
    return archived_page(body, url, fetched, {}, str(path))


def _usable(value: Any) -> Any:
    return _UNUSABLE.sub("\ufffd", value) if isinstance(value, str) else value


def _said(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"] if part not in ("date", "datetime"))
    what = {
        "url": "n'est pas une adresse http(s)",
        "published": "n'est pas une date (AAAA-MM-JJ, ou avec heure et fuseau)",
    }
    return f"« {key.partition('.')[0]} » {what.get(key.partition('.')[0], 'est invalide')}"
