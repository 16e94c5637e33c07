"""Resource policies of APIs and domain names: what AWS accepts, and how it keeps and shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, cast

from gatewright.catalog import quotas
from gatewright.control import errors
from gatewright.language.policy.base import PolicyError, PolicyKind
from gatewright.language.policy.document import compile_policy, read
from gatewright.store.base import Body

_BAD = "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
_SHORT = "execute-api:"
# What the short form stands for while no API is known.
_ANY_API = "arn:aws:execute-api:::api"


def check(policy: str | None, service: str = "execute-api") -> None:
    """Raises BadRequestException for what is no resource policy about the actions of a service.

    unverified: AWS also refuses users and roles that it does not know.
    """
    if policy:
        _read(policy, service)


def stored(policy: str, base: str) -> str:
    """A policy as it is kept: without needless blanks, its resources written out.

    `base`: arn:{partition}:execute-api:{region}:{account}:{api}. Raises BadRequestException.
    """
    return _with_resources(
        _read(policy, "execute-api"), lambda text: base + text[len(_SHORT) :] if text.startswith(f"{_SHORT}/") else text
    )


def moved(policy: str, old: str, new: str) -> str:
    """The policy of an API as that of its clone, by their ids; unverified: AWS may leave the ARNs of the other one.

    What denies a part of the one API must not leave that part of its clone open.
    """
    of_the_old = re.compile(rf"\A((?:[^:]*:){{5}}){re.escape(old)}(?![A-Za-z0-9])")
    return _with_resources(_read(policy, "execute-api"), lambda text: of_the_old.sub(rf"\g<1>{new}", text, count=1))


def _read(policy: str, service: str) -> dict[str, Any]:
    try:
        if len(policy.encode()) > quotas.POLICY_BYTES:
            raise errors.bad_request(_BAD)
        document = read(policy)
        compile_policy(document, PolicyKind.RESOURCE, _ANY_API)
        json.dumps(document, ensure_ascii=False).encode()  # \ud800 by itself is no character
    except (PolicyError, UnicodeEncodeError):
        raise errors.bad_request(_BAD) from None
    actions = [action.lower() for each in _list(document["Statement"]) for action in _list(each.get("Action", []))]
    if any(action != "*" and not action.startswith(f"{service}:") for action in actions):
        raise errors.bad_request(_BAD)
    return cast("dict[str, Any]", document)


def _with_resources(document: dict[str, Any], change: Callable[[str], str]) -> str:
    for each in _list(document["Statement"]):
        for name in ("Resource", "NotResource"):
            if isinstance(each.get(name), list):
                each[name] = [change(text) for text in each[name]]
            elif name in each:
                each[name] = change(each[name])
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def check_private(api: Body) -> None:
    """Raises BadRequestException for a private API without a policy. AWS: nobody could call it."""
    if api["endpointConfiguration"]["types"] == ["PRIVATE"] and not api.get("policy"):
        raise errors.bad_request("Private REST API doesn't have a resource policy attached to it")


def escaped(policy: str) -> str:
    """A policy as AWS answers it: the inside of a JSON string, quotes escaped; clients undo that."""
    return json.dumps(policy, ensure_ascii=False)[1:-1]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
