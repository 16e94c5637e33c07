from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509 import Certificate

from gatewright.net import client_certificate
from gatewright.net.client_certificate import INSECURE, NO_ISSUER, TOO_LONG, WEAK_KEY, Truststore
from tests import pki


def store(*pairs: pki.Pair) -> Truststore:
    return Truststore("".join(pair.pem for pair in pairs))


def test_whom_an_authority_vouches_for() -> None:
    root = pki.make("root", authority=True)
    assert store(root).objection(pki.make("client", root).certificate) is None


def test_an_authority_of_the_same_name_is_another() -> None:
    impostor = pki.make("root", authority=True)
    client = pki.make("client", impostor).certificate
    assert store(pki.make("root", authority=True)).objection(client) == NO_ISSUER
    assert store(pki.make("other", authority=True)).objection(client) == NO_ISSUER


@pytest.mark.parametrize(("authorities", "objection"), [(1, None), (4, None), (5, TOO_LONG), (8, TOO_LONG)])
def test_four_authorities_at_most(authorities: int, objection: str | None) -> None:
    made = pki.chain(authorities)
    assert store(*made).objection(pki.make("client", made[-1]).certificate) == objection


def test_all_authorities_are_in_the_truststore() -> None:
    """What a client sends along does not count, as on AWS."""
    root, middle = pki.chain(2)
    client = pki.make("client", middle).certificate
    assert store(root).objection(client) == NO_ISSUER
    assert store(middle).objection(client) == NO_ISSUER
    assert store(middle, root).objection(client) is None


def test_a_certificate_may_be_trusted_itself() -> None:
    client = pki.make("client")
    assert store(client).objection(client.certificate) is None
    assert store(pki.make("client")).objection(client.certificate) == NO_ISSUER


def test_weak_keys_are_refused() -> None:
    root = pki.make("root", authority=True)
    weak = pki.make("client", root, key=rsa.generate_private_key(65537, 1024)).certificate
    assert store(root).objection(weak) == WEAK_KEY
    short = pki.make("client", root, key=ec.generate_private_key(ec.SECP224R1())).certificate
    assert store(root).objection(short) == WEAK_KEY
    strong = pki.make("client", root, key=rsa.generate_private_key(65537, 2048)).certificate
    assert store(root).objection(strong) is None


def test_weak_signatures_are_refused() -> None:
    root = pki.make("root", authority=True)
    weak = pki.make("client", root, digest=hashes.SHA224()).certificate
    assert store(root).objection(weak) == INSECURE
    edwards = pki.make("edwards", root).certificate
    assert client_certificate.is_strong_signature(edwards)


def test_keys_of_other_kinds_are_not_taken() -> None:
    assert not client_certificate.is_strong_key(_Foreign())  # type: ignore[arg-type]  # its key is all that counts


class _Foreign:
    def public_key(self) -> ed25519.Ed25519PublicKey:
        return ed25519.Ed25519PrivateKey.generate().public_key()


def test_circles_of_authorities_end() -> None:
    """Two that have signed one another are no root."""
    one, other = pki.ec_key(), pki.ec_key()
    first = pki.make("one", pki.make("other", key=other, authority=True), key=one, authority=True)
    second = pki.make("other", pki.make("one", key=one, authority=True), key=other, authority=True)
    assert store(first, second).objection(pki.make("client", first).certificate) == TOO_LONG


def test_what_apis_see() -> None:
    root = pki.make("Root", authority=True, organization="Example")
    pair = pki.make("client", root, organization="Example, Inc.", serial=0x0ABC)
    shown = client_certificate.show(pair.certificate)
    assert shown.pem == pair.pem
    assert (shown.subject, shown.issuer) == ("CN=client,O=Example\\, Inc.", "CN=Root,O=Example")
    assert shown.serial == "0a:bc"
    assert shown.expires == pair.certificate.not_valid_after_utc.timestamp()
    assert shown.not_after == _openssl(pair.certificate)


def _openssl(certificate: Certificate) -> str:
    moment = certificate.not_valid_after_utc
    return f"{moment:%b} {moment.day:2} {moment:%H:%M:%S %Y} GMT"


def test_a_truststore_is_pem() -> None:
    with pytest.raises(ValueError, match="PEM"):
        Truststore("hello")
