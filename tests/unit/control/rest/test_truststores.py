from __future__ import annotations

import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from gatewright.aws.base import AwsError
from gatewright.control.rest import truststores
from tests import pki

NOW = int(time.time())
ROOT = pki.make("root", authority=True)


def read(*pairs: pki.Pair, more: str = "") -> truststores.Bundle:
    return truststores.read(("".join(pair.pem for pair in pairs) + more).encode(), NOW)


def test_good_authorities_and_what_people_write_between_them() -> None:
    middle = pki.make("middle", ROOT, authority=True)
    bundle = read(ROOT, middle, ROOT, more="# a comment\n")
    assert bundle == truststores.Bundle(ROOT.pem + middle.pem, ())


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (pki.make("old", authority=True, days=-1), "the certificate has expired"),
        (pki.make("early", authority=True, since=-1), "the certificate is not valid yet"),
        (pki.make("weak", authority=True, digest=hashes.SHA224()), "the signature algorithm is weaker than SHA-256"),
        (
            pki.make("short", authority=True, key=rsa.generate_private_key(65537, 1024)),
            "the key is weaker than RSA 2048 or ECDSA 256",
        ),
    ],
)
def test_what_is_wrong_with_one_is_a_warning_and_it_vouches_for_nobody(pair: pki.Pair, words: str) -> None:
    bundle = read(ROOT, pair)
    assert bundle.pem == ROOT.pem
    subject = pair.certificate.subject.rfc4514_string()
    assert bundle.warnings == (f"Certificate with subject {subject}: {words}",)


def test_what_is_no_certificate_is_a_warning() -> None:
    damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    assert read(ROOT, more=damaged).warnings == ("A certificate of the truststore: not a valid X.509 certificate",)
    open_end = "-----BEGIN CERTIFICATE-----\nAAAA\n"
    assert read(ROOT, more=open_end).warnings == ("A certificate of the truststore has no end",)
    assert read(more=damaged).pem == ""


def test_chains_end_in_a_root_within_four() -> None:
    made = pki.chain(5)
    assert read(*made[:4]).warnings == ()
    assert read(*made).warnings == (
        "Certificate with subject CN=authority 4: the certificate chain is longer than four",
    )
    assert read(*made[1:3]).warnings == tuple(
        f"Certificate with subject CN=authority {at}: the truststore does not hold the certificate's whole chain"
        for at in (1, 2)
    )


def test_circles_end() -> None:
    one = pki.make("one", pki.make("two", authority=True), authority=True)
    two = pki.make("two", pki.make("one", authority=True), authority=True)
    assert len(read(one, two).warnings) == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "holds no PEM-encoded certificate"),
        (b"hello", "holds no PEM-encoded certificate"),
        (b"x" * (1024 * 1024 + 1), "must not be larger than 1 MB"),
        (b"-----BEGIN CERTIFICATE-----\n" * 1001, "must not hold more than 1000 certificates"),
        (
            (ROOT.pem + pki.make("root", pki.make("other", authority=True), authority=True).pem).encode(),
            "The certificate subject CN=root conflicts with an existing certificate from a different issuer.",
        ),
    ],
)
def test_what_is_refused_as_a_whole(data: bytes, words: str) -> None:
    with pytest.raises(AwsError) as caught:
        truststores.read(data, NOW)
    assert (caught.value.code, caught.value.status) == ("BadRequestException", 400)
    assert words in caught.value.message
