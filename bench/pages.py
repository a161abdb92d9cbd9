"""Pages to measure on: those that the outlets ship, and the real French ones beside the project when they are there."""

from __future__ import annotations

import csv
import gzip
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "tests" / "crawler" / "pages"
SHARED = ROOT.parent / "shared" / "pages"
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
    """Real pages; their day is known from the sets they come from, their body where JSON-LD of a free page holds it."""
    if not SHARED.is_dir():
        return
    for row in csv.DictReader((SHARED / "manifest.csv").open(encoding="utf-8")):
        html = gzip.decompress((SHARED / row["file"]).read_bytes())
        url = row["url"] if row["url"].startswith("http") else f"https://example.org{row['url'] or '/x'}"
        day = date.fromisoformat(row["date_gt"]) if row["date_gt"] else None
        yield Page(url, html, published=day, body=_article_body(html) if row["paywalled"] == "False" else None)


def _article_body(html: bytes) -> str | None:
    found = re.search(rb'"articleBody"\s*:\s*("(?:[^"\\]|\\.)*")', html)
    if not found:
        return None
    try:
        text = json.loads(found[1], strict=False)
    except ValueError:
        return None
    plain = re.sub(r"<[^>]+>", " ", text)
    return plain if len(plain) > 400 else None


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
