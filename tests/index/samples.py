"""Records for the tests of the index. Facilities are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from records import (
    Act,
    Anchor,
    Article,
    AttackClaim,
    Facility,
    Incident,
    Occurred,
    Receiver,
    Report,
    ReportedIncident,
    ServiceState,
    Source,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def article(n: int | str = 1, *, published: str = "2022-01-07", text: str = "Texte.", **fields: Any) -> Article:
    given = {
        "url": f"https://journal.example/{n}",
        "title": f"Titre {n}",
        "published": published,
        "text": text,
        "outlet": "journal",
        "fetched": NOW,
    }
    return Article(**given | fields)


def facility(
    name: str = "Clinique des Trois-Ormes", commune: str | None = "Chambray-lès-Tours", **fields: Any
) -> Facility:
    given = {"name": name, "mention": name, "commune": commune, "type": "clinique"}
    return Facility(**given | fields)


def on(start: str | None, end: str | None = None, precision: str = "day") -> Occurred:
    if start is None:
        return Occurred()
    return Occurred(start=date.fromisoformat(start), end=date.fromisoformat(end or start), precision=precision)


def attacks(*told: str) -> tuple[AttackClaim, ...]:
    return tuple(AttackClaim(type=t.split(":")[0], certainty=t.split(":")[1]) for t in told)


def services(*told: str) -> tuple[ServiceState, ...]:
    return tuple(ServiceState(service=t.split(":")[0], status=t.split(":")[1], mention=t) for t in told)


def said(where: Facility | None = None, when: Occurred | None = None, **fields: Any) -> ReportedIncident:
    return ReportedIncident(facility=where or facility(), occurred=when or on("2022-01-06"), **fields)


def report(of: Article, *told: ReportedIncident, relevant: bool = True) -> Report:
    return Report(url=of.url, relevant=relevant, relevance=0.9 if relevant else 0.1, incidents=told, pipeline="test")


def incident(n: int = 1, **fields: Any) -> Incident:
    given = {
        "id": f"VIG-2022-{n:04d}",
        "facility": facility(),
        "occurred": on("2022-01-06"),
        "reports": (source(article(n)),),
        "first_seen": NOW,
        "last_changed": NOW,
    }
    return Incident(**given | fields)


def source(of: Article, **extracts: tuple[str, ...]) -> Source:
    return Source(url=of.url, outlet=of.outlet, title=of.title, published=of.published, kind=of.kind, extracts=extracts)


def receivers(*names: str) -> tuple[Receiver, ...]:
    return tuple(Receiver(name=n) for n in names)


def act(n: int = 1, kind: Any = "confirm", *, on: tuple[int | str, ...] = (1,), **fields: Any) -> Act:
    """An act on `VIG-2022-0001`, resting on the first reported incident of these articles."""
    anchors = tuple(Anchor(url=article(a).url, position=0, facility=facility()) for a in on)
    given = {"id": f"{n:032x}", "kind": kind, "by": "ana", "at": NOW, "incident": "VIG-2022-0001", "on": anchors}
    return Act(**given | fields)


def agency(words: int = 120, seed: int = 1) -> str:
    """A text long enough to be known again, of no language."""
    return " ".join(f"mot{(seed * 7919 + n * n * 31) % 9973}" for n in range(words))
