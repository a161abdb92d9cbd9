"""Services of a hospital and their state during the incident: component `vigie_services`."""

from __future__ import annotations

from spacy.lang.fr import French
from spacy.language import Language
from spacy.tokens import Doc

from nlp.services.conclusion import conclude
from nlp.services.reading import read

__all__ = ["conclude", "make_services"]


class Services:
    """Appends a finding for each state told of a service."""

    def __call__(self, doc: Doc) -> Doc:
        doc._.findings.extend(read(doc))
        return doc


@French.factory("vigie_services")
def make_services(nlp: Language, name: str) -> Services:
    return Services()
