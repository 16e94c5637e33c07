from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.explain.base import NOT_REACHED, PASSED, REFUSED, Told
from gatewright.gateway.explain.steps import is_own, named, steps
from gatewright.gateway.grants import Grant
from gatewright.language.policy.base import Principal
from gatewright.program.usage import ApiKey, Membership, Plan
from tests.plays import http_api
from tests.plays.stage import API, FUNCTION, aws, http, http_proxy, mock
from tests.unit.gateway.explain.support import LAMBDA, failed, part_of, record, rest, socket
from tests.unit.gateway.explain.support import http as http_program


def said(seen: Any, told: Told | None = None) -> dict[str, tuple[str, str]]:
    return {each.step: (each.outcome, each.words) for each in steps(seen, told)}


def test_a_request_that_went_well() -> None:
    seen = record(rest(http_proxy("http://pets.test/list")))
    seen.integration_latency, seen.integration_status, seen.sent = 0.0123, 200, 7
    assert said(seen) == {
        "route": (PASSED, "GET /things/{id} (stage v1, deployment dep123)"),
        "authorization": (PASSED, "none: anybody may call"),
        "integration": (PASSED, "HTTP_PROXY to pets.test: status 200 in 12.3 ms"),
        "response": (PASSED, "status 200, 7 bytes"),
    }


def test_what_comes_after_a_refusal_was_not_reached() -> None:
    seen = record(rest(mock() | {"apiKeyRequired": True}))
    seen.failed = failed("INVALID_API_KEY")
    assert said(seen, Told("api key", ["x"])) == {
        "route": (PASSED, "GET /things/{id} (stage v1, deployment dep123)"),
        "authorization": (PASSED, "none: anybody may call"),
        "api key": (REFUSED, "403 INVALID_API_KEY"),
        "integration": (NOT_REACHED, ""),
        "response": (NOT_REACHED, ""),
    }
    assert said(seen, Told("authorization", ["x"]))["api key"] == (NOT_REACHED, "")
    assert said(seen, Told("gateway", ["x"]))["integration"][0] == REFUSED
    assert said(seen, Told("something else", ["x"]))["something else"][0] == REFUSED


def test_whose_key_and_which_plan() -> None:
    seen = record(rest(mock() | {"apiKeyRequired": True}))
    plan = Plan("p1", None, None, {f"{API}:v1": {}})
    seen.api_key = ApiKey(("1", "us"), "k1", "secret", "ada", None, (Membership(plan, None),))  # type: ignore[arg-type]
    assert said(seen)["api key"] == (PASSED, "ada (k1), usage plan p1")
    seen.body_size = 9
    assert said(seen)["body"] == (PASSED, "9 bytes")


def test_who_was_let_in() -> None:
    signed = record(rest(mock() | {"authorizationType": "AWS_IAM"}))
    signed.principal = Principal("User", "1", "arn:aws:iam::1:user/ada")
    assert said(signed)["authorization"][1] == "signed by arn:aws:iam::1:user/ada, whose policies allow it"
    jwt = http_api.route("GET /things/{id}", http_api.proxy("http://a.test"), **http_api.JWT)
    from gatewright.deploy.http_api import compile_http_api

    token = record(compile_http_api(http_api.http_document(jwt) | {"authorizers": [http_api.jwt()]}))
    token.claims = Grant(context={"claims": {"sub": "u1"}}).context
    assert said(token)["authorization"][1] == "token of https://issuer.test for u1"
    opened = record(rest())
    assert opened.scene is not None
    opened.scene.policy = True
    assert said(opened)["authorization"][1] == "the resource policy allows it"


def test_lambda_authorizers_say_whether_they_were_asked() -> None:
    from tests.unit.gateway.explain.test_guards import guarded

    seen = record(guarded())
    seen.claims, seen.authorizer_latency = {"principalId": "ada"}, 12
    assert said(seen)["authorization"][1] == "Lambda authorizer auth01 lets ada in (asked now, 12 ms)"
    seen.authorizer_latency = 0
    assert "by an answer that was kept" in said(seen)["authorization"][1]


def test_events_of_connections() -> None:
    seen = record(socket(), event="MESSAGE")
    assert list(said(seen)) == ["route", "integration", "response"]
    assert said(seen)["route"][1].startswith("talk (stage")
    ended = record(socket(), event="DISCONNECT")
    assert "response" not in said(ended)


def test_preflights() -> None:
    seen = record(http_program(), verb="OPTIONS")
    seen.preflight = True
    assert said(seen)["route"][1].startswith("CORS preflight")
    assert "integration" not in said(seen)


INTEGRATIONS = [
    (LAMBDA, f"AWS_PROXY to {FUNCTION}"),
    (http("http://a.test/x"), "HTTP to a.test"),
    (mock(), "MOCK"),
    (aws("sqs:action/SendMessage"), "AWS to sqs"),
]


@pytest.mark.parametrize(("integration", "words"), INTEGRATIONS)
def test_integrations_have_names(integration: Any, words: str) -> None:
    assert named(getattr(part_of(rest(integration)), "integration")) == words  # noqa: B009 - of a method


def test_whose_answer_it_is() -> None:
    seen = record(rest(LAMBDA), status=404)
    assert is_own(seen)
    seen.failed = failed("THROTTLED")
    assert not is_own(seen)
    assert not is_own(record(rest(LAMBDA)))
