"""How well articles are read: reports held against labelled articles, figure by figure.

The labels' form and meaning are those of the project's corpus (`corpus/GUIDE.md`). Figures are F1 for what is found or
missed, accuracy for what has one right answer; "facility" pairs a reported incident with a labelled one of the same
register number or the same distinguishing words, and every later figure is counted over these pairs, a labelled
incident nobody reported counting as one of which nothing was said.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from records import Article, Report, ReportedIncident
from reference.folding import fold

# Words that many facilities share and that tell none of them apart.
GENERIC = frozenset(
    re.findall(
        r"\w+",
        "le la les l de du des d un une a au aux et en ch chu chr chru chi centre hospitalier hopital clinique pole "
        "sante groupe groupement universitaire regional general etablissement prive site ehpad residence polyclinique",
    )
)
# States that mean the same to a patient at the door.
STATE_GROUP = {
    "ferme": "stopped",
    "suspendu": "stopped",
    "coupe_preventif": "stopped",
    "reporte": "postponed",
    "reoriente": "diverted",
    "partiel": "degraded",
    "degrade": "degraded",
    "inconnu": "degraded",
    "maintenu": "running",
    "retabli": "restored",
}


class GoldError(ValueError):
    """A labelled file that cannot be used; a French sentence that names file and line."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled article; `incidents` as the guide has them."""

    id: str
    article: Article
    relevant: bool
    incidents: tuple[dict[str, Any], ...]


@dataclass
class Figure:
    """`kind` is `f1` (right, found, wanted) or `accuracy` (right of wanted)."""

    name: str
    title: str
    kind: str
    right: int = 0
    found: int = 0
    wanted: int = 0

    def count(self, gold: Iterable[Any], found: Iterable[Any]) -> None:
        wanted, got = Counter(gold), Counter(found)
        self.right += (wanted & got).total()
        self.found += got.total()
        self.wanted += wanted.total()

    def check(self, ok: bool) -> None:
        self.right += ok
        self.wanted += 1

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    def line(self) -> str:
        if self.kind == "accuracy":
            return f"{self.title:24} acc {self.recall:.3f}  ({self.right} of {self.wanted})"
        counts = f"({self.right} right, {self.found} found, {self.wanted} wanted)"
        return f"{self.title:24} F1 {self.f1:.3f}  P {self.precision:.3f}  R {self.recall:.3f}  {counts}"

    def as_json(self) -> dict[str, Any]:
        if self.kind == "accuracy":
            scores = {"accuracy": round(self.recall, 4), "right": self.right, "wanted": self.wanted}
        else:
            rounded = {"f1": self.f1, "precision": self.precision, "recall": self.recall}
            counts = {"right": self.right, "found": self.found, "wanted": self.wanted}
            scores = {name: round(value, 4) for name, value in rounded.items()} | counts
        return {"name": self.name, **scores}


_FIGURES = (
    ("relevant", "relevant article", "f1"),
    ("facility", "victim facility", "f1"),
    ("finess", "register number", "accuracy"),
    ("commune", "commune", "accuracy"),
    ("occurred", "date, exact range", "accuracy"),
    ("occurred_overlap", "date, overlapping", "accuracy"),
    ("precision", "date precision", "accuracy"),
    ("attack_types", "attack type", "f1"),
    ("services_touched", "service touched", "f1"),
    ("services_group", "service + state group", "f1"),
    ("services", "service + exact state", "f1"),
    ("diverted_to", "receiving facility", "f1"),
    ("actor", "actor", "f1"),
    ("data_stolen", "data stolen", "accuracy"),
    ("persons_affected", "persons affected", "accuracy"),
    ("information_status", "information status", "accuracy"),
    ("authorities", "authorities", "f1"),
    ("evidence", "evidence spans valid", "accuracy"),
)


@dataclass
class Evaluation:
    """The figures of one run. `confusions` by vocabulary: (labelled, found) → times, None for missed or in excess."""

    corpus: str
    articles: int
    pipeline: str
    figures: dict[str, Figure]
    confusions: dict[str, Counter[tuple[str | None, str | None]]] = field(default_factory=dict)
    disagreements: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "corpus": self.corpus,
            "articles": self.articles,
            "pipeline": self.pipeline,
            "evaluated_on": datetime.now(UTC).date().isoformat(),
            "figures": [figure.as_json() for figure in self.figures.values()],
            "confusions": {
                name: [{"gold": gold, "found": found, "count": n} for (gold, found), n in _most_common(pairs)]
                for name, pairs in self.confusions.items()
            },
        }


def lines(evaluation: Evaluation) -> list[str]:
    """The figures and the confusions, one a line, for a terminal."""
    out = [f"{evaluation.articles} articles of {evaluation.corpus}, pipeline {evaluation.pipeline}"]
    out += [figure.line() for figure in evaluation.figures.values()]
    for name, pairs in evaluation.confusions.items():
        out += ["", f"{name}: labelled → found, times"] if pairs else []
        out += [f"  {gold or '(nothing)'} → {found or '(nothing)'}  {n}" for (gold, found), n in _most_common(pairs)]
    return out


def _most_common(pairs: Counter[tuple[str | None, str | None]]) -> list[tuple[tuple[str | None, str | None], int]]:
    return sorted(pairs.items(), key=lambda p: (-p[1], p[0][0] or "", p[0][1] or ""))


def read_gold(path: Path) -> list[Labelled]:
    """The labelled articles of a JSONL file. GoldError for a file or line that is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path} : illisible ({error}).") from None
    found = [_labelled(row, f"{path}:{n}") for n, row in enumerate(text.split("\n"), start=1) if row.strip()]
    if not found:
        raise GoldError(f"{path} : aucun article annoté.")
    return found


def _labelled(line: str, where: str) -> Labelled:
    try:
        row = json.loads(line)
        article = Article.model_validate({k: row.get(k) for k in ("url", "title", "published", "text", "outlet")})
        incidents = tuple({**i, "facility": _named(i["facility"])} for i in row["incidents"])
        return Labelled(str(row.get("id", row["url"])), article, bool(row["relevant"]), incidents)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, ValidationError):
            reason = "; ".join(f"{'.'.join(map(str, e['loc']))} : {e['msg']}" for e in error.errors())
        else:
            reason = f"{type(error).__name__} {error}"
        raise GoldError(f"{where} : pas un article annoté ({reason}).") from None


def _named(facility: Any) -> dict[str, Any]:
    return {"name": facility} if isinstance(facility, str) else dict(facility)


def evaluate(gold: Sequence[Labelled], reports: Iterable[Report], corpus: str) -> Evaluation:
    """Hold reports against labels. A labelled article without a report counts as one found irrelevant."""
    by_url = {report.url: report for report in reports}
    pipeline = next((report.pipeline for report in by_url.values()), "")
    figures = {name: Figure(name, title, kind) for name, title, kind in _FIGURES}
    done = Evaluation(corpus, len(gold), pipeline, figures)
    done.confusions = {"attack_types": Counter(), "services": Counter(), "impact_status": Counter()}
    for labelled in gold:
        _Article(done, labelled, by_url.get(labelled.article.url)).compare()
    return done


class _Article:
    """One labelled article beside its report."""

    def __init__(self, done: Evaluation, labelled: Labelled, report: Report | None) -> None:
        self.done = done
        self.figures = done.figures
        self.labelled = labelled
        self.relevant = report is not None and report.relevant
        self.reported = list(report.incidents) if report and report.relevant else []

    def disagree(self, name: str, gold: object, found: object) -> None:
        if gold != found:
            self.done.disagreements.append(f"{self.labelled.id} | {name} | {gold} | {found}")

    def compare(self) -> None:
        self.figures["relevant"].count(["yes"] * self.labelled.relevant, ["yes"] * self.relevant)
        self.disagree("relevant", self.labelled.relevant, self.relevant)
        wanted = self.labelled.incidents if self.labelled.relevant else ()
        names = [incident.facility.name for incident in self.reported]
        free, pairs = list(self.reported), []
        for gold in wanted:
            match = next((p for p in free if same_facility(gold["facility"], p.facility.model_dump())), None)
            if match is None:
                self.disagree("facility", gold["facility"].get("name"), names)
            else:
                free.remove(match)
            pairs.append((gold, match))
        for extra in free:
            self.disagree("facility", None, extra.facility.name)
        matched = [n for n, (_, match) in enumerate(pairs) if match]
        self.figures["facility"].count(range(len(wanted)), [*matched, *(f"extra {n}" for n in range(len(free)))])
        for gold, match in pairs:
            self.incident(gold, match)

    def incident(self, gold: dict[str, Any], found: ReportedIncident | None) -> None:
        self.place(gold["facility"], found)
        self.date(gold.get("occurred") or {}, found)
        self.types(gold, found)
        self.services(gold, found)
        self.receivers(gold, found)
        self.details(gold, found)
        if found:
            length = len(self.labelled.article.text)
            spans = [span for spans in found.evidence.values() for span in spans]
            self.figures["evidence"].check(bool(spans) and all(0 <= a < b <= length for a, b in spans))

    def place(self, gold: dict[str, Any], found: ReportedIncident | None) -> None:
        if gold.get("finess"):
            got = found.facility.finess if found else None
            self.figures["finess"].check(got in _numbers(gold))
            if got not in _numbers(gold):
                self.disagree("finess", gold["finess"], got)
        if gold.get("commune"):
            got = found.facility.commune if found else None
            self.figures["commune"].check(_words(got) == _words(gold["commune"]))
            if _words(got) != _words(gold["commune"]):
                self.disagree("commune", gold["commune"], got)

    def date(self, gold: dict[str, Any], found: ReportedIncident | None) -> None:
        said = found.occurred.model_dump(mode="json") if found else {}
        start, end = said.get("start"), said.get("end")
        if not gold.get("start"):
            self.figures["occurred"].check(not start)
            self.disagree("occurred", None, start)
            return
        self.figures["occurred"].check((start, end) == (gold["start"], gold["end"]))
        self.disagree("occurred", (gold["start"], gold["end"]), (start, end))
        overlap = bool(start) and start <= gold["end"] and (end or start) >= gold["start"]
        self.figures["occurred_overlap"].check(overlap)
        self.figures["precision"].check(said.get("precision") == gold.get("precision"))

    def types(self, gold: dict[str, Any], found: ReportedIncident | None) -> None:
        wanted = {t["type"] for t in gold.get("attack_types", []) if t.get("certainty") != "denied"}
        got = {t.type for t in found.attack_types if t.certainty != "denied"} if found else set()
        self.figures["attack_types"].count(wanted, got)
        self.disagree("attack_types", sorted(wanted), sorted(got))
        if found:
            _confuse(self.done.confusions["attack_types"], wanted, got)

    def services(self, gold: dict[str, Any], found: ReportedIncident | None) -> None:
        wanted = {(s["service"], s["status"]) for s in gold.get("services", [])}
        got = {(s.service, s.status) for s in found.services} if found else set()
        self.figures["services"].count(wanted, got)
        self.figures["services_group"].count(
            {(s, STATE_GROUP.get(state)) for s, state in wanted}, {(s, STATE_GROUP.get(state)) for s, state in got}
        )
        touched, seen = {s for s, _ in wanted}, {s for s, _ in got}
        self.figures["services_touched"].count(touched, seen)
        self.disagree("services", sorted(map("/".join, wanted - got)), sorted(map("/".join, got - wanted)))
        if not found:
            return
        _confuse(self.done.confusions["services"], touched, seen)
        for service in touched & seen:
            states = {state for s, state in wanted if s == service}
            _confuse(self.done.confusions["impact_status"], states, {state for s, state in got if s == service})

    def receivers(self, gold: dict[str, Any], found: ReportedIncident | None) -> None:
        wanted = [_named(receiver) for receiver in gold.get("diverted_to", [])]
        got = [receiver.model_dump() for receiver in found.diverted_to] if found else []
        hit = [n for n, w in enumerate(wanted) if any(same_facility(w, g) for g in got)]
        extra = [f"extra {n}" for n in range(max(0, len(got) - len(hit)))]
        self.figures["diverted_to"].count(range(len(wanted)), [*hit, *extra])
        if extra or len(hit) < len(wanted):
            self.disagree("diverted_to", [w["name"] for w in wanted], [g["name"] for g in got])

    def details(self, gold: dict[str, Any], found: ReportedIncident | None) -> None:
        said = found.model_dump() if found else {}
        actors = [[" ".join(_words(a))] if a else [] for a in (gold.get("actor"), said.get("actor"))]
        self.figures["actor"].count(*actors)
        self.disagree("actor", *actors)
        self.figures["data_stolen"].check(gold.get("data_stolen") == said.get("data_stolen"))
        self.disagree("data_stolen", gold.get("data_stolen"), said.get("data_stolen"))
        people = (gold.get("persons_affected"), said.get("persons_affected"))
        if any(people):
            self.figures["persons_affected"].check(people[0] == people[1])
            self.disagree("persons_affected", *people)
        if gold.get("information_status"):
            status = (gold["information_status"], said.get("information_status"))
            self.figures["information_status"].check(status[0] == status[1])
            self.disagree("information_status", *status)
        authorities = set(gold.get("authorities", [])), set(said.get("authorities", ()))
        self.figures["authorities"].count(*authorities)
        self.disagree("authorities", *map(sorted, authorities))


def same_facility(gold: dict[str, Any], found: dict[str, Any]) -> bool:
    """Same register number, or the same distinguishing words as one of the labelled names."""
    if found.get("finess") and found["finess"] in _numbers(gold):
        return True
    told = [set(_words(found.get(key))) for key in ("name", "mention") if found.get(key)]
    for name in (gold.get("name"), *gold.get("aliases", ())):
        words = set(_words(name))
        core = words - GENERIC or words
        if core and any(core <= have or (have - GENERIC and have - GENERIC <= words) for have in told):
            return True
    return False


def _numbers(gold: dict[str, Any]) -> list[str]:
    numbers = gold.get("finess") or []
    return [numbers] if isinstance(numbers, str) else list(numbers)


def _words(text: str | None) -> list[str]:
    return re.findall(r"[a-z0-9+]+", fold(text or ""))


def _confuse(pairs: Counter[tuple[str | None, str | None]], wanted: set[str], got: set[str]) -> None:
    """Pair what was missed with what was said instead; what is left over was missed, or said in excess."""
    missed: list[str | None] = [*sorted(wanted - got)]
    excess: list[str | None] = [*sorted(got - wanted)]
    size = max(len(missed), len(excess))
    missed += [None] * (size - len(missed))
    excess += [None] * (size - len(excess))
    pairs.update(zip(missed, excess, strict=True))
