"""Client certificates of mutual TLS: whom a truststore lets in, and what APIs get to see of them.

OpenSSL verifies chain, validity and purpose in the handshake. What AWS asks for beyond is checked here, once per
connection: every authority of the chain is in the truststore itself (those that a client sends along do not count), at
most four of them, no weak key or signature anywhere. AWS: "Mutual TLS authentication", "Troubleshoot HTTP 403 errors".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from gatewright.net.base import ClientCertificate

MOST_AUTHORITIES = 4  # of a chain, the client's own certificate not counted
_RSA_BITS, _EC_BITS = 2048, 256
_HASH_BITS = 256

NO_ISSUER = "Could not find issuer for certificate"
INSECURE = "Client cert using an insecure Signature Algorithm"
TOO_LONG = "The certificate chain is longer than four authorities"  # unverified wording
WEAK_KEY = "Client cert using a weak key"  # unverified wording


class Truststore:
    """The authorities of one domain name."""

    def __init__(self, pem: str) -> None:
        """Raises ValueError for what is no PEM bundle of certificates."""
        self._authorities: dict[x509.Name, list[x509.Certificate]] = {}
        for each in x509.load_pem_x509_certificates(pem.encode()):
            self._authorities.setdefault(each.subject, []).append(each)

    def objection(self, certificate: x509.Certificate) -> str | None:
        """Why a client that OpenSSL has verified is refused all the same, in AWS's words; None when it is not."""
        if not is_strong_signature(certificate):
            return INSECURE
        if not is_strong_key(certificate):
            return WEAK_KEY
        if certificate in self._authorities.get(certificate.subject, ()):
            return None  # this very certificate is trusted
        shortest = min(self._lengths(certificate, 0), default=None)
        if shortest is None:
            return NO_ISSUER
        return TOO_LONG if shortest > MOST_AUTHORITIES else None

    def _lengths(self, certificate: x509.Certificate, below: int) -> Iterator[int]:
        """Numbers of authorities above a certificate, for every way to a root; ways that are too long end as such."""
        if below > MOST_AUTHORITIES:
            yield below
            return
        for issuer in self._authorities.get(certificate.issuer, ()):
            if _issued(certificate, issuer):
                if issuer.subject == issuer.issuer:
                    yield below + 1
                else:
                    yield from self._lengths(issuer, below + 1)


def is_strong_signature(certificate: x509.Certificate) -> bool:
    """SHA-256 or better; EdDSA has its own."""
    try:
        digest = certificate.signature_hash_algorithm
    except Exception:  # noqa: BLE001 - an algorithm that the library does not know
        return False
    return digest is not None and digest.digest_size * 8 >= _HASH_BITS


def is_strong_key(certificate: x509.Certificate) -> bool:
    """RSA of 2048 bits, ECDSA of 256 or 384, or better."""
    try:
        key = certificate.public_key()
    except Exception:  # noqa: BLE001 - a kind of key that the library does not know
        return False
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= _RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= _EC_BITS


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def show(certificate: x509.Certificate) -> ClientCertificate:
    """What APIs see. Names as RFC 4514 writes them, the serial number as bytes in hexadecimal (unverified)."""
    serial = f"{certificate.serial_number:x}"
    serial = serial.zfill(len(serial) + len(serial) % 2)
    return ClientCertificate(
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=":".join(serial[at : at + 2] for at in range(0, len(serial), 2)),
        not_before=_date(certificate.not_valid_before_utc),
        not_after=_date(certificate.not_valid_after_utc),
        expires=certificate.not_valid_after_utc.timestamp(),
    )


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _date(moment: datetime) -> str:
    """As OpenSSL writes it: "Aug  5 09:36:04 2021 GMT"."""
    moment = moment.astimezone(UTC)
    return f"{_MONTHS[moment.month - 1]} {moment.day:2d} {moment:%H:%M:%S} {moment.year} GMT"
