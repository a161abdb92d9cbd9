"""What leaves the store: complete, safe to open, the same each time, and never an article's text."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO

import pytest

from index.acting import Analyst
from index.columns import COLUMNS
from index.consolidate import consolidate
from index.export import FORMATS, escaped, unescaped, write, write_ids
from index.store import Query, Store
from records import Review
from tests.index.samples import NOW, article, attacks, facility, incident, report, said, services, source

HOSTILE = [
    "=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", "'quoted", "''", "'=1", 'a"b',
    "a;b", "a,b", "a\nb", "<script>", "é œ 💥",
]  # fmt: skip


def exported(store: Store, format: str, query: Query | None = None) -> str:
    stream = BytesIO()
    write(store, query or Query(), format, stream)
    return stream.getvalue().decode("utf-8-sig" if format == "csv-excel" else "utf-8")


def rows(store: Store, format: str = "csv") -> list[dict[str, str]]:
    text = exported(store, format)
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=";" if format == "csv-excel" else ","))


@pytest.mark.parametrize("format", ["csv", "csv-excel"])
def test_no_cell_is_a_formula_and_each_can_be_read_back(store: Store, format: str) -> None:
    for n, text in enumerate(HOSTILE, start=1):
        of = article(n, outlet=text)
        store.put_incident(incident(n, facility=facility(text, text), actor=text, reports=(source(of),)))
    found = rows(store, format)
    assert len(found) == len(HOSTILE)
    for row in found:
        for name in ("facility", "commune", "actor", "outlets"):
            assert not row[name].startswith(tuple("=+-@\t\r\n＝＋－＠"))
        n = int(row["id"].split("-")[2])
        assert unescaped(row["facility"]) == HOSTILE[n - 1]


@pytest.mark.parametrize("text", [*HOSTILE, "", "plain", "a=b"])
def test_the_escape_can_be_undone(text: str) -> None:
    assert unescaped(escaped(text)) == text


def test_numbers_stay_numbers_even_below_zero(store: Store) -> None:
    store.put_incident(incident(facility=facility(lat=47.4, lon=-1.5)))
    assert rows(store)[0]["lon"] == "-1.5"


def test_the_dialects_are_those_of_machines_and_of_french_excel(store: Store) -> None:
    store.put_incident(incident())
    for format, start in (("csv", b"id,facility,"), ("csv-excel", b"\xef\xbb\xbfid;facility;")):
        stream = BytesIO()
        assert write(store, Query(), format, stream) == 1
        assert stream.getvalue().startswith(start)
        assert stream.getvalue().endswith(b"\r\n")


def test_json_lines_hold_the_fields_and_where_they_come_from(store: Store) -> None:
    of = article(1)
    one = incident(reports=(source(of, services=("Une phrase.",)),), services=services("urgences:ferme"))
    store.put_incident(one)
    (line,) = exported(store, "jsonl").splitlines()
    found = json.loads(line)
    assert found["id"] == one.id
    assert found["services"] == [{"service": "urgences", "status": "ferme", "mention": "urgences:ferme"}]
    given = {"url": of.url, "outlet": "journal", "title": of.title, "published": "2022-01-07", "kind": "article"}
    assert found["reports"] == [given | {"copy_of": None}]


def test_a_map_has_longitude_first_and_no_place_for_what_is_nowhere(store: Store) -> None:
    store.put_incident(incident(1, facility=facility(lat=47.4, lon=0.7)))
    store.put_incident(incident(2))
    features = json.loads(exported(store, "geojson"))["features"]
    assert [f["id"] for f in features] == ["VIG-2022-0002", "VIG-2022-0001"]
    assert [f["geometry"] for f in features] == [None, {"type": "Point", "coordinates": [0.7, 47.4]}]
    assert all(f["type"] == "Feature" and f["properties"]["id"] == f["id"] for f in features)


def test_an_empty_search_makes_sound_files(store: Store) -> None:
    assert exported(store, "jsonl") == ""
    assert json.loads(exported(store, "geojson"))["features"] == []
    assert rows(store) == []


def test_nothing_exported_holds_an_article_s_text_or_a_reviewer_s_name(store: Store) -> None:
    of = article(1, text="Les urgences sont fermées depuis vendredi.")
    store.put_article(of)
    reviewed = Review(by="ana@example.org", at=NOW, changed={"actor": "Hive"}, note="vu avec Ana")
    store.put_incident(incident(reports=(source(of, services=(of.text,)),), reviewed=reviewed))
    for format in FORMATS:
        text = exported(store, format)
        assert "vendredi" not in text
        assert "ana" not in text.lower().replace("analyses", "")


def test_what_analysts_did_goes_with_every_export_without_their_names(store: Store) -> None:
    told = report(article(1), said(actor="LockBit", services=services("urgences:ferme")))
    (one,) = consolidate(store, told, article(1), now=NOW)
    analyst = Analyst(store, "Zoé", NOW)
    analyst.correct(one, {"actor": "Hive"}, why="dit Zoé")
    analyst.undo(analyst.confirm(one).id)
    (row,) = rows(store)
    assert (row["reviewed"], row["confirmed"], row["corrected"]) == ("true", "false", "actor")
    assert row["acts"] == "correct:2026-11-23|confirm:2026-11-23:undone|undo:2026-11-23"
    assert row["stop_bounds"] == "urgences:0.."
    (feature,) = json.loads(exported(store, "geojson"))["features"]
    assert feature["properties"]["acts"] == row["acts"]
    (line,) = exported(store, "jsonl").splitlines()
    acts = json.loads(line)["reviewed"]["acts"]
    assert (acts[0]["kind"], acts[0]["value"], acts[0]["before"]["actor"]) == (
        "correct",
        {"actor": "Hive"},
        "LockBit",
    )
    assert all("Zoé" not in exported(store, format) for format in FORMATS)


def test_what_became_of_ids_goes_with_every_export(store: Store) -> None:
    for n in (1, 2, 3, 4):
        store.put_incident(incident(n))
    store.redirect("VIG-2022-0001", "VIG-2022-0002", NOW)
    store.redirect("VIG-2022-0002", "VIG-2022-0003", NOW, why="a" * 32)
    store.remove_incident("VIG-2022-0004", NOW)
    stream = BytesIO()
    assert write_ids(store, stream) == 3
    assert stream.getvalue().decode().splitlines() == [
        "id,fate,other,at,by",
        "VIG-2022-0001,merged,VIG-2022-0003,2026-11-23T12:00:00+00:00,reports",
        "VIG-2022-0002,merged,VIG-2022-0003,2026-11-23T12:00:00+00:00,review",
        "VIG-2022-0004,withdrawn,,2026-11-23T12:00:00+00:00,reports",
    ]
    told = json.loads(exported(store, "geojson"))["merged_and_withdrawn"]
    assert [(one["id"], one["other"]) for one in told] == [
        ("VIG-2022-0001", "VIG-2022-0003"),
        ("VIG-2022-0002", "VIG-2022-0003"),
        ("VIG-2022-0004", None),
    ]


def test_the_same_store_exports_the_same_bytes(store: Store) -> None:
    for n in (3, 1, 2):
        store.put_incident(incident(n, attack_types=attacks("rancongiciel:confirmed")))
    for format in FORMATS:
        assert exported(store, format) == exported(store, format)


def test_every_column_has_a_name_and_a_french_description() -> None:
    assert len({c.name for c in COLUMNS}) == len(COLUMNS)
    assert all(c.description.endswith(".") for c in COLUMNS)


def test_lists_keep_their_separator(store: Store) -> None:
    of = (article(1, outlet="a|b"), article(2, outlet="c"))
    store.put_incident(incident(reports=tuple(map(source, of))))
    assert rows(store)[0]["outlets"].split("|") == ["a¦b", "c"]


def test_an_unknown_format_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="unknown format"):
        write(store, Query(), "xlsx", BytesIO())
