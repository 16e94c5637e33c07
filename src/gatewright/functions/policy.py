"""The resource policy of a function: what AddPermission writes and what an invocation is checked against.

A function, each of its versions and each alias has a policy of its own; an invocation is judged by the policy of the
qualifier it names. An explicit Deny wins, then any Allow; otherwise the call is refused
(https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

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

    def context(self, key: str) -> str | None:
        """The value of a condition key (names are not case-sensitive); None when the request does not carry it."""
        return {"aws:sourcearn": self.source_arn, "aws:sourceaccount": self.source_account}.get(key.lower())


def allows(statements: Sequence[Statement], attempt: Attempt) -> bool:
    """Whether these statements let the attempt through."""
    effects = {s.get("Effect") for s in statements if _applies(s, attempt)}
    return "Deny" not in effects and "Allow" in effects


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


def _applies(entry: Statement, attempt: Attempt) -> bool:
    return (
        _is_principal(entry.get("Principal"), attempt)
        and any(_like(a.lower(), attempt.action.lower()) for a in _listed(entry.get("Action")))
        and any(_like(r, attempt.resource) for r in _listed(entry.get("Resource")))
        and _conditions_hold(entry.get("Condition") or {}, attempt)
    )


def _is_principal(principal: Any, attempt: Attempt) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    services, accounts = _listed(principal.get("Service")), _listed(principal.get("AWS"))
    if "*" in accounts:
        return True
    if attempt.service is not None:
        return attempt.service in services
    return any(p == attempt.account or p == f"arn:aws:iam::{attempt.account}:root" for p in accounts)


def _conditions_hold(conditions: Mapping[str, Mapping[str, Any]], attempt: Attempt) -> bool:
    for operator, wanted in conditions.items():
        for key, patterns in wanted.items():
            value = attempt.context(key)
            if not _holds(operator, value, _listed(patterns)):
                return False
    return True


def _holds(operator: str, value: str | None, patterns: list[str]) -> bool:
    base, if_exists = operator.removesuffix("IfExists"), operator.endswith("IfExists")
    negative = base in _NEGATED
    test = _OPERATORS.get(_NEGATED.get(base, base))
    if test is None:
        return False  # an operator that cannot be evaluated here holds for nothing
    if value is None:
        return if_exists or negative
    return any(test(pattern, value) for pattern in patterns) is not negative


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(v) for v in value]


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    """`*` spans everything, `?` one character; nothing else is special."""
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in text), re.DOTALL)


def _like(pattern: str, value: str) -> bool:
    return _pattern(pattern).fullmatch(value) is not None


def _arn_like(pattern: str, value: str) -> bool:
    """Each of the first five parts of an ARN is matched by itself, so that `*` cannot reach from one into the next."""
    parts, found = pattern.split(":", 5), value.split(":", 5)
    if len(parts) < 6 or len(found) < 6:
        return False
    return all(_like(p, v) for p, v in zip(parts, found, strict=True))


_OPERATORS = {
    "StringEquals": lambda pattern, value: pattern == value,
    "StringEqualsIgnoreCase": lambda pattern, value: pattern.lower() == value.lower(),
    "StringLike": _like,
    "ArnLike": _arn_like,
    "ArnEquals": _arn_like,  # AWS: ArnEquals and ArnLike behave identically
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotLike": "ArnLike",
    "ArnNotEquals": "ArnEquals",
}
