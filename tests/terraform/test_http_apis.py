"""Every kind of resource of HTTP and WebSocket APIs: applied, planned without drift, probed, changed, destroyed."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.terraform.support import STACKS, Terraform, asked, configuration
from tests.unit.identity.issuer import LiveIssuer, running
from tests.wire.http_api_support import echo
from tests.wire.support import Server, serving

pytestmark = pytest.mark.slow

ORIGIN = {"Origin": "https://shop.example.com"}


def test_the_stack(tmp_path: Path) -> None:
    config = configuration(tmp_path)
    with running() as issuer, _serving(tmp_path, issuer) as server, echo() as backend:
        terraform = Terraform(tmp_path, server, config, backend=backend)
        terraform.use(STACKS / "http_apis" / "before.tf")
        terraform.init()
        made = terraform.apply()
        _first(server, made["http"], made["quick"])
        terraform.use(STACKS / "http_apis" / "after.tf")
        made = terraform.apply()
        _changed(server, made["http"], made["quick"])
        terraform.destroy()
        v2 = server.client("apigatewayv2")
        assert (v2.get_apis()["Items"], v2.get_domain_names()["Items"], v2.get_vpc_links()["Items"]) == ([], [], [])


def _serving(folder: Path, issuer: LiveIssuer) -> AbstractContextManager[Server]:
    """A server that finds the stack's issuer on this machine."""
    issuer.name = "https://issuer.example.com"
    return serving(folder / "data", env={"GATEWRIGHT_ISSUER_URLS": f"{issuer.name}={issuer.url}"})


def _first(server: Server, http: str, quick: str) -> None:
    status, body, headers = asked(server, http, "/a", headers=ORIGIN)
    assert (status, body) == (204, "")  # the response mapping's
    assert headers["access-control-allow-origin"] == ORIGIN["Origin"]
    status, _, headers = asked(server, http, "/a", "OPTIONS", ORIGIN | {"Access-Control-Request-Method": "GET"})
    assert (status, sorted(headers["access-control-allow-methods"].split(","))) == (204, ["GET", "POST"])
    assert asked(server, http, "/orders")[0] == 401
    status, body, _ = asked(server, quick, "/quick")
    assert (status, json.loads(body)["line"]) == (200, "GET /")
    assert asked(server, quick, "/other")[0] == 404


def _changed(server: Server, http: str, quick: str) -> None:
    status, body, headers = asked(server, http, "/a/b", headers=ORIGIN)
    told = json.loads(body)
    assert (status, told["line"], told["headers"]["x-b"]) == (200, "GET /a/b", "1")
    assert headers["access-control-allow-origin"] == "theirs"  # no CORS configuration any more
    assert asked(server, http, "/missing")[0] == 204
    assert asked(server, quick, "/other")[0] == 200
    assert asked(server, quick, "/quick")[0] == 404
