"""The records that travel between the rooms: `Article` → `Report` → `Incident`.

All are frozen pydantic models; their JSON Schema (`vigie schema`) is the codebook. Coded values
(`urgences`, `rancongiciel`, `ferme` …) are the ids of the vocabularies in `reference/vocabulary`.
Offsets in evidence are Unicode code points, `[start, end)`, into the article's `text` or `title`.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    computed_field,
    model_validator,
)

from reference.vocabulary import term_ids

Span = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]


def _coded(vocabulary: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in term_ids(vocabulary):
            raise ValueError(f"{value!r} is not an id of the vocabulary {vocabulary}")
        return value

    return AfterValidator(check)


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{value!r} is not an http(s) address")
    return value


def _moment(value: object) -> object:
    """A text such as `2022-01-07` is a date, not midnight; one with a time must carry its zone."""
    if isinstance(value, str):
        text = value.strip()
        return date.fromisoformat(text) if len(text) == 10 else text
    return value


AttackType = Annotated[str, _coded("attack_types")]
ServiceId = Annotated[str, _coded("services")]
StatusId = Annotated[str, _coded("impact_status")]
InformationStatus = Annotated[str, _coded("information_status")]
CareImpact = Annotated[str, _coded("care_impact")]
FacilityType = Annotated[str, _coded("facility_types")]
WebAddress = Annotated[str, AfterValidator(_web_address)]
IncidentId = Annotated[str, Field(pattern=r"^VIG-\d{4}-\d{4,}$")]
Moment = Annotated[AwareDatetime | date, BeforeValidator(_moment)]
Certainty = Literal["confirmed", "suspected", "denied"]
Precision = Literal["hour", "day", "night", "week", "month", "year", "unknown"]
Authority = Literal["anssi", "cert_sante", "cnil", "ars", "parquet", "police", "gendarmerie", "ministere"]
Access = Literal["free", "paywalled", "excerpt"]
Rights = Literal["tdm-ok", "tdm-reserved", "unknown"]


class Record(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Article(Record):
    """One press article (or one of our own notices of an article) as it was collected.

    `text` is the clean body, paragraphs separated by a blank line. `published` is a date when the
    page gives no time, else an aware datetime. Names of authors are never stored.
    """

    url: WebAddress
    title: str
    published: Moment
    text: str
    outlet: str | None = None
    modified: Moment | None = None
    fetched: AwareDatetime | None = None
    language: str = "fr"
    access: Access = "free"
    rights: Rights = "unknown"
    kind: Literal["article", "notice"] = "article"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def id(self) -> str:
        """First 16 hex digits of the SHA-256 of the URL (the crawler stores canonical URLs)."""
        return article_id(self.url)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def content_hash(self) -> str:
        """SHA-256 of title and text, in hex: two versions of an article differ in it."""
        return hashlib.sha256(f"{self.title}\n\n{self.text}".encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def published_on(self) -> date:
        return self.published.date() if isinstance(self.published, datetime) else self.published


def article_id(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:16]


class Facility(Record):
    """The victim. `name` is the register's when `finess` is set, else the press name."""

    name: str
    mention: str
    finess: str | None = None
    type: FacilityType = "autre"
    commune: str | None = None
    insee: str | None = None
    department: str | None = None
    lat: float | None = None
    lon: float | None = None


class Occurred(Record):
    """When the attack took place; both dates inclusive, local (Europe/Paris). Null and `unknown` when not said."""

    start: date | None = None
    end: date | None = None
    precision: Precision = "unknown"
    mention: str | None = None


class AttackClaim(Record):
    type: AttackType
    certainty: Certainty


class ServiceState(Record):
    """A service and one state told of it; `mention` is the wording that names the service."""

    service: ServiceId
    status: StatusId
    mention: str


class Receiver(Record):
    """A facility that receives patients. Not a victim."""

    name: str
    finess: str | None = None


class Ransom(Record):
    """A sum asked. `amount`: as told, whole or decimal (« 1,5 bitcoin »); `currency`: ISO code, BTC for bitcoins."""

    amount: int | float | None = None
    currency: str | None = None


class ReportedIncident(Record):
    """What one article says of one victim.

    `evidence` maps a field's name to the spans that say it, and, for the fields that are lists, also
    `field/value` (`services/urgences/ferme`, `attack_types/rancongiciel`, `authorities/cnil`,
    `diverted_to/<name>`) to the spans of that one value. `title_evidence` does the same into the title.
    """

    facility: Facility
    occurred: Occurred = Occurred()
    attack_types: tuple[AttackClaim, ...] = ()
    information_status: InformationStatus | None = None
    services: tuple[ServiceState, ...] = ()
    diverted_to: tuple[Receiver, ...] = ()
    actor: str | None = None
    ransom: Ransom | None = None
    data_stolen: bool | None = None
    persons_affected: Annotated[int, Field(ge=0)] | None = None
    supplier: str | None = None
    authorities: tuple[Authority, ...] = ()
    care_impact: CareImpact | None = None
    evidence: dict[str, tuple[Span, ...]] = {}
    title_evidence: dict[str, tuple[Span, ...]] = {}


class Report(Record):
    """What one article says: one report an article, one reported incident a victim."""

    url: WebAddress
    relevant: bool
    relevance: Annotated[float, Field(ge=0, le=1)]
    relevance_terms: tuple[str, ...] = ()
    incidents: tuple[ReportedIncident, ...] = ()
    pipeline: str


class Source(Record):
    """One article behind an incident, with the extracts (at most 300 characters each) that support its fields.

    `copy_of`: the older article whose text it mostly repeats (agency copy); the two are one voice. `groups`: the groups
    of facilities that it names, folded.
    """

    url: WebAddress
    outlet: str | None = None
    title: str
    published: Moment
    kind: Literal["article", "notice"] = "article"
    extracts: dict[str, tuple[str, ...]] = {}
    copy_of: str | None = None
    groups: tuple[str, ...] = ()


class Statement(Record):
    """One value that reports give for a field, and the addresses of the articles that give it."""

    value: Any
    reports: tuple[str, ...]


class TimelineEntry(Record):
    """A state of a service on a day (the day the article was published, or of the attack itself)."""

    date: date
    service: ServiceId
    status: StatusId
    reports: tuple[str, ...]

    @model_validator(mode="before")
    @classmethod
    def _of_one_report(cls, given: Any) -> Any:
        """Stores of the first version held one `report`."""
        if isinstance(given, dict) and "report" in given:
            return {k: v for k, v in given.items() if k != "report"} | {"reports": (given["report"],)}
        return given


class Outage(Record):
    """A service from the first day it was told to be hit to the day it was told to be restored.

    `until` and `days` are null while nobody has told that it runs again: down as far as anyone reported. The days
    are those on which the press said so (of the first articles: the day of the attack), so `days` lies between two bounds:
    `least`, from `since` to the last day on which the stop was told (an open stop has it too), and `most`, from the
    first possible day of the attack, or the recovery before, to `until`; null when that day is not known. `status` is the
    last state told, on `told`.
    """

    service: ServiceId
    since: date
    until: date | None = None
    days: int | None = None
    least: int | None = None
    most: int | None = None
    status: StatusId
    told: date
    reports: tuple[str, ...]


MilestoneKind = Literal[
    "attack", "discovery", "announcement", "claim", "data_published", "denial", "restored", "sanction"
]


class Milestone(Record):
    """Something that happened in the incident's life, between two days (inclusive).

    `by_publication`: the day is that of the first article that tells it, so it happened then or before.
    """

    kind: MilestoneKind
    start: date
    end: date
    by_publication: bool
    reports: tuple[str, ...]


class Confidence(Record):
    """How far the incident is established: `score` from 0 to 100, and the reasons for it as French sentences."""

    score: Annotated[int, Field(ge=0, le=100)]
    level: Literal["low", "medium", "high"]
    reasons: tuple[str, ...]


class Waiting(Record):
    """Why it is not sure that the incident is one of its own (« à rapprocher »), and those it may belong to.

    `several`: its facility may be more than one; `undated`: it gives no date and came late; `unnamed`: it names no
    facility.
    """

    why: Literal["several", "undated", "unnamed"]
    may_be: tuple[IncidentId, ...] = ()


ActKind = Literal["confirm", "correct", "reject", "merge", "split", "link", "add", "undo"]


class Anchor(Record):
    """A reported incident that an act rests on: its article, its place in the report, the facility it named."""

    url: WebAddress
    position: Annotated[int, Field(ge=0)]
    facility: Facility


class Act(Record):
    """One thing an analyst did to an incident, with who, when, why and what it was before. Never changed afterwards.

    `on` holds what the incident stood on (of a split: what was taken out of it), `other_on` what the incident merged
    into it stood on; by them the act finds its incident again in another store and after every re-extraction.
    `other` is the id merged in or made by the split; of an undo, the id of the act undone. `value` is what the act
    says: fields and values of a correction, `facility` of a link, the article of a report added by hand.
    """

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    kind: ActKind
    by: Annotated[str, Field(min_length=1)]
    at: AwareDatetime
    incident: IncidentId
    on: tuple[Anchor, ...] = ()
    other: str | None = None
    other_on: tuple[Anchor, ...] = ()
    before: dict[str, Any] = {}
    value: dict[str, Any] = {}
    why: str | None = None


class Done(Record):
    """An act as its incident shows it; `undone`: by a later act."""

    id: str
    kind: ActKind
    by: str
    at: AwareDatetime
    why: str | None = None
    before: dict[str, Any] = {}
    value: dict[str, Any] = {}
    undone: bool = False


class Review(Record):
    """What analysts did to an incident; `by` and `at` of the last act that stands.

    `changed`: the corrected fields; `told`: what the reports say of them; `contradicted`: those of which a report
    that came after the correction says otherwise (the correction stays).
    """

    by: str
    at: AwareDatetime
    confirmed: bool = False
    changed: dict[str, Any] = {}
    told: dict[str, Any] = {}
    contradicted: tuple[str, ...] = ()
    acts: tuple[Done, ...] = ()
    note: str | None = None


class Incident(Record):
    """What all the articles together say of one event at one facility.

    `support` maps a field (or `field/value` for lists) to the addresses of the reports that say so;
    `contradictions` maps a field to the other values told, each with its reports. `sites`: of a group, those of its
    facilities that the articles tell of. The id
    (`VIG-2022-0001`) is made once and never reused; a merged id redirects to its successor.
    """

    id: IncidentId
    facility: Facility
    sites: tuple[Facility, ...] = ()
    occurred: Occurred = Occurred()
    attack_types: tuple[AttackClaim, ...] = ()
    information_status: InformationStatus | None = None
    services: tuple[ServiceState, ...] = ()
    diverted_to: tuple[Receiver, ...] = ()
    actor: str | None = None
    ransom: Ransom | None = None
    data_stolen: bool | None = None
    persons_affected: int | None = None
    supplier: str | None = None
    authorities: tuple[Authority, ...] = ()
    care_impact: CareImpact | None = None
    support: dict[str, tuple[str, ...]] = {}
    contradictions: dict[str, tuple[Statement, ...]] = {}
    reports: tuple[Source, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    outages: tuple[Outage, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    confidence: Confidence | None = None
    waiting: Waiting | None = None
    first_seen: AwareDatetime
    last_changed: AwareDatetime
    reviewed: Review | None = None

    @property
    def day(self) -> date | None:
        """The date to sort by: the attack's, else the first publication's."""
        if self.occurred.start:
            return self.occurred.start
        days = [r.published.date() if isinstance(r.published, datetime) else r.published for r in self.reports]
        return min(days, default=None)


def json_schemas() -> dict[str, Any]:
    """The published JSON Schema of the records, by name."""
    return {m.__name__: m.model_json_schema(mode="serialization") for m in (Article, Report, Incident, Act)}
