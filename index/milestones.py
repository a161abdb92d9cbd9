"""The moments of an incident's life: attack, discovery, announcement, claim, data published, denial, restored, fine.

The attack and the recovery carry the days told of them; the others the day of the first article that tells them. The
sentences that support a value are looked at, not the whole text, so that the outcome outlives the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

from index.account import Account
from records import Milestone, MilestoneKind, Occurred, Outage, Source
from reference.folding import fold

_ORDER: tuple[str, ...] = get_args(MilestoneKind)
_OFFICIAL = frozenset({"confirme", "tentative"})
_DENIALS = frozenset({"dementi", "requalifie"})
_SURE = frozenset({"hour", "day", "night", "week"})


@dataclass(frozen=True, slots=True)
class _Words:
    fields: tuple[str, ...]
    words: re.Pattern[str]
    about: re.Pattern[str]
    never: re.Pattern[str]


@cache
def _words() -> dict[MilestoneKind, _Words]:
    data = tomllib.loads((Path(__file__).parent / "milestones.toml").read_text(encoding="utf-8"))

    def pattern(words: Sequence[str]) -> re.Pattern[str]:
        return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + ")" if words else "(?!)")

    found: dict[MilestoneKind, _Words] = {}
    for kind in get_args(MilestoneKind):
        if one := data.get(kind):
            never = pattern(one.get("never", ()))
            found[kind] = _Words(tuple(one["fields"]), pattern(one["words"]), pattern(one.get("about", ("",))), never)
    return found


def milestones(
    told: Sequence[Account], occurred: Occurred, outages: Sequence[Outage], sources: Sequence[Source]
) -> tuple[Milestone, ...]:
    """In the order of their days; each kind once, by the first article that tells it."""
    found: list[Milestone] = []
    if occurred.start:
        dated = [a.url for a in told if a.said.occurred.start]
        end = occurred.end or occurred.start
        found.append(
            Milestone(kind="attack", start=occurred.start, end=end, by_publication=False, reports=tuple(dated))
        )
    found += _first(told, "announcement", lambda a: a.said.information_status in _OFFICIAL)
    found += _first(told, "claim", lambda a: a.said.information_status == "revendique")
    found += _first(told, "denial", lambda a: a.said.information_status in _DENIALS)
    extracts = {source.url: source.extracts for source in sources}
    for kind, words in _words().items():
        found += _first(told, kind, lambda a, words=words: _tells(extracts.get(a.url, {}), words))  # type: ignore[misc]
    if outages and all(o.until for o in outages):
        end = max(o.until for o in outages if o.until)
        urls = tuple(dict.fromkeys(url for o in outages if o.until == end for url in o.reports))
        found.append(Milestone(kind="restored", start=end, end=end, by_publication=True, reports=urls))
    return tuple(sorted(found, key=lambda m: (m.start, m.end, _ORDER.index(m.kind))))


def _first(told: Sequence[Account], kind: MilestoneKind, tells: Callable[[Account], bool]) -> Iterable[Milestone]:
    telling = [a for a in told if tells(a)]
    if telling:
        day = min(a.published for a in telling)
        urls = dict.fromkeys(a.url for a in telling if a.published == day)
        yield Milestone(kind=kind, start=day, end=day, by_publication=True, reports=tuple(urls))


def _tells(extracts: dict[str, tuple[str, ...]], words: _Words) -> bool:
    for field, passages in extracts.items():
        if field.split("/")[0] not in words.fields:
            continue
        for passage in passages:
            text = fold(passage)
            if words.words.search(text) and words.about.search(text) and not words.never.search(text):
                return True
    return False
