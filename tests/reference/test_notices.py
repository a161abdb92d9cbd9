"""The starter notices: complete for the region, short, in our own words, and refused clearly when badly written."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from records import Article
from reference.notices import FOLDER, LONGEST_TEXT, NoticeError, notices, read_notices

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
REGION = "centre-val-de-loire.toml"

# The incidents of Centre-Val de Loire known to us: our id → words that one of its notices holds, and its year.
REGIONAL_INCIDENTS = {
    "cvl-2014-01-ars-centre": ("agences régionales de santé", "2014"),
    "cvl-2017-08-la-chatre": ("centre hospitalier de La Châtre", "2017"),
    "cvl-2019-06-samu-36": ("Samu de l’Indre", "2019"),
    "cvl-2019-10-issoudun": ("centre hospitalier d’Issoudun", "2019"),
    "cvl-2019-10-vierzon": ("centre hospitalier de Vierzon", "2019"),
    "cvl-2020-05-samu-37": ("CHU Trousseau de Chambray-lès-Tours", "2020"),
    "cvl-2021-la-chatre": ("centre hospitalier de La Châtre", "2021"),
    "cvl-2021-02-dedalus": ("Loir-et-Cher", "2021"),
    "cvl-2022-01-vinci": ("Pôle Santé Léonard de Vinci", "2022"),
    "cvl-2022-11-saint-doulchard": ("centre d’oncologie Saint-Jean", "2022"),
    "cvl-2023-07-bourges": ("hôpital Jacques-Cœur de Bourges", "2023"),
}
NOTICES = notices()
BY_URL = {notice.url: notice for notice in NOTICES}
REGIONAL = [notice.article() for notice in read_notices(FOLDER) if notice.url in (FOLDER / REGION).read_text("utf-8")]


@pytest.mark.parametrize("incident", REGIONAL_INCIDENTS)
def test_every_known_incident_of_the_region_has_its_notice(incident: str) -> None:
    words, year = REGIONAL_INCIDENTS[incident]
    assert any(words in notice.text and year in notice.text for notice in REGIONAL)


def test_the_rest_of_france_has_at_least_forty_five_notices() -> None:
    assert len(NOTICES) - len(REGIONAL) >= 45


def test_each_notice_is_an_article_marked_as_a_notice() -> None:
    for notice in NOTICES:
        assert isinstance(notice, Article)
        assert notice.kind == "notice"
        assert notice.outlet
        assert notice.language == "fr"


def test_each_notice_is_short_and_has_two_to_six_sentences() -> None:
    for notice in NOTICES:
        assert 150 <= len(notice.text) <= LONGEST_TEXT, notice.url
        assert 2 <= len(re.findall(r"[.!?](?:\s|$)", notice.text)) <= 6, notice.url


def test_no_notice_is_published_in_the_future_or_before_the_press_was_online() -> None:
    for notice in NOTICES:
        assert date(2005, 1, 1) <= notice.published_on <= date.today(), notice.url


def test_each_article_has_one_notice_with_its_own_title_and_text() -> None:
    for values in (
        [n.url for n in NOTICES],
        [n.title for n in NOTICES],
        [n.text for n in NOTICES],
        [n.id for n in NOTICES],
    ):
        assert [value for value, times in Counter(values).items() if times > 1] == []


def test_files_are_ordered_from_the_newest_article_to_the_oldest() -> None:
    for path in FOLDER.glob("*.toml"):
        days = [BY_URL[url].published_on for url in re.findall(r'^url = "(.+)"$', path.read_text("utf-8"), re.M)]
        assert days == sorted(days, reverse=True), path.name


BAD_TYPOGRAPHY = {
    "a straight apostrophe": r"'",
    "straight double quotes": r'"',
    "an ordinary blank before high punctuation": r" [;:!?»%]",
    "no blank before high punctuation": r"[^\s\u00a0][;!?»%]|[^\s\u00a0\d]:(?!//)",
    "a blank before a full stop or comma": r"\s[.,]",
    "no blank after a comma or semicolon": r"[,;][^\s\u00a0\d]",
    "guillemets without their no-break space": r"«[^\u00a0]",
    "two blanks": r"  ",
    "an English thousands separator": r"\d,\d{3}\b",
    "letters that were lost": r"\ufffd|[ÃÂ][\u0080-\u00bf]",
}


@pytest.mark.parametrize("fault", BAD_TYPOGRAPHY)
def test_typography_is_french(fault: str) -> None:
    faulty = [n.url for n in NOTICES for words in (n.title, n.text) if re.search(BAD_TYPOGRAPHY[fault], words)]
    assert faulty == []


def test_guillemets_and_brackets_are_paired() -> None:
    for notice in NOTICES:
        for opening, closing in ("«»", "()"):
            assert notice.text.count(opening) == notice.text.count(closing), notice.url


# --- what we keep beside the project, when it is there


def _words(text: str) -> list[str]:
    """Words as a reader counts them: `l’hôpital` and `Chambray-lès-Tours` are one each."""
    return re.findall(r"\w+(?:[’'‑-]\w+)*", text.lower().replace("’", "'"))


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Runs of words without a number: `dans la nuit du 6 au 7 janvier` cannot be said otherwise."""
    words = _words(text)
    runs = (tuple(words[i : i + length]) for i in range(len(words) - length + 1))
    return {run for run in runs if not any(word[0].isdigit() for word in run)}


@pytest.fixture(scope="module")
def gold() -> list[dict[str, str]]:
    path = SHARED / "gold" / "dev.jsonl"
    if not path.exists():
        pytest.skip("the gold corpus is not beside the project")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_no_run_of_eight_words_is_taken_from_the_labelled_articles(gold: list[dict[str, str]]) -> None:
    seed = "\n".join(path.read_text("utf-8") for path in (SHARED / "seed").glob("*.txt"))
    taken = _runs(seed, 8).union(*(_runs(article["text"], 8) | _runs(article["title"], 8) for article in gold))
    found = [(n.url, " ".join(run)) for n in NOTICES for run in _runs(f"{n.title}\n{n.text}", 8) & taken]
    assert found == []


def test_no_title_is_the_title_of_a_labelled_article(gold: list[dict[str, str]]) -> None:
    titles = {" ".join(_words(article["title"])) for article in gold}
    assert [notice.title for notice in NOTICES if " ".join(_words(notice.title)) in titles] == []


def test_the_dates_of_articles_are_those_of_the_labelled_corpus(gold: list[dict[str, str]]) -> None:
    published = {article["url"]: article["published"][:10] for article in gold}
    for url in published.keys() & BY_URL.keys():
        assert BY_URL[url].published_on.isoformat() == published[url], url


def test_the_list_of_the_region_holds_every_incident_we_were_given() -> None:
    path = SHARED / "reference" / "known_incidents" / "cvl_seed_incidents.csv"
    if not path.exists():
        pytest.skip("the list of known incidents is not beside the project")
    with path.open(encoding="utf-8", newline="") as file:
        given = {row["id"] for row in csv.DictReader(file) if row["id"].startswith("cvl-")}
    assert given <= REGIONAL_INCIDENTS.keys()


# --- badly written files

GOOD = """
[[notice]]
url = "https://journal.example/hopital"
outlet = "Le Journal"
published = 2022-01-07
title = "Un titre"
text = "Une phrase. Une autre."
checked = "the article"
"""

BAD_FILES = {
    "broken TOML": ("[[notice]\n", r"essai\.toml: not a TOML file"),
    "another table": ("[other]\na = 1\n", r"essai\.toml: expected \[\[notice\]\]"),
    "no entry": ("", r"essai\.toml: expected \[\[notice\]\]"),
    "an entry that is no table": ("notice = [1]\n", r"essai\.toml, notice 1"),
    "a key left out": (GOOD.replace('outlet = "Le Journal"\n', ""), r"essai\.toml, notice 1: outlet: Field required"),
    "an unknown key": (GOOD + 'autor = "x"\n', r"essai\.toml, notice 1: autor"),
    "an address that is none": (GOOD.replace("https://", ""), r"essai\.toml, notice 1: url: .*not an http"),
    "a date that is none": (GOOD.replace("2022-01-07", '"hier"'), r"essai\.toml, notice 1: published"),
    "an empty text": (GOOD.replace("Une phrase. Une autre.", "  "), r"essai\.toml, notice 1: text"),
    "a text too long": (GOOD.replace("Une phrase.", "Une phrase. " * 200), r"essai\.toml, notice 1: text"),
    "the same article twice": (GOOD + GOOD, r"essai\.toml, notice 2: a notice of https://journal\.example/hopital"),
}


@pytest.mark.parametrize("fault", BAD_FILES)
def test_a_bad_file_is_refused_with_its_name_and_entry(fault: str, tmp_path: Path) -> None:
    content, message = BAD_FILES[fault]
    (tmp_path / "essai.toml").write_text(content, encoding="utf-8")
    with pytest.raises(NoticeError, match=message):
        read_notices(tmp_path)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "essai.toml").write_text(GOOD, encoding="utf-8")
    (notice,) = read_notices(tmp_path)
    assert notice.article().published == date(2022, 1, 7)
