"""`vigie alerts`: searches are saved, alerts reach a real mail server and a real web server, and what fails waits."""

from __future__ import annotations

import hashlib
import hmac
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
from cli import doctor
from cli.terminal import Refused
from index import open_store
from index.mail import MailServer
from index.saved import Sending
from index.store import Store, StoreError
from index.targets import SettingsWrong
from tests.index.samples import article, attacks, facility, incident, services, source
from tests.mailbox import Hook, Mailbox, mailbox, webhook

Vigie = Callable[..., Result]
ANA = "ana@chu.example"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as made:
        yield made


@pytest.fixture
def vigie(monkeypatch: pytest.MonkeyPatch, store_url: str, box: Mailbox) -> Vigie:
    monkeypatch.setenv("VIGIE_STORE", store_url)
    monkeypatch.setenv("VIGIE_SMTP_HOST", f"127.0.0.1:{box.port}")
    monkeypatch.setenv("VIGIE_SMTP_FROM", "Vigie <vigie@chu.example>")
    monkeypatch.setenv("VIGIE_SMTP_TLS", "none")
    monkeypatch.setenv("VIGIE_URL", "https://vigie.chu.example/")
    return lambda *words: CliRunner().invoke(cli.app, words)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


def put(store: Store, n: int, *states: str, name: str = "Clinique des Trois-Ormes") -> None:
    of = article(n)
    store.put_incident(
        incident(
            n,
            facility=facility(name, department="37"),
            attack_types=attacks("rancongiciel:confirmed"),
            services=services(*states),
            reports=(source(of),),
        )
    )


def test_alerts_go_by_mail_and_webhook_once(
    vigie: Vigie, store: Store, box: Mailbox, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_WEBHOOK_SECRET", "sel")
    put(store, 1)
    added = vigie(*("alerts", "add", "Indre-et-Loire", "--department", "37", "--email", ANA, "--webhook", hook.url))
    assert added.exit_code == 0, added.stderr
    put(store, 2, "urgences:ferme", name="Clinique du Lac")
    put(store, 1, "urgences:ferme")
    ran = vigie("alerts", "run")
    assert json.loads(ran.stdout) == {"noticed": {"Indre-et-Loire": 2}, "sent": 2, "failed": 0}
    assert ran.exit_code == 0
    ((to, message),) = box.received
    assert (to, message["To"], message["From"]) == (ANA, ANA, "Vigie <vigie@chu.example>")
    assert message["Subject"] == "Vigie — Indre-et-Loire : 1 nouvel incident, 1 incident changé"
    text = message.get_content()
    assert "Nouvel incident — Clinique du Lac, Chambray-lès-Tours (VIG-2022-0002)" in text
    assert "Département : Indre-et-Loire (37)" in text
    assert "Nature de l’attaque : Rançongiciel (confirmé)" in text
    assert "https://vigie.chu.example/incident?id=VIG-2022-0002" in text
    assert text.index("VIG-2022-0002") < text.index("Incident changé"), "in the order in which they came"
    ((headers, data),) = hook.received
    assert headers["Vigie-Signature"] == f"sha256={hmac.new(b'sel', data, hashlib.sha256).hexdigest()}"
    told = json.loads(data)
    assert [(n["kind"], n["incident"]) for n in told["notices"]] == [
        ("new", "VIG-2022-0002"), ("changed", "VIG-2022-0001"),
    ]  # fmt: skip
    assert told["notices"][1]["changes"] == ["Services : Urgences (fermé)"]
    assert told["notices"][0]["link"] == "https://vigie.chu.example/incident?id=VIG-2022-0002"
    assert json.loads(vigie("alerts", "run").stdout) == {"noticed": {"Indre-et-Loire": 0}, "sent": 0, "failed": 0}
    assert (len(box.received), len(hook.received)) == (1, 1)


def test_what_is_not_taken_waits_and_comes_in_order_under_the_same_number(
    vigie: Vigie, store: Store, box: Mailbox, hook: Hook
) -> None:
    vigie("alerts", "add", "Tout", "--email", ANA, "--email", "bob@chu.example", "--webhook", hook.url)
    box.refuse[ANA] = "450 4.2.0 mailbox busy"
    hook.status = 503
    put(store, 1)
    ran = vigie("alerts", "run")
    assert (ran.exit_code, json.loads(ran.stdout)["sent"]) == (1, 1)
    assert "« Tout », à a…@chu.example : le serveur de courriel 127.0.0.1" in ran.stderr
    assert "450 4.2.0 mailbox busy" in ran.stderr
    assert "« Tout », à http://127.0.0.1" in ran.stderr
    assert "répond (503)" in ran.stderr
    assert "secret-token" not in ran.stderr
    assert ANA not in ran.stderr
    put(store, 2)
    vigie("alerts", "run")
    box.refuse.clear()
    hook.status = 200
    ran = vigie("alerts", "run")
    assert (ran.exit_code, json.loads(ran.stdout)["sent"]) == (0, 4)
    assert [m["Subject"] for to, m in box.received if to == ANA] == ["Vigie — Tout : 1 nouvel incident"] * 2
    assert ["VIG-2022-0001" in m.get_content() for to, m in box.received if to == ANA] == [True, False]
    assert [to for to, _ in box.received].count("bob@chu.example") == 2
    numbers = [json.loads(data)["sending"] for _, data in hook.received]
    assert len(set(numbers[:3])) == 1
    assert len(set(numbers)) == 2
    assert store.saved.sendings() == []


def test_a_server_that_hangs_up_after_it_took_a_message_gets_it_again_as_the_same(
    vigie: Vigie, store: Store, box: Mailbox
) -> None:
    vigie("alerts", "add", "Tout", "--email", ANA)
    put(store, 1)
    box.hang_up = True
    assert vigie("alerts", "run").exit_code == 1
    box.hang_up = False
    assert vigie("alerts", "run").exit_code == 0
    first, second = (message for _, message in box.received)
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_content() == second.get_content()


def test_a_redirection_is_not_followed(vigie: Vigie, store: Store, hook: Hook) -> None:
    vigie("alerts", "add", "Tout", "--webhook", hook.url)
    put(store, 1)
    hook.status, hook.location = 302, hook.url
    ran = vigie("alerts", "run")
    assert ran.exit_code == 1
    assert "répond par une redirection (302)" in ran.stderr
    assert len(hook.received) == 1


def test_a_name_that_can_be_no_host_keeps_nobody_else_waiting(vigie: Vigie, store: Store, hook: Hook) -> None:
    vigie("alerts", "add", "Tout", "--webhook", "http://a..b/", "--webhook", hook.url)
    put(store, 1)
    ran = vigie("alerts", "run")
    assert (ran.exit_code, json.loads(ran.stdout)["sent"]) == (1, 1)
    assert "« Tout », à http://a..b/… : http://a..b/… ne répond pas (nom d’hôte inconnu)." in ran.stderr


def test_a_host_that_is_away_is_asked_once_a_run(vigie: Vigie, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SMTP_HOST", "127.0.0.1:1")
    for name in ("Une", "Deux"):
        vigie("alerts", "add", name, "--email", ANA)
    put(store, 1)
    ran = vigie("alerts", "run")
    assert ran.exit_code == 1
    assert ran.stderr.count("le serveur de courriel 127.0.0.1:1 ne répond pas (connexion refusée)") == 2


def test_a_password_is_refused_without_being_shown_and_never_goes_in_clear_to_another_machine(
    vigie: Vigie, store: Store, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_SMTP_USER", "vigie")
    monkeypatch.setenv("VIGIE_SMTP_PASSWORD", "mot-secret")
    vigie("alerts", "add", "Tout", "--email", ANA)
    put(store, 1)
    ran = vigie("alerts", "run")
    assert ran.exit_code == 1
    assert "refuse l’identification (535)" in ran.stderr
    assert "mot-secret" not in ran.stderr + ran.stdout + repr(MailServer.of())
    assert len(box.logins) == 1
    assert box.received == []
    monkeypatch.setenv("VIGIE_SMTP_HOST", "mail.example")
    with pytest.raises(Refused, match=r"en clair vers mail\.example"):
        raise vigie("alerts", "run").exception or AssertionError


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "VIGIE_SMTP_HOST et VIGIE_SMTP_FROM"),
        ({"HOST": "a", "FROM": "personne"}, "VIGIE_SMTP_FROM"),
        ({"HOST": "a:x", "FROM": ANA}, "port"),
        ({"HOST": "a", "FROM": ANA, "TLS": "ssl"}, "starttls, tls ou none"),
        ({"HOST": "a", "FROM": ANA, "USER": "x"}, "vont ensemble"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_one_sentence(given: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsWrong, match=told):
        MailServer.of({f"VIGIE_SMTP_{name}": value for name, value in given.items()})


def test_usual_ports_and_addresses_with_colons() -> None:
    def where(host: str, tls: str = "") -> tuple[str, int]:
        given = {"VIGIE_SMTP_HOST": host, "VIGIE_SMTP_FROM": ANA, "VIGIE_SMTP_TLS": tls}
        server = MailServer.of(given)
        return server.host, server.port

    assert where("mail.example") == ("mail.example", 587)
    assert where("mail.example", "tls") == ("mail.example", 465)
    assert where("[::1]:2525", "none") == ("::1", 2525)
    assert where("::1", "none") == ("::1", 25)


def test_a_search_is_listed_changed_paused_and_removed(vigie: Vigie, store: Store, hook: Hook) -> None:
    vigie("alerts", "add", "À Tours", "urgences", "--near", "Tours", "--within", "5", "--email", ANA)
    listed = vigie("alerts", "list").stdout
    for words in ("À Tours", "urgences", "Tours", ANA, "0"):
        assert words in listed
    vigie("alerts", "edit", "a-tours", "--webhook", hook.url, "--drop", ANA, "--pause")
    told = json.loads(vigie("alerts", "list", "--json").stdout)
    assert (told["targets"], told["paused"], told["query"]["words"]) == ([hook.url], True, "urgences")
    put(store, 1)
    assert json.loads(vigie("alerts", "run").stdout)["noticed"] == {}
    assert hook.received == []
    assert vigie("alerts", "remove", "À Tours").exit_code == 0
    assert store.saved.all() == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "tout"), "existe déjà"),
        (("add", "…"), "lettre"),
        (("add", "x", "--email", "ana"), "--email ana"),
        (("add", "x", "--email", "a..b@chu.example"), "--email a..b"),
        (("add", "x", "--webhook", "chez moi"), "--webhook"),
        (("add", "x", "--type", "ransomware"), "--type ransomware"),
        (("run", "inconnue"), "Recherche inconnue : inconnue. Recherches enregistrées : Tout."),
        (("run", "--feeds", "/nulle/part"), "/nulle/part"),
        (("edit", "Tout", "--drop", "x@y.example"), "n'envoie rien"),
        (("feed", "Tout", "-o", "/nulle/part.atom"), "/nulle/part.atom"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_done(
    vigie: Vigie, store: Store, words: tuple[str, ...], told: str
) -> None:
    vigie("alerts", "add", "Tout")
    error = vigie("alerts", *words).exception
    assert isinstance(error, Refused | StoreError)
    assert told in str(error)
    assert [search.name for search in store.saved.all()] == ["Tout"]


def test_a_dry_run_tells_and_does_nothing(vigie: Vigie, store: Store, box: Mailbox) -> None:
    vigie("alerts", "add", "Tout", "--email", ANA)
    put(store, 1)
    ran = vigie("alerts", "run", "--dry-run")
    assert "« Tout » : 1 à annoncer, 0 envois en attente." in ran.stderr
    assert "VIG-2022-0001" in ran.stdout
    assert (box.received, store.saved.sendings()) == ([], [])
    assert json.loads(vigie("alerts", "run").stdout)["sent"] == 1


def test_feeds_are_written_whole_beside_each_other(vigie: Vigie, store: Store, tmp_path: Path) -> None:
    put(store, 1)
    vigie("alerts", "add", "À Tours")
    assert vigie("alerts", "run", "--feeds", str(tmp_path)).exit_code == 0
    root = ET.parse(tmp_path / "a-tours.atom").getroot()
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 1
    assert vigie("alerts", "feed", "à tours", "-o", "-").stdout.encode() == (tmp_path / "a-tours.atom").read_bytes()


def test_a_run_killed_between_looking_and_sending_loses_nothing(
    vigie: Vigie, store: Store, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    vigie("alerts", "add", "Tout", "--email", ANA)
    put(store, 1)
    with monkeypatch.context() as patch:

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(MailServer, "send", killed)
        vigie("alerts", "run")
    assert len(store.saved.sendings("Tout")) == 1
    assert json.loads(vigie("alerts", "run").stdout) == {"noticed": {"Tout": 0}, "sent": 1, "failed": 0}
    assert len(box.received) == 1


def test_the_doctor_says_what_keeps_alerts_from_leaving(
    vigie: Vigie, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    vigie("alerts", "add", "Tout", "--email", ANA)
    assert doctor._alerts() == "recherches enregistrées : 1, envois en attente : 0"
    made = datetime.now(UTC) - timedelta(days=9)
    store.saved.put_sendings([Sending("f" * 32, "Tout", f"mailto:{ANA}", made, ())])
    with pytest.raises(Exception, match="attendent depuis 9 jours"):
        doctor._alerts()
    monkeypatch.delenv("VIGIE_SMTP_HOST")
    with pytest.raises(Exception, match="il manque VIGIE_SMTP_HOST"):
        doctor._alerts()
