"""Addresses, secrets and clusters that cannot be used: one French sentence each. Elasticsearch only."""

from __future__ import annotations

import base64
import logging

import pytest

from index import open_store
from index.elastic_indices import VERSION
from index.store import Query, StoreError
from tests.conftest import Vigie
from tests.index.samples import incident
from tools.elasticsearch.node import ADMIN

SECRET = "cle-tres-secrete"


@pytest.fixture(autouse=True)
def _no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "USER", "PASSWORD", "CA"):
        monkeypatch.delenv(f"VIGIE_ES_{name}", raising=False)


def refused(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(url)
    said = str(caught.value)
    assert "\n" not in said
    assert said.endswith((".", "»."))
    return said


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:9200",
        "http://localhost:9200/",
        "http://localhost:9200/Vigie",
        "http://localhost:9200/a/b",
        "http://localhost:9200/*",
        "http://localhost:9200/vigie?pretty",
        "http:///vigie",
        "http://localhost:9200,/vigie",
    ],
)
def test_an_address_without_a_plain_prefix_is_refused(url: str) -> None:
    assert "préfixe" in refused(url)


def test_a_port_that_is_no_number_is_refused() -> None:
    assert "port" in refused("http://localhost:neuf/vigie")


def test_nobody_at_the_address_is_said_so() -> None:
    assert "ne répond pas" in refused("http://127.0.0.1:1/vigie")


def test_what_a_command_waits_for_is_said_on_stderr(vigie: Vigie) -> None:
    done = vigie("store", "info", store="http://127.0.0.1:1/vigie")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "Elasticsearch ne répond pas encore : nouvel essai (1 sur 2).",
        "Elasticsearch ne répond pas encore : nouvel essai (2 sur 2).",
        "vigie : Elasticsearch ne répond pas sur http://127.0.0.1:1 : vérifiez qu'il est démarré.",
    ]


def test_a_node_that_does_not_answer_is_passed_over(elasticsearch: str, shared_prefix: str) -> None:
    server, _, prefix = shared_prefix.rpartition("/")
    with open_store(f"http://127.0.0.1:1,{server.removeprefix('http://')}/{prefix}") as store:
        assert store.search(Query()).total == 0


def test_a_secret_goes_to_no_node_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_ES_API_KEY", SECRET)
    assert "https" in refused("http://127.0.0.1:9200,es.example:9200/vigie")


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    said = refused(f"https://vigie:{SECRET}@es.example:9200/vigie")
    assert SECRET not in said
    assert "VIGIE_ES_PASSWORD" in said


def test_a_secret_never_goes_out_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_ES_API_KEY", SECRET)
    said = refused("http://es.example:9200/vigie")
    assert "https" in said
    assert SECRET not in said


def test_half_a_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_ES_USER", "vigie")
    assert "VIGIE_ES_PASSWORD" in refused("https://es.example:9200/vigie")


def test_a_missing_authority_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_ES_CA", "/nulle/part.crt")
    assert "/nulle/part.crt" in refused("https://es.example:9200/vigie")


def test_secrets_are_never_logged(
    elasticsearch: str, emptied_prefix: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user, password = ADMIN
    monkeypatch.setenv("VIGIE_ES_USER", user)
    monkeypatch.setenv("VIGIE_ES_PASSWORD", password)
    sent = base64.b64encode(f"{user}:{password}".encode()).decode()
    with caplog.at_level(logging.DEBUG):
        with open_store(emptied_prefix) as store:
            store.put_incident(incident())
            assert store.search(Query()).total == 1
            assert password not in repr(store.info())
        refused("http://127.0.0.1:1/vigie")
    assert caplog.text, "something was logged"
    assert password not in caplog.text
    assert sent not in caplog.text


def test_a_newer_store_is_refused(elasticsearch: str, shared_prefix: str) -> None:
    from elasticsearch import Elasticsearch

    prefix = shared_prefix.rpartition("/")[2]
    with Elasticsearch(elasticsearch) as client:
        client.indices.put_mapping(index=f"{prefix}-ledger", meta={"vigie": 99})
        try:
            assert "plus récente" in refused(shared_prefix)
        finally:
            client.indices.put_mapping(index=f"{prefix}-ledger", meta={"vigie": VERSION})
