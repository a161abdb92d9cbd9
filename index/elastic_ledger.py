"""The Elasticsearch store's ledger: ids given, what became of them, acts, outlets, words of names.

Every entry is a document `KIND:KEY`; see `index.store` for what each method promises.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from index.elastic_bulk import Change
from index.elastic_transaction import Documents
from index.row import moment, utc
from index.store import Fate, Member, OutletState
from records import Act


def entry(kind: str, key: str, data: Any, once: bool = False, **asked: Any) -> Change:
    return Change("ledger", f"{kind}:{key}", {"kind": kind, "key": key, "data": data, **asked}, once)


def _all(documents: Documents, kind: str) -> list[dict[str, Any]]:
    return list(documents.having("ledger", "kind", [kind]).values())


# ids
def new_id(documents: Documents, year: int) -> str:
    last = _last(documents, year) + 1
    _put_last(documents, year, last)
    return f"VIG-{year:04d}-{last:04d}"


def reserve(documents: Documents, incident_id: str) -> None:
    """An id that came with its incident (a copy of another store) is given too."""
    year, number = (int(part) for part in incident_id.split("-")[1:])
    if number > _last(documents, year):
        _put_last(documents, year, number)


def given(documents: Documents) -> dict[int, int]:
    return {int(source["key"]): source["data"]["last"] for source in _all(documents, "given")}


def _last(documents: Documents, year: int) -> int:
    found = documents.get("ledger", f"given:{year}")
    return found["data"]["last"] if found else 0


def _put_last(documents: Documents, year: int, last: int) -> None:
    with documents.writing() as own:
        own.put(entry("given", str(year), {"last": last}))


# fates
def put_fate(documents: Documents, fate: Fate) -> None:
    with documents.writing() as own:
        if fate.kind != "split":
            revive(documents, fate.id)
        data = {"at": utc(fate.at), "other": fate.other, "why": fate.why, "members": [list(m) for m in fate.members]}
        own.put(entry("fate", f"{fate.id}:{fate.kind}", data))


def revive(documents: Documents, incident_id: str) -> None:
    with documents.writing() as own:
        for kind in ("merged", "withdrawn"):
            if documents.get("ledger", f"fate:{incident_id}:{kind}"):
                own.put(Change("ledger", f"fate:{incident_id}:{kind}", None))


def fate(documents: Documents, incident_id: str) -> Fate | None:
    found = documents.get_all(fate_keys(incident_id))
    return next((_fate(source) for source in found if source), None)


def fate_keys(incident_id: str) -> list[tuple[str, str]]:
    return [("ledger", f"fate:{incident_id}:{kind}") for kind in ("merged", "withdrawn")]


def given_key(incident_id: str) -> tuple[str, str]:
    return "ledger", f"given:{int(incident_id.split('-')[1])}"


def fates(documents: Documents) -> list[Fate]:
    return sorted((_fate(source) for source in _all(documents, "fate")), key=lambda f: (f.id, f.kind))


def _fate(source: dict[str, Any]) -> Fate:
    incident_id, kind = source["key"].split(":")
    data = source["data"]
    at = moment(data["at"])
    assert at is not None
    return Fate(incident_id, kind, at, data["other"], data["why"], tuple(Member(*m) for m in data["members"]))


def successor(documents: Documents, incident_id: str) -> str | None:
    """The incident an id leads to: itself, or the end of a chain of merges."""
    passed = set()
    while incident_id not in passed:
        passed.add(incident_id)
        wanted = [("incidents", incident_id), ("ledger", f"fate:{incident_id}:merged")]
        there, merged = documents.get_all(wanted)
        if there:
            return incident_id
        if merged is None:
            return None
        incident_id = merged["data"]["other"]
    return None


# acts
def add_act(documents: Documents, act: Act) -> bool:
    with documents.writing() as own:
        if documents.get("ledger", f"act:{act.id}"):
            return False
        urls = sorted({anchor.url for anchor in (*act.on, *act.other_on)})
        own.put(entry("act", act.id, {"json": act.model_dump_json()}, at=utc(act.at), urls=urls))
        return True


def acts(documents: Documents, urls: Iterable[str] | None) -> list[str]:
    """JSON texts, by time, then id."""
    found = _all(documents, "act") if urls is None else list(documents.having("ledger", "urls", urls).values())
    found = [source for source in found if source["kind"] == "act"]
    return [source["data"]["json"] for source in sorted(found, key=lambda s: (s["at"], s["key"]))]


# outlets
def outlet_states(documents: Documents) -> dict[str, OutletState]:
    found = {}
    for source in sorted(_all(documents, "outlet"), key=lambda s: str(s["data"]["outlet"])):
        data = source["data"]
        moments = {name: moment(data[name]) for name in ("last_attempt", "last_success", "next_try")}
        found[data["outlet"]] = OutletState(**{**data, **moments})
    return found


def put_outlet_state(documents: Documents, state: OutletState) -> None:
    moments = (state.last_attempt, state.last_success, state.next_try)
    attempt, success, following = (utc(m) if m else None for m in moments)
    data = {
        "outlet": state.outlet,
        "last_attempt": attempt,
        "last_success": success,
        "last_error": state.last_error,
        "next_try": following,
        "seen": state.seen,
        "kept": state.kept,
        "failed": state.failed,
    }
    with documents.writing() as own:
        own.put(entry("outlet", hashed(state.outlet), data))


def word(folded: str, spelling: str) -> Change:
    """How a word of a name is written; the first spelling stays."""
    return entry("word", folded, {"spelling": spelling}, once=True, word=folded)


def hashed(text: str) -> str:
    """A key of a length that Elasticsearch takes (512 bytes), of an address that may be longer."""
    return hashlib.sha256(text.encode()).hexdigest()
