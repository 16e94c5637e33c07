"""Keys and values of parameter mappings: whatever is written, either it is refused as such or it can be evaluated."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.parameter_mapping import (
    ParameterMappingError,
    evaluate,
    parse_request_change,
    parse_response_change,
)
from tests.fuzz.effort import FUZZ
from tests.unit.language.test_parameter_mapping import _View

_WORDS = st.sampled_from(
    [
        "$", "{", "}", "${", "request", "response", ".", "..", "header", "querystring", "path", "body", "context",
        "stageVariables", "[", "]", "?(@.a)", "*", "a", "x-y", " ", "'", "0", "é", "\n",
    ]
)  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=40), st.lists(_WORDS, max_size=12).map("".join))
_KEYS = st.one_of(_TEXTS, st.builds("{}:{}".format, st.sampled_from(["append", "overwrite", "remove"]), _TEXTS))


@FUZZ
@given(key=_KEYS, value=_TEXTS, body=st.binary(max_size=60))
def test_whatever_is_written(key: str, value: str, body: bytes) -> None:
    for parse in (parse_request_change, parse_response_change):
        for name in (key, "overwrite:header.x"):
            try:
                change = parse(name, value, {"a": "1"})
            except ParameterMappingError:
                continue
            if change.value:
                result = evaluate(change.value, _View(body))
                assert result is None or isinstance(result, str)
