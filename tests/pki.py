"""Certificates for tests of TLS: authorities, and whom they vouch for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_DAY = datetime.timedelta(days=1)


def ec_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def name_of(common: str, organization: str | None = None) -> x509.Name:
    parts = [] if organization is None else [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)]
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()

    @property
    def both(self) -> str:
        return self.pem + self.key_pem


def make(
    common: str,
    issuer: Pair | None = None,
    *,
    authority: bool = False,
    hosts: tuple[str, ...] = (),
    key: Key | None = None,
    digest: hashes.SHA224 | hashes.SHA256 | None = None,
    organization: str | None = None,
    days: int = 30,
    since: int = 10,
    serial: int | None = None,
    usage: x509.ObjectIdentifier | None = None,
) -> Pair:
    """A certificate, self-signed without an issuer. `since`, `days`: in days from now, when it began and ends."""
    key = key or ec_key()
    subject = name_of(common, organization)
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(now - since * _DAY)
        .not_valid_after(now + days * _DAY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in hosts]), False)
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    signer = key if issuer is None else issuer.key
    return Pair(builder.sign(signer, digest or hashes.SHA256()), key)


def chain(length: int) -> list[Pair]:
    """Authorities from the root down."""
    made: list[Pair] = []
    for at in range(length):
        made.append(make(f"authority {at}", made[-1] if made else None, authority=True))
    return made


SERVER_ONLY = ExtendedKeyUsageOID.SERVER_AUTH
