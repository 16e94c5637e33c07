"""Limits of methods, routes and accounts over real sockets, with two workers that share their tokens."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.wire import http_api_support, rest_support
from tests.wire.support import Server

NEVER = "0.0001"  # tokens a second: none comes while a test runs
MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}


def ask(server: Server, api: str, path: str) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own, so that any worker may get it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", f"/_aws/execute-api/{api}/{path}")
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def let_through(server: Server, api: str, path: str, times: int) -> int:
    """How many of so many requests are not throttled."""
    return sum(ask(server, api, path)[0] != 429 for _ in range(times))


@pytest.fixture
def rest(live: Server) -> Iterator[rest_support.Api]:
    """GET / and GET /a, with an answer."""
    api = mocks(live)
    yield api
    api.client.delete_rest_api(restApiId=api.id)


def mocks(server: Server) -> rest_support.Api:
    api = rest_support.Api(server)
    for path in ("/", "/a"):
        api.method(path, "GET", MOCK)
        place = {"restApiId": api.id, "resourceId": api.resource(path), "httpMethod": "GET", "statusCode": "200"}
        api.client.put_method_response(**place)
        api.client.put_integration_response(**place)
    return api.deploy()


def patch(api: rest_support.Api, *changes: tuple[str, str], op: str = "replace") -> Any:
    operations = [{"op": op, "path": path} | ({"value": value} if value else {}) for path, value in changes]
    return api.client.update_stage(restApiId=api.id, stageName="v1", patchOperations=operations)


def test_methods_of_a_stage(live: Server, rest: rest_support.Api) -> None:
    patch(rest, ("/*/*/throttling/rateLimit", NEVER), ("/*/*/throttling/burstLimit", "5"))
    assert let_through(live, rest.id, "v1/", 12) == 5
    assert let_through(live, rest.id, "v1/a", 12) == 5, "every method has its own bucket"
    status, headers, body = ask(live, rest.id, "v1/")
    assert (status, body) == (429, b'{"message":"Too Many Requests"}')
    assert headers["x-amzn-errortype"] == "TooManyRequestsException"
    assert "retry-after" not in headers
    patch(rest, ("/~1/GET/throttling/rateLimit", "10000"), ("/~1/GET/throttling/burstLimit", "5000"))
    assert let_through(live, rest.id, "v1/a", 3) == 0
    patch(rest, ("/a/GET/throttling/rateLimit", "-1"), ("/a/GET/throttling/burstLimit", "-1"))
    assert let_through(live, rest.id, "v1/a", 12) == 12


def test_zero_blocks_from_the_next_request_on_until_it_is_taken_away(live: Server, rest: rest_support.Api) -> None:
    assert let_through(live, rest.id, "v1/a", 12) == 12
    patch(rest, ("/a/GET/throttling/rateLimit", "0"))
    assert let_through(live, rest.id, "v1/a", 4) == 0
    assert let_through(live, rest.id, "v1/", 4) == 4
    patch(rest, ("/a/GET", ""), op="remove")
    assert let_through(live, rest.id, "v1/a", 12) == 12
    assert "not supported yet" not in "".join(line for line in live.output().splitlines() if rest.id in line)


def test_a_method_that_is_tried_is_not_limited(rest: rest_support.Api) -> None:
    patch(rest, ("/*/*/throttling/burstLimit", "0"))
    tried = rest.client.test_invoke_method(restApiId=rest.id, resourceId=rest.resource("/"), httpMethod="GET")
    assert tried["status"] == 200


def test_routes_of_a_stage(live: Server) -> None:
    api = http_api_support.Api(live)
    with http_api_support.echo() as backend:
        target = api.integration(backend)
        for key in ("GET /a", "GET /b"):
            api.route(key, target)
        few = {"ThrottlingRateLimit": float(NEVER), "ThrottlingBurstLimit": 4}
        api.stage("v1", DefaultRouteSettings=few)
        assert let_through(live, api.id, "v1/a", 9) == 4
        status, headers, body = ask(live, api.id, "v1/a")
        assert (status, body) == (429, b'{"message":"Too Many Requests"}')
        assert headers["content-type"] == "application/json"
        assert let_through(live, api.id, "v1/b", 9) == 4

        def settle(**settings: Any) -> None:
            api.v2.update_stage(ApiId=api.id, StageName="v1", **settings)

        settle(RouteSettings={"GET /a": {"DetailedMetricsEnabled": False}})
        assert let_through(live, api.id, "v1/a", 9) == 9, "a route's settings replace the stage's as a whole"
        settle(RouteSettings={"GET /a": {"ThrottlingRateLimit": 0.0}})
        assert let_through(live, api.id, "v1/a", 3) == 0
        api.v2.delete_route_settings(ApiId=api.id, StageName="v1", RouteKey="GET /a")
        settle(DefaultRouteSettings={"ThrottlingRateLimit": 1e4, "ThrottlingBurstLimit": 5000})
        assert ask(live, api.id, "v1/nowhere")[0] == 404
    api.v2.delete_api(ApiId=api.id)


def test_an_account_has_one_limit_for_all_its_apis(own_server: Callable[..., Server]) -> None:
    flags = ("--workers", "2", "--account-rate-limit", NEVER, "--account-burst-limit", "9")
    server = own_server(*flags, "--no-companions")
    first, second = mocks(server), mocks(server)
    assert first.client.get_account()["throttleSettings"] == {"burstLimit": 9, "rateLimit": float(NEVER)}
    patch(first, ("/~1/GET/throttling/rateLimit", NEVER), ("/~1/GET/throttling/burstLimit", "2"))
    assert let_through(server, first.id, "v1/", 6) == 2, "what the method refuses the account does not count"
    assert let_through(server, first.id, "v1/a", 3) == 3
    assert let_through(server, second.id, "v1/", 9) == 4
    other = rest_support.Api(server, server.client("apigateway", key="210987654321"))
    other.method("/", "GET", MOCK).deploy()
    assert let_through(server, other.id, "v1/", 12) == 9, "another account"
