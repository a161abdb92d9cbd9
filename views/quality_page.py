"""*Qualité*: the last evaluation of the reading on labelled articles, as `vigie evaluate` wrote it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import streamlit as st

import nlp
from views import frame, french, markup
from views.facts import FIELDS
from views.wording import of_vocabulary

EVALUATION = Path(nlp.__file__).parent / "quality" / "evaluation.json"
_NAMES = {
    **FIELDS,
    "relevant": "Tri des articles pertinents",
    "finess": "Numéro FINESS (établissements de la région)",
    "commune": "Commune",
    "occurred": "Date de l’attaque, exacte",
    "occurred_overlap": "Date de l’attaque, approchée",
    "precision": "Précision de la date (jour, nuit, semaine…)",
    "services_touched": "Services touchés",
    "services_group": "Services, état à peu près",
    "services": "Services, état exact",
    "evidence": "Phrases de preuve",
}
_CONFUSIONS = {
    "attack_types": "Types d’attaque confondus",
    "services": "Services confondus",
    "impact_status": "États de service confondus",
}


_COLUMNS = (
    ("precision", "Précision"),
    ("recall", "Rappel"),
    ("right", "Justes"),
    ("found", "Trouvés"),
    ("wanted", "Attendus"),
)


def show() -> None:
    frame.title("Qualité", "Ce que la lecture automatique trouve et manque, mesuré sur des articles relus à la main.")
    evaluation = read_evaluation(Path(os.environ.get("VIGIE_EVALUATION", "") or EVALUATION))
    if evaluation is None:
        st.info(
            "Aucune évaluation n’est enregistrée. Elle se fait par `vigie evaluate FICHIER` dans un terminal, sur un "
            "fichier d’articles annotés.",
            icon=":material/straighten:",
        )
        return
    _about(evaluation)
    figures = [f for f in evaluation.get("figures") or [] if isinstance(f, dict)]
    if figures:
        _figures(figures)
    confusions = evaluation.get("confusions")
    for name, rows in (confusions if isinstance(confusions, dict) else {}).items():
        _confusion(str(name), [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else [])
    st.html(
        "<section class='vg-section'><h2>Comment lire ces chiffres</h2><p><strong>Précision</strong> : parmi ce que "
        "Vigie dit, la part qui est juste. <strong>Rappel</strong> : parmi ce qu’il y avait à trouver, la part que "
        "Vigie a trouvée. <strong>F1</strong> : leur moyenne harmonique. Les règles de lecture ont "
        "été écrites en regardant ce corpus. Sur 80 articles du même genre que leurs auteurs n’avaient jamais vus, à "
        "propos d’autres incidents, les chiffres sont nettement plus bas : un établissement touché sur sept manqué, une "
        "date sur trois fausse ou manquante, près de deux états de service sur cinq non retrouvés. La phrase "
        "citée sous chaque valeur permet de vérifier.</p></section>"
    )


def read_evaluation(path: Path) -> dict[str, Any] | None:
    """The evaluation as a dict; None when there is none or it cannot be read (told in the log)."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        frame.log.error("%s: %s", path, error)
        return None
    return read if isinstance(read, dict) else None


def _about(evaluation: dict[str, Any]) -> None:
    parts = []
    if evaluation.get("corpus"):
        parts.append(f"corpus : {evaluation['corpus']}")
    if isinstance(evaluation.get("articles"), int):
        parts.append(french.counted(evaluation["articles"], "article"))
    if evaluation.get("pipeline"):
        parts.append(f"version de la lecture : {evaluation['pipeline']}")
    if evaluation.get("evaluated_on"):
        typed = str(evaluation["evaluated_on"])
        try:
            read = french.read_date(typed[:10])
        except ValueError:
            read = None
        parts.append(f"mesuré le {french.day(read) if read else typed}")
    if parts:
        st.html(f"<p class='vg-small'>{markup.text(' · '.join(parts))}</p>")


def _figures(figures: list[dict[str, Any]]) -> None:
    heads = "".join(f"<th scope='col' class='vg-num'>{label}</th>" for _, label in _COLUMNS)
    rows = "".join(_figure(figure) for figure in figures)
    st.html(
        "<table class='vg-table'><caption>Mesures de la dernière évaluation</caption><thead><tr>"
        f"<th scope='col'>Mesure</th><th scope='col'>F1 ou exactitude</th>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _figure(figure: dict[str, Any]) -> str:
    name = str(figure.get("name", "?"))
    score = figure.get("f1") if figure.get("f1") is not None else figure.get("accuracy")
    cells = "".join(f"<td class='vg-num' data-label='{label}'>{_cell(figure.get(key))}</td>" for key, label in _COLUMNS)
    return (
        f"<tr><th scope='row' data-label='Mesure'>{markup.text(_NAMES.get(name, name))}</th>"
        f"<td data-label='F1 ou exactitude'>{_bar(score)}</td>{cells}</tr>"
    )


def _cell(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "—"
    if isinstance(value, int):
        return french.number(value)
    return french.decimal(value) if isinstance(value, float) else markup.text(str(value))


def _bar(value: Any) -> str:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "—"
    width = round(max(0.0, min(1.0, float(value))) * 100)
    return (
        f"<span class='vg-bar-cell'><span class='vg-gauge' aria-hidden='true'><span style='width:{width}%'></span>"
        f"</span>{french.decimal(float(value))}</span>"
    )


def _confusion(name: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return

    def words(value: Any) -> str:
        return markup.text(of_vocabulary(name, str(value))) if value else "<span class='vg-none'>rien</span>"

    lines = "".join(
        f"<tr><td data-label='Attendu'>{words(row.get('gold'))}</td>"
        f"<td data-label='Trouvé'>{words(row.get('found'))}</td>"
        f"<td class='vg-num' data-label='Fois'>{_cell(row.get('count'))}</td></tr>"
        for row in rows
    )
    title = markup.text(_CONFUSIONS.get(name, name))
    st.html(
        f"<section class='vg-section'><h2>{title}</h2><table class='vg-table'><caption>{title}, les plus fréquents "
        "d’abord</caption><thead><tr><th scope='col'>Attendu</th><th scope='col'>Trouvé</th>"
        f"<th scope='col' class='vg-num'>Fois</th></tr></thead><tbody>{lines}</tbody></table></section>"
    )
