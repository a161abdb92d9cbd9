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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from index import open_store
from index.clusters import bcubed
from index.consolidate import consolidate
from index.store import Member, Query, Store
from records import Article, AttackClaim, Facility, Occurred, Report, ReportedIncident, ServiceState

AT = (1_000, 10_000, 100_000)
LAST = 300  # adds whose median is the cost of one at that size
CROWDS = (10, 100, 300)  # articles on one incident
_SYLLABLES = [
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
]
_KINDS = (("Clinique", "clinique"), ("Centre hospitalier", "ch"), ("Ehpad", "ehpad"), ("Laboratoire", "laboratoire"))


def measure() -> Iterator[dict[str, Any]]:
    """A store and a process of its own for each size, all with as many reports a facility: what grows is the store."""
    largest = int(os.environ.get("VIGIE_BENCH_REPORTS", "100000"))
    for total in dict.fromkeys(min(size, largest) for size in AT):
        yield _alone(_filled, total)
    for told in CROWDS:
        yield _alone(_crowded, told)


def _alone(work: Callable[[int], dict[str, Any]], size: int) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, size).result()


def _filled(total: int) -> dict[str, Any]:
    """`one_more_*`: the last `LAST` reports, drawn from all over the stream, once all the others are in."""
    clusters: dict[Member, str] = {}
    held: list[tuple[Article, Report]] = []
    chance = random.Random(3)
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder) / 'vigie.db'}") as store:
        begin, cpu = time.perf_counter(), time.process_time()
        stream = _stream(random.Random(7), total + LAST)
        while batch := list(islice(stream, 500)):
            with store.writing():  # one commit a batch: what is measured is the reckoning, not the disk
                for article, report, cluster in batch:
                    clusters[Member(article.url, 0)] = cluster
                    if len(held) < LAST and chance.random() < 1.5 * LAST / total:
                        held.append((article, report))
                    else:
                        consolidate(store, report, article)
        figures = {
            "reports": total,
            "seconds": round(time.perf_counter() - begin, 1),
            "cpu_seconds": round(time.process_time() - cpu, 1),
            "incidents": store.info().incidents,
            "store_megabytes": round(store.info().bytes / 1024**2),
            "memory_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            **_one_more(store, held),
        }
        found = {member: incident.id for incident in store.all(Query()) for member in store.members(incident.id)}
    precision, recall = bcubed(clusters, found)
    return figures | {"bcubed_precision": round(precision, 4), "bcubed_recall": round(recall, 4)}


def _one_more(store: Store, told: Sequence[tuple[Article, Report]]) -> dict[str, Any]:
    spent = []
    with store.writing():
        for article, report in told:
            then = time.process_time()
            consolidate(store, report, article)
            spent.append(1000 * (time.process_time() - then))
    return {
        "one_more_cpu_ms_median": round(statistics.median(spent), 2),
        "one_more_cpu_ms_p95": round(sorted(spent)[int(0.95 * len(spent))], 2),
    }


def _crowded(told: int) -> dict[str, Any]:
    """One incident told by many long articles, a third of them copies: what one more costs is linear in them."""
    chance = random.Random(5)
    words = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(5000)]
    where = _facility(chance, 1)
    texts: list[str] = []
    stream = []
    for n in range(told + 20):
        body = chance.choice(texts).split() if texts and chance.random() < 0.33 else chance.choices(words, k=700)
        texts.append(" ".join(chance.choices(words, k=30) + body[: chance.randint(500, 700)]))
        published = date(2022, 1, 7) + timedelta(days=chance.randrange(14))
        address = f"https://bench.example/{n}"
        article = Article(url=address, title="Attaque", published=published, text=texts[-1], outlet=f"journal {n % 40}")
        said = ReportedIncident(facility=_told(chance, where), occurred=_when(chance, date(2022, 1, 6)))
        stream.append((article, Report(url=address, relevant=True, relevance=0.9, incidents=(said,), pipeline="bench")))
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{Path(folder) / 'vigie.db'}") as store:
        with store.writing():
            for article, report in stream[:told]:
                consolidate(store, report, article)
        incidents = store.info().incidents
        return {"articles_of_one_incident": told, "incidents": incidents, **_one_more(store, stream[told:])}


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
