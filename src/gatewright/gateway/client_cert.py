"""What TLS has settled of a client, as $context and events show it: above all the certificate of mutual TLS.

AWS: "Mutual TLS authentication": members clientCertPem, subjectDN, issuerDN, serialNumber and validity, of
requestContext.identity.clientCert (payload 1.0) and requestContext.authentication.clientCert (2.0).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from gatewright.gateway.exchange import Exchange
from gatewright.net.base import ClientCertificate

BRANCH: Final = "identity.clientCert"

_MEMBERS: Mapping[str, Callable[[ClientCertificate], str]] = {
    "clientCertPem": lambda shown: shown.pem,
    "subjectDN": lambda shown: shown.subject,
    "issuerDN": lambda shown: shown.issuer,
    "serialNumber": lambda shown: shown.serial,
    "validity.notBefore": lambda shown: shown.not_before,
    "validity.notAfter": lambda shown: shown.not_after,
}


def _client(exchange: Exchange) -> ClientCertificate | None:
    secured = exchange.request.secured
    return None if secured is None else secured.client


def _variable(read: Callable[[ClientCertificate], str]) -> Callable[[Exchange], str | None]:
    def variable(exchange: Exchange) -> str | None:
        shown = _client(exchange)
        return None if shown is None else read(shown)

    return variable


def _version(exchange: Exchange) -> str | None:
    secured = exchange.request.secured
    return None if secured is None else secured.version


def _suite(exchange: Exchange) -> str | None:
    secured = exchange.request.secured
    return None if secured is None else secured.suite


VARIABLES: Mapping[str, Callable[[Exchange], str | None]] = {
    "tlsVersion": _version,
    "cipherSuite": _suite,
    **{f"{BRANCH}.{name}": _variable(read) for name, read in _MEMBERS.items()},
}


def event_member(exchange: Exchange) -> dict[str, Any]:
    """{"clientCert": …} for events; {} for a client that has shown no certificate."""
    shown = _client(exchange)
    if shown is None:
        return {}
    return {
        "clientCert": {
            "clientCertPem": shown.pem,
            "subjectDN": shown.subject,
            "issuerDN": shown.issuer,
            "serialNumber": shown.serial,
            "validity": {"notBefore": shown.not_before, "notAfter": shown.not_after},
        }
    }


def members(exchange: Exchange, branch: str) -> dict[str, Any]:
    """What there is below `$context.<branch>`, for templates: texts, of "identity.clientCert" also `validity`."""
    shown: dict[str, Any] = event_member(exchange).get("clientCert", {})
    below: dict[str, Any] = shown.get("validity", {})
    return shown if branch == BRANCH else below
