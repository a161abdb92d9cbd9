import csv
import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.moments import PARIS, day_of
from crawler.outlets import Outlet
from crawler.page import Announced, PageError, read_page
from records import Article

URL = "https://www.a.fr/indre/titre-de-la-page_12.html"
FETCHED = datetime(2022, 1, 10, 9, tzinfo=UTC)
BODY = (
    "<p>La ville de Valcreuse a refait les pavés de sa grande place, qui en avait bien besoin depuis la guerre.</p>"
    "<p>Le marché se tiendra sur le mail des Tilleuls pendant les six mois que dureront les travaux de la place.</p>"
)
NINE = datetime(2022, 1, 7, 9, tzinfo=PARIS)
AT_NINE = {"datePublished": "2022-01-07T09:00"}
OUTLET = Outlet(id="a", name="Le A", hosts=("www.a.fr",), feeds=("https://www.a.fr/rss",), prune=(".encadre",))


def page(head: str = "", body: str = BODY, title: str = "Le marché change de place") -> bytes:
    return (
        f'<!doctype html><html lang="fr"><head><title>{title}</title>{head}</head>'
        f"<body><nav>Accueil Santé</nav><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(fields)}</script>'


def read(html: bytes, **given: object) -> Article:
    return read_page(html, URL, **{"outlet": OUTLET, "fetched": FETCHED, **given})  # type: ignore[arg-type]


META = '<meta property="article:published_time" content="2022-01-07T09:00:00+01:00">'


def test_a_plain_page_becomes_an_article():
    article = read(page(META))
    assert article.title == "Le marché change de place"
    assert article.text.startswith("La ville de Valcreuse")
    assert article.text.count("\n\n") == 1
    assert (article.outlet, article.access, article.language, article.rights) == ("Le A", "free", "fr", "unknown")
    assert article.fetched == FETCHED


@pytest.mark.parametrize(
    ("head", "published"),
    [
        (META, NINE),
        (ld(**{"@type": "NewsArticle", "datePublished": "2022-01-07T08:00:00Z"}), NINE),
        (ld(**{"@graph": [{"@type": "WebPage"}, {"@type": ["ReportageNewsArticle"], **AT_NINE}]}), NINE),
        (ld(**{"@type": "Article", **AT_NINE}).replace("}", ",}"), NINE),
        ('<meta itemprop="datePublished" content="2022-01-07">', date(2022, 1, 7)),
        # JSON-LD before the page's other words
        (ld(**{"@type": "NewsArticle", "datePublished": "2022-01-07T09:00+01:00"}) + META.replace("T09", "T08"), NINE),
        # a list of teasers is no word on this page
        (ld(**{"@type": "ItemList", "itemListElement": [{"@type": "Article", "datePublished": "2022"}]}) + META, NINE),
        # day and month swapped into the future: the next source is right
        (ld(**{"@type": "NewsArticle", "datePublished": "2022-07-01T09:00+01:00"}) + META, NINE),
        # a day alone, and its time elsewhere
        (ld(**{"@type": "NewsArticle", "datePublished": "2022-01-07"}) + META, NINE),
    ],
)  # fmt: skip
def test_the_date_comes_from_the_best_source_with_its_zone(head: str, published: date):
    assert read(page(head)).published == published


@pytest.mark.parametrize(
    ("shown", "published"),
    [
        ("<p>Publié le <b>07/01/2022</b> à 9h00</p>", NINE),
        ("<p>Publié hier à 19h25</p>", datetime(2022, 1, 9, 19, 25, tzinfo=PARIS)),
        ('<p>Publié <time datetime="2022-01-07T08:00:00Z">vendredi</time></p>', NINE),
        ("<p>7 janvier 2022</p>", date(2022, 1, 7)),
    ],
)
def test_the_date_shown_to_readers_is_taken_when_the_page_gives_no_other(shown: str, published: date):
    article = read(page(body=shown + BODY))
    assert article.published == published
    assert article.text.startswith(("La ville", "7 janvier"))


def test_the_feeds_date_is_taken_when_the_page_is_silent_or_shows_its_last_edit():
    assert read(page(), announced=Announced(published=NINE)).published == NINE
    edited = META.replace("2022-01-07", "2022-01-09")
    assert read(page(edited), announced=Announced(published=NINE)).published == NINE


def test_modification_is_kept_when_it_makes_sense():
    both = ld(
        **{"@type": "NewsArticle", "datePublished": "2022-01-07T09:00+01:00", "dateModified": "2022-01-08T10:00Z"}
    )
    assert read(page(both)).modified == datetime(2022, 1, 8, 10, tzinfo=UTC)
    before = META + '<meta property="article:modified_time" content="2021-12-31T09:00:00+01:00">'
    assert read(page(before)).modified is None


def test_a_headline_that_metadata_cut_short_is_told_whole_and_not_again_in_the_text():
    whole = "À Valcreuse, le marché change de place pendant six mois : « On s'y fera », disent les marchands de légumes"
    article = read(page(META + ld(**{"@type": "NewsArticle", "headline": whole[:75], **AT_NINE}), title=whole))
    assert article.title == whole
    assert article.text.startswith("La ville de Valcreuse")


@pytest.mark.parametrize(
    ("head", "body", "access"),
    [
        (ld(**{"@type": "NewsArticle", "isAccessibleForFree": False}), "", "paywalled"),
        (ld(**{"@type": "NewsArticle", "isAccessibleForFree": "False"}), "", "paywalled"),
        (ld(**{"@type": "NewsArticle", "isAccessibleForFree": "http://schema.org/True"}), "", "free"),
        (
            ld(**{"@type": "NewsArticle", "hasPart": {"isAccessibleForFree": "false", "cssSelector": ".x"}}),
            "",
            "paywalled",
        ),
        ('<meta property="article:content_tier" content="locked">', "", "paywalled"),
        ("", "<p>Article réservé aux abonnés</p>", "paywalled"),
        ("", "<div class='bg-premium-2'>Abonnez-vous</div>", "free"),  # also shown to ad blockers on free pages
    ],
)
def test_the_paywall_is_told(head: str, body: str, access: str):
    article = read(page(META + head, body + BODY))
    assert article.access == access
    assert "abonn" not in article.text.lower()


def test_the_text_behind_a_paywall_is_not_taken_from_json_ld():
    hidden = {"@type": "NewsArticle", "isAccessibleForFree": False, "articleBody": "Le secret des abonnés. " * 20}
    lead = "<p>La ville de Valcreuse refait sa grande place, et le marché se tiendra ailleurs pendant six mois.</p>"
    assert "secret" not in read(page(META + ld(**hidden), lead)).text


@pytest.mark.parametrize(
    "around",
    [
        '<div class="newsletter"><p>Chaque matin, le meilleur du Val.</p></div>',
        "<div><h2>Société</h2><p>Découvrez les sujets qui font la vie locale, comme la santé et la justice.</p><p>Le A "
        "utilise votre adresse e-mail afin de vous envoyer la newsletter. On peut se désinscrire.</p></div>",
        "<p>Santé</p><p>Découvrez les sujets qui font la santé et la justice.</p><p>Le A utilise votre adresse e-mail "
        "afin de vous envoyer la newsletter « Santé ».</p>",
        "<figure><img><figcaption>La santé, photo Jean Exemple</figcaption></figure>",
        "<p>Lire aussi : la santé et la justice</p>",
        "<p>À lire aussi Notre dossier sur la santé et la justice</p>",
        "<p>Par Jeanne Santé et Jean-Paul Justice</p>",
        "<div class='encadre'><p>La santé et la justice, un encadré de notre partenaire de toujours.</p></div>",
        "<aside><ul><li>La santé la plus lue</li></ul></aside>",
        "<form><p>Recevez la santé et la justice</p><input></form>",
    ],
)  # fmt: skip
def test_what_is_no_part_of_the_article_is_left_out(around: str):
    first, second = BODY.split("</p>")[0] + "</p>", BODY.split("</p>")[1] + "</p>"
    text = read(page(META, first + around + second)).text.lower()
    assert "santé" not in text
    assert "justice" not in text
    assert text.count("\n\n") == 1


def test_an_intertitle_after_a_form_stays():
    form = "<p>Le A utilise votre adresse e-mail afin de vous envoyer la newsletter.</p><h2>Six mois de travaux</h2>"
    first, second = BODY.split("</p>")[0] + "</p>", BODY.split("</p>")[1] + "</p>"
    assert "Six mois de travaux" in read(page(META, first + form + second)).text


@pytest.mark.parametrize(
    "odd", ["&#1;", "&#x1F;", "\x02", "&#55296;", "&#x110000;", "\ufffe", "&#8;", "]]>", "<![CDATA[x]]>"]
)
def test_odd_characters_are_no_hindrance(odd: str):
    text = read(page(META, BODY.replace("La ville", f"La {odd}ville"))).text
    assert "ville de Valcreuse" in text
    text.encode()


def test_the_lead_is_part_of_the_text_once():
    lead = '<div class="entete"><p class="chapo">À Valcreuse, les étals quitteront la place au mois de mars.</p></div>'
    text = read(page(META, lead + BODY)).text
    assert text.startswith("À Valcreuse, les étals")
    assert text.count("À Valcreuse") == 1


def test_a_very_short_article_is_not_given_twice():
    brief = (
        "Les pompiers ont éteint un feu de poubelle à Valcreuse lundi soir, sans faire de blessé ni de dégât notable."
    )
    for body in (f"<p>{brief}</p>", f"<div>{brief}</div>", f"<div><p>{brief}</p><p>{brief}</p></div>"):
        assert read(page(META, body)).text == brief


def test_text_is_composed_unicode_without_odd_blanks():
    decomposed = "<p>Le me\u0301decin de garde a\u0300\u00a0Valcreuse a reçu toute la nuit, et recommencera.</p>"
    text = read(page(META, decomposed + BODY)).text
    assert text.startswith("Le médecin de garde à Valcreuse")


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("/indre/titre-canonique_12.html?utm_source=x", "https://www.a.fr/indre/titre-canonique_12.html"),
        ("https://m.a.fr/indre/titre_12.html", "https://m.a.fr/indre/titre_12.html"),
        ("https://evil.example/indre/titre_12.html", URL),
        ("https://www.a.fr/", URL),
        ("javascript:alert(1)", URL),
    ],
)
def test_the_canonical_address_counts_on_the_same_site_only(canonical: str, url: str):
    assert read(page(META + f'<link rel="canonical" href="{canonical}">')).url == url


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (b"", "page vide"),
        (b"\x00 \n", "page vide"),
        (page(META, ""), "texte (vide|trop court)"),
        (page(META, "<p>Bref.</p>"), "texte trop court"),
        (page(), "pas de date de publication"),
        (page(META.replace("2022-01", "2032-01")), "date de publication dans l'avenir"),
        (page(META, "<p>{{article.corps}}</p>" + BODY), "pas rendue par le serveur"),
        (page(META, "<p>La page que vous cherchez n'existe plus.</p>" + BODY, "Page introuvable"), "n'existe plus"),
        (page(META, "<p>Nous et nos partenaires stockons des informations.</p>"), "mur de consentement"),
        (page(META, "<p>Veuillez activer JavaScript pour lire la suite de cette page.</p>"), "JavaScript"),
        (page(META, "<p>Vérifiez que vous êtes humain avant de continuer votre visite.</p>"), "anti-robot"),
        ((b"<div>" * 100_000) + b"trop loin", "."),
        (page(META + '<meta name="tdm-reservation" content="1">'), "fouille de textes"),
        (page(META + '<meta name="robots" content="max-image-preview:large, noarchive">'), "noarchive"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(html: bytes, reason: str):
    with pytest.raises(PageError, match=reason):
        read(html)


def test_headers_tell_the_rights_and_charset_too():
    with pytest.raises(PageError) as error:
        read(page(META), headers={"TDM-Reservation": "1"})
    assert error.value.refused
    with pytest.raises(PageError, match="noarchive"):
        read(page(META), headers={"X-Robots-Tag": "noarchive"})
    assert read(page(META), headers={"X-Robots-Tag": "googlebot: noarchive"}).rights == "unknown"
    assert read(page(META), headers={"tdm-reservation": "0"}).rights == "tdm-ok"
    assert read(page(META), headers={"tdm-reservation": "1"}, obey=False).rights == "tdm-reserved"


def test_names_of_authors_are_nowhere_in_an_article():
    head = (
        META
        + ld(**{"@type": "NewsArticle", "author": {"name": "Jeanne Exemple"}})
        + '<meta name="author" content="Jeanne Exemple">'
    )
    assert "Exemple" not in read(page(head, "<p>Par Jeanne Exemple</p>" + BODY)).model_dump_json()


def test_no_e_mail_address_is_kept():
    sentence = (
        "<p>Qui a vu le camion peut écrire à jeanne.exemple@a.fr, ou passer à la mairie de Valcreuse le matin.</p>"
    )
    text = read(page(META, BODY + sentence + "<p>Jeanne : jeanne@a.fr</p>")).text
    assert "@" not in text
    assert "Qui a vu le camion peut écrire à [adresse], ou passer" in text
    assert not text.rstrip().endswith("Jeanne :")


def test_an_english_page_is_told_to_be_english():
    english = (
        "<p>The hospital said that the attack was contained and that all of the services are running in this town.</p>"
        * 1
    )
    assert read(page(META, english + english.replace("hospital", "clinic"))).language == "en"


def test_stored_french_pages_give_their_known_dates(shared: Path):
    folder = shared / "pages"
    rows = list(csv.DictReader((folder / "manifest.csv").open(encoding="utf-8")))
    known = right = 0
    for row in rows:
        url = row["url"] if row["url"].startswith("http") else f"https://example.org{row['url'] or '/x'}"
        html = gzip.decompress((folder / row["file"]).read_bytes())
        try:
            article = read_page(html, url, outlet=None, fetched=datetime.now(UTC), obey=False)
        except PageError:  # and nothing else
            article = None
        if row["date_gt"]:
            known += 1
            right += article is not None and day_of(article.published).isoformat() == row["date_gt"]
    assert right >= known - 1
