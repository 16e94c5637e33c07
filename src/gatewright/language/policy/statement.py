"""One statement of a policy, compiled. AWS: "Grammar of the IAM JSON policy language"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatewright.language.policy.base import Effect, PolicyError, PolicyKind, Query
from gatewright.language.policy.conditions import Holds, compile_condition
from gatewright.language.policy.principals import Named, Principals
from gatewright.language.policy.text import Grammar, Texts

_ELEMENTS = frozenset(
    ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
)
_EFFECTS = {"Allow": Effect.ALLOW, "Deny": Effect.DENY}
_ACTION = re.compile(r"\*+|[A-Za-z0-9-]+:[A-Za-z0-9*?-]+")
_SID = re.compile(r"[A-Za-z0-9]*")
_SHORT = "execute-api:/"
_STAGE = re.compile(r"arn:[^:]*:execute-api:[^:]*:[^:]*:[^:/]+/[^:/*?]+")
# AWS: "Amazon API Gateway quotas", characters in a policy's resource statement
_AUTHORIZER_RESOURCE = 512


@dataclass(frozen=True, slots=True)
class Setting:
    """What a whole policy says to each of its statements. `base`: what replaces `execute-api:` of the shorthand."""

    kind: PolicyKind
    base: str
    variables: bool


class Statement:
    """A statement; `label` is its Sid or its number."""

    __slots__ = (
        "_actions",
        "_conditions",
        "_excluding",
        "_nullable",
        "_principals",
        "_resources",
        "effect",
        "element",
        "label",
        "number",
        "plain",
    )

    def __init__(self, element: Any, number: int, setting: Setting) -> None:
        place = f"Statement[{number}]"
        if not isinstance(element, Mapping):
            raise PolicyError(place, "A statement must be an object")
        unknown = next((name for name in element if name not in _ELEMENTS), None)
        if unknown is not None:
            raise PolicyError(place, f"{unknown} is not an element of a statement")
        self.element: Mapping[str, Any] = element
        self.number = number
        self.label = _sid(element.get("Sid"), place, setting.kind) or str(number)
        self.effect = _effect(element.get("Effect"), place)
        self._principals = _principals(element, place, setting.kind, self.effect)
        self._actions = _actions(element, place, setting.kind)
        self._resources = _resources(element, place, setting)
        conditions = _conditions(element, place, setting)
        self._conditions = tuple(conditions)
        # The variables without which NotResource excludes nothing. What is allowed then must not be everything
        # (unverified: AWS only says that a resource with such a variable "will not match any resource").
        allows_others = self.effect is Effect.ALLOW and self._resources.others
        self._nullable = self._resources.texts.nullable if allows_others else ()
        self._excluding = allows_others
        self.plain = not conditions and self._resources.texts.plain

    def failing(self, query: Query) -> int | str | None:
        """Why the statement does not speak of a request: an element's name, or the number of a condition."""
        if not self._actions.match(query.action, query):
            return "NotAction" if self._actions.others else "Action"
        excluded = self._excluding and query.meant is not None and not self._resources.match(query.meant, query)
        if excluded or not self._resources.match(query.resource, query):
            return "NotResource" if self._resources.others else "Resource"
        if self._principals is not None and self._principals.named(query) is Named.NOT:
            return "NotPrincipal" if self._principals.others else "Principal"
        if any(variable.value(query) is None for variable in self._nullable):
            return "NotResource"
        return next((number for number, holds in enumerate(self._conditions) if not holds(query)), None)

    def named(self, query: Query) -> Named:
        """Whether the statement speaks of a request, and how it names the caller."""
        if not self._actions.match(query.action, query) or not self._resources.match(query.resource, query):
            return Named.NOT
        if self._excluding and query.meant is not None and not self._resources.match(query.meant, query):
            return Named.NOT
        named = Named.DIRECTLY if self._principals is None else self._principals.named(query)
        if named is Named.NOT:
            return Named.NOT
        for variable in self._nullable:
            if variable.value(query) is None:
                return Named.NOT
        for holds in self._conditions:
            if not holds(query):
                return Named.NOT
        return named


class _Who:
    __slots__ = ("_principals", "others")

    def __init__(self, principals: Principals, others: bool) -> None:
        self._principals = principals
        self.others = others

    def named(self, query: Query) -> Named:
        if self.others:
            return Named.NOT if self._principals.spares(query.principal) else Named.DIRECTLY
        return self._principals.named(query.principal)


class _What:
    """Action or Resource, or all but what NotAction or NotResource names."""

    __slots__ = ("others", "texts")

    def __init__(self, texts: Texts, others: bool) -> None:
        self.texts = texts
        self.others = others

    def match(self, value: str, query: Query) -> bool:
        return self.texts.match(value, query) is not self.others


def _sid(value: Any, place: str, kind: PolicyKind) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or (kind is PolicyKind.IDENTITY and not _SID.fullmatch(value)):
        raise PolicyError(f"{place}.Sid", "Statement IDs (SID) must be alpha-numeric")
    return value


def _effect(value: Any, place: str) -> Effect:
    """AWS: the value is case-sensitive."""
    effect = _EFFECTS.get(value) if isinstance(value, str) else None
    if effect is None:
        raise PolicyError(f"{place}.Effect", "Effect must be Allow or Deny")
    return effect


def _one_of(element: Mapping[str, Any], name: str, place: str) -> tuple[str, Any]:
    """Which of an element and its opposite there is: exactly one must be."""
    given = [each for each in (name, f"Not{name}") if each in element]
    if len(given) != 1:
        raise PolicyError(place, f"A statement needs either {name} or Not{name}")
    return given[0], element[given[0]]


def _principals(element: Mapping[str, Any], place: str, kind: PolicyKind, effect: Effect) -> _Who | None:
    if kind is not PolicyKind.RESOURCE:
        if "Principal" in element or "NotPrincipal" in element:
            raise PolicyError(place, "Policy document should not specify a principal")
        return None
    name, value = _one_of(element, "Principal", place)
    others = name == "NotPrincipal"
    if others and effect is Effect.ALLOW:
        # AWS: "Using it with "Effect": "Allow" is not supported": it would let everybody in, also anonymously.
        raise PolicyError(f"{place}.{name}", "NotPrincipal must be used with Deny")
    return _Who(Principals(value, f"{place}.{name}"), others)


def _actions(element: Mapping[str, Any], place: str, kind: PolicyKind) -> _What:
    name, value = _one_of(element, "Action", place)
    texts = _texts(value, f"{place}.{name}", kind, name)
    for text in texts:
        if not _ACTION.fullmatch(text):
            raise PolicyError(f"{place}.{name}", f"{text} is not an action")
    grammar = Grammar(f"{place}.{name}", variables=False)
    return _What(Texts(texts, grammar, folding=str.lower), name == "NotAction")


def _resources(element: Mapping[str, Any], place: str, setting: Setting) -> _What:
    name, value = _one_of(element, "Resource", place)
    where = f"{place}.{name}"
    texts = [_resource(each, where, setting) for each in _texts(value, where, setting.kind, name)]
    if setting.kind is PolicyKind.RESOURCE and element.get("Effect") == "Deny" and name == "Resource":
        # Recorded from AWS: denying execute-api:/prod denies /prod/GET/pets. Of allowing there is no record.
        texts += [each + "/*" for each in texts if _STAGE.fullmatch(each)]
    return _What(Texts(texts, Grammar(where, setting.variables)), name == "NotResource")


def _resource(text: str, place: str, setting: Setting) -> str:
    if setting.kind is PolicyKind.AUTHORIZER and len(text) > _AUTHORIZER_RESOURCE:
        raise PolicyError(place, f"A resource must not be longer than {_AUTHORIZER_RESOURCE} characters")
    if setting.base and text.startswith(_SHORT):
        return setting.base + text.removeprefix("execute-api:")
    if not text.startswith(("arn:", "*")):
        raise PolicyError(place, f'Resource {text} must be in ARN format or "*"')
    return text


def _texts(value: Any, place: str, kind: PolicyKind, name: str) -> list[str]:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in texts):
        raise PolicyError(place, f"{name} must be a string or a list of strings")
    # AWS's own example of an authorizer answers with an empty list where it means to say nothing.
    if not texts and (kind is not PolicyKind.AUTHORIZER or name.startswith("Not")):
        raise PolicyError(place, f"{name} must not be empty")
    return texts


def _conditions(element: Mapping[str, Any], place: str, setting: Setting) -> list[Holds]:
    if "Condition" not in element:
        return []
    return compile_condition(element["Condition"], f"{place}.Condition", setting.variables)
