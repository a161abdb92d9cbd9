"""What a finding of the field `occurred` holds, and the reasons for which a date is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from records import Precision

# a finding counts from here on
THRESHOLD = 0.7
UNSAID = "rien n'en fait la date de l'attaque"
OF_THE_PAGE = "date de la page"
END = "fin d'une durée"
TO_COME = "date à venir"
# "il y a une dizaine de jours": a day told exactly is better
ABOUT = re.compile(r"aine de |environ|près de|plus de|quelque|bientôt|presque", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class When:
    """The value of a finding: a range of days, both included, and its precision.

    `clock`: an hour told without its day; `at`: the character whose sentence says whose date it is; `kind`: what it is
    the date of (`clauses.KINDS` or `none`); `since`: the text says "depuis" or "dès".
    """

    first: date
    last: date
    precision: Precision
    clock: bool
    at: int
    kind: str
    since: bool
