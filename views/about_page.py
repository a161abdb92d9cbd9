"""*À propos*: what Vigie is, what it says and does not, licences, privacy, and the codebook of its vocabularies."""

from __future__ import annotations

import streamlit as st

from reference.vocabulary import vocabulary
from views import frame, markup, tags
from views.wording import CERTAINTY, CERTAINTY_SHAPE

_TEXT = """
<section class='vg-section vg-prose'>
<h2>Ce que Vigie est</h2>
<p>Vigie rassemble ce que la presse française, et d’abord celle du Centre-Val de Loire, dit des incidents numériques
(cyberattaques, vols de données, pannes) qui touchent les établissements de santé. Elle lit les articles, y relève
l’établissement, la date, la nature de l’attaque et l’état de chaque service, puis réunit les articles qui parlent du
même évènement. Chaque valeur montre la phrase qui la dit, et renvoie à l’article.</p>
<h2>Ce qu’elle dit, et ce qu’elle ne dit pas</h2>
<ul>
<li>Vigie rapporte ce que des articles disent ; elle ne le vérifie pas et n’ajoute rien. « Non précisé » veut dire
qu’aucun article lu ne le dit.</li>
<li>Une revendication par des attaquants n’est pas une confirmation ; un démenti est gardé et montré.</li>
<li>L’absence d’un incident ne prouve pas qu’il n’a pas eu lieu, et un territoire sans repère n’est pas un
territoire sans attaque.</li>
<li>La lecture est automatique : elle se trompe parfois. La page Qualité dit dans quelle mesure.</li>
<li>Les établissements qui reçoivent les patients d’un autre ne sont pas comptés parmi les victimes.</li>
</ul>
<h2>Notices de Vigie</h2>
<p>Pour que la base ne soit pas vide au premier jour, Vigie est livrée avec de courtes notices, écrites dans ses propres
mots d’après un article dont elles donnent le lien, le média et la date. Elles sont marquées
<span class='vg-notice'>Notice de Vigie</span> ; seul l’article fait foi.</p>
<h2>Presse, droits et vie privée</h2>
<p>Un article appartient à son éditeur. Vigie montre son titre, sa date, son lien et des extraits d’au plus 300
caractères, jamais le texte entier. Elle obéit à robots.txt et aux réserves d’exploitation (TDM), se présente sous son
nom et ne fait qu’une requête à la fois par média. Aucun site de fuite n’est visité. Aucun nom de personne n’est relevé.
L’application n’envoie rien à personne : ni mesure d’audience, ni carte en ligne, ni police de caractères.</p>
<h2>Données et licences</h2>
<p>Code sous licence Apache 2.0. Établissements : répertoire FINESS (Licence Ouverte 2.0). Communes : Etalab, découpage
administratif (Licence Ouverte 2.0) ; coordonnées : GeoNames (CC BY 4.0). Les contours des départements sont approchés,
calculés à partir des communes.</p>
</section>
"""
_CODEBOOK = (
    ("attack_types", "Types d’attaque"),
    ("information_status", "Statuts de l’information"),
    ("services", "Services"),
    ("impact_status", "États d’un service"),
    ("care_impact", "Retentissement sur les soins"),
    ("facility_types", "Types d’établissement"),
)


def show() -> None:
    frame.title("À propos de Vigie", "Une vigie sur les incidents numériques du monde de la santé.")
    st.html(_TEXT)
    sure = "".join(
        f"<li><span aria-hidden='true'>{CERTAINTY_SHAPE[key]}</span> <strong>{word}</strong> : {meaning}</li>"
        for (key, word), meaning in zip(
            CERTAINTY.items(),
            (
                "un article le dit comme un fait.",
                "un article le dit possible ou supposé.",
                "un article dit que ce n’est pas le cas.",
            ),
            strict=True,
        )
    )
    st.html(
        "<section class='vg-section vg-prose'><h2>Vocabulaires</h2><p>Les identifiants sont ceux des adresses, des "
        "exports et de la base.</p><p>Certitude d’un type d’attaque :</p>"
        f"<ul>{sure}</ul></section>"
    )
    for name, title in _CODEBOOK:
        with st.expander(title):
            st.html(_table(name, title))


def _table(name: str, title: str) -> str:
    rows = "".join(
        f"<tr><th scope='row' data-label='Valeur'>{tags.drawing(term.id) + ' ' if name == 'attack_types' else ''}"
        f"{markup.text(term.label)}</th><td data-label='Identifiant'><code>{term.id}</code></td>"
        f"<td data-label='Définition'>{markup.text(term.definition or '—')}</td></tr>"
        for term in vocabulary(name).values()
    )
    return (
        f"<table class='vg-table'><caption>{title}</caption><thead><tr><th scope='col'>Valeur</th>"
        f"<th scope='col'>Identifiant</th><th scope='col'>Définition</th></tr></thead><tbody>{rows}</tbody></table>"
    )
