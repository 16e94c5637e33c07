"""Client certificates of mutual TLS in $context, templates and events."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gatewright.gateway.authorizers.events import request_event
from gatewright.gateway.client_cert import VARIABLES
from gatewright.gateway.context import context_members, context_value
from gatewright.gateway.http_api import context as http_context
from gatewright.gateway.http_api import event_v1, event_v2
from gatewright.gateway.http_api.event import see
from gatewright.gateway.integrations.event import make_event
from gatewright.net.base import ClientCertificate
from tests.plays.stage import FakeRequest
from tests.unit.gateway.http_api.support import http_exchange
from tests.unit.gateway.support import exchange

SHOWN = ClientCertificate(
    "-----BEGIN CERTIFICATE-----\n",
    "CN=client,O=Example",
    "CN=Root",
    "0a:bc",
    "May 28 12:30:02 2019 GMT",
    "Aug  5 09:36:04 2021 GMT",
    0.0,
)
EVENT = {
    "clientCertPem": SHOWN.pem,
    "subjectDN": SHOWN.subject,
    "issuerDN": SHOWN.issuer,
    "serialNumber": SHOWN.serial,
    "validity": {"notBefore": SHOWN.not_before, "notAfter": SHOWN.not_after},
}
VALUES = {
    "clientCertPem": SHOWN.pem,
    "subjectDN": SHOWN.subject,
    "issuerDN": SHOWN.issuer,
    "serialNumber": SHOWN.serial,
    "validity.notBefore": SHOWN.not_before,
    "validity.notAfter": SHOWN.not_after,
}


class Settled:
    """The outcome of a handshake."""

    name = "a.example.com"
    version, suite = "TLSv1.3", "TLS_AES_128_GCM_SHA256"
    client: ClientCertificate | None = SHOWN

    def holds(self) -> bool:
        return True

    def settle(self, transport: object) -> bool:
        return True


def known(made: Any, client: ClientCertificate | None = SHOWN) -> Any:
    request = made.request
    assert isinstance(request, FakeRequest)
    request.secured = Settled()
    request.secured.client = client
    return made


@pytest.mark.parametrize(("name", "value"), VALUES.items())
def test_variables(name: str, value: str) -> None:
    whole = f"identity.clientCert.{name}"
    assert whole in VARIABLES
    assert context_value(known(exchange()), whole) == value
    assert http_context.context_value(known(http_exchange()), whole) == value
    for nobody in (exchange(), known(exchange(), None)):
        assert context_value(nobody, whole) is None
    assert http_context.context_value(http_exchange(), whole) is None


def test_what_the_connection_speaks() -> None:
    for name, value in (("tlsVersion", "TLSv1.3"), ("cipherSuite", "TLS_AES_128_GCM_SHA256")):
        assert context_value(known(exchange()), name) == value
        assert http_context.context_value(known(http_exchange(), None), name) == value
        assert context_value(exchange(), name) is None


def test_templates_walk_over_it() -> None:
    made = known(exchange())
    assert context_members(made, "identity.clientCert") == EVENT
    assert context_members(made, "identity.clientCert.validity") == EVENT["validity"]
    assert context_members(exchange(), "identity.clientCert") == {}
    assert context_members(exchange(), "identity.clientCert.validity") == {}


def test_events_of_rest_apis() -> None:
    assert make_event(known(exchange()))["requestContext"]["identity"]["clientCert"] == EVENT
    assert "clientCert" not in make_event(exchange())["requestContext"]["identity"]
    asked = orjson.loads(request_event(known(exchange()), "arn"))
    assert asked["requestContext"]["identity"]["clientCert"] == EVENT


def test_events_of_http_apis() -> None:
    made = known(http_exchange())
    assert event_v1.make_event(made, see(made, ()))["requestContext"]["identity"]["clientCert"] == EVENT
    assert event_v2.make_event(made, see(made, ()))["requestContext"]["authentication"] == {"clientCert": EVENT}
    nobody = http_exchange()
    assert "clientCert" not in event_v1.make_event(nobody, see(nobody, ()))["requestContext"]["identity"]
    assert "authentication" not in event_v2.make_event(nobody, see(nobody, ()))["requestContext"]
