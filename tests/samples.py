"""Articles of our own for the tests that join the rooms: facts of published incidents in our words, and some news."""

from __future__ import annotations

from datetime import date

from records import Article

VINCI = "370007569"
# what the seed article tells of the clinic's services, at the least
SEED_STATES = {
    ("urgences", "ferme"),
    ("urgences", "reoriente"),
    ("bloc_chirurgie", "suspendu"),
    ("cancero_chimio", "reporte"),
    ("biologie", "maintenu"),
    ("medecine_nucleaire", "maintenu"),
    ("pediatrie", "maintenu"),
}

ATTACK = Article(
    url="https://gazette.example/sante/vinci",
    title="Chambray-lès-Tours : cyberattaque au Pôle Santé Léonard de Vinci, les urgences fermées",
    published=date(2022, 1, 7),
    outlet="Gazette d'essai",
    text=(
        "Le Pôle Santé Léonard de Vinci, à Chambray-lès-Tours (Indre-et-Loire), a été victime d'une cyberattaque dans "
        "la nuit du 6 au 7 janvier, a annoncé sa direction.\n\n"
        "Les urgences sont fermées. Les opérations ont été suspendues et les chimiothérapies reportées. "
        "Le laboratoire continue de fonctionner."
    ),
)
WEATHER = Article(
    url="https://gazette.example/meteo/neige",
    title="La neige est attendue sur le Berry",
    published=date(2022, 1, 8),
    outlet="Gazette d'essai",
    text="Cinq centimètres pourraient tomber dans la nuit. Les cars scolaires ne rouleront pas.",
)
FUNDS = Article(
    url="https://gazette.example/sante/subvention",
    title="Cybersécurité : deux millions d'euros pour les hôpitaux de la région",
    published=date(2022, 1, 9),
    outlet="Gazette d'essai",
    text=(
        "L'agence régionale de santé financera des sauvegardes et des formations contre les rançongiciels. "
        "Aucun établissement n'a été attaqué cette année."
    ),
)
