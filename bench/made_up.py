"""Reports and incidents in any number for measuring stores: French sentences put together, facilities invented.

The same numbers every time (seeded). Towns are real, so that places, departments and the map have something to count.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from records import Article, AttackClaim, Facility, Incident, Occurred, Report, ReportedIncident, ServiceState, Source
from reference import communes
from reference.vocabulary import vocabulary

_KINDS = (("Clinique", "clinique"), ("Centre hospitalier", "ch"), ("Ehpad", "ehpad"), ("Laboratoire", "laboratoire"))
_NAMES = [
    "Saules",
    "Tilleuls",
    "Charmille",
    "Pré-Long",
    "Trois-Ormes",
    "Val-Fleuri",
    "Grand-Chêne",
    "Fontaine",
    "Bel-Air",
    "Roseraie",
]
_SENTENCES = """
Les urgences de l’établissement sont fermées depuis vendredi matin, et les patients sont orientés vers d’autres hôpitaux.
Les infirmières travaillent sur papier, tandis que les chimiothérapies sont reportées.
Des rançongiciels ont chiffré une partie des serveurs, selon la direction.
Le laboratoire continue de fonctionner, mais les résultats sont portés à la main.
Une plainte a été déposée et l’agence nationale de la sécurité des systèmes d’information a été prévenue.
La messagerie et le site internet sont inaccessibles jusqu’à nouvel ordre.
Aucune donnée de santé n’aurait été volée, assure le directeur.
Le standard téléphonique répond toujours, précise le service de communication.
Les rendez-vous d’imagerie sont annulés ; les scanners ne peuvent plus envoyer d’images.
Les équipes informatiques font le tour des postes pour les remettre en état.
Le conseil municipal a voté le budget de la médiathèque, qui rouvrira au printemps.
La maternité réoriente les accouchements vers les maternités voisines.
Des renforts venus de la région aident à rétablir la paie et les plannings.
Les médecins notent leurs prescriptions sur des cahiers, au cœur d’une nuit difficile.
""".strip().splitlines()


def reports(count: int, seed: int = 1) -> Iterator[tuple[Article, Report, Incident]]:
    """Articles of 200 to 500 words, each with its report and an incident of its own."""
    chance = random.Random(seed)
    towns = [c for c in communes.communes() if (c.population or 0) > 5000 and c.lat and c.lon]
    services, statuses = list(vocabulary("services")), list(vocabulary("impact_status"))
    types, cares = list(vocabulary("attack_types")), [None, *vocabulary("care_impact")]
    now = datetime(2026, 11, 1, tzinfo=UTC)
    for n in range(count):
        town = chance.choice(towns)
        word, kind = chance.choice(_KINDS)
        name = f"{word} {chance.choice(_NAMES)} {n % 997}"
        day = date(2012, 1, 1) + timedelta(days=chance.randrange(5400))
        text = "\n\n".join(" ".join(chance.choices(_SENTENCES, k=4)) for _ in range(chance.randint(4, 9)))
        article = Article(
            url=f"https://journal-{n % 37}.example/sante/{day.isoformat()}-{n}",
            title=f"{town.name} : cyberattaque à l’établissement {name}",
            published=day,
            text=f"{name}, à {town.name}, a été victime d’une attaque informatique.\n\n{text}",
            outlet=f"Journal {n % 37}",
            fetched=now,
        )
        where = Facility(
            name=name,
            mention=name,
            type=kind,
            commune=town.name,
            insee=town.insee,
            department=town.department,
            lat=town.lat,
            lon=town.lon,
        )
        told = {
            "facility": where,
            "occurred": Occurred(start=day, end=day, precision="day"),
            "attack_types": (
                AttackClaim(type=chance.choice(types), certainty=chance.choice(("confirmed", "suspected"))),
            ),
            "services": tuple(
                ServiceState(service=s, status=chance.choice(statuses), mention=s) for s in chance.sample(services, 3)
            ),
            "care_impact": chance.choice(cares),
        }
        said = ReportedIncident.model_validate(told)
        source = Source(url=article.url, outlet=article.outlet, title=article.title, published=day)
        incident = Incident.model_validate(
            {**told, "id": f"VIG-{day.year}-{n:06d}", "reports": (source,), "first_seen": now, "last_changed": now}
        )
        yield (
            article,
            Report(url=article.url, relevant=True, relevance=0.9, incidents=(said,), pipeline="bench"),
            incident,
        )
