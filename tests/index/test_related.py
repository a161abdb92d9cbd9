"""A supplier's incident leads to those of its customers, a group's to those of its sites, and back."""

from __future__ import annotations

from index.consolidate import consolidate
from index.related import related
from index.store import Store
from records import Article, ReportedIncident
from reference import gazetteer
from tests.index.samples import NOW, article, facility, on, report, said, services


def tell(store: Store, of: Article, *told: ReportedIncident) -> str:
    return next(iter(consolidate(store, report(of, *told), of, now=NOW)))


def kin(store: Store, incident_id: str) -> list[tuple[str, str]]:
    incident = store.incident(incident_id)
    assert incident is not None
    return [(one.relation, one.incident.id) for one in related(store, incident)]


def test_a_supplier_and_its_customers_lead_to_one_another(store: Store) -> None:
    supplier = tell(store, article(1), said(facility("Dédale Biologie", None, type="prestataire")))
    one = tell(store, article(2), said(facility("Laboratoire Lumen", "Tours", type="laboratoire"), supplier="Dédale"))
    two = tell(store, article(3), said(facility("Laboratoire Aurore", "Blois", type="laboratoire"), supplier="DEDALE"))
    late = said(facility("Laboratoire Zénith", "Dreux", type="laboratoire"), on("2025-01-06"), supplier="Dédale")
    tell(store, article(4, published="2025-01-07"), late)
    assert kin(store, supplier) == [("customer", one), ("customer", two)]
    assert kin(store, one) == [("same_supplier", two), ("supplier", supplier)]


def test_a_group_and_its_sites_whose_facts_differ_lead_to_one_another_within_weeks(store: Store) -> None:
    group = tell(store, article(1), said(facility("Ramsay Santé", None, type="groupement")))
    stopped = services("urgences:ferme")
    tell(store, article(2), said(facility("Clinique", "Ville", finess="370000481", type="clinique"), services=stopped))
    assert kin(store, group) == []
    number = next(f.finess for f in gazetteer.facilities() if f.group == "Ramsay Santé" and f.finess)
    there = tell(store, article(3), said(facility("Clinique", "Ville", finess=number), services=stopped))
    assert kin(store, group) == [("site", there)]
    assert kin(store, there) == [("group", group)]
