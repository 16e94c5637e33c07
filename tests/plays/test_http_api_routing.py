"""HTTP APIs: which stage and which route a request selects, and what it gets when there is none."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.edge.target import Door
from tests.plays.http_api import DOMAIN, HttpPlay, function, http_document, proxy, route
from tests.plays.stage import API


def _routes(*keys: str) -> HttpPlay:
    return HttpPlay(*(route(key, function()) for key in keys))


@pytest.mark.parametrize(
    ("verb", "path", "key"),
    [
        ("GET", "/pets/dog/1", "GET /pets/dog/1"),
        ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
        ("GET", "/pets/cat/1", "GET /pets/{proxy+}"),
        ("POST", "/test/5", "ANY /{proxy+}"),
        ("POST", "/pets/dog/1", "ANY /{proxy+}"),
        ("GET", "/", "$default"),
    ],
)
def test_the_documentation_s_example(verb: str, path: str, key: str) -> None:
    play = _routes("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default")
    for _ in range(2):  # found, then remembered
        assert play.client(verb, path).event["routeKey"] == key


def test_without_a_route_it_is_not_found() -> None:
    play = _routes("GET /pets")
    for verb, path in (("GET", "/"), ("POST", "/pets"), ("GET", "/pets/"), ("GET", "/Pets")):
        call = play.client(verb, path)
        call.failed(404, "Not Found")
        assert set(call.headers) == {"Content-Type", "Apigw-Requestid"}
        assert len(call.headers["Apigw-Requestid"]) == 16


def test_named_stages_stand_in_the_path_and_the_default_stage_does_not() -> None:
    play = _routes("GET /pets", "GET /v2/pets")
    play.add(http_document(route("GET /pets", function()), stage="v2"))
    for _ in range(2):
        event = play.client("GET", "/pets").event
        assert (event["requestContext"]["stage"], event["rawPath"]) == ("$default", "/pets")
        event = play.client("GET", "/v2/pets").event
        assert (event["requestContext"]["stage"], event["rawPath"]) == ("v2", "/v2/pets")
        assert event["requestContext"]["http"]["path"] == "/v2/pets"
    play.client("GET", "/v2").failed(404, "Not Found")
    play.client("GET", "/$default/pets").failed(404, "Not Found")


def test_no_stage_is_not_found() -> None:
    play = HttpPlay(route("GET /pets", function()), stage="v1")
    play.client("GET", "/pets").failed(404, "Not Found")
    play.client("GET", "/v2/pets").failed(404, "Not Found")
    assert play.client("GET", "/v1/pets").event["rawPath"] == "/v1/pets"


@pytest.mark.parametrize("stage", [b"/$default", b"/%24default"])
def test_path_forms_may_name_the_default_stage(stage: bytes) -> None:
    play = _routes("GET /", "GET /pets")
    assert play.client("GET", "/_aws/…", whole=stage + b"/pets", domain=None).event["rawPath"] == "/pets"
    assert play.client("GET", "/_aws/…", whole=stage, domain=None).event["rawPath"] == "/"
    assert play.client("GET", "/_aws/…", whole=b"/pets", domain=None).event["rawPath"] == "/pets"


def test_under_a_domain_name_the_mapping_says_which_stage() -> None:
    play = _routes("GET /pets")
    play.add(http_document(route("GET /pets", function()), stage="v1"))
    own: dict[str, Any] = {"domain": "api.example.com", "door": Door.DOMAIN, "base": b"/shop"}
    event = play.client("GET", "/shop/pets", whole=b"/v1/pets", **own).event
    assert (event["rawPath"], event["requestContext"]["domainName"]) == ("/v1/pets", "api.example.com")
    event = play.client("GET", "/shop/pets", whole=b"/$default/pets", **own).event
    assert (event["rawPath"], event["requestContext"]["stage"]) == ("/pets", "$default")


def test_the_default_endpoint_can_be_closed() -> None:
    play = HttpPlay(route("GET /pets", function()), api={"DisableExecuteApiEndpoint": True})
    for _ in range(2):
        play.client("GET", "/pets").failed(404, "Not Found")
        own: dict[str, Any] = {"domain": "api.example.com", "door": Door.DOMAIN, "base": b""}
        assert play.client("GET", "/pets", whole=b"/$default/pets", **own).event["rawPath"] == "/pets"


def test_another_region_is_forbidden() -> None:
    _routes("GET /pets").client("GET", "/pets", region="eu-west-1").failed(403, "Forbidden")


def test_what_is_gone_is_gone() -> None:
    play = _routes("GET /pets")
    assert play.gateway.installed() == [f"{API}@$default"]
    play.gateway.install(f"{API}@$default", None)
    call = play.client("GET", "/pets")
    assert (call.status, call.body) == (403, b'{"message":"Forbidden"}')  # no product knows it any more
    assert play.gateway.installed() == []


def test_size_limits() -> None:
    play = _routes("POST /pets")
    play.client("POST", "/pets", {"x-long": "x" * 11_000}).failed(431, "Request Header Fields Too Large")
    play.client("POST", "/pets", too_large=True).failed(413, "Request Entity Too Large")


def test_protected_routes_are_closed() -> None:
    play = HttpPlay(route("GET /pets", function(), AuthorizationType="AWS_IAM"))
    call = play.client("GET", "/pets", {"Authorization": "Bearer x"})
    call.failed(403, "Forbidden")
    assert call.sent is None
    assert "www-authenticate" not in call.lowered


def test_a_route_without_an_integration_fails() -> None:
    HttpPlay(route("GET /pets")).client("GET", "/pets").failed(500, "Internal Server Error")


def test_counters_count() -> None:
    play = HttpPlay(route("GET /pets", proxy("http://pets.test")))
    play.client("GET", "/pets").backend_answers(503)
    play.client("GET", "/none")
    counters = play.counters.stage(API, "$default")
    assert (counters.count, counters.server_errors, counters.client_errors, counters.requests) == (2, 1, 1, 2)
    play.client("POST", "/none", body=b"x" * (512 * 1024 + 1))
    assert (counters.count, counters.requests, counters.bytes_in) == (3, 4, 512 * 1024 + 1)


def test_the_host_is_the_api_s_own_where_the_client_names_none() -> None:
    event = _routes("GET /pets").client("GET", "/pets", {"Host": "localhost:4566"}, domain=None).event
    assert event["requestContext"]["domainName"] == DOMAIN


@pytest.mark.parametrize("verb", ["delete", "Delete", "*", "PROPFIND"])
def test_methods_that_no_route_can_name_are_not_found(verb: str) -> None:
    """A backend may take "delete" for DELETE, which has a route of its own with an authorizer."""
    play = _routes("DELETE /pets", "ANY /{proxy+}", "$default")
    for path in ("/pets", "/x", "/"):
        play.client(verb, path).failed(404, "Not Found")
