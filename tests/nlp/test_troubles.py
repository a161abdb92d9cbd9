"""A thing and what befell it, told by two plain words: `nlp/facilities/troubles.toml`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.tokens import Doc

from nlp.facilities.troubles import troubles

TOLD = [
    ("breaks", "Le logiciel de régulation du Samu est tombé samedi."),
    ("breaks", "Un câble a été rongé par un rat à l'hôpital de Sens."),
    ("breaks", "Les médecins ne pouvaient plus ouvrir la messagerie."),
    ("lost", "Un disque oublié dans un train contenait les images de 45 patients."),
    ("lost", "Les voleurs sont repartis avec deux ordinateurs et les dossiers des patients."),
    ("open", "Elle a vu s'afficher les ordonnances d'inconnus."),
    ("open", "La liste a été envoyée à tous."),
    ("looked", "Un agent a consulté le dossier de sa voisine sans motif."),
    ("misused", "Son mot de passe avait été deviné."),
    ("cheated", "Trois factures ont été réglées à un faux fournisseur."),
    ("flooded", "Le standard a été bloqué par un robot."),
]
SILENT = [
    "Le logiciel a été installé en mars. La salle d'attente est fermée.",  # each of a sentence of its own
    "Deux ordinateurs ont été volés dans le hall.",  # nothing told of what they held
    "Le médecin a consulté le dossier de son patient.",  # what records are for
    "Le nouveau standard téléphonique est installé.",
]


@pytest.mark.parametrize(("kind", "text"), TOLD)
def test_a_thing_and_what_befell_it_are_a_trouble(parse: Callable[..., Doc], kind: str, text: str) -> None:
    assert kind in {m.id for m in troubles(parse(text, title="Brève"))}


@pytest.mark.parametrize("text", SILENT)
def test_either_alone_is_none(parse: Callable[..., Doc], text: str) -> None:
    assert troubles(parse(text, title="Brève")) == []
