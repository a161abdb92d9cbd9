"""The reader from end to end: articles of `reading.toml` and `several.toml`, and the seed article where it is at hand."""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from nlp.assemble import report
from nlp.document import make_doc
from records import Article, Report, ReportedIncident
from reference.folding import fold

CASES: list[dict[str, Any]] = [
    case
    for name in ("reading.toml", "several.toml")
    for case in tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))["case"]
]
SEED = Path(__file__).parents[3] / "shared" / "seed"


def read(parse: Callable[..., Doc], case: dict[str, Any]) -> Report:
    return report(parse(case["text"], title=case["title"], published=case.get("published", "2024-03-14")), "test")


def lists(incident: ReportedIncident) -> dict[str, set[str]]:
    return {
        "types": {f"{c.type} {c.certainty}" for c in incident.attack_types},
        "services": {f"{s.service} {s.status}" for s in incident.services},
        "authorities": set(incident.authorities),
    }


def single(incident: ReportedIncident, key: str) -> Any:
    """One value as the table writes it."""
    for part in (incident, incident.facility, incident.occurred):
        if hasattr(part, key):
            value = getattr(part, key)
            value = value.amount if key == "ransom" and value else value
            return "none" if value is None else str(value) if key in ("start", "end") else value
    raise KeyError(key)


def wrong(incident: ReportedIncident, wanted: dict[str, Any]) -> list[str]:
    """What an incident gets wrong of what is wanted."""
    out = []
    told = lists(incident)
    for key, value in wanted.items():
        kind, _, name = key.partition("_")
        if key == "facility":
            if fold(value) not in fold(f"{incident.facility.name} {incident.facility.mention}"):
                out.append(f"facility: {incident.facility.name}")
        elif key == "receivers":
            names = [r.name for r in incident.diverted_to]
            if len(names) != len(value) or not all(any(fold(v) in fold(n) for n in names) for v in value):
                out.append(f"receivers: {names}")
        elif key in told:
            if told[key] != set(value):
                out.append(f"{key}: {sorted(told[key])}")
        elif kind == "some" and name in told:
            if missing := set(value) - told[name]:
                out.append(f"{name}: without {sorted(missing)} in {sorted(told[name])}")
        elif kind == "no" and name in told:
            if present := set(value) & told[name]:
                out.append(f"{name}: {sorted(present)}")
        elif single(incident, key) != value:
            out.append(f"{key}: {single(incident, key)!r}")
    return out


def faults(found: Report, wanted: list[dict[str, Any]]) -> list[str]:
    if len(found.incidents) != len(wanted):
        return [f"{len(found.incidents)} incidents: {[i.facility.name for i in found.incidents]}, {found.relevance}"]
    if len(wanted) == 1:
        return wrong(found.incidents[0], wanted[0])
    out = []
    for want in wanted:
        name = fold(want["facility"])
        mine = [i for i in found.incidents if name in fold(f"{i.facility.name} {i.facility.mention}")]
        out += wrong(mine[0], want) if mine else [f"no incident at {want['facility']}"]
    return out


SETTLED = [case for case in CASES if not case.get("pending")]


@pytest.mark.parametrize("case", SETTLED, ids=lambda c: c["claim"].replace(" ", "_"))
def test_an_article_is_read_as_a_careful_person_reads_it(parse: Callable[..., Doc], case: dict[str, Any]) -> None:
    assert not faults(read(parse, case), case["wanted"])


def test_articles_still_pending_are_reported(parse: Callable[..., Doc]) -> None:
    for case in CASES:
        if case.get("pending"):
            found = faults(read(parse, case), case["wanted"])
            warnings.warn(f"en attente : {case['claim']} → {found or 'lu juste : à ranger'}", stacklevel=1)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["claim"].replace(" ", "_"))
def test_every_value_has_evidence_inside_the_text(parse: Callable[..., Doc], case: dict[str, Any]) -> None:
    for incident in read(parse, case).incidents:
        for text, spans in ((case["text"], incident.evidence), (case["title"], incident.title_evidence)):
            for key, found in spans.items():
                assert all(0 <= a < b <= len(text) and text[a:b].strip() for a, b in found), key
        said = {*incident.evidence, *incident.title_evidence}
        assert {f"attack_types/{c.type}" for c in incident.attack_types} <= said
        assert {f"services/{s.service}/{s.status}" for s in incident.services} <= said
        assert {f"authorities/{a}" for a in incident.authorities} <= said
        assert {f"diverted_to/{r.name}" for r in incident.diverted_to} <= said
        singles = ("actor", "ransom", "data_stolen", "persons_affected", "supplier")
        assert {k for k in singles if getattr(incident, k) is not None} <= said
        assert "facility" in said


def test_the_seed_article_is_read_as_its_issue_says(parse: Callable[..., Doc]) -> None:
    seeds = sorted(SEED.glob("*.txt"))
    if not seeds:
        pytest.skip("the seed article is not at hand: ../shared/seed is no part of the project")
    title, text = seeds[0].read_text(encoding="utf-8").split("\n\n", 1)
    found = report(parse(text, title=title, published="2022-01-07"), "test")
    wanted = {
        "finess": "370007569",
        "facility": "Léonard de Vinci",
        "commune": "Chambray-lès-Tours",
        "department": "37",
        "start": "2022-01-06",
        "end": "2022-01-07",
        "precision": "night",
        "types": ["cyberattaque_non_precisee confirmed"],
        "receivers": ["Trousseau", "NCT+"],
        "some_authorities": ["gendarmerie"],
        "some_services": [
            "urgences ferme",
            "bloc_chirurgie suspendu",
            "cancero_chimio reporte",
            "biologie maintenu",
            "medecine_nucleaire maintenu",
            "pediatrie maintenu",
        ],
    }
    assert not faults(found, [wanted])
    if "parquet" not in found.incidents[0].authorities:
        warnings.warn("en attente : « l'enquête dépendrait désormais du parquet » de l'article de départ", stacklevel=1)
    form = text.index("France Télévisions utilise")
    assert not any(form <= a < form + 200 for spans in found.incidents[0].evidence.values() for a, _ in spans)


@pytest.mark.parametrize("published", ["2024-03-20", "2024-03-20T10:00:00+01:00"])
def test_a_recalled_case_is_read_whether_or_not_the_hour_of_publication_is_known(nlp: Language, published: str) -> None:
    text = (
        "L'hôpital de Vierzon a subi une cyberattaque lundi. En janvier 2021, les données d'un autre hôpital de la région, "
        "celui de Loches, avaient été publiées par des pirates. Mardi, les serveurs de Vierzon étaient encore à l'arrêt."
    )
    article = Article.model_validate(
        {"url": "https://example.org/a", "title": "Une attaque", "published": published, "text": text}
    )
    assert report(nlp(make_doc(nlp, article)), "test").incidents
