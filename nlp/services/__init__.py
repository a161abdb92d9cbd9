"""Services of a hospital and their state during the incident: component `vigie_services`.

It finds wordings of services and tools (`services.toml`) and of states (`states.toml`) in each sentence, decides of
which service each state is told (`pairing`: grammar first, nearness second), how it is meant (`cues`: voice, denial,
possibility, intent), what it is worth in the vocabularies (`worth`, `states`), and appends a `Finding` for each, with
(service, status) for value; those that do not count carry the reason. `learnt` adds states of services of
which no rule reads anything. `conclude` turns the findings about one victim
into `ServiceState`s.

    >>> from nlp.reader import load
    >>> from nlp.services import conclude
    >>> doc = load()("Les urgences sont fermées, mais les consultations ont lieu.")
    >>> [(s.service, s.status) for s, _ in conclude(doc, doc._.findings)]
    [('urgences', 'ferme'), ('consultations', 'maintenu')]

Measured on articles with one victim, whatever sentence the states stand in, F1 of service / service and group of
states / service and exact state: even lines of `dev.jsonl`, on which it was developed, .93 / .90 / .89; their odd
lines, whose spurious values alone were read, late, .88 / .81 / .80; 40 articles of another hand of which nothing but
counts was looked at, .78 / .63 / .61 (89 states).

Whole reader, a missed victim losing all its states: dev.jsonl .88 / .84 / .83 (441 states); articles told after real
ones and never opened, .71 / .59 / .57 (172 states; .70 / .57 / .55 before), which is the nearest to what new articles
will give. A third of their victims go unread there, and with them most of the states that are missed.
"""

from __future__ import annotations

from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.services.conclusion import conclude
from nlp.services.learnt import further
from nlp.services.reading import read
from nlp.services.sentence import Unit

__all__ = ["Services", "conclude", "make_services"]


class Services:
    """Appends a finding for each state told of a service."""

    def __call__(self, doc: Doc) -> Doc:
        seen: list[Unit] = []
        found = list(read(doc, seen))
        doc._.findings.extend((*found, *further(seen, found)))
        return doc


@French.factory("vigie_services")
def make_services(nlp: Language, name: str) -> Services:
    return Services()
