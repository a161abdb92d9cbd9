"""The pages, feeds and sitemaps of the test site, each outlet in a make of its own."""

from __future__ import annotations

import gzip
import json
import tomllib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path

FOLDER = Path(__file__).parent
TEASER = (
    "Piratage : l'hôpital voisin paralysé par une cyberattaque, une rançon demandée"  # "les plus lus", on all pages
)
NEWSLETTER = """<div class="encart"><h2>Société</h2>
<p>De la commune aux grands débats, découvrez les sujets qui font la vie du Val, comme l'école, la santé.</p>
<p>Le Val Info utilise votre adresse e-mail afin de vous envoyer la newsletter "Société". Vous pouvez vous désinscrire
à tout moment via le lien en bas de cette newsletter.
<a href="/vie-privee">Notre politique de confidentialité</a></p></div>"""
NEWSLETTER_END = """<div><p>Tous les jours, recevez l'actualité de votre région par newsletter.</p>
<label>Veuillez choisir une région</label><p>Le Val Info utilise votre adresse e-mail pour vous envoyer la newsletter de
votre région. Vous pouvez vous désabonner à tout moment.</p><p>Je veux en savoir plus sur</p><p>le sujet</p></div>"""

Answer = tuple[int, dict[str, str], bytes]
HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml; charset=utf-8"}


@dataclass(frozen=True)
class Story:
    """One article of the site; `source` is the address of the real article whose facts it rewords."""

    path: str
    title: str
    published: datetime
    lead: str
    text: str
    source: str | None = None
    paywalled: bool = False

    @property
    def paragraphs(self) -> list[str]:
        return [p.strip() for p in self.text.split("\n\n") if p.strip()]


def stories(outlet: str) -> list[Story]:
    return [Story(**entry) for entry in tomllib.loads((FOLDER / f"{outlet}.toml").read_text("utf-8"))["article"]]


def seed_story(file: Path) -> Story:
    """The seed article as it is stored outside the project: title, lead, forms, text, forms."""
    title, lead, _, *body = [block.strip() for block in file.read_text("utf-8").split("\n\n") if block.strip()]
    end = next(i for i, block in enumerate(body) if block.startswith("Tous les jours, recevez"))
    path = (
        "/centre-val-de-loire/indre-loire/tours/cybercriminalite-suite-a-une-attaque-informatique-les-urgences-d-une-"
        "clinique-de-chambray-les-tours-ferment-2406397.html"
    )
    published = datetime.fromisoformat("2022-01-07T13:12:00+01:00")
    return Story(
        path, title, published, lead, "\n\n".join(body[:end]), source=f"https://france3-regions.francetvinfo.fr{path}"
    )


def val_info(base: str, told: list[Story]) -> dict[str, Answer]:
    """RSS, and full pages in HTML with forms, a menu and "the most read" around the article; no JSON-LD."""
    items = "".join(
        f"<item><title>{escape(s.title)}</title><link>{base}{s.path}?utm_source=rss#xtor=RSS-1</link>"
        f"<pubDate>{format_datetime(s.published)}</pubDate>"
        f"<description><![CDATA[<p>{escape(s.lead)}</p>]]></description></item>"
        for s in told
    )
    channel = f"<channel><title>Le Val Info</title>{items}</channel>"
    feed = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0">{channel}</rss>'
    answers: dict[str, Answer] = {"/rss.xml": (200, XML | {"ETag": f'"v{len(told)}"'}, feed.encode())}
    for s in told:
        body = "".join(f"<p>{escape(p)}</p>" for p in s.paragraphs)
        answers[s.path] = _html(
            f"""<!doctype html><html lang="fr"><head><meta charset="utf-8">
<title>{escape(s.title)} | Le Val Info</title>
<meta property="og:title" content="{escape(s.title)}"><meta property="og:site_name" content="Le Val Info">
<meta property="article:published_time" content="{s.published.isoformat()}">
<link rel="canonical" href="{base}{s.path}"></head><body>
<header><nav><a href="/">Accueil</a> <a href="/sante">Santé</a> <a href="/numerique">Numérique</a></nav></header>
<main><article><h1>{escape(s.title)}</h1>
<time datetime="{s.published.isoformat()}">Publié le {s.published:%d/%m/%Y à %Hh%M}</time>
<p class="chapo">{escape(s.lead)}</p>{NEWSLETTER}{body}
<p><a href="/x">Lire aussi : notre dossier sur les hôpitaux piratés</a></p>{NEWSLETTER_END}</article>
<aside><h3>Les plus lus</h3><ul><li><a href="/y">{escape(TEASER)}</a></li></ul></aside></main>
<footer>Le Val Info, données personnelles, cookies, contact</footer></body></html>"""
        )
    return answers


def gazette(base: str, told: list[Story]) -> dict[str, Answer]:
    """Atom, and pages whose facts stand in JSON-LD; subscribers' articles stop after the lead."""
    entries = "".join(
        f'<entry><id>tag:gazette,{i}</id><title type="html">{escape(escape(s.title))}</title>'
        f'<link rel="alternate" href="{base}{s.path}"/><link rel="enclosure" href="{base}/photo.jpg"/>'
        f"<published>{s.published.isoformat()}</published><updated>{s.published.isoformat()}</updated>"
        f"<author><name>Jeanne Exemple</name></author><summary>{escape(s.lead)}</summary></entry>"
        for i, s in enumerate(told)
    )
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title>{entries}</feed>'
    answers: dict[str, Answer] = {"/atom.xml": (200, XML, feed.encode())}
    for s in told:
        article = {
            "@type": ["NewsArticle"],
            "headline": escape(s.title),
            "datePublished": s.published.isoformat(),
            "dateModified": s.published.replace(minute=59).isoformat(),
            "author": {"@type": "Person", "name": "Jeanne Exemple"},
            "isAccessibleForFree": "False" if s.paywalled else "True",
            "mainEntityOfPage": {"@id": f"{base}{s.path}"},
        }
        graph = {
            "@context": "https://schema.org",
            "@graph": [{"@type": "WebSite", "name": "Gazette du Centre"}, article],
        }
        shown = [] if s.paywalled else s.paragraphs
        wall = '<p>Article réservé aux abonnés</p><div class="bg-premium">Abonnez-vous</div>' if s.paywalled else ""
        body = "".join(f"<p>{escape(p)}</p>" for p in shown)
        answers[s.path] = _html(
            f"""<!doctype html><html lang="fr-FR"><head><meta charset="utf-8"><title>{escape(s.title)} - Gazette</title>
<link rel="canonical" href="{base}{s.path}"><script type="application/ld+json">{json.dumps(graph)}</script></head>
<body><div id="content"><h1>{escape(s.title)}</h1><p>Par Jeanne Exemple</p><section class="article">
<p class="chapo">{escape(s.lead)}</p>{body}</section>{wall}</div><footer>La Gazette du Centre</footer></body></html>"""
        )
    return answers


def radio_loire(base: str, told: list[Story]) -> dict[str, Answer]:
    """An index of packed news sitemaps, and pages that say UTF-8 and are windows-1252; dates are only shown."""
    urls = "".join(
        f"<url><loc>{base}{s.path}</loc><news:news><news:publication><news:name>Radio Loire</news:name>"
        f"<news:language>fr</news:language></news:publication><news:publication_date>{s.published.isoformat()}"
        f"</news:publication_date><news:title>{escape(s.title)}</news:title></news:news></url>"
        for s in told
    )
    sitemap = (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )
    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>'
        f"<loc>{base}/news.xml.gz</loc></sitemap></sitemapindex>"
    )
    answers: dict[str, Answer] = {
        "/sitemap.xml": (200, XML, index.encode()),
        "/news.xml.gz": (200, {"Content-Type": "application/gzip"}, gzip.compress(sitemap.encode())),
    }
    for s in told:
        body = "".join(f"<p>{escape(p)}</p>" for p in s.paragraphs)
        page = f"""<html lang="fr"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{escape(s.title)}</title></head><body><div class="menu">Infos Musique Podcasts</div><h1>{escape(s.title)}</h1>
<p class="date">Publié le {s.published:%d/%m/%Y à %Hh%M}</p><div class="texte"><p>{escape(s.lead)}</p>{body}</div>
</body></html>"""
        answers[s.path] = (200, HTML, page.encode("cp1252"))
    return answers


def _html(page: str) -> Answer:
    return 200, HTML, page.encode()
