"""Reports and incidents in any number for measuring stores: invented facilities, and texts that an index takes for French.

The same every time (seeded). Towns are real, so that places, departments and the map have something to count. A text
is some sentences of the trade, each in its share of the articles, among words drawn as often as French has them (Zipf,
the 100,000 most frequent that the model `fr_core_news_md` knows): what an index does depends on how often words come.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate, islice

import spacy

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
# The share of the articles that hold a sentence.
_SENTENCES = {
    "Les urgences de l’établissement sont fermées depuis vendredi matin, et les patients sont orientés ailleurs.": 0.25,
    "Les infirmières travaillent sur papier, tandis que les chimiothérapies sont reportées.": 0.10,
    "Des rançongiciels ont chiffré une partie des serveurs, selon la direction.": 0.35,
    "Le laboratoire continue de fonctionner, mais les résultats sont portés à la main.": 0.12,
    "Une plainte a été déposée et l’agence nationale de la sécurité des systèmes d’information a été prévenue.": 0.40,
    "La messagerie et le site internet sont inaccessibles jusqu’à nouvel ordre.": 0.20,
    "Aucune donnée de santé n’aurait été volée, assure le directeur.": 0.30,
    "Le standard téléphonique répond toujours, précise le service de communication.": 0.10,
    "Les rendez-vous d’imagerie sont annulés ; les scanners ne peuvent plus envoyer d’images.": 0.08,
    "Les équipes informatiques font le tour des postes pour les remettre en état.": 0.15,
    "Le conseil municipal a voté le budget de la médiathèque, qui rouvrira au printemps.": 0.01,
    "La maternité réoriente les accouchements vers les maternités voisines.": 0.04,
    "Des renforts venus de la région aident à rétablir la paie et les plannings.": 0.05,
    "Les médecins notent leurs prescriptions sur des cahiers, au cœur d’une nuit difficile.": 0.06,
}
_WORDS = 100_000
_FACILITIES = 4000
_PER_SENTENCE = (8, 24)


@cache
def _french() -> tuple[list[str], list[float]]:
    """Words by frequency, and their shares added up."""
    model = spacy.load(
        "fr_core_news_md", disable=["tok2vec", "morphologizer", "parser", "attribute_ruler", "lemmatizer"]
    )
    told = (model.vocab.strings[key] for key in model.vocab.vectors)
    words = list(islice((w for w in told if w.isalpha() and w.islower()), _WORDS))
    return words, list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))


def _text(chance: random.Random) -> str:
    words, shares = _french()
    sentences = [sentence for sentence, share in _SENTENCES.items() if chance.random() < share]
    for _ in range(chance.randint(8, 22)):
        drawn = chance.choices(words, cum_weights=shares, k=chance.randint(*_PER_SENTENCE))
        sentences.append(" ".join(drawn).capitalize() + ".")
    chance.shuffle(sentences)
    return "\n\n".join(" ".join(sentences[n : n + 4]) for n in range(0, len(sentences), 4))


def reports(count: int, seed: int = 1) -> Iterator[tuple[Article, Report, Incident]]:
    """Articles of 150 to 500 words, each with its report and an incident of its own."""
    chance = random.Random(seed)
    towns = [c for c in communes.communes() if (c.population or 0) > 5000 and c.lat and c.lon]
    services, statuses = list(vocabulary("services")), list(vocabulary("impact_status"))
    types, cares = list(vocabulary("attack_types")), [None, *vocabulary("care_impact")]
    now = datetime(2026, 11, 1, tzinfo=UTC)
    houses = [(chance.choice(towns), *chance.choice(_KINDS), chance.choice(_NAMES), n) for n in range(_FACILITIES)]
    for n in range(count):
        town, word, kind, called, number = chance.choice(houses)
        name = f"{word} {called} {number % 97}"
        day = date(2012, 1, 1) + timedelta(days=chance.randrange(5400))
        article = Article(
            url=f"https://journal-{n % 37}.example/sante/{day.isoformat()}-{n}",
            title=f"{town.name} : cyberattaque à l’établissement {name}",
            published=day,
            text=f"{name}, à {town.name}, a été victime d’une attaque informatique.\n\n{_text(chance)}",
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
