from __future__ import annotations

from dataclasses import replace

from gatewright.aws.holder import Holder
from gatewright.gateway.authorizers.iam import build, grant_of, judge
from gatewright.gateway.base import Identities
from gatewright.gateway.grants import Signer, Verdict
from gatewright.language.policy.base import Effect
from tests.plays.signing import (
    ROOT,
    ROOT_KEY,
    SECRET,
    SESSION,
    SESSION_KEY,
    USER_KEY,
    Keys,
    allow,
    deny,
    everybody,
    signed,
    user,
)
from tests.unit.gateway.support import compiled, exchange, parts

ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdefghij/v1/GET/things/7%207"


def test_what_is_known_of_a_user() -> None:
    grant = grant_of(Signer(USER_KEY, Holder(SECRET, user())))
    assert grant.principal == user()
    assert grant.identity == {
        "accessKey": USER_KEY,
        "accountId": "123456789012",
        "caller": "AIDAEXAMPLE",
        "user": "AIDAEXAMPLE",
        "userArn": "arn:aws:iam::123456789012:user/ada",
        "principalOrgId": None,
    }
    assert grant.payload2 == {
        "iam": {
            "accessKey": USER_KEY,
            "accountId": "123456789012",
            "callerId": "AIDAEXAMPLE",
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": "arn:aws:iam::123456789012:user/ada",
            "userId": "AIDAEXAMPLE",
        }
    }
    assert grant.context is None


def test_what_is_known_of_a_session_and_of_the_root() -> None:
    session = grant_of(Signer(SESSION_KEY, Holder(SECRET, SESSION))).identity
    assert (session["caller"], session["userArn"], session["principalOrgId"]) == (
        "AROAEXAMPLE:ada",
        "arn:aws:sts::123456789012:assumed-role/reader/ada",
        "o-example",
    )
    root = grant_of(Signer(ROOT_KEY, Holder(SECRET, ROOT, policies=None))).identity
    assert (root["caller"], root["user"], root["userArn"]) == (
        "123456789012",
        "123456789012",
        "arn:aws:iam::123456789012:root",
    )


def test_the_holders_policies_decide() -> None:
    made = exchange()
    for policies, effect in (((), Effect.NEITHER), ((allow(),), Effect.ALLOW), ((allow(), deny()), Effect.DENY)):
        verdict = judge(made, Signer(USER_KEY, Holder(SECRET, user(), policies=policies)))
        assert (verdict.effect, verdict.grant.principal) == (effect, user())


def test_policies_see_the_request() -> None:
    rule = allow()
    judge(exchange({"User-Agent": "curl"}), Signer(USER_KEY, Holder(SECRET, user(), policies=(rule,))))
    query, meant = rule.asked  # the path as it was routed, and as a backend may read it
    assert (query.resource, meant.resource) == (ARN, ARN.replace("%20", " "))
    assert query.context("aws:useragent") == ("curl",)
    assert query.context("aws:sourceip") == ("203.0.113.7",)


def test_a_known_key_is_judged_at_once() -> None:
    program, method = compiled()
    headers = signed("GET", "/v1/things/7%207?")
    made = exchange(headers)
    guard = build(method, replace(parts(program), identities=Identities(made.clock, Keys(everybody()))))
    assert isinstance(guard(made), Verdict)
