"""Pages to measure on: those that the outlets ship, and the real French ones beside the project when they are there."""

from __future__ import annotations

import csv
import gzip
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bench.blocks import blocks
from crawler.moments import PARIS

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "tests" / "crawler" / "pages"
SHARED = ROOT.parent / "shared" / "pages"
BODIES = Path(__file__).parent / "bodies.csv"
CORPUS = ROOT / "corpus" / "dev.jsonl"


@dataclass(frozen=True, slots=True)
class Page:
    """One page and what is known of it; None where nothing is."""

    url: str
    html: bytes
    title: str | None = None
    published: date | datetime | None = None
    body: str | None = None


def shipped() -> Iterator[Page]:
    for file in sorted(SHIPPED.glob("*.toml")):
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        html = file.with_suffix(".html").read_bytes()
        yield Page(told["url"], html, told["title"], told["published"], told["text"])


def stored() -> Iterator[Page]:
    """Real pages, with what a person who looked at them told (`bodies.csv`): which blocks are title and article (the
    lead counts, captions, invitations and posts of others do not), and the moment of publication they show. What is no
    article (a programme, a live score) has no truth but the day of the set it comes from."""
    if not SHARED.is_dir():
        return
    with BODIES.open(encoding="utf-8") as file:
        told = {row["page"]: row for row in csv.DictReader(file)}
    for row in csv.DictReader((SHARED / "manifest.csv").open(encoding="utf-8")):
        html = gzip.decompress((SHARED / row["file"]).read_bytes())
        url = row["url"] if row["url"].startswith("http") else f"https://example.org{row['url'] or '/x'}"
        truth = told.get(row["file"][:3])
        if truth is None:
            yield Page(url, html, published=_moment(row["date_gt"]))
            continue
        page = blocks(html)
        body = "\n\n".join(page[n] for part in truth["body"].split() for n in _numbers(part))
        yield Page(url, html, page[int(truth["title"])], _moment(truth["published"]), body)


def _numbers(part: str) -> range:
    first, _, last = part.partition("-")
    return range(int(first), int(last or first) + 1)


def _moment(text: str) -> date | datetime | None:
    if "T" in text:
        return datetime.fromisoformat(text).replace(tzinfo=PARIS)
    return date.fromisoformat(text) if text else None


def dressed(text: str, title: str, url: str, day: str) -> Page:
    """A text of the corpus in the dress of a shipped page: menus, forms, teasers around it."""
    shell = (SHIPPED / "france3-cvl.html").read_text(encoding="utf-8")
    before, _, rest = shell.partition('<p class="chapo">')
    after = rest[rest.index("<div><p>Tous les jours") :]
    head = re.sub(r'<script type="application/ld\+json">.*?</script>', "", before, flags=re.S)
    head = re.sub(r"<h1>.*?</h1>", lambda _: f"<h1>{title}</h1>", head, flags=re.S)
    head = re.sub(r"<title>.*?</title>", lambda _: f"<title>{title}</title>", head, flags=re.S)
    head = re.sub(r'<meta property="og:title"[^>]*>', "", head)
    head = re.sub(r"<time.*?</time>", f'<time datetime="{day}">Publié</time>', head, flags=re.S)
    head = re.sub(r'<link rel="canonical"[^>]*>', "", head)
    body = "".join(f"<p>{p}</p>" for p in text.split("\n\n"))
    return Page(url, (head + body + after).encode(), title, None, text)
