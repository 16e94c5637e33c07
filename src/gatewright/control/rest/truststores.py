"""Truststores of mutual TLS: a PEM bundle of authorities, checked when a domain name names it.

What is wrong with a single certificate is a warning, and that certificate vouches for nobody; what is wrong with the
whole is refused. AWS: "Mutual TLS authentication for REST APIs": X.509 v3, SHA-256 or stronger, RSA of 2048 bits or
ECDSA of 256 or 384, chains of at most four, 1,000 certificates, 1 MB. unverified: all words but those on conflicts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gatewright.control import errors
from gatewright.net.client_certificate import MOST_AUTHORITIES, is_strong_key, is_strong_signature

MOST_BYTES = 1024 * 1024
MOST_CERTIFICATES = 1000

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]{0,100000}-----END CERTIFICATE-----")
_BEGIN = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Bundle:
    """The certificates that count, PEM, and what is said of the others."""

    pem: str
    warnings: tuple[str, ...]


def read(data: bytes, now: int) -> Bundle:
    """Check a truststore. `now` in epoch seconds. Raises BadRequestException."""
    if len(data) > MOST_BYTES:
        raise errors.bad_request("The truststore must not be larger than 1 MB")
    begins = data.count(_BEGIN)
    if not begins:
        raise errors.bad_request("The truststore holds no PEM-encoded certificate")
    if begins > MOST_CERTIFICATES:
        raise errors.bad_request(f"The truststore must not hold more than {MOST_CERTIFICATES} certificates")
    blocks = _BLOCK.findall(data)
    warnings = ["A certificate of the truststore has no end"] if len(blocks) < begins else []
    known: list[x509.Certificate] = []
    for block in blocks:
        found = _load(block)
        objection = "not a valid X.509 certificate" if found is None else _objection(found, now)
        if found is not None and objection is None:
            known.append(found)
        else:
            named = "A certificate of the truststore" if found is None else _named(found)
            warnings.append(f"{named}: {objection}")
    known = list(dict.fromkeys(known))
    _refuse_conflicts(known)
    warnings.extend(_incomplete(known))
    return Bundle("".join(each.public_bytes(Encoding.PEM).decode() for each in known), tuple(dict.fromkeys(warnings)))


def _load(block: bytes) -> x509.Certificate | None:
    try:
        found = x509.load_pem_x509_certificate(block)
        _ = (found.extensions, found.subject, found.issuer)  # read only when asked for
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes make the library raise
        return None
    return found


def _objection(certificate: x509.Certificate, now: int) -> str | None:
    moment = datetime.fromtimestamp(now, UTC)
    if certificate.version is not x509.Version.v3:
        return "not an X.509 v3 certificate"
    if certificate.not_valid_after_utc < moment:
        return "the certificate has expired"
    if certificate.not_valid_before_utc > moment:
        return "the certificate is not valid yet"
    if not is_strong_signature(certificate):
        return "the signature algorithm is weaker than SHA-256"
    return None if is_strong_key(certificate) else "the key is weaker than RSA 2048 or ECDSA 256"


def _refuse_conflicts(certificates: Sequence[x509.Certificate]) -> None:
    issuers: dict[x509.Name, x509.Name] = {}
    for each in certificates:
        if issuers.setdefault(each.subject, each.issuer) != each.issuer:
            raise errors.bad_request(
                f"The certificate subject {each.subject.rfc4514_string()} conflicts with an existing certificate "
                "from a different issuer."
            )


def _incomplete(certificates: Sequence[x509.Certificate]) -> Iterator[str]:
    """Authorities whose chain does not end in a root within the allowed length."""
    above: Mapping[x509.Name, x509.Name] = {each.subject: each.issuer for each in certificates}
    for each in certificates:
        name, length = each.subject, 1
        while above[name] != name and above[name] in above and length <= MOST_AUTHORITIES:
            name, length = above[name], length + 1
        if length > MOST_AUTHORITIES:
            yield f"{_named(each)}: the certificate chain is longer than four"
        elif above[name] != name:
            yield f"{_named(each)}: the truststore does not hold the certificate's whole chain"


def _named(certificate: x509.Certificate) -> str:
    return f"Certificate with subject {certificate.subject.rfc4514_string()}"
