"""Parameter mappings: any text is an expression or is refused, and any of them can be read."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.mapping import (
    MappingError,
    Side,
    parse_request_target,
    parse_response_target,
    parse_source,
    read,
)
from tests.fuzz.effort import FUZZ

_WORDS = (
    "method.request",
    "integration.response",
    ".body",
    ".header",
    ".path",
    ".querystring",
    ".multivalueheader",
    ".a",
)
_SIGNS = ("context", "stageVariables", ".", "'", "$", "[0]", "['a b']", "[?(@.a>1)]", "..", "*", "x")
EXPRESSIONS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(_WORDS + _SIGNS), max_size=8).map("".join))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


class Everything:
    """A view that has a value for every name."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def path_parameter(self, name: str) -> str | None:
        return name

    def query_values(self, name: str) -> list[str]:
        return [name, name]

    def header_values(self, name: str) -> list[str]:
        return [name]

    def body_text(self) -> str:
        return "{}"

    def body_json(self) -> Any:
        return self._body

    def context_value(self, name: str) -> str | None:
        return name


@FUZZ
@given(EXPRESSIONS, st.sampled_from(["method.request", "integration.response"]), _JSON)
def test_any_source(text: str, side: Side, body: Any) -> None:
    try:
        source = parse_source(text, side, {"a": "1"})
    except MappingError:
        return
    if source is not None:
        assert all(isinstance(value, str) for value in read(source, Everything(body)))


@FUZZ
@given(EXPRESSIONS)
def test_any_target(text: str) -> None:
    for parse in (parse_request_target, parse_response_target):
        try:
            parse(text)
        except MappingError:
            continue
