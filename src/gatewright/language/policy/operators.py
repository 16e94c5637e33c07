"""The condition operators.

Each is compiled from the values of the policy to one question: does this value of the request match any of them? What
"not", several values and missing keys make of the answer is the same for all (conditions.py).

A value of the policy that the operator cannot compare is refused: it would never match, which is harmless where
something is allowed and an open door where something is denied. A value of the request that cannot be compared matches
nothing.

AWS: "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from gatewright.language.policy import values
from gatewright.language.policy.arn import compile_arn, is_arn
from gatewright.language.policy.base import PolicyError, Query
from gatewright.language.policy.text import Grammar, Texts, fixed, parse
from gatewright.language.policy.wildcard import compile_pieces

AnyOf = Callable[[str, Query], bool]
T = TypeVar("T")


Compile = Callable[[Sequence[str], Grammar], AnyOf]


@dataclass(frozen=True, slots=True)
class Operator:
    compile: Compile
    negated: bool = False


def _equal(texts: Sequence[str], grammar: Grammar) -> AnyOf:
    return Texts(texts, Grammar(grammar.place, grammar.variables, wildcards=False)).match


def _equal_fold(texts: Sequence[str], grammar: Grammar) -> AnyOf:
    exact = Grammar(grammar.place, grammar.variables, wildcards=False)
    return Texts(texts, exact, compile_pieces, str.casefold).match


def _like(texts: Sequence[str], grammar: Grammar) -> AnyOf:
    return Texts(texts, grammar).match


def _arn(texts: Sequence[str], grammar: Grammar) -> AnyOf:
    for text in texts:
        plain = fixed(parse(text, grammar))
        if plain is not None and not is_arn(plain):
            raise PolicyError(grammar.place, f"{text} is not an ARN")
    return Texts(texts, grammar, compile_arn).match


def _boolean(texts: Sequence[str], grammar: Grammar) -> AnyOf:
    """AWS's two pages differ on whether variables are replaced here; they are: nothing is opened by it."""
    exact = Grammar(grammar.place, grammar.variables, wildcards=False)
    for text in texts:
        if fixed(parse(text, exact)) is not None and values.boolean(text) is None:
            raise PolicyError(grammar.place, f"{text} is not true or false")
    wanted = Texts([text.strip() for text in texts], exact, compile_pieces, str.lower)
    return lambda value, query: values.boolean(value) is not None and wanted.match(value.strip(), query)


def _comparing(read: Callable[[str], T | None], compare: Callable[[T, T], bool], noun: str) -> Compile:
    """Variables are not replaced in values that are not texts (AWS: "Where you can use policy variables")."""

    def compile_values(texts: Sequence[str], grammar: Grammar) -> AnyOf:
        wanted = _read_all(texts, read, grammar, noun)

        def match(value: str, query: Query) -> bool:
            found = read(value)
            return found is not None and any(compare(found, each) for each in wanted)

        return match

    return compile_values


def _binary(texts: Sequence[str], grammar: Grammar) -> AnyOf:
    """The policy's Base64 against the bytes of the request's value."""
    wanted: tuple[bytes, ...] = _read_all(texts, values.binary, grammar, "Base64")

    def match(value: str, query: Query) -> bool:
        return value.encode("utf-8", "surrogatepass") in wanted

    return match


def _addresses(texts: Sequence[str], grammar: Grammar) -> AnyOf:
    networks: tuple[values.Network, ...] = _read_all(texts, values.network, grammar, "an IP address or a CIDR range")

    def match(value: str, query: Query) -> bool:
        found = values.address(value)
        if found is None:
            return False
        version, number = found
        return any(each.first <= number <= each.last and each.version == version for each in networks)

    return match


def _read_all(texts: Sequence[str], read: Callable[[str], T | None], grammar: Grammar, noun: str) -> tuple[T, ...]:
    found = []
    for text in texts:
        value = read(text)
        if value is None:
            raise PolicyError(grammar.place, f"{text} is not {noun}")
        found.append(value)
    return tuple(found)


def _numeric(compare: Callable[[Decimal, Decimal], bool]) -> Compile:
    return _comparing(values.number, compare, "a number")


def _date(compare: Callable[[Decimal, Decimal], bool]) -> Compile:
    return _comparing(values.instant, compare, "a date")


# By their names in lower case: AWS's own examples write IPAddress and bool, too.
OPERATORS: dict[str, Operator] = {
    "stringequals": Operator(_equal),
    "stringnotequals": Operator(_equal, negated=True),
    "stringequalsignorecase": Operator(_equal_fold),
    "stringnotequalsignorecase": Operator(_equal_fold, negated=True),
    "stringlike": Operator(_like),
    "stringnotlike": Operator(_like, negated=True),
    "numericequals": Operator(_numeric(operator.eq)),
    "numericnotequals": Operator(_numeric(operator.eq), negated=True),
    "numericlessthan": Operator(_numeric(operator.lt)),
    "numericlessthanequals": Operator(_numeric(operator.le)),
    "numericgreaterthan": Operator(_numeric(operator.gt)),
    "numericgreaterthanequals": Operator(_numeric(operator.ge)),
    "dateequals": Operator(_date(operator.eq)),
    "datenotequals": Operator(_date(operator.eq), negated=True),
    "datelessthan": Operator(_date(operator.lt)),
    "datelessthanequals": Operator(_date(operator.le)),
    "dategreaterthan": Operator(_date(operator.gt)),
    "dategreaterthanequals": Operator(_date(operator.ge)),
    "bool": Operator(_boolean),
    "binaryequals": Operator(_binary),
    "ipaddress": Operator(_addresses),
    "notipaddress": Operator(_addresses, negated=True),
    # AWS: ArnEquals and ArnLike behave identically.
    "arnequals": Operator(_arn),
    "arnlike": Operator(_arn),
    "arnnotequals": Operator(_arn, negated=True),
    "arnnotlike": Operator(_arn, negated=True),
}
