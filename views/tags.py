"""Small pieces of HTML that say a coded value: attack type with certainty, service with state, information status."""

from __future__ import annotations

from base64 import b64encode
from functools import cache

from records import AttackClaim, ServiceState
from views import markup
from views.wording import CERTAINTY, CERTAINTY_SHAPE, INFORMATION_SHAPE, STATUS_SHAPE, of_vocabulary, shape


def drawing(type_id: str | None, size: int = 14) -> str:
    """The shape an attack type has on the map, as an image without words (an inline `<svg>` would be cleaned away)."""
    return f"<img class='vg-shape' width='{size}' height='{size}' alt='' src='{picture(type_id)}'>"


@cache
def picture(type_id: str | None) -> str:
    """The shape as a data address, with a white rim that keeps markers apart."""
    drawn = shape(type_id)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="-1 -1 26 26">'
        f'<path d="{drawn.outline}" fill="{drawn.colour}" stroke="#fff" stroke-width="1.6" '
        'stroke-linejoin="round"/></svg>'
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def attack(claim: AttackClaim) -> str:
    return (
        f"<span class='vg-tag vg-{claim.certainty}'>{drawing(claim.type)}"
        f"{markup.text(of_vocabulary('attack_types', claim.type))}"
        f"<span class='vg-sure'><span aria-hidden='true'>{CERTAINTY_SHAPE[claim.certainty]}</span> "
        f"{CERTAINTY[claim.certainty]}</span></span>"
    )


def attacks(claims: tuple[AttackClaim, ...]) -> str:
    if not claims:
        return "<span class='vg-none'>nature de l’attaque non précisée</span>"
    return f"<ul class='vg-tags' aria-label='Types d’attaque'>{''.join(f'<li>{attack(c)}</li>' for c in claims)}</ul>"


def state(status: str) -> str:
    kind = "ok" if status in ("maintenu", "retabli") else "unknown" if status == "inconnu" else "hit"
    return (
        f"<span class='vg-state vg-{kind}'><span aria-hidden='true'>{STATUS_SHAPE.get(status, '?')}</span> "
        f"{markup.text(of_vocabulary('impact_status', status).lower())}</span>"
    )


def services(states: tuple[ServiceState, ...], most: int | None = None) -> str:
    """Services with their states, one line a service; beyond `most` they are counted."""
    by_service: dict[str, list[str]] = {}
    for one in states:
        told = by_service.setdefault(one.service, [])
        if one.status not in told:
            told.append(one.status)
    shown = list(by_service.items())[:most]
    items = [
        f"<li><span class='vg-service'>{markup.text(of_vocabulary('services', service))}</span> "
        f"{' '.join(state(s) for s in told)}</li>"
        for service, told in shown
    ]
    if len(by_service) > len(shown):
        rest = len(by_service) - len(shown)
        items.append(f"<li class='vg-more'>et {rest} autre{'s' if rest > 1 else ''}</li>")
    return f"<ul class='vg-services' aria-label='Services touchés et leur état'>{''.join(items)}</ul>" if items else ""


def information(status: str | None) -> str:
    if status is None:
        return ""
    return (
        f"<span class='vg-info vg-info-{status}'><span class='vg-sr'>Statut de l’information : </span>"
        f"<span aria-hidden='true'>{INFORMATION_SHAPE.get(status, '▪')}</span> "
        f"{markup.text(of_vocabulary('information_status', status))}</span>"
    )
