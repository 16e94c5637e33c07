"""What a statement must have, by the kind of its policy."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.policy.base import PolicyError, PolicyKind
from gatewright.language.policy.principals import Named
from gatewright.language.policy.statement import Setting, Statement
from tests.unit.language.policy.support import ARN, BASE, query, statement


def compiled(kind: PolicyKind, base: str = BASE, **changed: Any) -> Statement:
    return Statement(statement(**changed), 0, Setting(kind, base, variables=True))


IDENTITY, RESOURCE, AUTHORIZER = PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.AUTHORIZER


@pytest.mark.parametrize(
    ("kind", "changed", "words"),
    [
        (IDENTITY, {"Principal": "*"}, "should not specify a principal"),
        (IDENTITY, {"NotPrincipal": "*"}, "should not specify a principal"),
        (AUTHORIZER, {"Principal": "*"}, "should not specify a principal"),
        (RESOURCE, {}, "either Principal or NotPrincipal"),
        (RESOURCE, {"Principal": "*", "NotPrincipal": "*"}, "either Principal or NotPrincipal"),
        (RESOURCE, {"NotPrincipal": "*"}, "must be used with Deny"),
        (IDENTITY, {"Effect": None}, "Effect"),
        (IDENTITY, {"Effect": "allow"}, "Effect"),
        (IDENTITY, {"Effect": ["Allow"]}, "Effect"),
        (IDENTITY, {"Action": None}, "either Action or NotAction"),
        (IDENTITY, {"NotAction": "*"}, "either Action or NotAction"),
        (IDENTITY, {"Action": []}, "must not be empty"),
        (IDENTITY, {"Action": 1}, "must be a string"),
        (IDENTITY, {"Action": "Invoke"}, "not an action"),
        (IDENTITY, {"Action": "*:Invoke"}, "not an action"),
        (IDENTITY, {"Action": "execute-api:"}, "not an action"),
        (IDENTITY, {"Action": "execute-api:In voke"}, "not an action"),
        (IDENTITY, {"Resource": None}, "either Resource or NotResource"),
        (IDENTITY, {"NotResource": "*"}, "either Resource or NotResource"),
        (IDENTITY, {"Resource": "pets"}, "must be in ARN format"),
        (IDENTITY, {"Resource": ""}, "must be in ARN format"),
        (IDENTITY, {"Resource": "arn:aws:s3:::${aws:username"}, "Invalid policy variable"),
        (IDENTITY, {"Sid": "a b"}, "alpha-numeric"),
        (RESOURCE, {"Sid": 1, "Principal": "*"}, "alpha-numeric"),
        (IDENTITY, {"effect": "Allow"}, "effect is not an element"),
        (IDENTITY, {"Conditions": {}}, "Conditions is not an element"),
        (AUTHORIZER, {"Resource": "arn:" + "x" * 509}, "longer than 512"),
        (AUTHORIZER, {"Resource": None, "NotResource": []}, "must not be empty"),
    ],
)
def test_refused(kind: PolicyKind, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        compiled(kind, **changed)


def test_no_statement() -> None:
    with pytest.raises(PolicyError, match="must be an object"):
        Statement("Allow", 3, Setting(IDENTITY, "", variables=True))


def test_short_resources_need_the_api_they_belong_to() -> None:
    short = compiled(RESOURCE, Principal="*", Resource="execute-api:/prod/GET/*")
    assert short.named(query()) is Named.DIRECTLY
    assert short.named(query(resource=ARN.replace("api1", "api2"))) is Named.NOT
    with pytest.raises(PolicyError, match="must be in ARN format"):
        compiled(RESOURCE, base="", Principal="*", Resource="execute-api:/*")


@pytest.mark.parametrize(
    ("effect", "resource", "expected"),
    [
        ("Deny", "execute-api:/prod", Named.DIRECTLY),
        ("Deny", f"{BASE}/prod", Named.DIRECTLY),
        ("Deny", "execute-api:/pro", Named.NOT),
        ("Deny", "execute-api:/prod/GET", Named.NOT),
        ("Allow", "execute-api:/prod", Named.NOT),
    ],
)
def test_denying_a_stage_denies_what_is_below(effect: str, resource: str, expected: Named) -> None:
    statement = compiled(RESOURCE, Effect=effect, Principal="*", Resource=resource)
    assert statement.named(query()) is expected


def test_labels() -> None:
    assert compiled(IDENTITY).label == "0"
    assert compiled(IDENTITY, Sid="One").label == "One"
    assert compiled(IDENTITY, Sid="").label == "0"
    assert compiled(RESOURCE, Sid="with a space", Principal="*").label == "with a space"


def test_an_authorizer_may_say_nothing() -> None:
    """As AWS's own example in Java answers for the effect that it has no methods for."""
    assert compiled(AUTHORIZER, Resource=[]).named(query()) is Named.NOT


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"Condition": {}}, True),
        ({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, False),
        ({"Resource": "arn:aws:s3:::${aws:username}"}, False),
    ],
)
def test_plain(changed: dict[str, Any], expected: bool) -> None:
    assert compiled(IDENTITY, **changed).plain is expected
