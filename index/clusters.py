"""How well reports are brought together, against `clusters.csv`: which incidents of which articles are one event.

Figures are B-cubed (Bagga & Baldwin 1998): for each scored account, which share of those grouped with it belong
with it (precision), and which share of those that belong with it are grouped with it (recall); the mean over accounts.
An account of a blank cluster is there to be confused with the others, but not scored.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from index.consolidate import consolidate
from index.store import Member, Store
from nlp.evaluation import GoldError, Labelled, same_facility
from records import Article, AttackClaim, Facility, Occurred, Receiver, Report, ReportedIncident
from reference.system_errors import reason


@dataclass(frozen=True, slots=True)
class Row:
    article: str
    position: int
    cluster: str
    facility: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """`merges` and `splits` name each wrong one; `missed` counts scored accounts that no report tells."""

    scored: int
    missed: int
    precision: float
    recall: float
    merges: tuple[str, ...]
    splits: tuple[str, ...]

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def line(self, title: str) -> str:
        counts = f"({self.scored} accounts scored, {self.missed} not told by any report)"
        return f"{title:24} B-cubed F1 {self.f1:.3f}  P {self.precision:.3f}  R {self.recall:.3f}  {counts}"


def read_clusters(path: Path) -> list[Row]:
    """Rows of a CSV with columns article, incident, cluster, facility. GoldError names file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path} : illisible ({reason(error)}).") from None
    rows = []
    for n, row in enumerate(csv.DictReader(lines), start=2):
        try:
            rows.append(Row(row["article"], int(row["incident"]), row["cluster"] or "", row["facility"] or ""))
        except (KeyError, TypeError, ValueError):
            raise GoldError(f"{path}:{n} : colonnes attendues : article, incident, cluster, facility.") from None
    return rows


def gold_report(labelled: Labelled) -> Report:
    """What a reader that makes no mistakes would report of a labelled article."""
    try:
        told = tuple(_reported(gold) for gold in labelled.incidents)
    except (ValidationError, KeyError, TypeError) as error:
        raise GoldError(f"Article annoté {labelled.id} : {error}") from None
    return Report(url=labelled.article.url, relevant=labelled.relevant, relevance=1.0, incidents=told, pipeline="gold")


def _reported(gold: Mapping[str, object]) -> ReportedIncident:
    where = {k: v for k, v in dict(gold["facility"]).items() if k != "aliases"}  # type: ignore[call-overload]
    numbers = where.get("finess") or []
    where["finess"] = numbers if isinstance(numbers, str) else next(iter(numbers), None)
    listed = {
        "attack_types": [AttackClaim.model_validate(c) for c in gold.get("attack_types") or ()],  # type: ignore[attr-defined]
        "services": [{"mention": s["service"], **s} for s in gold.get("services") or ()],  # type: ignore[attr-defined]
        "diverted_to": [Receiver(name=r["name"]) for r in gold.get("diverted_to") or ()],  # type: ignore[attr-defined]
    }
    alike = ("information_status", "actor", "ransom", "data_stolen", "persons_affected", "supplier", "authorities")
    return ReportedIncident.model_validate(
        {
            "facility": Facility(**{"mention": where["name"], **{k: v for k, v in where.items() if v is not None}}),
            "occurred": Occurred.model_validate(gold.get("occurred") or {}),
            **listed,
            **{name: gold[name] for name in (*alike, "care_impact") if gold.get(name) is not None},
        }
    )


def grouping(
    store: Store, rows: Sequence[Row], gold: Sequence[Labelled], reports: Iterable[tuple[Article, Report]]
) -> Grouping:
    """Consolidate the reports in an empty store and hold the outcome against the clusters."""
    told: dict[str, Report] = {}
    for article, report in reports:
        consolidate(store, report, article)
        told[article.url] = report
    by_id = {labelled.id: labelled for labelled in gold}
    wanted: dict[Member, Row] = {}
    missed = 0
    for row in (r for r in rows if r.cluster):
        labelled = by_id.get(row.article)
        if labelled is None:
            continue
        member = _told(labelled, row.position, told.get(labelled.article.url))
        if member is None:
            missed += 1
        else:
            wanted[member] = row
    found = {
        member: incident.id
        for url in dict.fromkeys(m.url for m in wanted)
        for incident in store.incidents_of_report(url)
        for member in store.members(incident.id)
    }
    clusters = {member: row.cluster for member, row in wanted.items()}
    precision, recall = bcubed(clusters, found)
    merges, splits = _wrong(wanted, found)
    return Grouping(len(wanted), missed, precision, recall, merges, splits)


def _told(labelled: Labelled, position: int, report: Report | None) -> Member | None:
    """Which reported incident of an article is the labelled one: that of the same facility."""
    if report is None or not report.relevant:
        return None
    if report.pipeline == "gold":
        return Member(report.url, position)
    taken: set[int] = set()
    for n, gold in enumerate(labelled.incidents):
        match = next(
            (
                i
                for i, said in enumerate(report.incidents)
                if i not in taken and same_facility(gold["facility"], said.facility.model_dump())
            ),
            None,
        )
        if match is not None:
            taken.add(match)
        if n == position:
            return None if match is None else Member(report.url, match)
    return None


def bcubed(wanted: Mapping[Member, str], found: Mapping[Member, str]) -> tuple[float, float]:
    """Precision and recall over the members of `wanted` (member → cluster); `found`: member → group."""
    if not wanted:
        return 0.0, 0.0
    of_cluster, of_group = defaultdict(set), defaultdict(set)
    for member, cluster in wanted.items():
        of_cluster[cluster].add(member)
        of_group[found[member]].add(member)
    precision = recall = 0.0
    for member, cluster in wanted.items():
        together = len(of_cluster[cluster] & of_group[found[member]])
        precision += together / len(of_group[found[member]])
        recall += together / len(of_cluster[cluster])
    return precision / len(wanted), recall / len(wanted)


def _wrong(wanted: Mapping[Member, Row], found: Mapping[Member, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    by_group: dict[str, list[Row]] = defaultdict(list)
    by_cluster: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for member, row in wanted.items():
        by_group[found[member]].append(row)
        by_cluster[row.cluster][found[member]].append(row)
    merges = [" + ".join(map(_named, rows)) for rows in by_group.values() if len({r.cluster for r in rows}) > 1]
    splits = [
        f"{cluster}: " + " | ".join(", ".join(map(_named, rows)) for rows in parts.values())
        for cluster, parts in by_cluster.items()
        if len(parts) > 1
    ]
    return tuple(sorted(merges)), tuple(sorted(splits))


def _named(row: Row) -> str:
    return f"{row.article}/{row.position} {row.facility}"
