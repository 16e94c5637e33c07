"""Selection expressions: any text either is one, or is refused; whatever a message holds, evaluating never fails."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.selection_expression import BODY, ExpressionError, parse_expression
from tests.fuzz.effort import FUZZ
from tests.unit.language.test_selection_expression import Seen

_PIECES = st.sampled_from(["$", "{", "}", "\\$", ".", "request", ".body", "request.body", "[", "]", "0", "a", "/", "*"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=3),
    max_leaves=10,
)


@FUZZ
@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=20).map("".join)), _JSON)
def test_any_expression(text: str, body: object) -> None:
    try:
        expression = parse_expression(text, BODY)
    except ExpressionError:
        return
    selected = expression.evaluate(Seen(body))
    if "$" not in text:
        assert selected == text
