"""Incidents for the tests of the pages: real ones, told in our own words with their source, and hostile ones at
invented facilities."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from records import (
    AttackClaim,
    Facility,
    Incident,
    Occurred,
    Receiver,
    ServiceState,
    Source,
    Statement,
    TimelineEntry,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FRANCE3 = (
    "https://france3-regions.francetvinfo.fr/centre-val-de-loire/indre-loire/tours/cybercriminalite-suite-a-une-"
    "attaque-informatique-les-urgences-d-une-clinique-de-chambray-les-tours-ferment-2406397.html"
)
LMI = (
    "https://lemondeinformatique.fr/actualites/lireamp-cyberattaque-contre-le-pole-sante-leonard-de-vinci-a-"
    "chambray-les-tours-85367.html"
)
CLOSED = "Les urgences de la clinique ferment et les patients sont envoyés vers d’autres hôpitaux."
VINCI = "VIG-2022-0001"
HOSTILE = "VIG-2020-0009"


def vinci() -> Incident:
    night = "L’attaque a eu lieu dans la nuit du 6 au 7 janvier."
    return Incident(
        id=VINCI,
        facility=Facility(
            name="Pôle Santé Léonard de Vinci",
            mention="la clinique",
            finess="370007569",
            type="clinique",
            commune="Chambray-lès-Tours",
            insee="37050",
            department="37",
            lat=47.345,
            lon=0.708,
        ),
        occurred=Occurred(start=date(2022, 1, 6), end=date(2022, 1, 7), precision="night", mention="dans la nuit"),
        attack_types=(AttackClaim(type="cyberattaque_non_precisee", certainty="confirmed"),),
        information_status="confirme",
        services=(
            ServiceState(service="urgences", status="ferme", mention="urgences"),
            ServiceState(service="bloc_chirurgie", status="reporte", mention="opérations"),
            ServiceState(service="pediatrie", status="maintenu", mention="pédiatrie"),
        ),
        diverted_to=(Receiver(name="Hôpital Trousseau"), Receiver(name="NCT+")),
        authorities=("gendarmerie",),
        care_impact="interruption",
        support={"services/urgences/ferme": (FRANCE3, LMI), "occurred": (FRANCE3,), "diverted_to/NCT+": (LMI,)},
        contradictions={
            "occurred": (Statement(value=Occurred(start=date(2022, 1, 7), precision="day"), reports=(LMI,)),),
        },
        reports=(
            Source(
                url=FRANCE3,
                outlet="France 3 Centre-Val de Loire",
                title="Clinique de Chambray-lès-Tours : urgences fermées après une attaque",
                published=date(2022, 1, 7),
                kind="notice",
                extracts={"services/urgences/ferme": (CLOSED,), "occurred": (night,), "facility": (CLOSED,)},
            ),
            Source(
                url=LMI,
                outlet="Le Monde Informatique",
                title="Attaque contre le pôle santé de Chambray-lès-Tours",
                published=date(2022, 1, 7),
                extracts={"diverted_to/NCT+": ("Une affiche invite à se rendre à Trousseau ou à NCT+.",)},
            ),
        ),
        timeline=(TimelineEntry(date=date(2022, 1, 7), service="urgences", status="ferme", report=FRANCE3),),
        first_seen=NOW,
        last_changed=NOW,
    )


def _told(
    number: str,
    facility: Facility,
    occurred: Occurred,
    claim: tuple[str, Any],
    url: str,
    outlet: str,
    published: date,
    words: str,
    *services: tuple[str, str],
) -> Incident:
    extracts = {f"services/{service}/{status}": (words,) for service, status in services}
    return Incident(
        id=number,
        facility=facility,
        occurred=occurred,
        attack_types=(AttackClaim(type=claim[0], certainty=claim[1]),),
        information_status="dementi" if claim[1] == "denied" else "confirme",
        services=tuple(ServiceState(service=s, status=t, mention=s) for s, t in services),
        support=dict.fromkeys(extracts, (url,)),
        reports=(
            Source(
                url=url,
                outlet=outlet,
                title=words[:70],
                published=published,
                kind="notice",
                extracts={**extracts, f"attack_types/{claim[0]}": (words,), "facility": (words,)},
            ),
        ),
        first_seen=NOW,
        last_changed=NOW,
    )


def _place(
    name: str, kind: str, commune: str | None, dept: str | None, lat: float | None, lon: float | None
) -> Facility:
    return Facility(name=name, mention=name, type=kind, commune=commune, department=dept, lat=lat, lon=lon)


def real() -> list[Incident]:
    """Eight incidents that the press told, in our own words, each with the address of an article that says so."""
    vierzonitude = (
        "http://www.vierzonitude.fr/2019/10/hopital-de-vierzon-pas-de-cyberattaque-mais-un-dysfonctionnement.html"
    )
    october = Occurred(start=date(2019, 10, 1), end=date(2019, 10, 31), precision="month")
    return [
        vinci(),
        _told(
            "VIG-2019-0001",
            _place("Centre hospitalier d’Issoudun", "ch", "Issoudun", "36", 46.952, 1.99),
            october,
            ("rancongiciel", "confirmed"),
            vierzonitude,
            "Vierzonitude",
            date(2019, 10, 20),
            "L’hôpital d’Issoudun est visé par une demande de rançon ; sa messagerie est coupée.",
            ("messagerie", "suspendu"),
        ),
        _told(
            "VIG-2019-0002",
            _place("Centre hospitalier de Vierzon", "ch", "Vierzon", "18", 47.222, 2.069),
            october,
            ("cyberattaque_non_precisee", "denied"),
            vierzonitude,
            "Vierzonitude",
            date(2019, 10, 20),
            "L’hôpital de Vierzon dément toute cyberattaque : un serveur était ralenti.",
            ("si_global", "retabli"),
        ),
        _told(
            "VIG-2022-0002",
            _place("Centre hospitalier Sud Francilien", "ch", "Corbeil-Essonnes", "91", 48.593, 2.476),
            Occurred(start=date(2022, 8, 20), end=date(2022, 8, 21), precision="night"),
            ("rancongiciel", "confirmed"),
            "https://www.europe1.fr/societe/il-faut-tout-readapter-lhopital-de-corbeil-essonnes-paralyse-apres-la-"
            "cyberattaque-4129643",
            "Europe 1",
            date(2022, 8, 23),
            "À Corbeil-Essonnes, le dossier patient est inaccessible et des opérations sont reportées.",
            ("dpi", "suspendu"),
            ("bloc_chirurgie", "reporte"),
        ),
        _told(
            "VIG-2022-0003",
            _place("Centre hospitalier de Versailles", "ch", "Le Chesnay-Rocquencourt", "78", 48.831, 2.128),
            Occurred(start=date(2022, 12, 3), precision="day"),
            ("rancongiciel", "confirmed"),
            "https://www.cnews.fr/france/2022-12-04/centre-hospitalier-de-versailles-lhopital-andre-mignot-victime-"
            "dune-cyberattaque",
            "CNews",
            date(2022, 12, 4),
            "L’hôpital André-Mignot coupe son réseau et reporte des opérations.",
            ("bloc_chirurgie", "reporte"),
        ),
        _told(
            "VIG-2021-0001",
            _place("Centre hospitalier d’Oloron-Sainte-Marie", "ch", "Oloron-Sainte-Marie", "64", 43.194, -0.606),
            Occurred(start=date(2021, 3, 8), precision="day"),
            ("rancongiciel", "confirmed"),
            "https://labearnaise.com/2021/03/09/lhopital-doloron-vise-par-une-cyberattaque/",
            "La Béarnaise",
            date(2021, 3, 9),
            "L’hôpital d’Oloron ne peut plus ouvrir ses dossiers patients.",
            ("dpi", "suspendu"),
        ),
        _told(
            "VIG-2021-0002",
            _place("Centre hospitalier de Saint-Gaudens", "ch", "Saint-Gaudens", "31", 43.105, 0.72),
            Occurred(start=date(2021, 4, 8), precision="day"),
            ("rancongiciel", "confirmed"),
            "https://www.europe1.fr/societe/un-hopital-de-haute-garonne-victime-dune-cyberattaque-4037502",
            "Europe 1",
            date(2021, 4, 9),
            "À Saint-Gaudens, les urgences sont réorientées et le laboratoire travaille à la main.",
            ("urgences", "reoriente"),
            ("biologie", "degrade"),
        ),
        _told(
            "VIG-2019-0003",
            _place("Ramsay Générale de Santé", "groupement", None, None, None, None),
            Occurred(start=date(2019, 8, 10), precision="day"),
            ("cyberattaque_non_precisee", "confirmed"),
            "https://www.francebleu.fr/infos/faits-divers-justice/loire-trois-cliniques-privees-touchees-par-une-"
            "cyberattaque-1565835840",
            "France Bleu",
            date(2019, 8, 15),
            "Les cliniques du groupe perdent leur messagerie et reviennent au papier.",
            ("messagerie", "suspendu"),
        ),
    ]


def hostile() -> Incident:
    """Every text that comes from outside tries something. The facility is invented."""
    script = "<script>window.pwned=1</script><img src=x onerror='window.pwned=2'>"
    tracker = "![image](http://203.0.113.9/pixel.png) [clic](javascript:window.pwned=3)"
    url = "https://journal.example/hostile"
    return Incident(
        id=HOSTILE,
        facility=_place(f"{script} {tracker}", "autre", f"Essai{script}", "37", 47.0, 0.5),
        occurred=Occurred(start=date(2020, 5, 1), precision="day", mention=script),
        attack_types=(AttackClaim(type="maliciel", certainty="suspected"),),
        services=(ServiceState(service="urgences", status="ferme", mention=script),),
        diverted_to=(Receiver(name=f"{tracker} {script}"),),
        actor=f"{script}{tracker}",
        supplier="</style><style>*{display:none}</style>",
        reports=(
            Source(
                url=url,
                outlet=f"'\"><img src='http://203.0.113.9/o.png' onerror='window.pwned=4'>{tracker}",
                title=f"{script} {tracker} \u202eretourné",
                published=date(2020, 5, 2),
                extracts={"facility": (f"{script} {tracker}",), "actor": (f"{tracker}{script}",)},
            ),
        ),
        timeline=(TimelineEntry(date=date(2020, 5, 1), service="urgences", status="ferme", report=url),),
        first_seen=NOW,
        last_changed=NOW,
    )
