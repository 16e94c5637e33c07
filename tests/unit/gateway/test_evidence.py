from __future__ import annotations

import base64
import json
import logging
from typing import Any

import pytest

from gatewright.aws.holder import Holder
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.evidence import evidence
from gatewright.gateway.grants import Grant, Signer
from gatewright.language.policy.base import PolicyKind
from gatewright.language.policy.document import compile_policy
from gatewright.program.authorizers import IdentitySource, IssuerAuthorizer, PoolAuthorizer
from tests.plays.signing import SECRET, user
from tests.unit.gateway.support import exchange

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/v2/*"},
        {"Sid": "No", "Effect": "Deny", "Action": "execute-api:*", "Resource": "*"},
    ],
}


def test_each_statement_says_whether_it_applies() -> None:
    made = exchange()
    policy = compile_policy(POLICY, PolicyKind.IDENTITY)
    made.grant = Grant(user(), signer=Signer("AKID", Holder(SECRET, user(), policies=(policy,), boundary=())))
    found = evidence(made, GatewayError("ACCESS_DENIED"))["policies"]
    assert [(each["sid"], each["effect"], each["applies"]) for each in found["identity"]] == [
        ("No", "Deny", True),
        (None, "Allow", False),
    ]
    assert found["identity"][1]["miss"]["element"] == "Resource"
    assert found["boundary"] == []
    assert SECRET not in str(found)


def test_policies_that_were_asked_are_asked_again() -> None:
    policy = compile_policy(POLICY, PolicyKind.AUTHORIZER)
    error = GatewayError("ACCESS_DENIED", why={"policies": {"authorizer": (policy,), "resource": ()}})
    assert set(evidence(exchange(), error)["policies"]) == {"authorizer", "resource"}
    assert evidence(exchange(), GatewayError("ACCESS_DENIED")) == {}
    assert evidence(exchange(), GatewayError("THROTTLED")) == {}


def token(**claims: Any) -> str:
    parts = ({"alg": "RS256", "kid": "k1"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


def guarded(authorizer: Any, *args: Any, **members: Any) -> Any:
    made = exchange(*args, **members)
    from dataclasses import replace

    made.plan.method = replace(made.plan.method, authorizer=authorizer)
    return made


def test_a_token_is_kept_without_its_signature() -> None:
    header = IssuerAuthorizer("a", "https://i", frozenset({"c"}), IdentitySource("header", "authorization"))
    sent = f"Bearer {token(sub='u1', aud='mobile', other='x')}.c2lnbmF0dXJl"
    found = evidence(guarded(header, {"authorization": sent}), GatewayError("UNAUTHORIZED"))["token"]
    assert found == {"aud": "mobile", "sub": "u1", "alg": "RS256", "kid": "k1", "segments": 3}
    query = IssuerAuthorizer("a", "https://i", frozenset({"c"}), IdentitySource("querystring", "t"))
    assert (
        evidence(guarded(query, query=f"t={token(sub='u1')}.x"), GatewayError("UNAUTHORIZED"))["token"]["sub"] == "u1"
    )
    pool = PoolAuthorizer("p", ("https://i",), b"authorization", None, 300)
    assert evidence(guarded(pool, {"authorization": "abc"}), GatewayError("UNAUTHORIZED"))["token"] == {"segments": 1}
    assert evidence(guarded(pool), GatewayError("UNAUTHORIZED")) == {}


@pytest.mark.parametrize("sent", ["a.b.c", "..", "eyJ.eyJ", f"{'A' * 20_000}.x.y", "WyJhIl0.WyJhIl0.x"])
def test_what_is_no_token_is_none(sent: str) -> None:
    pool = PoolAuthorizer("p", ("https://i",), b"authorization", None, 300)
    found = evidence(guarded(pool, {"authorization": sent}), GatewayError("UNAUTHORIZED"))["token"]
    assert set(found) == {"segments"}


def test_long_claims_are_cut() -> None:
    pool = PoolAuthorizer("p", ("https://i",), b"authorization", None, 300)
    made = guarded(pool, {"authorization": f"{token(sub='a' * 999)}.x"})
    assert len(evidence(made, GatewayError("UNAUTHORIZED"))["token"]["sub"]) == 301


def test_nothing_that_goes_wrong_here_harms_anybody(caplog: pytest.LogCaptureFixture) -> None:
    error = GatewayError("ACCESS_DENIED", why={"policies": 7})
    with caplog.at_level(logging.ERROR):
        assert evidence(exchange(), error) == {}
    assert "could not be gathered" in caplog.text
