"""Lines that date the page and words that date a paragraph: "Publié le 3 mars à 12h22", "Mars 2023. …"."""

from __future__ import annotations

import re

from nlp.dates.clauses import Scene

_STAMPED = re.compile(
    r"(?:publiée?|postée?|modifiée?|actualisée?|mise? à jour|mise? en ligne)\s(?:le\s)?$", re.IGNORECASE
)
_STAMP = re.compile(
    r"(?:publié|posté|modifié|actualisé|mise? à jour|mise? en ligne|écrit|rédigé|paru|par|du|le)\b[^.\n]{0,25}$",
    re.IGNORECASE,
)
# "(afp/5 avril 2023 11h02)"
_AGENCY = re.compile(r"\((?:afp|ats|belga|reuters|apm\w*|ap)\s?[/,–-]?\s?(?:le\s)?$", re.IGNORECASE)


def page_date(text: str, body_start: int, start: int, end: int) -> bool:
    """ "Publié le 3 mars à 12h22", "20/08/2021 Par …": a short line that only dates the page."""
    if start < body_start:
        return False
    if _AGENCY.search(text[max(0, start - 16) : start]) and text[end : end + 1] == ")":
        return True
    first = text.rfind("\n", max(0, start - 80), start) + 1 or max(0, start - 80)
    if (stamped := _STAMPED.search(text[max(first, start - 25) : start])) and stamped[0][0].isupper():
        return True
    last = text.find("\n", end, end + 80)
    line = text[first : last if last >= 0 else end + 80]
    if len(line) >= 70 or line.rstrip().endswith((".", "!", "?", "»", ":")):
        return False
    return start - first < 3 or bool(_STAMP.search(text[first:start]))


def heading(scene: Scene, start: int, end: int) -> int | None:
    """Where what a heading dates begins: the sentence after one that holds nothing but this date."""
    first, last, _ = scene.sentence(start)
    before, after = scene.text[first:start].strip().lower(), scene.text[end:last].strip()
    if before not in ("", "le", "en") or not after.startswith((".", ":")) or len(after) > 1:
        return None
    following = scene.sentence(min(last + 2, len(scene.text) - 1))[0]
    return following if following > start and "\n" not in scene.text[end:following].strip(" ") else None
