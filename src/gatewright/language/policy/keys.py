"""Condition keys: how their names are written, and those that the principal itself answers.

Names are not case-sensitive. What says who calls comes from the principal alone, never from the rest of the request.
AWS: "AWS global condition context keys"; API Gateway's table of keys has them for AWS_IAM only, so an anonymous caller
has none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gatewright.language.policy.base import Principal, Query

_TAG = "aws:principaltag/"


def normal(name: str) -> str:
    """A key as the engine asks for it: in lower case up to the first `/`, what is behind it as written."""
    head, slash, tail = name.partition("/")
    return head.lower() + slash + tail


def lookup(query: Query, key: str) -> Sequence[str] | None:
    """The values of a key as `normal` writes it; None: the request does not carry it."""
    reader = _READERS.get(key)
    if reader is not None:
        value = reader(query.principal)
        return None if value is None else (value,)
    if key.startswith(_TAG):
        return _tag(query.principal, key.removeprefix(_TAG))
    return query.context(key)


def by_principal(key: str) -> bool:
    """Whether the principal alone decides what a key stands for."""
    return key in _READERS or key.startswith(_TAG)


def _tag(principal: Principal, name: str) -> Sequence[str] | None:
    """AWS: the names of tags are not case-sensitive in condition keys."""
    exact = principal.tags.get(name)
    if exact is not None:
        return (exact,)
    wanted = name.lower()
    return next(((value,) for each, value in principal.tags.items() if each.lower() == wanted), None)


def _type(principal: Principal) -> str | None:
    return None if principal.type in ("Anonymous", "Service") else principal.type


def _is_service(principal: Principal) -> str | None:
    return None if principal.type == "Anonymous" else _boolean(principal.service is not None)


def _mfa(principal: Principal) -> str | None:
    return None if principal.mfa is None else _boolean(principal.mfa)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


_READERS: dict[str, Callable[[Principal], str | None]] = {
    "aws:principaltype": _type,
    "aws:principalaccount": lambda principal: principal.account,
    # AWS: of a session it is the ARN of the role.
    "aws:principalarn": lambda principal: principal.role_arn or principal.arn,
    "aws:principalorgid": lambda principal: principal.org_id,
    "aws:principalisawsservice": _is_service,
    "aws:principalservicename": lambda principal: principal.service,
    "aws:userid": lambda principal: principal.user_id,
    "aws:username": lambda principal: principal.user_name,
    "aws:tokenissuetime": lambda principal: principal.token_issued,
    "aws:multifactorauthpresent": _mfa,
}
