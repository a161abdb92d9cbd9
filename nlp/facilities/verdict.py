"""Who the victims are: roles added up for each entity, weighed and compared."""

from __future__ import annotations

from nlp.facilities.entities import HOSPITAL_LIKE, OUTSIDE_CARE, Entity
from nlp.facilities.mentions import Mention, core_words
from reference.folding import fold

# the relevance score has the last word on whether there is an incident at all
THRESHOLD = 0.7
_PLAIN = ("named", "lead", "near")


def weigh(entities: list[Entity], mentions: list[Mention]) -> None:
    """Add up the roles of each entity's mentions and score it as a victim."""
    for mention in mentions:
        if mention.entity is None:
            continue
        entity = entities[mention.entity]
        plain_noun = mention.kind in ("generic", "indefinite") and not entity.nameless
        for role, reason in mention.roles:
            if plain_noun and role == "titled" and _named_in_lead(entity):
                pass  # "Nice : une nuit sans 15 au CHU", and the lead names it
            elif plain_noun and role in (*_PLAIN, "titled", "past", "other", "spared"):
                continue
            entity.roles[role] += 1
            entity.reasons.append(reason)
    first = any(_is_first(e) for e in entities if e.type not in OUTSIDE_CARE)
    for entity in entities:
        entity.score = _score(entity, late=first and not _is_first(entity) and not entity.roles["too"])


def _named_in_lead(entity: Entity) -> bool:
    return any(m.has("lead") and m.kind in ("named", "known") for m in entity.mentions)


def _is_first(entity: Entity) -> bool:
    r = entity.roles
    return bool(r["title"] or r["titled"] or r["lead"])


def _score(entity: Entity, late: bool = False) -> float:
    """`late`: title and lead name others and not this one; what is told of it is rather another case."""
    r = entity.roles
    score = (
        min(r["hit"], 3) * (1.0 if late else 2.0)
        + min(r["soft"], 2) * 1.0
        + min(r["title"], 1) * 3.0
        + min(r["titled"], 1) * 1.2
        + min(r["near"], 3) * 0.6
    )
    score += min(r["lead"], 2) * 0.5 + min(r["named"], 5) * 0.25
    told = r["hit"] or r["title"] or r["titled"]
    if told:
        score -= min(r["receiver"], 3) * 1.0 + min(r["other"], 2) * 0.6 + min(r["past"], 2) * 0.3
    else:
        score -= (
            min(r["receiver"], 3) * 1.5 + min(r["other"], 2) * 1.5 + min(r["past"], 2) * 1.0 + min(r["spared"], 1) * 1.5
        )
        if r["other"] or r["receiver"]:
            score -= 2.0
        if entity.type in OUTSIDE_CARE or entity.type == "complementaire":
            score -= 1.2 if r["lead"] and not (r["other"] or r["receiver"]) else 2.5
    if entity.type == "autorite" and not r["hit"]:
        score -= 2.0
    if entity.nameless:
        score -= 0.5
    if entity.type == "autre":
        score -= 1.5
    return score


def victims(entities: list[Entity], *, roundup: bool = False) -> list[Entity]:
    """The entities told to be hit, best first. In a round-up, every case told on its own is one.

    When nothing reaches the threshold the best of the rest is given: whether there is an incident at all is for the
    relevance score to say.
    """
    if each := [e for e in entities if e.roles["site"] and not e.roles["receiver"]]:
        # the sites that only a list with one of them tells are hit as well
        beside = [e for e in entities if e.roles["hit"] and not (e.roles["receiver"] or e.roles["spared"])]
        return _group_or_house(
            [e for e in entities if e in each or (e in beside and any(_listed(e, site) for site in each))]
        )
    entities = _houses_themselves(entities)
    ranked = sorted((e for e in entities if e.score >= THRESHOLD), key=lambda e: -e.score - _is_first(e))
    if any(e.roles["hit"] and e.type not in OUTSIDE_CARE for e in ranked):
        # "Le dossier de Delmas volé": whom the title names, where a facility is told to be hit
        ranked = [e for e in ranked if e.type != "autre" or e.roles["hit"]]
    if not ranked:
        return _for_want_of_better(entities)
    named = [e for e in ranked if not e.nameless]
    if not named:
        return ranked[:1]
    best = named[0]
    if (
        ranked[0].nameless
        and ranked[0].score > best.score + 2.5
        and not best.roles["hit"]
        and not _unnamed(ranked[0], best)
    ):
        return ranked[:1]
    if roundup and not best.roles["title"]:
        told = [e for e in entities if not e.nameless and _told_in_roundup(e)]
        if all(e.type == "autorite" for e in told):
            told += [e for e in entities if e.nameless and _whole_region(e)]
        if len(told) > 1:
            told = _group_or_house(told)
            kept = _without_supplier(told)
            return [e for e in told if e in kept or e.roles["dated"] or e.roles["own"]]
    several = [best, *(e for e in named[1:] if _is_second(e, best))]
    if not any(e.roles["title"] or e.roles["titled"] for e in entities if not e.nameless):
        several += [
            e for e in named if e not in several and e.roles["case"] and _told_in_roundup(e) and not e.roles["other"]
        ]
    several += [
        e
        for e in named
        if e not in several
        and _told_alike(e, best)
        and ((e.roles["listed"] and best.roles["listed"]) or not best.roles["hit"])
    ]
    several += [e for e in ranked if e.nameless and _is_apart(e, several)]
    return _one_outage(_group_or_house(_without_supplier(_one_house(several, entities))))


def _houses_themselves(entities: list[Entity]) -> list[Entity]:
    """Without the group whose houses are told one by one, and without "deux cliniques de X" where both are named."""
    houses = [e for e in entities if e.roles["apart"]]
    named = [e for e in entities if e.roles["hit"] and not e.nameless and not e.roles["crowd"]]
    named = [e for e in named if e.type not in OUTSIDE_CARE and e.type != "groupement" and e.score >= THRESHOLD]
    return [
        e
        for e in entities
        if not (
            len(houses) > 1 and e.type == "groupement" and e not in houses and not any(_listed(e, h) for h in houses)
        )
        and not (e.roles["crowd"] and len([n for n in named if n is not e]) > 1)
    ]


def _unnamed(entity: Entity, best: Entity) -> bool:
    """ "28 laboratoires clients de X": customers without a name are no victims told apart; the firm that is named is."""
    told = (best.titled and best.type == "prestataire") or (best.roles["lead"] and best.roles["near"])
    return bool(told) and all(m.plural for m in entity.mentions)


def _is_apart(entity: Entity, chosen: list[Entity]) -> bool:
    """ "un laboratoire de Sète" beside the hospital of Mende: no name, but told to be hit, of another kind and town."""
    place = entity.place
    if (
        not entity.roles["hit"]
        or entity.titled
        or place is None
        or place.weak
        or all(m.plural for m in entity.mentions)
    ):
        return False
    return not any(e.compatible(entity.type) or (e.place and e.place.name == place.name) for e in chosen)


def _group_or_house(chosen: list[Entity]) -> list[Entity]:
    """Of a group of clinics and its houses, those that the title names; all when it names both or neither.

    A house that is told to be hit otherwise than in a list stays beside its group.
    """
    groups = [e for e in chosen if e.type == "groupement"]
    groups = [g for g in groups if not any(_listed(g, e) for e in chosen if e not in groups)]  # "X et le groupe Y"
    houses = [e for e in chosen if e.type in HOSPITAL_LIKE and e not in groups]
    if not groups or not houses:
        return chosen
    titled = [any(e.titled for e in some) for some in (groups, houses)]
    if not titled[1]:
        # "le groupe X est attaqué … dans la Loire, les cliniques A, B et C sont concernées": its houses, told together
        rows = [{m.row for m in e.mentions if m.row is not None} for e in houses]
        told_together = [e for e, row in zip(houses, rows, strict=True) if sum(bool(row & other) for other in rows) > 1]
        chosen = [e for e in chosen if e not in told_together or e.roles["hit"] > e.roles["listed"] + 1]
    if titled == [True, False]:
        return [e for e in chosen if e not in houses or e.roles["hit"] > e.roles["listed"]]
    if titled == [False, True]:
        return [e for e in chosen if e not in groups]
    if all(e.roles["hit"] <= e.roles["listed"] for e in houses) and any(
        g.roles["hit"] > g.roles["listed"] for g in groups
    ):
        return [e for e in chosen if e not in houses]  # the group was hit, and its houses are only told in a list
    return chosen


def _one_house(chosen: list[Entity], entities: list[Entity]) -> list[Entity]:
    """Sites that a list names by their towns are one victim when one of them is the seat of a house named otherwise.

    "Le centre hospitalier de l'Ouest vosgien … les hôpitaux de Vittel et de Neufchâteau": the register knows that it
    stands in Neufchâteau.
    """
    numbers = [e.facility.finess for e in chosen if e.facility and e.facility.finess]
    out: list[Entity] = []
    for e in chosen:
        finess = e.facility.finess if e.facility else None
        same = next((o for o in out if finess and o.facility and o.facility.finess == finess), None)
        if same is None:
            out.append(e)
            continue
        for mention in e.mentions:
            mention.entity = same.number  # what is told of one is told of the other
    seats = [
        e
        for e in chosen
        if e.facility and e.facility.finess in numbers
        and (
            any(
                o is not e and o.facility and o.facility.finess == e.facility.finess and not o.core & e.core for o in entities
            )
            or any(_named_otherwise(e, other) for other in chosen)
        )
    ]  # fmt: skip
    sites = {e.number: seat for e in out if not e.facility for seat in seats if _listed(e, seat)}
    for e in out:
        for mention in e.mentions if e.number in sites else ():
            mention.entity = sites[e.number].number
    return [e for e in out if e.number not in sites]


def _named_otherwise(seat: Entity, site: Entity) -> bool:
    """Whether the seat is told by its town in a list with the site, and elsewhere by a name that has no town."""
    town = core_words(seat.place.name) if seat.place else frozenset()
    here = [m for m in seat.mentions if m.row is not None and any(m.row == n.row for n in site.mentions)]
    here = [m for m in here if m.core <= town]
    return any(m.core and n.core and not m.core & n.core for m in here for n in seat.mentions)


def _told_alike(entity: Entity, best: Entity) -> bool:
    """ "les deux attaques qu'ont vécues A et B": where nothing says more of the first, both or none."""
    r = entity.roles
    apart = r["receiver"] or r["other"] or r["past"] or r["spared"] or r["member"]
    alike = (entity.type in OUTSIDE_CARE) == (best.type in OUTSIDE_CARE)
    return bool(r["near"]) and not apart and alike and _listed(entity, best)


def _listed(a: Entity, b: Entity) -> bool:
    """Whether the two stand side by side in a list."""
    return any(
        0 < max(m.start, n.start) - min(m.end, n.end) < 12 or (m.row is not None and m.row == n.row)
        for m in a.mentions
        for n in b.mentions
    )


def _without_supplier(chosen: list[Entity]) -> list[Entity]:
    """Facilities told to be hit through a supplier are the victims; of a firm and its software, the firm is."""
    care = [e for e in chosen if e.type not in OUTSIDE_CARE and e.type != "complementaire"]
    if care and care != chosen and all(e.roles["hit"] or e.roles["title"] for e in care):
        return [
            e
            for e in chosen
            if e in care or e.type == "autorite" or e.roles["ranked"] or (e.type == "complementaire" and e.roles["hit"])
        ]
    insured = [e for e in chosen if e.type == "complementaire" and e.roles["hit"]]
    if insured:  # "le prestataire X s'est fait voler les données de la mutuelle Y"
        chosen = [e for e in chosen if e in insured or not _is_supplier(e)]
    first = chosen[0]
    return [e for e in chosen if e is first or not (e.type == first.type == "prestataire" and _is_product(e))]


def _is_supplier(entity: Entity) -> bool:
    return entity.type == "prestataire" and any(fold(m.text).startswith(_SUPPLIER) for m in entity.mentions)


def _is_product(entity: Entity) -> bool:
    return any(fold(m.text).startswith(_PRODUCT) for m in entity.mentions)


_SUPPLIER = ("prestataire", "sous-traitant", "sous traitant", "fournisseur", "hebergeur")
_PRODUCT = ("logiciel", "application", "plateforme")
_DISPATCH = frozenset({"samu", "centre 15"})


def _is_dispatch(entity: Entity) -> bool:
    return any(fold(m.text).startswith(tuple(_DISPATCH)) for m in entity.mentions)


def _one_outage(chosen: list[Entity]) -> list[Entity]:
    """A Samu and the hospital that houses it share one telephone: one victim, the better told, with the other's town."""
    dispatch = next((e for e in chosen if _is_dispatch(e)), None)
    house = next((e for e in chosen if not _is_dispatch(e) and e.type in ("ch", "chu")), None)
    if dispatch is None or house is None or len(chosen) != 2:
        return chosen
    if dispatch.place is None:
        dispatch.place = house.place
    return chosen[:1]


def _whole_region(entity: Entity) -> bool:
    """ "les hôpitaux des Hauts-de-France victimes d'une attaque": a region's houses, in the title, are a name for all."""
    return bool(entity.roles["title"] and entity.roles["hit"]) and any(m.plural and m.regional for m in entity.mentions)


def _told_in_roundup(entity: Entity) -> bool:
    r = entity.roles
    if entity.type == "autorite" and not r["hit"]:
        return False  # who tells of the attack
    return bool(r["dated"] or r["hit"] or (r["lead"] and r["near"])) and not (r["receiver"] or r["spared"])


def _for_want_of_better(entities: list[Entity]) -> list[Entity]:
    left = [e for e in entities if e.score > 0.1 and not (e.roles["receiver"] or e.roles["other"] or e.roles["spared"])]
    if left:
        return sorted(left, key=lambda e: (-e.score, e.number))[:1]
    # the only house of care that the text names: who else would it be about
    care = [e for e in entities if not e.nameless and e.type not in OUTSIDE_CARE]
    aside = ("other", "spared", "exercise", "receiver")
    alone = len(care) == 1 and not any(care[0].roles[role] for role in aside)
    if care or any(not e.nameless and e.roles["hit"] for e in entities):
        return care if alone else []
    # … or the only authority, insurer or supplier: in the title, or in the lead where an incident is told
    bodies = [e for e in entities if not e.nameless and e.type in _BODIES and not any(e.roles[role] for role in aside)]
    told = [e for e in bodies if e.roles["title"] or e.roles["titled"] or (e.roles["near"] and e.roles["lead"])]
    return told if len(told) == 1 else []


_BODIES = frozenset({"autorite", "complementaire", "prestataire"})


def _is_second(entity: Entity, best: Entity) -> bool:
    """Whether another entity is a victim of its own beside the best."""
    r = entity.roles
    listed = r["listed"] and best.roles["listed"] and entity.score >= THRESHOLD and _listed(entity, best)
    if not r["hit"] or (entity.score < 2.4 and not r["too"] and not listed):
        return False
    if entity.type in OUTSIDE_CARE and best.type not in OUTSIDE_CARE and not (entity.type == "autorite" and r["too"]):
        return False
    if best.roles["title"] and not r["title"] and not (r["lead"] or r["too"] or r["hit"] > 1):
        return False
    if r["title"] and r["listed"] and not r["past"] and _listed(entity, best):
        return not (r["receiver"] or r["spared"])  # "X et Y piratés", and below "après X, au tour de Y"
    return not (r["receiver"] or r["other"] >= r["hit"] or r["past"] >= r["hit"] or r["spared"])
