"""Whole policies. The many cases from AWS's documentation are in cases_*.py."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from gatewright.language.policy.base import Decision, Effect, PolicyError, PolicyKind
from gatewright.language.policy.document import compile_policy, decide_all
from tests.unit.language.policy import cases_conditions, cases_elements, cases_gateway, cases_operators
from tests.unit.language.policy.support import ACCOUNT, ANN, BASE, ROOT, SESSION, Case, decide, query, statement

CASES = [*cases_elements.CASES, *cases_operators.CASES, *cases_conditions.CASES, *cases_gateway.CASES]

DENY = statement(Effect="Deny", Sid="No")
ALLOW = statement()


@pytest.mark.parametrize("case", CASES, ids=[f"{case.page.rsplit('/')[-1]}: {case.name}" for case in CASES])
def test_cases_of_the_documentation(case: Case) -> None:
    policy = compile_policy(case.document, case.kind, BASE)
    assert policy.decide(case.asked).effect is case.expected, case.source


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 200
    assert len({case.source for case in CASES}) >= 15


def test_every_managed_policy_of_aws_compiles() -> None:
    documents = [each["Document"] for each in json.loads(aws_managed_policies_data).values()]
    assert len(documents) > 1000
    for document in documents:
        compile_policy(document, PolicyKind.IDENTITY)


def test_an_explicit_deny_wins_in_any_order() -> None:
    assert decide([ALLOW, DENY], query()) == decide([DENY, ALLOW], query()) == Decision(Effect.DENY, "No")


def test_nothing_said() -> None:
    other = statement(Resource="arn:aws:s3:::bucket")
    assert decide([other], query()) == Decision(Effect.NEITHER)


def test_the_statement_is_named() -> None:
    other = statement(Resource="arn:aws:s3:::bucket")
    assert decide([other, ALLOW], query()) == Decision(Effect.ALLOW, "1")


def test_an_account_delegates() -> None:
    by_account = statement(Principal={"AWS": ACCOUNT}, Sid="account")
    asked = query(ANN)
    assert decide([by_account], asked, PolicyKind.RESOURCE) == Decision(Effect.ALLOW, "account", delegated=True)
    assert decide([by_account], query(ROOT), PolicyKind.RESOURCE) == Decision(Effect.ALLOW, "account")
    direct = statement(Principal={"AWS": ANN.arn}, Sid="user")
    assert decide([by_account, direct], asked, PolicyKind.RESOURCE) == Decision(Effect.ALLOW, "user")
    assert decide([by_account, DENY | {"Principal": "*"}], asked, PolicyKind.RESOURCE).effect is Effect.DENY


def test_a_role_is_named_for_its_sessions() -> None:
    role = statement(Principal={"AWS": SESSION.role_arn}, Sid="role")
    account = statement(Principal={"AWS": ACCOUNT}, Sid="account")
    asked = query(SESSION)
    for statements in ([role, account], [account, role]):
        assert decide(statements, asked, PolicyKind.RESOURCE) == Decision(Effect.ALLOW, "role", through_role=True)
    session = statement(Principal={"AWS": SESSION.arn}, Sid="session")
    assert decide([role, session], asked, PolicyKind.RESOURCE) == Decision(Effect.ALLOW, "session")


def test_several_policies() -> None:
    allow, deny, other = (
        compile_policy({"Statement": each}, PolicyKind.IDENTITY)
        for each in (ALLOW, DENY, statement(Resource="arn:aws:s3:::bucket"))
    )
    assert decide_all((), query()).effect is Effect.NEITHER
    assert decide_all((other, allow), query()).effect is Effect.ALLOW
    assert decide_all((allow, other, deny), query()).effect is Effect.DENY


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        "{}",
        '{"Statement": []}',
        '{"Statement": "x"}',
        '{"Statement": [1]}',
        "[" * 100_000,
        '{"Statement": NaN}',
        json.dumps({"Statement": ALLOW, "Version": "2012-10-18"}),
        json.dumps({"Statement": ALLOW, "Version": None}),
        json.dumps({"Statement": ALLOW, "Version": ["2012-10-17"]}),
        json.dumps({"Statement": ALLOW, "Id": 1}),
        json.dumps({"Statement": ALLOW, "statement": ALLOW}),
        json.dumps({"Statement": [ALLOW | {"Sid": "a"}, ALLOW | {"Sid": "a"}]}),
        '{"Statement": {"Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*"}}',
    ],
)
def test_refused(document: str) -> None:
    with pytest.raises(PolicyError):
        compile_policy(document, PolicyKind.IDENTITY)


def test_text_and_object_are_the_same() -> None:
    document: dict[str, Any] = {"Version": "2008-10-17", "Id": "x", "Statement": ALLOW}
    for each in (document, json.dumps(document)):
        assert compile_policy(each, PolicyKind.IDENTITY).decide(query()).effect is Effect.ALLOW


def test_plain() -> None:
    conditional = statement(Condition={"Bool": {"aws:SecureTransport": "true"}})
    assert compile_policy({"Statement": [ALLOW, DENY]}, PolicyKind.IDENTITY).plain
    assert not compile_policy({"Statement": [ALLOW, conditional]}, PolicyKind.IDENTITY).plain
