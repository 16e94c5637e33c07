"""Policies: compiled once from their documents, asked for each request.

An explicit deny wins over any allow, in whatever order they stand; what nothing allows is denied by whoever asks.
A document that is not wholly understood is refused: a statement left out might be the one that denies.

AWS: "Policy evaluation logic", "Grammar of the IAM JSON policy language".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from gatewright.language.policy.base import Decision, Effect, PolicyError, PolicyKind, Query
from gatewright.language.policy.principals import Named
from gatewright.language.policy.statement import Setting, Statement

_ELEMENTS = frozenset(("Version", "Id", "Statement"))
_VERSIONS = ("2012-10-17", "2008-10-17")
_NEITHER = Decision(Effect.NEITHER)


class Policy:
    """A compiled policy. `plain`: it decides by action, resource and principal alone, so answers may be remembered."""

    __slots__ = ("_allows", "_denies", "plain", "statements")

    def __init__(self, statements: Iterable[Statement]) -> None:
        every = self.statements = tuple(statements)
        self._denies = tuple((each, Decision(Effect.DENY, each.label)) for each in every if each.effect is Effect.DENY)
        self._allows = tuple((each, _decisions(each)) for each in every if each.effect is Effect.ALLOW)
        self.plain = all(each.plain for each in every)

    def decide(self, query: Query) -> Decision:
        for statement, decision in self._denies:
            if statement.named(query) is not Named.NOT:
                return decision
        best, found = Named.NOT, _NEITHER
        for statement, decisions in self._allows:
            named = statement.named(query)
            if named is Named.DIRECTLY:
                return decisions[named]
            if named > best:
                best, found = named, decisions[named]
        return found


def _decisions(statement: Statement) -> tuple[Decision, ...]:
    """What an Allow comes to, by how it names the caller."""
    allow = Decision(Effect.ALLOW, statement.label)
    return _NEITHER, replace(allow, delegated=True), replace(allow, through_role=True), allow


def compile_policy(document: str | Mapping[str, Any], kind: PolicyKind, base: str = "") -> Policy:
    """A policy from its document.

    `base`: arn:aws:execute-api:{region}:{account}:{api}, for resources in API Gateway's short form,
    execute-api:/stage/VERB/path; without it they are refused. Raises PolicyError.
    """
    content = read(document) if isinstance(document, str) else document
    if not isinstance(content, Mapping):
        raise PolicyError("", "A policy must be an object")
    unknown = next((name for name in content if name not in _ELEMENTS), None)
    if unknown is not None:
        raise PolicyError("", f"{unknown} is not an element of a policy")
    if not isinstance(content.get("Id", ""), str):
        raise PolicyError("Id", "Id must be a string")
    setting = Setting(kind, base, _version(content) == "2012-10-17")
    statements = [Statement(each, number, setting) for number, each in enumerate(_statements(content))]
    if kind is not PolicyKind.AUTHORIZER:
        _check_ids(_statements(content))
    return Policy(statements)


def decide_all(policies: Iterable[Policy], query: Query) -> Decision:
    """What several identity policies say together, as those of a user and of the groups: a deny of any wins."""
    found = _NEITHER
    for policy in policies:
        decision = policy.decide(query)
        if decision.effect is Effect.DENY:
            return decision
        if decision.effect is Effect.ALLOW and found.effect is Effect.NEITHER:
            found = decision
    return found


def read(text: str) -> Any:
    """The JSON of a policy. A name that stands twice is refused: readers differ in which one counts."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except PolicyError:
        raise
    except (ValueError, RecursionError):
        raise PolicyError("", "A policy must be JSON") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise PolicyError("", "A policy must not name an element twice")
    return found


def _no_constant(name: str) -> Any:
    raise PolicyError("", f"{name} is not JSON")


def _version(content: Mapping[str, Any]) -> str:
    version = content.get("Version", "2008-10-17")
    if version not in _VERSIONS:
        raise PolicyError("Version", "Version must be 2012-10-17 or 2008-10-17")
    return str(version)


def _statements(content: Mapping[str, Any]) -> list[Any]:
    statements = content.get("Statement")
    if isinstance(statements, Mapping):
        return [statements]
    if not isinstance(statements, list) or not statements:
        raise PolicyError("Statement", "A policy needs at least one statement")
    return statements


def _check_ids(statements: list[Any]) -> None:
    ids = [each["Sid"] for each in statements if each.get("Sid")]
    if len(set(ids)) != len(ids):
        raise PolicyError("Statement", "Statement IDs (SID) in a single policy must be unique")
