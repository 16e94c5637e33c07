"""Requests and policies of these tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gatewright.language.policy.base import ANONYMOUS, Decision, Effect, PolicyKind, Principal, Query
from gatewright.language.policy.document import compile_policy

ACCOUNT = "123456789012"
OTHER = "210987654321"
BASE = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:api1"
ARN = f"{BASE}/prod/GET/pets/1"
INVOKE = "execute-api:Invoke"

ROOT = Principal("Account", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", user_id=ACCOUNT)
ANN = Principal(
    "User",
    ACCOUNT,
    f"arn:aws:iam::{ACCOUNT}:user/ann",
    user_id="AIDAEXAMPLEANN",
    user_name="ann",
    org_id="o-example",
    tags={"Team": "blue", "star": "*"},
)
BOB = Principal("User", OTHER, f"arn:aws:iam::{OTHER}:user/staff/bob", user_id="AIDAEXAMPLEBOB", user_name="bob")
SESSION = Principal(
    "AssumedRole",
    ACCOUNT,
    f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/session1",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/team/reader",
    user_id="AROAEXAMPLE:session1",
    token_issued="2026-01-02T03:04:05Z",
    mfa=True,
)
FEDERATED = Principal(
    "FederatedUser",
    ACCOUNT,
    f"arn:aws:sts::{ACCOUNT}:federated-user/carol",
    user_id=f"{ACCOUNT}:carol",
)
GATEWAY = Principal("Service", service="apigateway.amazonaws.com")

Keys = Mapping[str, str | Sequence[str]]


def query(
    principal: Principal = ANONYMOUS, resource: str = ARN, action: str = INVOKE, keys: Keys | None = None
) -> Query:
    """A request; `keys`: what the context answers, by names in lower case."""
    given = {key: (value,) if isinstance(value, str) else value for key, value in (keys or {}).items()}
    return Query(action, resource, principal, given.get)


def statement(**changed: Any) -> dict[str, Any]:
    """A statement that allows everything; a member that is None is left out."""
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*"} | changed
    return {name: value for name, value in whole.items() if value is not None}


def decide(
    statements: Sequence[Any],
    asked: Query,
    kind: PolicyKind = PolicyKind.IDENTITY,
    version: str | None = "2012-10-17",
) -> Decision:
    document = {"Statement": list(statements)} | ({"Version": version} if version else {})
    return compile_policy(document, kind, BASE).decide(asked)


ALLOW, DENY, NEITHER = Effect.ALLOW, Effect.DENY, Effect.NEITHER


@dataclass(frozen=True, slots=True)
class Case:
    """What AWS's documentation says of a policy and a request. `page`: of the IAM User Guide, else a whole path."""

    page: str
    name: str
    document: Mapping[str, Any]
    kind: PolicyKind
    asked: Query
    expected: Effect

    @property
    def source(self) -> str:
        path = self.page if "/" in self.page else f"IAM/latest/UserGuide/{self.page}"
        return f"https://docs.aws.amazon.com/{path}.html"


Row = tuple[str, Query, Effect]


def cases(
    page: str,
    statements: Any,
    *rows: Row,
    kind: PolicyKind = PolicyKind.IDENTITY,
    version: str | None = "2012-10-17",
) -> list[Case]:
    """The cases of one policy: each a name, a request and what the policy says of it."""
    document = {"Statement": statements} | ({"Version": version} if version else {})
    return [Case(page, name, document, kind, asked, expected) for name, asked, expected in rows]


def s3(action: str, resource: str, principal: Principal = ANN, **keys: str | Sequence[str]) -> Query:
    """A request to S3, which most of AWS's examples are about; keys as s3__prefix for s3:prefix."""
    named = {name.replace("__", ":").replace("_", "/"): value for name, value in keys.items()}
    return query(principal, f"arn:aws:s3:::{resource}", f"s3:{action}", named)


def user(name: str, account: str = ACCOUNT, **tags: str) -> Principal:
    arn = f"arn:aws:iam::{account}:user/{name}"
    return Principal("User", account, arn, user_id=f"AIDA{name.upper()}", user_name=name, tags=tags)


def having(principal: Principal = ANN, **keys: str | Sequence[str]) -> Query:
    """A request with these condition keys, written as aws__sourceip for aws:sourceip."""
    return query(principal, keys={name.replace("__", ":"): value for name, value in keys.items()})
