"""Where real pages differ from tidy ones: leads, invitations, what is left over at the end."""

from datetime import date

import pytest

from crawler.page import PageError
from tests.crawler.test_page import BODY, META, page, read

LEAD = "À Valcreuse, la grande place perd ses pavés et le marché s'en va sur le mail des Tilleuls pour six mois."
FIRST = "La ville de Valcreuse a refait les pavés de sa grande place"


def described(text: str) -> str:
    return f'{META}<meta name="description" content="{text}">'


def test_the_lead_is_known_by_the_pages_own_description_also_when_that_is_cut():
    outside = page(described(LEAD[:70] + "…")).replace(b"<article>", b"").replace(b"</h1>", b"</h1><article>")
    text = read(outside.replace(b"<article>", f'<div class="x12"><strong>{LEAD}</strong></div><article>'.encode())).text
    assert text.split("\n\n")[0] == LEAD
    assert text.count(LEAD) == 1
    assert read(page(described(LEAD))).text.startswith(FIRST)  # what is not shown is no part of the article


@pytest.mark.parametrize(
    "invitation",
    [
        '<a href="/x">À lire aussi : le marché de Bourg</a>',
        'À lire aussi : <a href="/x">le marché de Bourg</a>',
        '<span class="premium"><b>À LIRE AUSSI</b> <strong><a href="/x">Le marché de Bourg</a></strong></span>',
    ],
)
def test_an_invitation_in_the_middle_of_a_paragraph_takes_nothing_else_with_it(invitation: str):
    before, after = (
        "Les marchands ont voté le départ à une large majorité.",
        "Les clients, eux, n'ont pas été consultés.",
    )
    text = read(page(META, f"{BODY}<p>{before}<br>{invitation}<br>{after}</p>")).text
    assert before in text
    assert after in text
    assert "Bourg" not in text


def test_a_link_that_only_begins_like_an_invitation_stays():
    text = read(page(META, f'{BODY}<p>Le maire a promis <a href="/x">à liredire</a> un square.</p>')).text
    assert text.endswith("Le maire a promis à liredire un square.")


def test_headings_that_nothing_follows_are_left_out():
    more = "<h2>Les travaux</h2><p>Ils dureront jusqu'à la fin du mois de septembre, si tout va bien.</p>"
    text = read(page(META, f"{BODY}{more}<h2>Nos meilleures formations</h2><h3>Trouver un emploi</h3>")).text
    assert "Les travaux" in text
    assert text.endswith("si tout va bien.")


def test_reading_a_page_again_gives_the_same_text():
    html = page(META, BODY * 3 + "<p>Bref.</p>" * 3)
    texts = {read(html).text for _ in range(3)}
    assert len(texts) == 1


def test_a_title_loses_the_sites_name_when_the_page_shows_it_without():
    title = "Le marché de Valcreuse change de place"
    named = f'{META}<meta property="og:title" content="{title} | LV | 07.01.2022">'
    assert read(page(named, title=title)).title == title


def test_a_date_alone_before_the_title_counts_unless_it_is_the_mastheads():
    def dated(day: str) -> bytes:
        return page().replace(b"<article>", f"<article><p>Accueil | Par <b>Jeanne</b> | {day}</p>".encode())

    assert read(dated("5 janvier 2022")).published == date(2022, 1, 5)
    with pytest.raises(PageError, match="pas de date"):
        read(dated("10 janvier 2022"))  # the day of the look
