"""Resource policies of APIs: what AWS accepts, and which of them change nothing.

The data plane does not evaluate policies yet. An API whose policy keeps somebody out must not be served as if it had
none, so only policies that let everybody invoke everything can be deployed.
"""

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
_NOT_ENFORCED = (
    "Gatewright does not evaluate resource policies yet and will not serve this API as if it had none: "
    "remove the policy, or let everybody invoke everything "
    "(Allow, Principal *, Action execute-api:Invoke, Resource execute-api:/*)"
)
_ACTIONS = frozenset({"execute-api:invoke", "execute-api:*", "*"})
_EVERYWHERE = re.compile(r"\*|execute-api:/?\*|arn:[^:]*:execute-api:[^:]*:[^:]*:[^/:]+/\*")


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
    """The policy of an API as that of its clone; unverified: AWS may leave the ARNs of the other one."""
    return _with_resources(
        _read(policy, "execute-api"), lambda text: new + text[len(old) :] if text.startswith(f"{old}/") else text
    )


def _read(policy: str, service: str) -> dict[str, Any]:
    if len(policy.encode()) > quotas.POLICY_BYTES:
        raise errors.bad_request(_BAD)
    try:
        document = read(policy)
        compile_policy(document, PolicyKind.RESOURCE, _ANY_API)
    except PolicyError:
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


def check_served(policy: str | None) -> None:
    """Raises BadRequestException for a policy that would have to be enforced."""
    if policy and not is_open(policy):
        raise errors.bad_request(_NOT_ENFORCED)


def check_private(api: Body) -> None:
    """Raises BadRequestException for a private API without a policy. AWS: nobody could call it."""
    if api["endpointConfiguration"]["types"] == ["PRIVATE"] and not api.get("policy"):
        raise errors.bad_request("Private REST API doesn't have a resource policy attached to it")


def is_open(policy: str) -> bool:
    """Whether a policy denies nothing and allows everybody everything."""
    statements = _list(json.loads(policy)["Statement"])
    allowing = [each for each in statements if isinstance(each, dict) and each.get("Effect") == "Allow"]
    return len(allowing) == len(statements) and any(map(_allows_all, allowing))


def escaped(policy: str) -> str:
    """A policy as AWS answers it: the inside of a JSON string, quotes escaped; clients undo that."""
    return json.dumps(policy, ensure_ascii=False)[1:-1]


def _allows_all(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        principal = principal.get("AWS")
    return (
        not statement.get("Condition")
        and "*" in _list(principal)
        and any(str(action).lower() in _ACTIONS for action in _list(statement.get("Action")))
        and any(_EVERYWHERE.fullmatch(str(resource)) for resource in _list(statement.get("Resource")))
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
