"""`vigie extract` and `vigie evaluate`, as they are typed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

from records import Report
from tests.conftest import ROOT, Vigie, line, rows
from tests.samples import ATTACK, SEED_STATES, VINCI, WEATHER


def test_extract_names_each_bad_line_and_does_the_rest(vigie: Vigie, tmp_path: Path) -> None:
    bad = [
        "no json",
        "[]",
        json.dumps({"url": "https://gazette.example/a", "title": "t", "published": "2022-01-07"}),
        line(ATTACK.model_copy(update={"text": "  "})),
        json.dumps({**json.loads(line(ATTACK)), "published": "2999-01-01"}),
        json.dumps({**json.loads(line(ATTACK)), "url": "file:///etc/passwd"}),
    ]
    file = tmp_path / "in.jsonl"
    file.write_text("\n".join([*bad, "", line(ATTACK)]) + "\n", encoding="utf-8")

    done = vigie("extract", str(file))

    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert [one.split(": ", 1)[0] for one in said[:-1]] == [f"{file}:{n}" for n in range(1, len(bad) + 1)]
    [report] = rows(done.stdout)
    assert report["url"] == ATTACK.url


def test_extract_writes_reports_in_the_published_shape_from_stdin(vigie: Vigie) -> None:
    done = vigie("extract", stdin="".join(line(a) + "\r\n" for a in (WEATHER, ATTACK)))

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    weather, attack = rows(done.stdout)
    assert (weather["relevant"], weather["incidents"]) == (False, [])
    report = Report.model_validate(attack)
    assert report.model_dump(mode="json") == attack
    [incident] = report.incidents
    assert incident.facility.finess == VINCI
    for spans in incident.evidence.values():
        assert all(ATTACK.text[a:b].strip() for a, b in spans)


def test_extract_explains_each_value_on_a_page(vigie: Vigie, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    typed_otherwise = ATTACK.model_copy(update={"text": unicodedata.normalize("NFD", ATTACK.text)})
    done = vigie("extract", "--explain", str(target), stdin=line(typed_otherwise) + "\n{}\n")

    assert done.returncode == 1, done.stderr
    assert "stdin:2" in done.stderr
    [report] = rows(done.stdout)
    assert report["relevant"]
    page = target.read_text(encoding="utf-8")
    marked = re.findall(r"<mark[^>]*>([^<]+)", page)
    assert any("urgences" in words for words in marked)
    assert "Finess 370007569" in page

    refused = vigie("extract", "--explain", str(tmp_path / "none" / "page.html"), stdin=line(ATTACK))
    assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)


def test_extract_answers_each_line_as_it_comes(vigie: Vigie) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "extract"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert process.stdin
    assert process.stdout
    for article in (ATTACK, WEATHER):
        process.stdin.write(line(article) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["url"] == article.url
    process.stdin.close()
    assert process.wait(timeout=30) == 0


def test_offsets_hold_for_texts_with_every_kind_of_line_break(vigie: Vigie) -> None:
    text = "Été\u00a0: l’hôpital\u2028🚑 \r\n" + ATTACK.text.replace("\n\n", "\r\n\r\n")
    done = vigie("extract", stdin=line(ATTACK.model_copy(update={"text": text})))
    [report] = rows(done.stdout)
    [incident] = report["incidents"]
    [[start, end], *_] = incident["evidence"]["services/urgences/ferme"]
    assert "ferm" in text[start:end]


def test_evaluate_prints_figures_and_confusions_and_writes_them(vigie: Vigie, tmp_path: Path) -> None:
    gold = {
        **json.loads(line(ATTACK)),
        "id": "1",
        "relevant": True,
        "incidents": [
            {
                "facility": {"name": "Pôle Santé Léonard de Vinci", "commune": "Chambray-lès-Tours"},
                "occurred": {"start": "2022-01-06", "end": "2022-01-07", "precision": "night"},
                "attack_types": [{"type": "rancongiciel", "certainty": "confirmed"}],
                "services": [{"service": "urgences", "status": "ferme"}],
            }
        ],
    }
    file, written = tmp_path / "gold.jsonl", tmp_path / "evaluation.json"
    file.write_text(json.dumps(gold) + "\n", encoding="utf-8")

    done = vigie("evaluate", str(file), "--json", str(written), "--errors")

    assert done.returncode == 0, done.stderr
    assert "victim facility          F1 1.000" in done.stdout
    assert "rancongiciel → cyberattaque_non_precisee  1" in done.stdout
    assert "1 | attack_types | ['rancongiciel'] | ['cyberattaque_non_precisee']" in done.stderr
    told = json.loads(written.read_text(encoding="utf-8"))
    assert (told["articles"], told["corpus"]) == (1, "gold.jsonl")
    assert {f["name"] for f in told["figures"]} >= {"facility", "services", "occurred"}
    file.write_text('{"url": "https://gazette.example/"}\n', encoding="utf-8")
    refused = vigie("evaluate", str(file))
    assert refused.returncode == 2
    assert f"{file}:1" in refused.stderr


def test_the_seed_article_is_read_as_its_careful_reader_would(vigie: Vigie, shared: Path) -> None:
    from tests.site.pages import seed_story

    story = seed_story(next((shared / "seed").glob("*.txt")))
    article = {"url": story.source, "title": story.title, "published": story.published.isoformat()}
    done = vigie("extract", stdin=json.dumps({**article, "text": "\n\n".join([story.lead, *story.paragraphs])}))
    [report] = rows(done.stdout)
    [incident] = report["incidents"]
    assert incident["facility"]["finess"] == VINCI
    assert incident["occurred"]["start"] == "2022-01-06"
    assert incident["occurred"]["end"] == "2022-01-07"
    assert incident["occurred"]["precision"] == "night"
    assert {t["type"] for t in incident["attack_types"]} == {"cyberattaque_non_precisee"}
    states = {(s["service"], s["status"]) for s in incident["services"]}
    assert states >= SEED_STATES
    receivers = " ".join(r["name"] for r in incident["diverted_to"])
    assert "Trousseau" in receivers
    assert "NCT+" in receivers
    assert set(incident["authorities"]) >= {"gendarmerie", "parquet"}
    assert incident["actor"] is None
    assert incident["ransom"] is None
