"""Templates: any text compiles or is refused, and what compiles renders or fails with the same error."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.vtl import TemplateError, compile_template
from gatewright.language.vtl.aws import Input, Params, Util
from tests.fuzz.effort import FUZZ

_PIECES = st.sampled_from(
    [
        *("$a", "${b}", "$!c", "$!{d.e}", "$input", ".path('$')", ".json('$.x')", ".params()", ".body", "$util"),
        *(".base64Encode(", ".parseJson(", ".urlDecode(", ".escapeJavaScript(", ".length()", ".size()", ".get(0)"),
        *(".substring(1, 2)", ".replaceAll('(a|aa)+$', '$1')", ".split(',')", ".matches(", ".keySet()", ".add($a)"),
        *(".put('k', $b)", ".repeat(99999999)", ".format('%5d', 1)", ".entrySet()", ".iterator()", ".x", "[0]", "[-1]"),
        *("#set($a = ", "#set($b.c = ", "#set($d[0] = ", "#if(", "#elseif(", "#else", "#{else}", "#end", "#{end}"),
        *(
            "#foreach($i in ",
            "#foreach($j in [1..5000])",
            "$foreach.hasNext",
            "$foreach.parent.count",
            "#break",
            "#stop",
        ),
        *(
            "#macro(m $x)",
            "#m(",
            "#m($a)",
            "#m()",
            "#@m()",
            "$bodyContent",
            "#define($d)",
            "$d",
            "#evaluate(",
            "#literal()",
        ),
        *(
            "#include('x')",
            "##",
            "#*",
            "*#",
            "#**",
            "#[[",
            "]]#",
            "\\",
            "\\\\",
            "$",
            "#",
            "!",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
        ),
        *('"', "'", '"$a"', "'b'", '"#if($a)x#end"', "1", "-2", "3.5", "1e400", "99999999999", "true", "..", ",", ":"),
        *(" ", "\n", "\r\n", "\t", " + ", " - ", " * ", " / ", " % ", " == ", " != ", " < ", " && ", " || ", " not "),
        *("text", "a-b", "é", "😀", "\ud800", "\x00"),
    ]
)
_NESTED = st.recursive(
    st.lists(_PIECES, max_size=6).map("".join),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["#if($a)", "#foreach($i in $l)", "#foreach($i in [1..300])"]), inner).map(
            lambda parts: f"{parts[0]}{parts[1]}#end"
        ),
        inner.map(lambda text: f"#define($d){text}#end$d$d"),
        inner.map(lambda text: f"#macro(m $x){text}$x#end#m($a)#m('b')#m($l.get(9))"),
        inner.map(lambda text: f"#macro(n $x)#foreach($i in $x){text}$!x#end#end#n($l)#n($input.path('$..x'))"),
        st.tuples(inner, inner).map("".join),
        inner.map(lambda text: '#set($a = "' + text.replace('"', '""') + '")$a'),
        inner.map(lambda text: "#evaluate('" + text.replace("'", "''") + "')"),
    ),
    max_leaves=6,
)
TEMPLATES = st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=25).map("".join), _NESTED)
VARIABLES: dict[str, Any] = {
    "a": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab,c",
    "b": {"c": [1, 2.5, None, {"d": "e"}]},
    "l": [1, "two", [3], {"four": 4}],
    "d": {"e": True},
    "n": 7,
}
BODIES = st.sampled_from(["", "{}", '{"x": [1, {"x": 2.0}]}', "[1, 2]", "no JSON", '"text"', "null"])


@FUZZ
@given(TEMPLATES, BODIES, st.booleans())
def test_any_template(text: str, body: str, aws: bool) -> None:
    variables = copy.deepcopy(VARIABLES) | {"input": Input(body, Params({"id": "1"})), "util": Util()}
    try:
        compile_template(text, aws=aws).render(variables).encode()
    except TemplateError:
        return
