"""$context of HTTP APIs."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.edge.target import Door
from gatewright.gateway import client_cert
from gatewright.gateway.grants import Grant
from gatewright.gateway.http_api.context import VARIABLES, context_value
from tests.plays.http_api import DOMAIN, HttpPlay, proxy, route
from tests.plays.stage import ACCOUNT, API
from tests.unit.gateway.http_api.support import http_exchange


def _value(name: str, **target: Any) -> str | None:
    mapped: Any = {"RequestParameters": {"overwrite:header.x": f"$context.{name}"}}
    play = HttpPlay(route("GET /pets/{id}", proxy("http://h.test", **mapped)), stage="v1")
    call = play.client("GET", "/v1/pets/7", {"User-Agent": "agent"}, **target)
    return call.backend_headers.get("x")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accountId", ACCOUNT),
        ("apiId", API),
        ("stage", "v1"),
        ("routeKey", "GET /pets/{id}"),
        ("httpMethod", "GET"),
        ("path", "/v1/pets/7"),
        ("protocol", "HTTP/1.1"),
        ("domainName", DOMAIN),
        ("domainPrefix", API),
        ("identity.sourceIp", "203.0.113.7"),
        ("identity.userAgent", "agent"),
        ("customDomain.basePathMatched", None),
        ("authorizer.claims.sub", None),
        ("nothing", None),
    ],
)
def test_variables(name: str, value: str | None) -> None:
    assert _value(name) == value


def test_a_domain_name() -> None:
    target = {"domain": "api.example.com", "door": Door.DOMAIN, "base": b"/a/b", "whole": b"/v1/pets/7"}
    assert _value("customDomain.basePathMatched", **target) == "a/b"
    assert _value("domainName", **target) == "api.example.com"


def test_all_of_them_have_a_text() -> None:
    for name in VARIABLES.keys() - client_cert.VARIABLES.keys() - {"customDomain.basePathMatched"}:
        assert _value(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authorizer.principalId", "u1"),
        ("authorizer.numKey", "1"),
        ("authorizer.boolKey", "true"),
        ("authorizer.list", None),
        ("authorizer.claims.sub", "s"),
        ("authorizer.claims", None),
        ("authorizer.none", None),
        ("identity.caller", "AIDA"),
        ("identity.user", None),
    ],
)
def test_what_an_authorizer_said(name: str, value: str | None) -> None:
    context = {"principalId": "u1", "numKey": 1, "boolKey": True, "list": [1], "claims": {"sub": "s"}}
    grant = Grant(context=context, identity={"caller": "AIDA"})
    assert context_value(http_exchange(grant=grant), name) == value
    assert context_value(http_exchange(), name) is None
