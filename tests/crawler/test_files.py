import io
import json
from datetime import date, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.files import Failure, read_files, read_jsonl
from crawler.moments import PARIS
from records import Article
from tests.site.pages import gazette, stories

GOOD = {"url": "https://a.fr/x", "title": "Titre", "published": "2022-01-07", "text": "Le texte."}
STORY = stories("gazette")[0]
PAGE = gazette("https://gazette.example", [STORY])[STORY.path][2]
ADDRESS = f"https://gazette.example{STORY.path}"


def line(**changed: object) -> str:
    return json.dumps({**GOOD, **changed})


def read_one(text: str) -> Article | Failure:
    return next(read_jsonl([text], "liste.jsonl"))


def test_a_line_becomes_an_article_and_other_keys_are_passed_over():
    article = read_one(line(outlet="Le A", relevant=True, incidents=[], id="001"))
    assert isinstance(article, Article)
    assert (article.url, article.published, article.outlet) == ("https://a.fr/x", date(2022, 1, 7), "Le A")


def test_times_without_a_zone_are_french():
    article = read_one(line(published="2022-07-07T10:00:00"))
    assert isinstance(article, Article)
    assert article.published == datetime(2022, 7, 7, 10, tzinfo=PARIS)


def test_the_text_keeps_its_offsets_and_can_always_be_written_out():
    article = read_one(line(text="l'ho\u0302pital\u0000 \ud800 fermé"))
    assert isinstance(article, Article)
    assert article.text == "l'ho\u0302pital\ufffd \ufffd fermé"
    article.model_dump_json().encode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pas du JSON", "JSON invalide"),
        ("[1]", "pas un objet JSON"),
        (line(url="ftp://a.fr/x"), "« url » n'est pas une adresse"),
        (line(url=None), "« url » manque"),
        (line(text=" \n "), "« text » manque ou est vide"),
        (line(title=3), "« title » manque ou est vide"),
        (line(published="2922-01-07"), "date de publication dans l'avenir"),
        (line(published="jeudi"), "« published » n'est pas une date"),
        (line(access="gratuit"), "« access » est invalide"),
        ("[" * 100_000, "JSON invalide"),
    ],
)
def test_a_bad_line_is_named_with_its_reason_and_the_rest_is_read(text: str, reason: str):
    failure, article = read_jsonl([text, line()], "liste.jsonl")
    assert isinstance(failure, Failure)
    assert failure.where == "liste.jsonl:1"
    assert reason in failure.reason
    assert isinstance(article, Article)


def test_empty_lines_are_no_articles_and_lines_keep_their_number():
    assert [r.where for r in read_jsonl(["", "\n", "{}"], "-") if isinstance(r, Failure)] == ["-:3"]


def test_a_stream_is_read_as_it_comes():
    def endless():
        yield line()
        raise AssertionError("read too far ahead")

    assert isinstance(next(read_jsonl(endless(), "-")), Article)


def test_a_manifest_gives_addresses_to_saved_pages(tmp_path: Path):
    (tmp_path / "page.html").write_bytes(PAGE)
    manifest = tmp_path / "pages.tsv"
    manifest.write_text(
        f"{ADDRESS}\tpage.html\nrien\nhttps://a.fr/y\tabsent.html\nftp://x\tpage.html\n", encoding="utf-8"
    )
    article, *failures = read_files([manifest])
    assert isinstance(article, Article)
    assert (article.url, article.title) == (ADDRESS, STORY.title)
    assert [f.where for f in failures if isinstance(f, Failure)] == [f"{manifest}:{n}" for n in (2, 3, 4)]


def test_a_folder_gives_its_pages_by_their_own_address(tmp_path: Path):
    (tmp_path / "sous").mkdir()
    (tmp_path / "sous" / "page.htm").write_bytes(PAGE)
    (tmp_path / "anonyme.html").write_bytes(PAGE.replace(b"canonical", b"autre"))
    (tmp_path / "liste.jsonl").write_text(line() + "\n", encoding="utf-8")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    found = list(read_files([tmp_path]))
    assert sorted(a.url for a in found if isinstance(a, Article)) == ["https://a.fr/x", ADDRESS]
    assert [Path(f.where).name for f in found if isinstance(f, Failure)] == ["anonyme.html"]


def test_what_is_not_there_or_empty_is_named(tmp_path: Path):
    absent, empty = read_files([tmp_path / "absent.jsonl", tmp_path])
    assert isinstance(absent, Failure)
    assert absent.where.endswith("absent.jsonl")
    assert isinstance(empty, Failure)
    assert "aucune page" in empty.reason


@pytest.mark.parametrize("gzip", [True, False])
def test_a_web_archive_gives_its_pages(tmp_path: Path, gzip: bool):
    file = tmp_path / ("a.warc.gz" if gzip else "a.warc")
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=gzip)
        for url, status, kind, body in [
            (ADDRESS, "200 OK", "text/html; charset=utf-8", PAGE),
            (ADDRESS, "404 Not Found", "text/html", b"rien"),
            ("https://a.fr/photo.jpg", "200 OK", "image/jpeg", b"\xff\xd8"),
            ("https://a.fr/vide", "200 OK", "text/html", b"<p></p>"),
        ]:
            headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers)
            )
    article, failure = read_files([file])
    assert isinstance(article, Article)
    assert article.url == ADDRESS
    assert isinstance(failure, Failure)
    assert failure.where == "https://a.fr/vide"


def test_a_broken_archive_gives_what_stands_before_the_break(tmp_path: Path):
    file = tmp_path / "a.warc.gz"
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(ADDRESS, "response", payload=io.BytesIO(PAGE), http_headers=headers)
        )
    whole = file.read_bytes()
    file.write_bytes(whole + b"ceci n'est pas une archive" * 10)
    article, failure = read_files([file])
    assert isinstance(article, Article)
    assert isinstance(failure, Failure)
    assert "archive illisible" in failure.reason


def test_the_development_corpus_is_read_whole(shared: Path):
    found = list(read_files([shared / "gold" / "dev.jsonl"]))
    assert len(found) == 165
    assert all(isinstance(article, Article) for article in found)
