"""Sharing policies of portal products: resource policies that say which accounts may use a product.

Statements with conditions are taken the careful way: an Allow with one allows nobody, a Deny with one denies.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-portals-share-products.html
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from gatewright.control import errors

_BAD = "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
_EFFECTS = ("Allow", "Deny")


def check(policy: str) -> None:
    """Raises BadRequestException for what is no policy document (unverified wording)."""
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError):
        raise errors.bad_request(_BAD) from None
    statements = _list(document.get("Statement")) if isinstance(document, dict) else []
    if not statements or not all(map(_is_statement, statements)):
        raise errors.bad_request(_BAD)


def allows(policy: str, account: str, action: str, resource: str) -> bool:
    """Whether a checked policy lets an account do this; what it does not speak of it does not allow."""
    allowed = False
    for statement in _list(json.loads(policy)["Statement"]):
        if not _names(statement, account, action, resource):
            continue
        if statement["Effect"] == "Deny":
            return False
        allowed = allowed or not statement.get("Condition")
    return allowed


def _is_statement(statement: Any) -> bool:
    return (
        isinstance(statement, dict)
        and statement.get("Effect") in _EFFECTS
        and bool(_principals(statement))
        and _texts(statement.get("Action"))
        and _texts(statement.get("Resource", "*"))
    )


def _names(statement: dict[str, Any], account: str, action: str, resource: str) -> bool:
    return (
        any(each in ("*", account) or _account_of(each) == account for each in _principals(statement))
        and any(_like(action.lower(), each.lower()) for each in _list(statement["Action"]))
        and any(_like(resource, each) for each in _list(statement.get("Resource", "*")))
    )


def _principals(statement: dict[str, Any]) -> list[str]:
    """The AWS principals; empty when there is none, or one that is no text."""
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        principal = principal.get("AWS")
    return [str(each) for each in _list(principal)] if _texts(principal) else []


def _account_of(principal: str) -> str | None:
    """The account that an ARN like arn:aws:iam::123456789012:root stands for; a single user is not the account."""
    parts = principal.split(":")
    return parts[4] if len(parts) == 6 and parts[2] == "iam" and parts[5] == "root" else None


def _like(text: str, pattern: str) -> bool:
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _texts(value: Any) -> bool:
    return bool(_list(value)) and all(isinstance(each, str) and each for each in _list(value))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
