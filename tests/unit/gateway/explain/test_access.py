from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.errors import FORBIDDEN
from tests.plays import http_api
from tests.unit.gateway.explain.support import failed, http, record, rest, told, words

DENY = {"number": 1, "sid": "NotHere", "effect": "Deny", "applies": True, "statement": {"Effect": "Deny"}}


def allow(**miss: Any) -> dict[str, Any]:
    missed = {"element": "Condition", "operator": "", "key": "", "wanted": ["a"], "present": None} | miss
    return {
        "number": 0,
        "sid": None,
        "effect": "Allow",
        "applies": False,
        "miss": missed,
        "statement": {"Effect": "Allow"},
    }


def denied(policies: dict[str, Any], **members: Any) -> Any:
    return told(record(rest()), failed("ACCESS_DENIED", evidence={"policies": policies}, **members))


def test_an_explicit_deny_is_named_and_shown() -> None:
    said = denied({"resource": [allow(), DENY]})
    assert 'The API\'s resource policy denies it: the statement "NotHere" has Effect Deny' in said.why[0]
    assert said.exhibits[0].title == 'The statement "NotHere" of the API\'s resource policy'
    assert "create-deployment" in words(said)
    assert "resource-policy" in said.docs


def test_the_condition_that_denies_is_shown() -> None:
    statement = {"Effect": "Deny", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    said = denied({"identity": [DENY | {"statement": statement, "sid": None}]})
    assert "statement number 2" in said.why[0]
    assert "203.0.113.0/24" in said.why[-1]


MISSES: list[tuple[dict[str, Any], str]] = [
    (
        {"operator": "IpAddress", "key": "aws:SourceIp", "wanted": ["10.0.0.0/8"], "present": ["203.0.113.7"]},
        "its condition IpAddress on aws:SourceIp wants 10.0.0.0/8, and the request has 203.0.113.7",
    ),
    (
        {"operator": "StringEquals", "key": "aws:SourceVpce", "wanted": ["vpce-1"]},
        "wants aws:SourceVpce to be vpce-1, and the request has no aws:SourceVpce",
    ),
    (
        {"element": "Resource", "wanted": ["execute-api:/v1/GET/a"], "present": ["arn:x"]},
        "its Resource is execute-api:/v1/GET/a, and the request has arn:x",
    ),
    (
        {"element": "Action", "wanted": list("abcdefg"), "present": ["x"]},
        "its Action is a or b or c or d or e or 2 more",
    ),
]


@pytest.mark.parametrize(("miss", "words"), MISSES)
def test_a_statement_that_would_allow_says_what_does_not_match(miss: dict[str, Any], words: str) -> None:
    said = denied({"resource": [allow(**miss)]})
    assert said.why[0] == "No statement of the API's resource policy allows it."
    assert words in said.why[1]


def test_callers_without_policies() -> None:
    said = denied({"identity": []})
    assert said.why[0] == "The caller's own policies have no statements."
    assert "the API has none" in said.why[-1]
    assert "gatewright credentials" in words(said)


def test_callers_of_another_account() -> None:
    said = denied({}, why={"foreign": True})
    assert "of another account than the API" in said.why[0]
    log = "User: arn is of another account than the API, which has no resource policy"
    other = told(record(http()), failed("ACCESS_DENIED", log=log))
    assert "no resource policy that could let other accounts in" in other.why[1]


def test_what_nobody_checks_and_paths_that_are_unclear() -> None:
    assert "stays closed" in denied({}, log="authorizationType X is not supported yet: the call was refused").why[0]
    assert "dot segments" in denied({}, log="The path has dot segments, and a policy decides by paths").why[0]


def test_fresh_answers_are_for_those_who_may() -> None:
    error = failed("ACCESS_DENIED", "…", log="execute-api:InvalidateCache")
    assert told(record(rest()), error).step == "cache"


def test_a_simple_no() -> None:
    document = http_api.http_document(http_api.guarded("GET /things/{id}", http_api.proxy("http://a.test")))
    simple = document | {"authorizers": [http_api.authorizer(EnableSimpleResponses=True)]}
    from gatewright.deploy.http_api import compile_http_api

    said = told(record(compile_http_api(simple)), failed("ACCESS_DENIED"))
    assert "isAuthorized: false" in said.why[0]
    assert "reset-authorizers-cache" in words(said)


def test_a_refused_handshake() -> None:
    from tests.unit.gateway.explain.support import socket

    seen = record(socket(), event="CONNECT", verb="$connect")
    said = told(seen, failed(FORBIDDEN, evidence={"policies": {"authorizer": [allow()]}}))
    assert "the policy that the Lambda authorizer's function answered with" in said.why[0]
