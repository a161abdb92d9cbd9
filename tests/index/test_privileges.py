"""What a key may do on a cluster with security: docs/stores.md lists the rights tried here. Elasticsearch only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from elasticsearch import ApiError, Elasticsearch

from index import elastic_doctor, open_store
from index.elastic_cluster import Cluster
from index.elastic_indices import INDICES
from index.feed import feed
from index.noticing import begin
from index.saved import SavedSearch
from index.store import FACETS, Note, Query, Store, StoreError
from tests.conftest import ROOT
from tests.index.conftest import new_prefix
from tests.index.samples import NOW, article, incident, report, said, source
from tools.elasticsearch.node import ADMIN

Key = Callable[..., None]


@pytest.fixture(scope="module")
def own_prefix(elasticsearch: str) -> Iterator[str]:
    with new_prefix(elasticsearch) as url:
        yield url


@pytest.fixture
def key(elasticsearch: str, own_prefix: str, monkeypatch: pytest.MonkeyPatch) -> Key:
    """`key(right, …)`: from now on the store is opened with an API key that has these rights on its prefix only."""

    def make(*rights: str) -> None:
        prefix = own_prefix.rpartition("/")[2]
        roles = {"vigie": {"indices": [{"names": [f"{prefix}-*"], "privileges": list(rights)}]}}
        with Elasticsearch(elasticsearch, basic_auth=ADMIN) as client:
            try:
                made = client.security.create_api_key(name="vigie-test", role_descriptors=roles)
            except ApiError as error:
                if os.environ.get("CI"):
                    raise
                pytest.skip(f"the server has no security ({error.status_code}): make elasticsearch DO=stop, then start")
        monkeypatch.setenv("VIGIE_ES_API_KEY", made["encoded"])

    return make


def put(store: Store) -> None:
    of = article(text="Le scanner est arrêté.")
    with store.writing():
        store.put_article(of)
        store.put_report(report(of, said()))
        store.put_incident(incident(reports=(source(of),)))


def test_with_the_rights_for_making_a_store_is_made_and_reindexed(key: Key, own_prefix: str) -> None:
    key(*elastic_doctor.READING, *elastic_doctor.WRITING, *elastic_doctor.MAKING)
    with open_store(own_prefix) as store:
        put(store)
        assert store.reindex() == 1
        assert len(store.drop_old()) == len(INDICES)
        assert store.info().bytes > 0
    assert elastic_doctor.faults(Cluster(own_prefix)) == []


def test_the_rights_for_writing_are_enough_from_day_to_day(key: Key, own_prefix: str) -> None:
    with open_store(own_prefix) as store:
        put(store)
    key(*elastic_doctor.READING, *elastic_doctor.WRITING)
    with open_store(own_prefix) as store:
        put(store)
        store.put_notes([Note("waiting", "a", "b", "c", {})])
        assert store.new_incident_id(2023) == "VIG-2023-0001"
        assert store.purge(NOW) == 0
        assert store.check() == store.repair() == []
        with pytest.raises(StoreError, match="droit"):
            store.reindex()
    assert elastic_doctor.faults(Cluster(own_prefix)) == []
    assert not elastic_doctor.may_only_read(Cluster(own_prefix))


def test_a_key_that_may_only_read_is_enough_to_browse(key: Key, own_prefix: str) -> None:
    search = SavedSearch("Tout", Query(), NOW)
    with open_store(own_prefix) as store:
        begin(store, search)
        put(store)
    key(*elastic_doctor.READING)
    with open_store(own_prefix) as store:
        assert store.search(Query(words="scanners"), facets=FACETS).hits[0].extract
        assert len(list(store.all(Query()))) == 1
        assert store.incident("VIG-2022-0001") == incident()
        assert store.article(article().url) is not None
        assert store.histogram(Query())
        assert store.cells(Query(), 5) == ()
        assert store.suggest("clinik") is None
        assert store.outlet_states() == {}
        assert store.count_notes("none") == {}
        assert store.saved.all() == [search]
        assert b"VIG-2022-0001" in feed(store, search)
        assert store.info().incidents == 1
        assert store.check() == []
        with pytest.raises(StoreError, match="droit"):
            put(store)
    assert elastic_doctor.may_only_read(Cluster(own_prefix))
    assert elastic_doctor.faults(Cluster(own_prefix)) == []


def test_a_key_of_another_prefix_opens_nothing(key: Key, own_prefix: str) -> None:
    key("monitor")
    with pytest.raises(StoreError, match="droit"):
        open_store(own_prefix)
    (said_,) = elastic_doctor.faults(Cluster(own_prefix))
    assert "read" in said_


@pytest.mark.usefixtures("key")
def test_a_wrong_key_is_said_so(own_prefix: str, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    key("read")
    monkeypatch.setenv("VIGIE_ES_API_KEY", "bm9uZTpub25l")
    with pytest.raises(StoreError, match="refuse la clé") as caught:
        open_store(own_prefix)
    assert "bm9uZTpub25l" not in str(caught.value)


def test_a_blocked_index_is_named(elasticsearch: str, own_prefix: str) -> None:
    prefix = own_prefix.rpartition("/")[2]
    with open_store(own_prefix) as store, Elasticsearch(elasticsearch) as client:
        put(store)
        block = {"index.blocks.read_only_allow_delete": True}
        client.indices.put_settings(index=f"{prefix}-articles", settings=block)
        try:
            (fault,) = elastic_doctor.faults(Cluster(own_prefix))
            assert "articles" in fault
            assert "bloqué" in fault
            with pytest.raises(StoreError):
                store.put_article(article(2))
            assert store.search(Query(words="scanner")).total == 1
        finally:
            client.indices.put_settings(
                index=f"{prefix}-articles", settings={"index.blocks.read_only_allow_delete": None}
            )


def test_the_documentation_lists_these_rights() -> None:
    page = (ROOT / "docs" / "stores.md").read_text(encoding="utf-8")
    for right in (*elastic_doctor.READING, *elastic_doctor.WRITING, *elastic_doctor.MAKING):
        assert f"`{right}`" in page
