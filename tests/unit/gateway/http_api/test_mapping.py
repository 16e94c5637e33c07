"""Parameter mapping, applied to requests and answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plays.http_api import HttpConversation, HttpPlay, function, proxy, route


def _call(parameters: dict[str, str], url: str = "/pets/7?a=1&b=2", **members: Any) -> HttpConversation:
    integration = proxy("http://pets.test/list", RequestParameters=parameters, **members)
    play = HttpPlay(route("POST /pets/{id}", integration), variables={"color": "red"})
    return play.client("POST", url, {"X-One": "1", "X-Two": "2"}, b'{"name": "ada"}')


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"overwrite:header.X-One": "$request.body.name"}, {"x-one": "ada"}),
        ({"append:header.x-one": "$request.path.id"}, {"x-one": "1,7"}),
        ({"append:header.x-new": "$stageVariables.color"}, {"x-new": "red"}),
        ({"remove:header.X-TWO": "''"}, {"x-two": None}),
        ({"overwrite:header.x-one": "$request.header.none"}, {"x-one": "1"}),
        ({"remove:header.x-one": "''", "append:header.x-one": "new"}, {"x-one": "new"}),
        ({"overwrite:header.x-key": "$context.routeKey"}, {"x-key": "POST /pets/{id}"}),
        ({"overwrite:header.host": "other.test"}, {"host": "other.test"}),
    ],
)
def test_headers(parameters: dict[str, str], expected: dict[str, str | None]) -> None:
    headers = _call(parameters).backend_headers
    assert {name: headers.get(name) for name in expected} == expected
    assert headers["via"]


@pytest.mark.parametrize(
    ("parameters", "target"),
    [
        ({"overwrite:querystring.a": "$request.path.id"}, "/list?b=2&a=7"),
        ({"append:querystring.a": "x y"}, "/list?a=1&b=2&a=x%20y"),
        ({"remove:querystring.a": "''"}, "/list?b=2"),
        ({"remove:querystring.a": "''", "remove:querystring.b": "''"}, "/list"),
        ({"append:querystring.c": "$request.querystring.none"}, "/list?a=1&b=2"),
    ],
)
def test_query(parameters: dict[str, str], target: str) -> None:
    assert _call(parameters).backend.target == target


def test_a_value_that_no_header_can_have() -> None:
    play = HttpPlay(
        route("GET /a", proxy("http://h.test", RequestParameters={"append:header.x": "$request.querystring.q"}))
    )
    play.client("GET", "/a?q=%0d%0aevil:1").failed(400, "Bad Request")


@pytest.mark.parametrize(
    ("mapped", "url", "target"),
    [
        ("/v/${request.path.id}", "/pets/7", "/v/7"),
        ("/v/${request.path.id}", "/pets/a%3Fb%25c", "/v/a%3Fb%25c"),
        ("/v/${request.path.id}", "/pets/%252e%252e%252fx", "/v/%252e%252e%252fx"),
        ("/v/${request.path.id}", "/pets/..%2Fadmin", None),
        ("/v/${request.path.id}", "/pets/..%5cadmin", None),
        ("/v/${request.path.id}", "/pets/..;x%2Fadmin", None),
        ("/v/${request.querystring.a}${request.querystring.b}", "/pets/7?a=.&b=./x", None),
        ("$request.path.id", "/pets/..%2Fadmin", None),
        ("$request.path", "/pets/a%20b%2F", "/pets/a%20b%2F"),
        ("$context.path", "/pets/a%20b", "/pets/a%20b"),
        ("$request.querystring.none", "/pets/7", "/list"),
        ("/a%20b/${request.querystring.none}", "/pets/7", "/a%20b/"),
    ],
)
def test_a_path_keeps_what_clients_send_in_its_place(mapped: str, url: str, target: str | None) -> None:
    found = _call({"overwrite:path": mapped}, url)
    if target is None:
        found.failed(400, "Bad Request")
    else:
        assert found.backend.target.partition("?")[0] == target


def test_a_needlessly_encoded_path_does_not_lead_past_a_protected_route() -> None:
    open_route = route("$default", proxy("http://h.test"))
    play = HttpPlay(route("GET /admin/{x}", proxy("http://h.test"), AuthorizationType="AWS_IAM"), open_route)
    play.client("GET", "/%61dmin/1").failed(403, "Forbidden")
    play.client("GET", "/a%64mi%6E/1").failed(403, "Forbidden")
    assert play.client("GET", "/a%2Fb%20%25").backend.target == "/a%2Fb%20%25"


def test_half_a_surrogate_pair() -> None:
    integration = proxy("http://h.test", RequestParameters={"append:querystring.k": "$request.body.k"})
    play = HttpPlay(route("POST /a", integration))
    assert play.client("POST", "/a", {}, b'{"k": "a\\ud800"}').backend.target == "/?k=a%3F"


def test_an_answer_with_a_value_that_no_header_can_have() -> None:
    answers = {"200": {"append:header.x": "$response.body.n"}}
    play = HttpPlay(route("GET /a", proxy("http://h.test", ResponseParameters=answers)))
    play.client("GET", "/a").backend_answers(200, {}, b'{"n": "1\\r\\nevil: 1"}').failed(500, "Internal Server Error")


def test_a_status_has_three_digits() -> None:
    answers = {"200": {"overwrite:statuscode": "$response.header.x-status"}}
    play = HttpPlay(route("GET /a", proxy("http://h.test", ResponseParameters=answers)))
    for sent, status in (("202", 202), ("02001", 200), ("0202", 200), ("99", 200), ("600", 200)):
        assert play.client("GET", "/a").backend_answers(200, {"X-Status": sent}, b"").status == status


_ANSWERS = {
    "404": {"overwrite:statuscode": "200", "overwrite:header.x-was": "${response.header.x-a}/${response.body.n}"},
    "500": {"remove:header.x-a": "''", "append:header.x-b": "$context.requestId"},
    "501": {"overwrite:statuscode": "soon"},
}


def test_answers_by_their_status() -> None:
    play = HttpPlay(route("GET /a", proxy("http://h.test", ResponseParameters=_ANSWERS)))

    def call(status: int) -> HttpConversation:
        return play.client("GET", "/a").backend_answers(status, {"X-A": "1"}, b'{"n": 3}')

    found = call(404)
    assert (found.status, found.lowered) == (200, {"x-a": "1", "x-was": "1/3"})
    found = call(500)
    assert (found.status, found.lowered) == (500, {"x-b": found.headers["Apigw-Requestid"]})
    assert (call(501).status, call(503).lowered) == (501, {"x-a": "1"})


def test_a_function_sees_mapped_requests_and_its_answers_are_mapped() -> None:
    parameters = {
        "append:header.x-one": "2",
        "overwrite:querystring.a": "é",
        "overwrite:path": "/other",
        "remove:header.cookie": "''",
    }
    integration = function(RequestParameters=parameters, ResponseParameters={"200": {"overwrite:statuscode": "202"}})
    play = HttpPlay(route("GET /a", integration))
    call = play.client("GET", "/a?a=1&b=2", {"x-one": "1", "cookie": "c=1"})
    event = call.event
    assert event["headers"]["x-one"] == "1,2"
    assert event["queryStringParameters"] == {"b": "2", "a": "é"}
    assert event["rawQueryString"] == "b=2&a=%C3%A9"
    assert event["rawPath"] == "/other"
    assert "cookies" not in event
    assert call.function_returns({"statusCode": 200}).status == 202
