"""Bringing synthetic reports into incidents: time and memory in all, and what one more report costs as the store grows.

The facilities and towns are invented. Noise as the press makes it: names written differently, towns left out, dates a
day off or missing, accounts that name nobody. VIGIE_BENCH_REPORTS (default 100000) says how many reports; a third as
many incidents.
"""

from __future__ import annotations

import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from index import open_store
from index.clusters import bcubed
from index.consolidate import consolidate
from index.store import Member
from records import Article, AttackClaim, Facility, Occurred, Report, ReportedIncident, ServiceState

AT = (1_000, 10_000, 100_000)
LAST = 500  # adds whose median is the cost of one at that size
_SYLLABLES = (
    "ba",
    "bel",
    "cor",
    "dan",
    "fal",
    "gar",
    "hel",
    "jor",
    "kan",
    "lan",
    "mar",
    "nol",
    "pra",
    "quin",
    "rob",
    "sal",
)
_KINDS = (("Clinique", "clinique"), ("Centre hospitalier", "ch"), ("Ehpad", "ehpad"), ("Laboratoire", "laboratoire"))


def measure() -> Iterator[dict[str, Any]]:
    """A store of its own for each size, all with as many reports a facility: what grows is the store alone."""
    largest = int(os.environ.get("VIGIE_BENCH_REPORTS", "100000"))
    for total in dict.fromkeys(min(size, largest) for size in AT):
        yield _filled(list(_stream(random.Random(7), total)))


def _filled(told: list[tuple[Article, Report, str]]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder) / 'vigie.db'}") as store:
        spent: list[float] = []
        begin, cpu = time.perf_counter(), time.process_time()
        for start in range(0, len(told), 500):
            with store.writing():  # one commit a batch: what is measured is the reckoning, not the disk
                for article, report, _ in told[start : start + 500]:
                    then = time.process_time()
                    consolidate(store, report, article)
                    spent.append(time.process_time() - then)
        figures = {
            "reports": len(told),
            "seconds": round(time.perf_counter() - begin, 1),
            "cpu_seconds": round(time.process_time() - cpu, 1),
            "one_more_cpu_ms_median": round(1000 * statistics.median(spent[-LAST:]), 2),
            "one_more_cpu_ms_p95": round(1000 * sorted(spent[-LAST:])[int(0.95 * LAST)], 2),
            "incidents": store.info().incidents,
            "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
        found = {
            m: incident.id
            for article, _, _ in told
            for incident in store.incidents_of_report(article.url)
            for m in store.members(incident.id)
        }
    precision, recall = bcubed({Member(article.url, 0): cluster for article, _, cluster in told}, found)
    return figures | {"bcubed_precision": round(precision, 4), "bcubed_recall": round(recall, 4)}


def _stream(chance: random.Random, total: int) -> Iterator[tuple[Article, Report, str]]:
    """Reports in the order of publication, each with the incident it really tells of."""
    places = [_facility(chance, n) for n in range(max(10, total // 12))]
    events: list[tuple[date, int, Facility, date]] = []
    for incident in range(max(1, total * 3 // 10)):
        where = chance.choice(places)
        day = date(2012, 1, 1) + timedelta(days=chance.randrange(5400))
        for _ in range(min(40, 1 + int(chance.expovariate(1 / 2.34)))):
            events.append((day + timedelta(days=int(chance.expovariate(1 / 4))), incident, where, day))
    while len(events) < total:
        events.append(chance.choice(events))
    for n, (published, incident, where, day) in enumerate(sorted(events[:total], key=lambda e: e[0])):
        article = Article(
            url=f"https://bench.example/{n}",
            title=f"Attaque à {where.commune}",
            published=published,
            text=f"{where.name} a été attaqué. Les urgences sont fermées.",
            outlet=f"journal {chance.randrange(40)}",
        )
        said = ReportedIncident(
            facility=_told(chance, where),
            occurred=_when(chance, day),
            attack_types=(AttackClaim(type="rancongiciel", certainty="confirmed"),),
            services=(ServiceState(service="urgences", status="ferme", mention="urgences"),),
            evidence={"facility": ((0, 10),)},
        )
        report = Report(url=article.url, relevant=True, relevance=0.9, incidents=(said,), pipeline="bench")
        yield article, report, str(incident)


def _facility(chance: random.Random, n: int) -> Facility:
    def word(length: int) -> str:
        return "".join(chance.choice(_SYLLABLES) for _ in range(length)).capitalize()

    kind, type_ = chance.choice(_KINDS)
    name = f"{kind} {word(4)}"
    return Facility(
        name=name, mention=name, type=type_, commune=f"{word(2)}-sur-{word(2)}", department=f"{n % 90 + 1:02d}"
    )


def _told(chance: random.Random, where: Facility) -> Facility:
    name = where.name
    if chance.random() < 0.2:
        name = name.lower()
    if chance.random() < 0.1:
        name = f"Groupe {name}"
    commune = where.commune if chance.random() < 0.9 else None
    return where.model_copy(update={"name": name, "mention": name, "commune": commune})


def _when(chance: random.Random, day: date) -> Occurred:
    luck = chance.random()
    if luck < 0.15:
        return Occurred()
    if luck < 0.3:
        day += timedelta(days=chance.choice((-1, 1)))
    return Occurred(start=day, end=day, precision="day")
