"""What a misbehaving outlet serves: one page or feed for each way to be a nuisance."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import brotli

from tests.site.pages import HTML, XML, Answer

# each speaks of our matter, so that nothing but its fault can keep it out
_TEXT = (
    "L'hôpital de Valcreuse a été victime d'une cyberattaque dans la nuit. Les urgences accueillent les patients. " * 3
)


def pages(base: str) -> dict[str, Answer]:
    """By path. `/lent` is served drop by drop, `/moitie` is cut off: see `serve.py`."""
    tomorrow = (datetime.now(UTC) + timedelta(days=40)).isoformat()
    return {
        "/bon": _page(),
        "/reste": _page(),
        "/autre": _page(),
        "/encore": _page(),
        "/500": (500, HTML, b"panne"),
        "/403": (403, HTML, b"non"),
        "/ferme": (403, HTML, b"non"),
        "/429": (429, HTML | {"Retry-After": "3600"}, b"doucement"),
        "/vide": (200, HTML, b""),
        "/sans-texte": (200, HTML, b"<html><body><h1>Titre</h1></body></html>"),
        "/avenir": _page(date=tomorrow),
        "/sans-date": _page(date=""),
        "/coquille": (200, HTML, b"<html><body ng-app><h1>{{titre}}</h1><p>{{corps}}</p></body></html>"),
        "/consentement": (200, HTML, "<html><title>Valcreuse</title><body><p>Nous et nos partenaires stockons des "
                          "cookies.</p><button>Accepter et continuer</button><p>Continuer sans accepter, "
                          "paramétrer les cookies de l'hôpital et la cyberattaque</p></body></html>".encode()),
        "/introuvable": (200, HTML, "<html><title>Page introuvable</title><body><h1>Page introuvable</h1><p>La page "
                         "que vous cherchez n'existe plus. Cyberattaque, hôpital, nos autres sujets.</p>".encode()),
        "/image": (200, {"Content-Type": "image/png"}, b"\x89PNG hopital cyberattaque"),
        "/interdit": _page(),
        "/reserve": _page(head='<meta name="tdm-reservation" content="1">'),
        "/sans-copie": _page(headers={"X-Robots-Tag": "noarchive"}),
        "/prive": (302, {"Location": "http://10.1.2.3/secret"}, b""),
        "/metadonnees": (302, {"Location": "http://169.254.169.254/latest/"}, b""),
        "/ailleurs": (302, {"Location": "https://example.org/article"}, b""),
        "/boucle": (302, {"Location": f"{base}/boucle"}, b""),
        "/fichier": (302, {"Location": "file:///etc/passwd"}, b""),
        "/bombe": (200, HTML | {"Content-Encoding": "gzip"}, gzip.compress(b"<p>hopital</p>" * 3_000_000)),
        "/brotli": (200, HTML | {"Content-Encoding": "br"}, brotli.compress(b"<p>hopital</p>" * 3_000_000, quality=1)),
        "/zstd": (200, HTML | {"Content-Encoding": "zstd"}, _zstd(b"<p>hopital</p>" * 3_000_000)),
        "/codage": (200, HTML | {"Content-Encoding": "secret"}, b"hopital cyberattaque"),
        "/corrompu": (200, HTML | {"Content-Encoding": "gzip"}, b"\x1f\x8bhopital cyberattaque"),
        "/connexion": (200, HTML, "<html><title>Se connecter</title><body><p>Identifiez-vous pour lire. Mot de passe "
                       "oublié ? Cyberattaque à l'hôpital, dossier.</p></body></html>".encode()),
        "/robot": (200, HTML, "<html><title>Un instant</title><body><p>Vérifiez que vous êtes humain, l'hôpital et la "
                   "cyberattaque attendront.</p></body></html>".encode()),
        "/infini": (200, HTML, b"hopital cyberattaque " * 1000),
        "/nom-local": (302, {"Location": "http://localhost:9/"}, b""),
        "/nom-mappe": (302, {"Location": "http://[::ffff:10.1.2.3]/"}, b""),
        "/entier": (302, {"Location": "http://2130706433/"}, b""),
        "/echappement": (200, {"Content-Type": "image/\x1b[31mpng"}, b"hopital cyberattaque"),
        "/profond": (200, HTML, ("<div>" * 100_000 + "hôpital cyberattaque").encode()),
        "/lent": (200, HTML, b"x" * 400),
        "/moitie": (200, HTML, b"x" * 400),
    }  # fmt: skip


def feeds(base: str) -> dict[str, Answer]:
    """`/tout.xml` lists every page but those of the other feeds; `/resume.xml` sums up a closed page."""
    listed = "".join(
        f"<item><title>Valcreuse</title><link>{base}{path}</link></item>"
        for path in (*pages(base), "/404")
        if path not in ("/429", "/reste", "/autre", "/encore", "/ferme")
    )
    summed_up = (
        f"<item><title>Valcreuse</title><link>{base}/ferme</link><pubDate>Fri, 07 Jan 2022 08:00:00 GMT</pubDate>"
        "<description>L'hôpital est victime d'une cyberattaque.</description></item>"
    )
    busy = "".join(f"<item><title>Valcreuse</title><link>{base}{path}</link></item>" for path in ("/429", "/bon"))
    alone = f"<item><title>A</title><link>{base}/reste</link></item>"
    other = f"<item><title>A</title><link>{base}/autre</link></item>"
    again = f"<item><title>A</title><link>{base}/encore</link></item>"
    grown = f"<rss><channel>{again}<item><title>&b;&f;</title></item></channel></rss>"
    odd = "".join(
        f"<item><title>B</title><link>{link}</link></item>"
        for link in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://a.fr/x", "http://[")
    )
    entities = (
        '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    )
    return {
        "/tout.xml": (200, XML, f"<rss><channel>{listed}</channel></rss>".encode()),
        "/casse.xml": (200, XML, f"<rss><channel>{alone}<item><title>B & C</title><lin".encode()),
        "/resume.xml": (200, XML, f"<rss><channel>{summed_up}</channel></rss>".encode()),
        "/attendre.xml": (200, XML, f"<rss><channel>{busy}</channel></rss>".encode()),
        "/illisible.xml": (200, XML, b"<rss><chan"),
        "/page.xml": (200, HTML, b"<!doctype html><html><body>Bienvenue</body></html>"),
        "/entites.xml": (200, XML, f"{entities}{grown}".encode()),
        "/boucle.xml": (200, XML, _index(f"{base}/boucle.xml", f"{base}/boucle2.xml", f"{base}/plan.xml")),
        "/boucle2.xml": (200, XML, _index(f"{base}/boucle.xml", f"{base}/boucle2.xml")),
        "/plan.xml": (200, XML, f"<urlset><url><loc>{base}/reste</loc></url></urlset>".encode()),
        "/bombe.xml": (200, XML | {"Content-Encoding": "gzip"}, gzip.compress(b"<rss><channel>" + b" " * 30_000_000)),
        "/schemas.xml": (200, XML, f"<rss><channel>{odd}{other}</channel></rss>".encode()),
        "/absent.xml": (404, HTML, b"rien"),
    }  # fmt: skip


def _page(date: str = "2022-01-07T08:00:00+01:00", head: str = "", headers: dict[str, str] | None = None) -> Answer:
    meta = f'<meta property="article:published_time" content="{date}">' if date else ""
    html = (
        f"<html lang=fr><head><title>Valcreuse</title>{meta}{head}</head>"
        f"<body><article><h1>Valcreuse</h1><p>{_TEXT}</p></article></body></html>"
    )
    return 200, HTML | (headers or {}), html.encode()


def _index(*sitemaps: str) -> bytes:
    listed = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in sitemaps)
    return f"<sitemapindex>{listed}</sitemapindex>".encode()


def _zstd(data: bytes) -> bytes:
    from backports import zstd  # what Scrapy itself uses

    return bytes(zstd.compress(data, 1))
