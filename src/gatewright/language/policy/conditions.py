"""The Condition element: all operators and all their keys must hold; of a key's values in the policy any one.

What a missing key means is the operator's business: a positive one does not hold, a negated one does, `IfExists` holds,
Null asks for it. Set operators look at each value of the request: `ForAllValues` holds when all match (also when there
is none), `ForAnyValue` when one does. Without a set operator several values in the request are searched for one that
matches (unverified: AWS says that single-valued operators are for single-valued keys).

AWS: "IAM JSON policy elements: Condition", "Set operators for multivalued context keys".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatewright.language.policy import values
from gatewright.language.policy.base import PolicyError, Query
from gatewright.language.policy.keys import lookup, normal
from gatewright.language.policy.operators import OPERATORS, AnyOf
from gatewright.language.policy.text import Grammar

_NAME = re.compile(r"(?:(?P<set>forallvalues|foranyvalue):)?(?P<base>[a-z]+?)(?P<if>ifexists)?")
_KEY = re.compile(r"[^\s:/]+:[^\s].*", re.DOTALL)

Holds = Callable[[Query], bool]
Judge = Callable[[Sequence[str], Query], bool]


def compile_condition(element: Any, place: str, variables: bool) -> list[Holds]:
    """The conditions of a Condition element. Raises PolicyError."""
    if not isinstance(element, Mapping):
        raise PolicyError(place, "Condition must be an object")
    compiled = []
    for name, keys in element.items():
        where = f"{place}.{name}"
        if not isinstance(keys, Mapping) or not keys:
            raise PolicyError(where, "A condition operator needs an object of condition keys")
        for key, wanted in keys.items():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise PolicyError(where, f"{key} is not a condition key")
            compiled.append(_condition(name, key, _texts(wanted, where), Grammar(where, variables)))
    return compiled


def _texts(value: Any, place: str) -> list[str]:
    """AWS: strings, and numbers and Booleans written without quotes."""
    found = value if isinstance(value, list) else [value]
    if not found:
        raise PolicyError(place, "A condition key needs a value")
    texts = []
    for each in found:
        if isinstance(each, bool):
            texts.append("true" if each else "false")
        elif isinstance(each, str | int | float):
            texts.append(str(each))
        else:
            raise PolicyError(place, "The value of a condition key must be a string")
    return texts


def _condition(name: str, key: str, texts: list[str], grammar: Grammar) -> Holds:
    key = normal(key)
    if name.lower() == "null":
        return _null(key, texts, grammar)
    found = _NAME.fullmatch(name.lower())
    operator = OPERATORS.get(found["base"]) if found else None
    if found is None or operator is None:
        raise PolicyError(grammar.place, f"{name} is not a condition operator")
    judge, absent = _JUDGES[found["set"]](operator.compile(texts, grammar), operator.negated)
    empty_is_absent = found["set"] is not None
    if_missing = True if found["if"] else absent

    def holds(query: Query) -> bool:
        present = lookup(query, key)
        # AWS: a set operator takes an empty string for no value at all.
        if not present or (empty_is_absent and not any(present)):
            return if_missing
        return judge(present, query)

    return holds


def _null(key: str, texts: list[str], grammar: Grammar) -> Holds:
    wanted = {values.boolean(each) for each in texts}
    if None in wanted:
        raise PolicyError(grammar.place, "Null compares with true or false")
    return lambda query: (not lookup(query, key)) in wanted


def _single(match: AnyOf, negated: bool) -> tuple[Judge, bool]:
    def judge(present: Sequence[str], query: Query) -> bool:
        for value in present:
            if match(value, query):
                return not negated
        return negated

    return judge, negated


def _for_all(match: AnyOf, negated: bool) -> tuple[Judge, bool]:
    return lambda present, query: all(match(value, query) is not negated for value in present), True


def _for_any(match: AnyOf, negated: bool) -> tuple[Judge, bool]:
    return lambda present, query: any(match(value, query) is not negated for value in present), False


# By set operator: what judges the values that are there, and what holds if there are none.
_JUDGES: dict[str | None, Callable[[AnyOf, bool], tuple[Judge, bool]]] = {
    None: _single,
    "forallvalues": _for_all,
    "foranyvalue": _for_any,
}
