import json
from pathlib import Path

import pytest

from crawler.triage import matters, why
from tests.site.pages import stories

# wordings that the development corpus need not hold: what the press may write tomorrow
KEPT = [
    ("Biologie : un laboratoire visé", "Le laboratoire a confirmé une intrusion. Les prélèvements sont suspendus."),
    ("Des rendez-vous fantômes", "Une erreur du logiciel a convoqué 300 patients à l'hôpital."),
    ("Une association dépouillée", "Elle gère des foyers pour personnes handicapées ; un mot de passe a été volé."),
    ("Les dossiers des jeunes patients publiés", "Un cabinet de pédiatrie a découvert ses fichiers sur le darknet."),
    ("Centre de dialyse : « Les machines tournent »", "Un virus a mis à terre son réseau dimanche."),
    ("Le CISSS de Laval à l'arrêt", "Un rançongiciel a été découvert vendredi."),
    ("Malakoff Humanis piratée", "Une intrusion dans le réseau informatique a été révélée."),
    ("Doctolib saturé pendant une heure", "La plateforme a été submergée de demandes."),
    ("Une attaque virale met la clinique à genoux", "Les ordinateurs ne répondent plus."),
    ("Panne géante aux Hospices civils", "Le standard ne répond plus."),
    ("L'Ehpad refuse de payer la rançon", "Les résidents vont bien."),
    ("Un bug efface des ordonnances", "Les pharmacies du département en voient les effets."),
    ("Fuite chez une mutuelle", "Des données de santé de 12 000 adhérents circulent."),
    ("Les ambulances guidées à la main", "Le logiciel du Samu est hors service depuis lundi."),
    ("Retour au papier et au crayon à la maternité", "La direction évoque un incident technique."),
    ("Des pirates s'en prennent à des dentistes", "Leurs fichiers de patients ont été chiffrés."),
    ("CHU : la messagerie coupée par précaution", "Une activité anormale a été repérée sur le réseau."),
    ("Le 15 injoignable ce matin", "Une panne chez l'opérateur touche les numéros d'urgence."),
    ("Un laboratoire d’analyses victime d’un rançongiciel", "Les résultats se font attendre."),
    ("L’hôpital privé de téléphone", "Une coupure de fibre isole l’établissement."),
    ("Données médicales en libre accès", "Un prestataire avait mal réglé son serveur."),
    ("Faux SMS de l'Assurance maladie", "L'hôpital porte plainte."),
    ("Doctolib sature", "Le site n'a pas tenu après l'allocution."),
    ("Adresses de patients dévoilées", "L'hôpital a envoyé un courriel groupé sans masquer les adresses."),
    ("Une clé USB égarée", "Elle contenait les diagnostics de 180 malades."),
    ("Un brancardier mis à pied", "Il avait consulté le dossier médical de son ancienne compagne."),
    ("L'hôpital perd 240 000 euros", "La facture était fausse, le compte ouvert à l'étranger."),
]
DROPPED = [
    ("Grippe : les urgences débordées", "Le virus remplit les lits de l'hôpital, qui a lancé son plan blanc."),
    ("La mairie attaquée", "Un rançongiciel a chiffré les fichiers de la commune."),
    ("Une crèche ouvre à l'hôpital", "Vingt berceaux pour les enfants des soignants."),
    ("Le club se fait voler la victoire", "Une attaque éclair à la dernière minute."),
    ("Un scanner tout neuf", "La clinique a reçu sa machine lundi."),
]


@pytest.mark.parametrize(("title", "text"), KEPT)
def test_wordings_of_an_incident_in_health_care_matter(title: str, text: str):
    assert matters(title, text), why(title, text)


@pytest.mark.parametrize(("title", "text"), DROPPED)
def test_health_alone_or_an_incident_alone_does_not_matter(title: str, text: str):
    assert not matters(title, text), why(title, text)


def test_a_menu_that_names_both_far_from_each_other_does_not_matter():
    assert not matters("Marché", "Santé Justice Sport " + "Le marché change de place. " * 40 + "Cybersécurité Podcasts")


def test_reasons_are_the_wordings_found():
    reasons = why("Clinique", "Un piratage, puis une panne du serveur.")
    assert "clinique" in reasons.health
    assert {"pirat", "panne … serveur"} <= set(reasons.incident)


def test_words_are_met_across_punctuation_accents_and_elision():
    assert matters("", "L’HÔPITAL : « rançon-giciel », non : RANÇONGICIEL !")
    assert matters("", "l'hopital\u00a0; cyber-attaque")


def test_every_incident_of_the_test_site_matters_and_plain_local_news_does_not():
    told = [story for outlet in ("val-info", "gazette", "radio-loire") for story in stories(outlet)]
    kept = [s for s in told if matters(s.title, f"{s.lead}\n\n{s.text}")]
    assert [s for s in told if s.source and s not in kept] == []
    assert len([s for s in kept if not s.source]) <= 5


def test_no_relevant_article_of_the_development_corpus_is_dropped(shared: Path):
    rows = [json.loads(line) for line in (shared / "gold" / "dev.jsonl").open(encoding="utf-8")]
    assert [row["title"] for row in rows if row["relevant"] and not matters(row["title"], row["text"])] == []
