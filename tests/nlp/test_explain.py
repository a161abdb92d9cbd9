"""The page of `vigie extract --explain`: complete, inert, self-contained."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import Doc

from nlp.assemble import report
from nlp.document import Finding
from nlp.explain import MOST_LEFT_OUT, page, write
from nlp.explain.wordings import WORDS
from nlp.reader import Reader
from records import Article, ReportedIncident

TITLE = "Cyberattaque à la clinique des Trois-Ormes"
TEXT = """La clinique des Trois-Ormes, à Bourges, a été victime d'un rançongiciel dans la nuit de mardi à mercredi.

La direction a porté plainte.

Les urgences sont fermées et les patients sont dirigés vers l'hôpital de Vierzon. La Cnil a été prévenue.

En février 2021, l'hôpital de Dax avait été paralysé par un rançongiciel. Des opérations pourraient être reportées.

Recevez notre newsletter : les urgences rouvrent."""
HOSTILE = (
    """<script>alert(1)</script> & <img src=x onerror="alert(2)"> a été victime d'une cyberattaque </mark></div>"""
)


class Page(HTMLParser):
    """Elements, attributes and visible text of a page; elements that must be closed are."""

    VOID = frozenset({"meta", "br", "img", "link", "input", "hr"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def explained(parse: Callable[..., Doc]) -> Callable[..., Page]:
    def run(text: str = TEXT, title: str = TITLE) -> Page:
        doc = parse(text, title=title)
        return Page(page(doc, report(doc, "test")))

    return run


def test_every_value_stands_with_its_words_and_its_rule(explained: Callable[..., Page]) -> None:
    text = explained().text
    for words in (
        "Rançongiciel",
        "affirmé",
        "du 12/03/2024 au 13/03/2024",
        "Urgences : fermé",
        "Cnil",
        "département 18",
    ):
        assert words in text
    assert "urgences sont fermées" in text
    assert "« nuit de mardi à mercredi »" in text


def test_the_text_is_whole_and_its_spans_lead_to_their_values(explained: Callable[..., Page]) -> None:
    read = explained()
    marks = [a for a in read.all("mark") if a.get("title")]
    assert {"f-facility", "f-occurred", "f-attack_types", "f-services", "f-diverted_to", "f-authorities"} <= {
        str(m["class"]) for m in read.all("mark")
    }
    assert marks
    anchors = {a["id"] for _, a in read.tags if a.get("id")}
    links = {str(a["href"]) for a in read.all("a") if str(a["href"]).startswith("#")}
    assert links
    assert {link[1:] for link in links} <= anchors
    plain = re.sub(r"\d+(?= |$|[.,:])", "", read.text)
    for sentence in ("a été victime d", "avait été paralysé par un rançongiciel", "les urgences rouvrent"):
        assert sentence in plain


def test_what_was_left_out_stands_with_its_reason(explained: Callable[..., Page]) -> None:
    text = explained().text
    after = text[text.index("Envisagé et écarté") :]
    assert "Écarté :" in after
    assert "hors du texte de l’article" in after
    assert "Dax" in after


def test_noise_is_grey(explained: Callable[..., Page]) -> None:
    assert sum(a.get("class") == "noise" for a in explained().all("span")) >= 2


def test_the_score_stands_with_its_features_and_words(parse: Callable[..., Doc]) -> None:
    doc = parse(TEXT, title=TITLE)
    found = report(doc, "test")
    assert found.relevance > 0.9
    text = Page(page(doc, found)).text
    assert f"Pertinence : {found.relevance:.2f}".replace(".", ",") in text
    assert "l’attaque est dans le titre" in text
    assert "« rançongiciel »" in text


def test_spans_that_overlap_show_both_fields(parse: Callable[..., Doc]) -> None:
    doc = parse(TEXT, title=TITLE)
    found = report(doc, "test")
    incident = found.incidents[0]
    (a, b), *_ = incident.evidence["services/urgences/ferme"]
    over = {**incident.evidence, "actor": ((a + 4, b + 5),)}
    changed = incident.model_copy(update={"actor": "LockBit", "evidence": over})
    read = Page(page(doc, found.model_copy(update={"incidents": (changed,)})))
    both = [m for m in read.all("mark") if m.get("title") == "Service, Groupe nommé"]
    assert both
    assert "linear-gradient" in str(both[0]["style"])


@pytest.mark.parametrize("title", [HOSTILE, "</title></style><script>alert(1)</script>", '"><svg onload=alert(1)>', ""])
def test_nothing_of_an_article_is_alive(explained: Callable[..., Page], title: str) -> None:
    read = explained(text=f"{HOSTILE}\n\n{TEXT}\n\n{HOSTILE}", title=title)
    tags = {tag for tag, _ in read.tags}
    assert not tags & {"script", "img", "svg", "iframe", "object", "form", "base", "link"}
    assert not any(name.startswith("on") for _, attributes in read.tags for name in attributes)
    assert "<script>alert(1)</script>" in read.text


def test_an_address_cannot_leave_its_attribute(parse: Callable[..., Doc]) -> None:
    doc = parse(TEXT, title=TITLE)
    doc._.article = doc._.article.model_copy(update={"url": 'https://example.org/"><script>alert(1)</script>'})
    read = Page(page(doc, report(doc, "test")))
    assert "script" not in {tag for tag, _ in read.tags}


def test_the_page_asks_nothing_of_anybody(explained: Callable[..., Page]) -> None:
    read = explained()
    assert not [a for tag, a in read.tags if "src" in a or (tag == "link")]
    assert [str(a["href"]) for a in read.all("a") if not str(a["href"]).startswith("#")] == ["https://example.org/a"]
    (policy,) = [a["content"] for a in read.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in str(policy)


def test_the_page_is_french_fits_a_phone_and_prints(parse: Callable[..., Doc]) -> None:
    doc = parse(TEXT, title=TITLE)
    source = page(doc, report(doc, "test"))
    read = Page(source)
    assert read.all("html") == [{"lang": "fr"}]
    assert len(read.all("h1")) == 1
    assert any(a.get("name") == "viewport" for a in read.all("meta"))
    assert "@media print" in source
    assert "url(" not in source
    assert "@import" not in source


def test_an_article_without_an_incident_says_so(explained: Callable[..., Page]) -> None:
    text = explained("Le marché aura lieu samedi.", "Le marché de la Saint-Jean").text
    assert "Aucun incident n’est tiré de cet article." in text
    assert "pas d’incident" in text


def test_what_is_too_much_to_show_is_counted(parse: Callable[..., Doc]) -> None:
    doc = parse(TEXT, title=TITLE)
    more = [Finding("actor", "X", 0, 5, "essai", "essai") for _ in range(MOST_LEFT_OUT + 50)]
    doc._.findings = [*doc._.findings, *more]
    assert re.search(r"Et \d\d autres\.", page(doc, report(doc, "test")))


def test_several_articles_share_a_page_with_a_link_to_each(nlp: Any, tmp_path: Path) -> None:
    class Opened(Reader):
        def __init__(self) -> None:
            self.language, self._words = nlp, len(nlp.vocab)

    articles = [
        Article(url=f"https://example.org/{n}", title=title, published="2024-03-14", text=TEXT)
        for n, title in enumerate((TITLE, HOSTILE, "Le marché"))
    ]
    target = tmp_path / "page.html"
    reports = write(Opened(), articles, target)
    assert [r.url for r in reports] == [a.url for a in articles]
    read = Page(target.read_text(encoding="utf-8"))
    ids = [a["id"] for _, a in read.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    assert {"#a1", "#a2", "#a3"} <= {str(a["href"]) for a in read.all("a")}
    assert len(read.all("section")) == 3


def test_every_field_and_value_has_its_french_word_and_colour() -> None:
    fields = set(ReportedIncident.model_fields) - {"evidence", "title_evidence"}
    assert fields <= set(WORDS["fields"])
    assert set(WORDS["colours"]) == set(WORDS["fields"])
