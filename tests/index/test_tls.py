"""A cluster behind TLS: the authority is asked for, what is not right about it is one sentence, and no secret is told.

The certificates are made for the tests; the encryption is that of Python's `ssl`, in front of a real server.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from elasticsearch import Elasticsearch

from index import elastic_doctor, open_store
from index.store import Query, StoreError
from tests.index.samples import incident
from tests.index.wire import Wire
from tools.elasticsearch.node import ADMIN


@dataclass
class Authority:
    """One that signs certificates; `file` is what its users are given."""

    file: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def made(cls, folder: Path, name: str) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        own = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        certificate = _begun(own, own, key).add_extension(constraints, critical=True).sign(key, hashes.SHA256())
        file = folder / f"{name}.crt"
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return cls(file, key, certificate)

    def context(self, folder: Path, address: str) -> ssl.SSLContext:
        """What a server at that address shows."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "elasticsearch")])
        begun = _begun(subject, self.certificate.subject, key)
        signed = begun.add_extension(named, False).add_extension(issuer, False).sign(self.key, hashes.SHA256())
        encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        file = folder / f"{address}.pem"
        file.write_bytes(
            key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain) + signed.public_bytes(encoding)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"), "ours")


@pytest.fixture
def wire(elasticsearch: str, authority: Authority, tmp_path: Path) -> Iterator[Wire]:
    made = Wire(elasticsearch, authority.context(tmp_path, "127.0.0.1"))
    yield made
    made.cut()


@pytest.fixture
def url(wire: Wire, emptied_prefix: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("API_KEY", "USER", "PASSWORD", "CA"):
        monkeypatch.delenv(f"VIGIE_ES_{name}", raising=False)
    return f"https://127.0.0.1:{wire.port}/{emptied_prefix.rpartition('/')[2]}"


def key_for(server: str, prefix: str, *rights: str) -> str:
    roles = {"vigie": {"indices": [{"names": [f"{prefix}-*"], "privileges": list(rights)}]}}
    with Elasticsearch(server, basic_auth=ADMIN) as client:
        return str(client.security.create_api_key(name="vigie-test", role_descriptors=roles)["encoded"])


def test_with_its_authority_and_a_key_a_store_is_used_and_nothing_secret_is_told(
    elasticsearch: str,
    url: str,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = key_for(elasticsearch, url.rpartition("/")[2], *elastic_doctor.READING, *elastic_doctor.WRITING)
    monkeypatch.setenv("VIGIE_ES_CA", str(authority.file))
    monkeypatch.setenv("VIGIE_ES_API_KEY", secret)
    with caplog.at_level(logging.DEBUG):
        with open_store(url) as store:
            store.put_incident(incident())
            assert store.search(Query()).total == 1
            with pytest.raises(StoreError, match="droit") as caught:
                store.reindex()
        monkeypatch.setenv("VIGIE_ES_API_KEY", secret[:-4] + "AAAA")
        with pytest.raises(StoreError, match="refuse la clé") as refused:
            open_store(url)
    assert caplog.text
    assert secret[:20] not in caplog.text + str(caught.value) + str(refused.value) + repr(refused.value.__cause__)


def test_without_the_authority_it_is_asked_for(url: str) -> None:
    with pytest.raises(StoreError, match="VIGIE_ES_CA"):
        open_store(url)


def test_another_authority_is_not_enough(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_ES_CA", str(Authority.made(tmp_path, "other").file))
    with pytest.raises(StoreError, match="n'est pas reconnu"):
        open_store(url)


def test_a_certificate_of_another_address_is_refused(
    elasticsearch: str, url: str, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_ES_CA", str(authority.file))
    elsewhere = Wire(elasticsearch, authority.context(tmp_path, "127.0.0.2"))
    try:
        with pytest.raises(StoreError, match="n'est pas reconnu"):
            open_store(f"https://127.0.0.1:{elsewhere.port}/vigie")
    finally:
        elsewhere.cut()


def test_a_file_that_holds_no_certificate_is_said_so(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("bonjour\n")
    monkeypatch.setenv("VIGIE_ES_CA", str(file))
    with pytest.raises(StoreError, match="certificat") as caught:
        open_store(url)
    assert str(file) in str(caught.value)


def test_https_to_a_server_that_speaks_plainly_is_said_so(
    elasticsearch: str, url: str, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIE_ES_CA", str(authority.file))
    with pytest.raises(StoreError, match="ne parle pas https"):
        open_store(elasticsearch.replace("http:", "https:") + "/vigie")
