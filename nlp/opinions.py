"""Second opinions, by all words of an article on one victim, on its kind of incident, theft of data and who says so.

Rules know constructions; what happened may be told in others, all over the text. For each value a logistic regression on
the folded words and pairs of neighbours (`opinions.npz`) says what the article sounds like; another one weighs that with
what the rules concluded (`opinions.csv`) and gives how likely the value is. A value that the rules have must become unlikely
to be given up, one that they lack likely to be added: then its evidence is the sentence whose words speak most for it, and a
kind of incident added so is supposed, never stated. Both are fitted by `tools.learn_opinions` on `corpus/articles.jsonl`,
short articles written for it, and `dev.jsonl`; what whole articles gain by it is in `corpus/README.md`.

Not asked of an article with several victims, whose words are not all told of each, nor of one of a few lines.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy
from spacy.tokens import Doc

from nlp.document import Finding, is_noise, share
from nlp.linear import Linear
from records import AttackClaim
from reference.folding import fold
from reference.vocabulary import label, vocabulary

WORDS = Path(__file__).with_name("opinions.npz")
MODEL = Linear(Path(__file__).with_name("opinions.csv"))
RULE = "appris"  # in the rule of each of its findings
TYPES = tuple(vocabulary("attack_types"))
STATUSES = tuple(vocabulary("information_status"))
STOLEN = {True: "stolen yes", False: "stolen no"}
LABELS = (*(f"type {t}" for t in TYPES), *STOLEN.values(), *(f"status {s}" for s in STATUSES))
# how likely a value must be to be kept, and to be added to what the rules have
LEAST_KEPT, LEAST_ADDED = 0.35, 0.6
# by how much another status, or answer on data, must be likelier than that of the rules
_MARGIN = 0.15
_UNNAMED = "cyberattaque_non_precisee"
_WORD = re.compile(r"[a-z0-9]+")
_BESIDE_THE_POINT = frozenset(("general", "past", "possible"))
_SHOWN = 3
_LEAST_LETTERS = 4
_STEPS = 32  # of a weight, to each unit


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is counted of one sentence: its words and pairs of neighbours. `to_the_point`: no general remark, no other case."""

    start: int
    end: int
    words: tuple[str, ...]
    to_the_point: bool


@dataclass(frozen=True, slots=True)
class ByRules:
    """What the rules concluded of the victim."""

    claims: tuple[AttackClaim, ...]
    status: str | None
    stolen: bool | None


@dataclass(frozen=True, slots=True)
class Second:
    """The values after the second opinion; `support`: by field (`attack_types/panne`), what says those it added."""

    claims: tuple[AttackClaim, ...]
    status: str | None
    stolen: bool | None
    support: Mapping[str, Finding]
    given_up: Mapping[str, float]
    """The fields of what it took away, and how likely each still was."""


def second(doc: Doc, told: ByRules) -> Second:
    """The values of the only victim of an article long enough, weighed anew."""
    said = sentences(doc)
    weights = heard(said)
    sure = {key: MODEL.likely(features(key, told, weights[key])) for key in LABELS}
    support: dict[str, Finding] = {}
    given_up: dict[str, float] = {}

    def found(field: str, value: Any, key: str) -> Any:
        name = f"{field}/{value.type}" if isinstance(value, AttackClaim) else field
        support[name] = _finding(said, field, value, key, sure[key])
        return value

    active = {claim.type: claim for claim in told.claims if claim.certainty != "denied"}
    claims = {claim.type: claim for claim in told.claims if claim.certainty == "denied"}
    for kind in _kinds(active, sure):
        supposed = AttackClaim(type=kind, certainty="suspected")
        claims[kind] = active.get(kind) or found("attack_types", supposed, f"type {kind}")
    given_up.update({f"attack_types/{kind}": sure[f"type {kind}"] for kind in active if kind not in claims})

    status = max(STATUSES, key=lambda s: sure[f"status {s}"] + _MARGIN * (s == told.status))
    if status != told.status:
        found("information_status", status, f"status {status}")
    stolen = _stolen(told.stolen, sure)
    if stolen is not None and stolen != told.stolen:
        found("data_stolen", stolen, STOLEN[stolen])
    if stolen is None and told.stolen is not None:
        given_up["data_stolen"] = sure[STOLEN[told.stolen]]
    return Second(tuple(claims[kind] for kind in TYPES if kind in claims), status, stolen, support, given_up)


def _kinds(by_rules: Collection[str], sure: Mapping[str, float]) -> list[str]:
    """The kinds of incident that stand; where none does of those the rules have, the likeliest."""
    kinds = [kind for kind in TYPES if sure[f"type {kind}"] > (LEAST_KEPT if kind in by_rules else LEAST_ADDED)]
    if not kinds and by_rules:
        kinds = [max(TYPES, key=lambda kind: sure[f"type {kind}"])]
    return [kind for kind in kinds if kind != _UNNAMED] if len(kinds) > 1 else kinds


def _stolen(by_rules: bool | None, sure: Mapping[str, float]) -> bool | None:
    yes, no = sure[STOLEN[True]], sure[STOLEN[False]]
    if yes >= no and yes > 0.5 + _MARGIN * (0.5 - (by_rules is True)):
        return True
    return False if no > 0.5 + _MARGIN * (0.5 - (by_rules is False)) else None


def features(key: str, told: ByRules, weight: float) -> dict[str, float]:
    """What is weighed for one value, by its key in `LABELS`: what the words say of it, and all that the rules concluded."""
    own = {f"type {c.type}": c.certainty for c in told.claims}
    names = [f"{field}={certainty}" for field, certainty in own.items()]
    names += [f"own={own.get(key, 'none')}", f"status={told.status}", f"stolen={told.stolen}", "constant"]
    return {**{f"{key}: {name}": 1.0 for name in names}, f"{key}: words": weight}


def sentences(doc: Doc) -> list[Sentence]:
    """The sentences of the article, without what the page left in it."""
    return [
        Sentence(s.start_char, s.end_char, tuple(_counted(s.text)), not s._.flags & _BESIDE_THE_POINT)
        for s in doc.sents
        if not is_noise(doc, s.start_char)
    ]


def _counted(text: str) -> list[str]:
    words = _WORD.findall(fold(text))
    return [*words, *(f"{one} {next_one}" for one, next_one in itertools.pairwise(words))]


def heard(said: Sequence[Sentence]) -> dict[str, float]:
    """What the words of the article say of each value, in log-odds."""
    rows, rarity, weights, bias = _model()
    counts = Counter(word for s in said for word in s.words if word in rows)
    at = [rows[word] for word in counts]
    shares = (1 + numpy.log(numpy.array(list(counts.values()), dtype=float))) * rarity[at]
    length = math.sqrt(float((shares * shares).sum())) or 1.0
    return dict(zip(LABELS, (shares @ weights[at] / length + bias).tolist(), strict=True))


def _finding(said: Sequence[Sentence], field: str, value: Any, key: str, likely: float) -> Finding:
    """The sentence whose words speak most for it."""
    rows, rarity, weights, _ = _model()
    column = LABELS.index(key)

    def speaks(word: str) -> float:
        return float(rarity[rows[word]] * weights[rows[word], column]) if word in rows else 0.0

    among = [s for s in said if s.to_the_point and s.words] or [s for s in said if s.words]
    # a long sentence says a little of everything
    best = max(among, key=lambda s: sum(map(speaks, set(s.words))) / math.sqrt(len(set(s.words))))
    telling = (w for w in set(best.words) if speaks(w) > 0 and len(w) >= _LEAST_LETTERS and " " not in w)
    words = sorted(telling, key=lambda w: (-speaks(w), w))[:_SHOWN]
    rule = f"{RULE} pour « {_shown(key)} » : {', '.join(words)} ({share(likely)})"
    return Finding(field, value, best.start, best.end, rule)


def _shown(key: str) -> str:
    """A value in French."""
    what, value = key.split(" ", 1)
    if what == "stolen":
        return "données volées" if key == STOLEN[True] else "pas de données volées"
    return label("attack_types" if what == "type" else "information_status", value).lower()


@cache
def _model() -> tuple[dict[str, int], Any, Any, Any]:
    """The row of each word or pair, its rarity, the weights (a column a label), the constants."""
    with numpy.load(WORDS) as file:
        rows = {word: n for n, word in enumerate(bytes(file["words"]).decode().split("\n"))}
        return rows, file["rarity"].astype(float), file["weights"].astype(float), file["bias"].astype(float)


def write(words: Sequence[str], rarity: Any, weights: Any, bias: Any) -> None:
    """`opinions.npz` anew; `weights`: a row a word, a column a label. Rounded, they take half the room."""
    steps = numpy.round(numpy.asarray(weights, dtype=float) * _STEPS) / _STEPS
    numpy.savez_compressed(
        WORDS,
        words=numpy.frombuffer("\n".join(words).encode(), dtype=numpy.uint8),
        rarity=numpy.asarray(rarity, dtype=numpy.float16),
        weights=steps.astype(numpy.float16),
        bias=numpy.asarray(bias, dtype=numpy.float32),
    )
