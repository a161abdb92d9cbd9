"""What the map shows where."""

from __future__ import annotations

from tests.index.samples import facility, incident
from views.map_deck import sites

HERE = facility("Centre hospitalier du Val", "Val", type="ch", department="37", lat=47.3, lon=0.7)
THERE = facility("Centre hospitalier du Mont", "Bourges", type="ch", insee="18033", department="18")
GROUP = facility("Groupe des Ormes", None, type="groupement")


def test_a_group_without_a_place_stands_at_each_of_its_sites() -> None:
    group = incident(1, facility=GROUP, sites=(HERE, THERE, facility("Annexe", None)))
    alone, lost = incident(2, facility=HERE), incident(3, facility=GROUP)
    placed, nowhere = sites([group, alone, lost])
    assert [(s.name, s.incidents, s.exact) for s in placed] == [
        (HERE.name, (group, alone), True),
        (THERE.name, (group,), False),
    ]
    assert nowhere == [lost]


def test_a_group_with_a_place_stands_there_and_at_its_sites_each_place_once() -> None:
    seat = facility("Groupe des Ormes", "Val", type="groupement", department="37", lat=47.4, lon=0.8)
    there_too = facility("Pôle du Val", "Val", department="37", lat=47.3, lon=0.7)
    placed, nowhere = sites([incident(1, facility=seat, sites=(HERE, THERE, there_too))])
    assert [s.name for s in placed] == [seat.name, HERE.name, THERE.name]
    assert nowhere == []
