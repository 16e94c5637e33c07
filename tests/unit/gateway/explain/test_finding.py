from __future__ import annotations

import re

import pytest

from gatewright.gateway.errors import FORBIDDEN, ResponseType
from gatewright.gateway.explain.base import AnyProgram
from gatewright.gateway.explain.finding import near_routes, routes_of, verbs_at
from gatewright.gateway.http_api.errors import NOT_FOUND
from gatewright.gateway.websocket import errors
from tests.plays.stage import API
from tests.unit.gateway.explain.support import failed, http, record, rest, socket, told, words

ROUTES = [("GET", "/pets"), ("POST", "/pets"), ("GET", "/pets/{id}"), ("ANY", "/orders/{proxy+}")]


def test_the_methods_of_the_resource_that_a_path_leads_to() -> None:
    assert verbs_at(ROUTES, "/pets") == [("GET", "/pets"), ("POST", "/pets")]
    assert verbs_at(ROUTES, "/pets/7") == [("GET", "/pets/{id}")]
    assert verbs_at(ROUTES, "/nothing") == []


def test_near_routes_begin_with_the_same_verb() -> None:
    assert near_routes(ROUTES, "POST", "/pet") == ["POST /pets", "GET /pets", "GET /pets/{id}"]
    assert near_routes([], "GET", "/pets") == []


def test_routes_of_each_product() -> None:
    assert routes_of(rest()) == [("GET", "/things/{id}")]
    assert routes_of(http()) == [("GET", "/things/{id}")]
    assert routes_of(socket()) == []


def test_an_api_that_is_not_there() -> None:
    seen = record(None)
    seen.api_id = "abcdefghix"
    said = told(seen, failed(FORBIDDEN), [rest()])
    assert said.topic == "api"
    assert said.why == ["No deployed API has the id abcdefghix.", f"There is {API}."]
    assert told(seen, failed(FORBIDDEN)).why[1] == "Nothing is deployed here yet."
    seen.api_id = "zzz"
    assert told(seen, failed(FORBIDDEN), [rest()]).why[1].startswith(f"Deployed are: {API}")


def test_a_stage_that_is_not_there() -> None:
    said = told(record(None, path="/v2/pets"), failed(FORBIDDEN), [rest()])
    assert said.topic == "stage"
    assert "no stage 'v2'" in said.why[0]
    assert "Its stages are: v1" in said.why[0]
    assert "create-stage --rest-api-id" in words(said)
    assert "names no stage" in told(record(None, path="/"), failed(FORBIDDEN), [rest()]).why[0]
    other = told(record(None, path="/v2/pets"), failed(NOT_FOUND), [http(stage="v1")])
    assert "no stage $default" in other.why[0]
    assert "apigatewayv2 create-stage" in words(other)


def test_another_region() -> None:
    seen = record(None)
    seen.region = "eu-west-1"
    said = told(seen, failed(FORBIDDEN), [rest()])
    assert said.why == [f"The host name says Region eu-west-1, but API {API} is in us-east-1."]


def test_doors_that_are_closed() -> None:
    log = "The default endpoint of x@v1 is disabled (disableExecuteApiEndpoint)"
    said = told(record(None), failed(FORBIDDEN, log=log), [rest()])
    assert "update-rest-api" in words(said)
    other = told(record(None), failed(NOT_FOUND, log="The default endpoint is disabled (Disable…)"), [http()])
    assert "apigatewayv2 update-api" in words(other)
    private = told(record(None), failed(FORBIDDEN, log="x is private: it is called as …"), [rest()])
    assert private.topic == "private"


def test_a_wrong_method_is_told_from_a_wrong_path() -> None:
    error = failed("MISSING_AUTHENTICATION_TOKEN")
    method = told(record(rest(), routed=False, verb="POST"), error, [rest()])
    assert "GET /things/{id} is there: the path is right, the method is not." in method.why
    path = told(record(rest(), routed=False, path="/thing/7"), error, [rest()])
    assert "Near to it: GET /things/{id}." in path.why
    assert path.topic == "route"
    assert "create-deployment" in words(path)


def test_routes_of_an_http_api() -> None:
    said = told(record(http(), routed=False, verb="POST"), failed(NOT_FOUND), [http()])
    assert "create-route --api-id abcdefghij --route-key 'POST /things/7'" in words(said)


def test_a_stage_that_was_deployed_since() -> None:
    seen = record(rest(), routed=False, path="/x")
    assert seen.scene is not None
    seen.scene.deployment = "before"
    said = told(seen, failed("MISSING_AUTHENTICATION_TOKEN"), [rest()])
    assert any("deployed anew since" in each for each in said.why)


PREFLIGHT = [("Origin", "https://app.test"), ("Access-Control-Request-Method", "PUT")]


def test_a_preflight_that_nobody_answers() -> None:
    seen = record(rest(), routed=False, verb="OPTIONS", headers=PREFLIGHT)
    said = told(seen, failed("MISSING_AUTHENTICATION_TOKEN"), [rest()])
    command = said.fix[0].command
    assert command is not None
    program = rest()
    assert "put-method --rest-api-id abcdefghij --resource-id" in command
    assert "RESOURCE" not in command
    assert "https://app.test" in command
    assert program.stage in command
    other = told(record(http(), routed=False, verb="OPTIONS", headers=PREFLIGHT), failed(NOT_FOUND), [http()])
    assert "--cors-configuration 'AllowOrigins=https://app.test," in words(other)


def test_a_header_that_is_no_signature_hides_a_missing_route() -> None:
    error = failed("INVALID_SIGNATURE", "Invalid key=value pair …", error_type="IncompleteSignatureException")
    said = told(record(rest(), routed=False, headers=[("Authorization", "Bearer x")]), error, [rest()])
    assert said.topic == "route"
    assert "Authorization header (Bearer …)" in said.why[-1]


def test_what_is_no_handshake() -> None:
    upgrade = told(record(None), failed(errors.UPGRADE_REQUIRED), [socket()])
    assert "reached by a handshake" in upgrade.why[0]
    assert "Sec-WebSocket-Key" in told(record(None), failed(errors.BAD_HANDSHAKE), [socket()]).why[0]
    below = told(record(None, path=f"/{socket().stage}/pets"), failed(errors.FORBIDDEN), [socket()])
    assert "only /@connections" in below.why[0]
    assert told(record(None, path="/nope"), failed(errors.FORBIDDEN), [socket()]).topic == "stage"


EVIL = "/a;touch$(id)`id`'&x"


def unquoted(command: str) -> str:
    """What a shell reads as more than plain text."""
    return re.sub("'[^']*'|\"'\"", "", command)


@pytest.mark.parametrize("program", [rest(), http(), None])
@pytest.mark.parametrize("kind", ["MISSING_AUTHENTICATION_TOKEN", FORBIDDEN, NOT_FOUND])
@pytest.mark.parametrize("verb", ["GET", "OPTIONS"])
def test_what_clients_choose_is_one_word_of_a_command(
    program: AnyProgram | None, kind: str | ResponseType, verb: str
) -> None:
    headers = [("Access-Control-Request-Method", "GET"), ("Origin", f"https://x{EVIL}")]
    seen = record(program, routed=False, verb=verb, path=EVIL, headers=headers)
    for fix in told(seen, failed(kind), [program or rest()]).fix:
        assert not set("$`&") & set(unquoted(fix.command or ""))
        assert "touch" not in unquoted(fix.command or "")


def test_the_address_of_a_socket_is_one_word() -> None:
    seen = record(None, path=EVIL, query="token=abcdefghijklmnopqrstuv")
    command = told(seen, failed(errors.UPGRADE_REQUIRED), [socket()]).fix[0].command or ""
    assert "touch" not in unquoted(command)
    assert "abcdef" not in command
