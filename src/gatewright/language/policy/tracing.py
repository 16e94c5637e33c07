"""Why a policy said what it said: each of its statements, asked again about one request.

For people: `decide` needs none of it, and asks far less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gatewright.language.policy.base import Query
from gatewright.language.policy.document import Policy
from gatewright.language.policy.keys import lookup, normal
from gatewright.language.policy.statement import Statement


@dataclass(frozen=True, slots=True)
class Miss:
    """The first element of a statement that does not match. `key`: of a condition; `wanted` and `present` its values.

    Of other elements `wanted` is what the policy says, and `present` what the request has.
    """

    element: str  # "Action", "Resource", "NotPrincipal", "Condition"…
    wanted: tuple[str, ...]
    present: tuple[str, ...] | None  # None: the request does not carry the key
    operator: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of a statement. `miss` None: it applies."""

    number: int
    sid: str | None
    effect: str
    miss: Miss | None
    element: Mapping[str, Any]  # as it was written

    @property
    def applies(self) -> bool:
        return self.miss is None


def trace(policy: Policy, query: Query) -> tuple[Trace, ...]:
    """Every statement of a policy, in its order."""
    return tuple(_trace(each, query) for each in policy.statements)


def _trace(statement: Statement, query: Query) -> Trace:
    failing, element = statement.failing(query), statement.element
    miss = None if failing is None else _miss(failing, element, query)
    return Trace(statement.number, element.get("Sid"), statement.effect.value, miss, element)


def _miss(failing: int | str, element: Mapping[str, Any], query: Query) -> Miss:
    if isinstance(failing, int):
        operator, key, wanted = _conditions(element)[failing]
        present = lookup(query, normal(key))
        return Miss("Condition", _texts(wanted), None if present is None else tuple(present), operator, key)
    wanted = element[failing]
    if failing.endswith("Principal"):
        named = (
            [f"{kind}: {name}" for kind, names in wanted.items() for name in _texts(names)]
            if isinstance(wanted, Mapping)
            else _texts(wanted)
        )
        return Miss(failing, tuple(named), (query.principal.arn or query.principal.type,))
    present = query.action if failing.endswith("Action") else query.resource
    return Miss(failing, _texts(wanted), (present,))


def _conditions(element: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """Operator, key and values in the order in which they were compiled."""
    found: Mapping[str, Mapping[str, Any]] = element.get("Condition", {})
    return [(operator, key, wanted) for operator, keys in found.items() for key, wanted in keys.items()]


def _texts(value: Any) -> tuple[str, ...]:
    values: Sequence[Any] = value if isinstance(value, list) else [value]
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in values)
