"""An analyst's acts: confirm, correct, reject, merge, split, link, add a report by hand, undo.

Each is checked, kept in the store's log and applied, all or nothing. An act made on an incident that was merged
meanwhile lands on its successor. Refusals are `ActRefused`, one French sentence. `seen` is the incident as the reviewer
saw it: when it changed since, `Outdated` holds it as it is now, and nothing is done. It is compared within the block
that writes: of two who act at once, the store lets one through, and the other is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from index.again import again
from index.consolidate import reconsolidate
from index.reviewed import CORRECTABLE
from index.rulings import Rulings
from index.store import Member, Store
from records import Act, ActKind, Anchor, Article, Facility, Incident, Report, ReportedIncident

_TICK = timedelta(microseconds=1)
BY_HAND = "relecture"  # the pipeline of a report that an analyst wrote


class ActRefused(ValueError):
    """An act that cannot be done; one French sentence."""


class Outdated(ActRefused):
    """The incident is no longer what the reviewer saw; `now` is what it is."""

    def __init__(self, now: Incident) -> None:
        super().__init__(f"L'incident {now.id} a changé depuis que vous l'avez ouvert : relisez-le avant d'agir.")
        self.now = now


class Analyst:
    """Who acts, and where. `by` is the name that is kept with each act."""

    def __init__(self, store: Store, by: str, now: datetime | None = None) -> None:
        if not by.strip():
            raise ActRefused("Un acte de relecture porte un nom : dites qui vous êtes.")
        self.store, self.by, self._now = store, by.strip(), now

    @again
    def confirm(self, incident_id: str, *, why: str | None = None, seen: Incident | None = None) -> Act:
        return self._on(incident_id, seen, "confirm", why)

    @again
    def correct(
        self, incident_id: str, values: Mapping[str, Any], *, why: str | None = None, seen: Incident | None = None
    ) -> Act:
        """`values`: fields of the incident (`CORRECTABLE`) and what they become, as in the records' JSON."""
        with self.store.writing():
            incident = self._current(incident_id, seen)
            before = incident.model_dump(mode="json")
            value = corrected(incident, values)
            kept = {name: before[name] for name in value}
            return self._do(self._act("correct", incident, why, value=value, before=kept))

    @again
    def reject(self, incident_id: str, *, why: str | None = None, seen: Incident | None = None) -> Act:
        """It is no incident: it leaves the list, its id leaves a tombstone."""
        return self._on(incident_id, seen, "reject", why)

    @again
    def merge(self, incident_id: str, other_id: str, *, why: str | None = None, seen: Incident | None = None) -> Act:
        """`other_id` goes up in `incident_id` and leads to it."""
        with self.store.writing():
            incident, other = self._current(incident_id, seen), self._current(other_id, None)
            if incident.id == other.id:
                raise ActRefused(f"{incident_id} et {other_id} sont déjà un seul incident.")
            return self._do(
                self._act("merge", incident, why, other=other.id, other_on=self._anchors(other), also=(other,))
            )

    @again
    def split(
        self, incident_id: str, urls: Sequence[str], *, why: str | None = None, seen: Incident | None = None
    ) -> Act:
        """The reports of these articles leave the incident and make one of their own, whose id is `other`."""
        with self.store.writing():
            incident = self._current(incident_id, seen)
            anchors = self._anchors(incident)
            out, left = [a for a in anchors if a.url in urls], [a for a in anchors if a.url not in urls]
            if not out or not left:
                raise ActRefused("Pour scinder un incident, choisissez une partie de ses articles, pas tous ni aucun.")
            year = (incident.day or self._moment().date()).year
            new = self.store.new_incident_id(year)
            return self._do(self._act("split", incident, why, on=tuple(out), other=new, other_on=tuple(left)))

    @again
    def link(
        self, incident_id: str, facility: Facility, *, why: str | None = None, seen: Incident | None = None
    ) -> Act:
        """The victim is another facility than the reports were understood to name."""
        with self.store.writing():
            incident = self._current(incident_id, seen)
            before = {"facility": incident.facility.model_dump(mode="json")}
            value = {"facility": facility.model_dump(mode="json")}
            if value == before:
                raise ActRefused("L'incident est déjà rattaché à cet établissement.")
            return self._do(self._act("link", incident, why, value=value, before=before))

    @again
    def add(
        self,
        incident_id: str,
        *,
        url: str,
        title: str,
        published: str,
        note: str,
        outlet: str | None = None,
        why: str | None = None,
        seen: Incident | None = None,
    ) -> Act:
        """A report that was not collected: link, title, day, and a note in the analyst's own words."""
        with self.store.writing():
            incident = self._current(incident_id, seen)
            value = {"url": url, "title": title, "published": published, "text": note, "outlet": outlet}
            _article(value)
            if held := [i.id for i in self.store.incidents_of_report(url)]:
                raise ActRefused(f"Cet article est déjà à l'appui de {', '.join(held)}.")
            anchor = Anchor(url=url, position=0, facility=incident.facility)
            return self._do(self._act("add", incident, why, value=value, other_on=(anchor,)))

    @again
    def undo(self, act_id: str, *, why: str | None = None) -> Act:
        with self.store.writing():
            acts = {act.id: act for act in self.store.acts()}
            act = acts.get(act_id)
            if act is None:
                raise ActRefused(f"Aucun acte {act_id} n'est au journal de cette base.")
            if act.id in Rulings(acts.values()).undone:
                raise ActRefused("Cet acte est déjà annulé.")
            given = {"incident": act.incident, "on": act.on, "other": act.id, "other_on": act.other_on}
            return self._do(Act(id=uuid4().hex, kind="undo", by=self.by, at=self._moment(), why=why or None, **given))

    def _on(self, incident_id: str, seen: Incident | None, kind: ActKind, why: str | None) -> Act:
        with self.store.writing():
            return self._do(self._act(kind, self._current(incident_id, seen), why))

    def _current(self, incident_id: str, seen: Incident | None) -> Incident:
        incident = self.store.incident(incident_id)
        if incident is None:
            gone = self.store.fate(incident_id)
            raise ActRefused(
                f"L'incident {incident_id} a été retiré de la base le {gone.at:%d/%m/%Y}."
                if gone
                else f"Aucun incident {incident_id} dans cette base."
            )
        if seen is not None and incident != seen:
            raise Outdated(incident)
        if not self.store.members(incident.id):
            raise ActRefused(f"L'incident {incident.id} ne s'appuie sur aucun article lu : rien ne peut y être tenu.")
        return incident

    def _act(
        self, kind: ActKind, incident: Incident, why: str | None, also: Sequence[Incident] = (), **given: Any
    ) -> Act:
        before = {"first_seen": {i.id: i.first_seen.isoformat() for i in (incident, *also)}, **given.pop("before", {})}
        on = given.pop("on", None) or self._anchors(incident)
        moment = self._moment()
        return Act(
            id=uuid4().hex,
            kind=kind,
            by=self.by,
            at=moment,
            incident=incident.id,
            on=on,
            before=before,
            why=(why or "").strip() or None,
            **given,
        )

    def _anchors(self, incident: Incident) -> tuple[Anchor, ...]:
        return tuple(_anchors(self.store, self.store.members(incident.id)))

    def _moment(self) -> datetime:
        return self._now or datetime.now(UTC)

    def _do(self, act: Act) -> Act:
        """Kept as later than every act on the same reports, whatever the clocks of two machines say."""
        last = max((one.at for one in self.store.acts(_urls(act))), default=act.at - _TICK)
        act = act.model_copy(update={"at": max(act.at, last + _TICK)})
        apply(self.store, act, act.at)
        return act


def apply(store: Store, act: Act, now: datetime | None = None) -> bool:
    """Keep an act and bring the incidents up to date; False when the log had it already. For acts of other stores too."""
    now = now or datetime.now(UTC)
    with store.writing():
        if not store.add_act(act):
            return False
        rulings = Rulings(store.acts(_urls(act)))
        for one in rulings.all:
            if one.kind == "add":
                _by_hand(store, one, one.id not in rulings.undone)
        urls = _urls(act)
        before = [incident.id for url in urls for incident in store.incidents_of_report(url)]
        reconsolidate(store, urls, before, now)
        return True


def corrected(incident: Incident, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a correction in the records' JSON form; those that change nothing are left out. ActRefused."""
    if wrong := sorted(set(values) - set(CORRECTABLE)):
        raise ActRefused(f"Ce champ ne se corrige pas : {', '.join(wrong)}.")
    now = incident.model_dump(mode="json")
    try:
        then = Incident.model_validate(now | dict(values)).model_dump(mode="json")
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ActRefused(f"Valeur refusée pour {where} : {error.errors()[0]['msg']}.") from None
    start, end = then["occurred"]["start"], then["occurred"]["end"]
    if start and end and end < start:
        raise ActRefused("La fin de l'attaque ne peut pas précéder son début.")
    changed = {name: then[name] for name in values if then[name] != now[name]}
    if not changed:
        raise ActRefused("La correction ne change rien.")
    return changed


def _urls(act: Act) -> list[str]:
    return list(dict.fromkeys(anchor.url for anchor in (*act.on, *act.other_on)))


def _anchors(store: Store, members: Iterable[Member]) -> Iterable[Anchor]:
    for member in members:
        report = store.report(member.url)
        if report and member.position < len(report.incidents):
            facility = report.incidents[member.position].facility
            yield Anchor(url=member.url, position=member.position, facility=facility)


def _by_hand(store: Store, act: Act, stands: bool) -> None:
    """Put the report that an analyst wrote, or take it away; one that was collected meanwhile is left alone."""
    article = _article(act.value)
    known = store.report(article.url)
    if known is not None and known.pipeline != BY_HAND:
        return
    if not stands:
        store.remove_article(article.url)
    elif known is None:
        said = ReportedIncident(facility=act.other_on[0].facility)
        store.put_article(article)
        store.put_report(Report(url=article.url, relevant=True, relevance=1.0, incidents=(said,), pipeline=BY_HAND))


def _article(value: Mapping[str, Any]) -> Article:
    try:
        return Article(kind="notice", **value)
    except (ValidationError, TypeError) as error:
        fields = [".".join(map(str, e["loc"])) for e in error.errors()] if isinstance(error, ValidationError) else []
        names = {"url": "l'adresse (http ou https)", "published": "la date (AAAA-MM-JJ)", "title": "le titre"}
        wrong = ", ".join(names.get(f, f) for f in dict.fromkeys(f.split(".")[0] for f in fields)) or "l'article"
        raise ActRefused(f"Article refusé, vérifiez {wrong}.") from None
