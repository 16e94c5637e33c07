"""The resource policy of a function: what AddPermission writes and what an invocation is checked against.

A function, each of its versions and each alias has a policy of its own; an invocation is judged by the policy of the
qualifier it names, in the language of all policies (language/policy)
(https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gatewright.language.policy.base import Effect, PolicyKind, Principal, Query
from gatewright.language.policy.document import Policy, compile_policy

GATEWAY = "apigateway.amazonaws.com"
INVOKE = "lambda:InvokeFunction"

Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who wants to do what. Exactly one of `service` and `account` says who."""

    resource: str  # the ARN as invoked, with qualifier if one was given
    service: str | None = None  # an AWS service, "apigateway.amazonaws.com"
    account: str | None = None  # a principal of this account
    source_arn: str | None = None
    source_account: str | None = None
    action: str = INVOKE

    def context(self, key: str) -> Sequence[str] | None:
        """The value of a condition key by its name in lower case; None when the request does not carry it."""
        value = {"aws:sourcearn": self.source_arn, "aws:sourceaccount": self.source_account}.get(key)
        return None if value is None else (value,)

    def query(self) -> Query:
        """A caller of another account is looked at as that account: its own policies were not asked."""
        if self.service is not None:
            principal = Principal("Service", service=self.service)
        else:
            principal = Principal("Account", self.account, f"arn:aws:iam::{self.account}:root", user_id=self.account)
        return Query(self.action, self.resource, principal, self.context)


def compiled(statements: Sequence[Statement]) -> Policy:
    """The policy of these statements, at least one. Raises PolicyError."""
    return compile_policy({"Version": "2012-10-17", "Statement": list(statements)}, PolicyKind.RESOURCE)


def allows(policy: Policy | None, attempt: Attempt) -> bool:
    """Whether a policy lets the attempt through; no policy lets nobody."""
    return policy is not None and policy.decide(attempt.query()).effect is Effect.ALLOW


def missing_permission(function_arn: str, qualifier: str | None, statement_id: str, source_arn: str) -> str:
    """The AWS CLI command that grants what was missing."""
    command = ["aws lambda add-permission", f"--function-name {function_arn}"]
    if qualifier is not None:
        command.append(f"--qualifier '{qualifier}'" if "$" in qualifier else f"--qualifier {qualifier}")
    command += [f"--statement-id {statement_id}", f"--action {INVOKE}", f"--principal {GATEWAY}"]
    command.append(f"--source-arn '{source_arn}'")
    return " ".join(command)


def statement(
    resource: str,
    statement_id: str,
    action: str,
    principal: str,
    *,
    source_arn: str | None = None,
    source_account: str | None = None,
    conditions: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, Any]:
    """A statement in the form in which AddPermission stores it."""
    entry: dict[str, Any] = {
        "Sid": statement_id,
        "Effect": "Allow",
        "Principal": _principal(principal),
        "Action": action,
        "Resource": resource,
    }
    condition: dict[str, dict[str, str]] = {k: dict(v) for k, v in (conditions or {}).items()}
    if source_account is not None:
        condition.setdefault("StringEquals", {})["AWS:SourceAccount"] = source_account
    if source_arn is not None:
        condition.setdefault("ArnLike", {})["AWS:SourceArn"] = source_arn
    if condition:
        entry["Condition"] = condition
    return entry


def _principal(text: str) -> Any:
    if text == "*":
        return "*"
    if re.fullmatch(r"\d{12}", text):
        return {"AWS": f"arn:aws:iam::{text}:root"}
    return {"AWS": text} if text.startswith("arn:") else {"Service": text}
