"""JSONPath: any text is a path or is refused; reading any document ends, with a documented error at worst."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.jsonpath import PathError, compile_path
from tests.fuzz.effort import FUZZ

_PIECES = st.sampled_from(
    [
        *("$", "@", ".", "..", "*", "[", "]", "(", ")", "'", '"', ",", ":", " ", "!", "\\", "/", "a", "b", "0", "-1"),
        *("[0]", "[*]", "['a']", "['a','b']", "[1:]", "[-9:2]", "[0,0]", ".a", ".b", "..a", "..*", "[?(@.a)]"),
        *("[?(@ == 'a')]", "[?(@.a =~ /(a+)+b/)]", "[?(@ in $..a)]", "[?(@.a > 1 && !@.b || $.a)]", "[?(!(@))]"),
        *(".length()", ".sum()", ".first()", ".last()", ".keys()", ".concat($.a, 'x', \"y\")", ".index(1)", ".foo()"),
        *("&&", "||", "==", "<", "=~", " in ", " anyof ", "null", "true", "\\u12"),
    ]
)
PATHS = st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=14).map(lambda pieces: "$" + "".join(pieces)))
DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(alphabet="ab[]{}$'\"\\u", max_size=8)
    | st.just("a" * 40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "", "x"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@FUZZ
@given(PATHS, DOCUMENTS)
def test_any_path_of_any_document(text: str, document: object) -> None:
    try:
        compile_path(text).read(document)
    except PathError:
        return
