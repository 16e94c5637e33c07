"""`$input` and `$util`."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.vtl import TemplateError, compile_template
from gatewright.language.vtl.aws import (
    Input,
    Params,
    Util,
    base64_decode,
    base64_encode,
    document_json,
    escape_java_script,
    parse_json,
    read_json,
    url_decode,
    url_encode,
)
from gatewright.language.vtl.errors import Failure

PARAMS = Params(
    path={"id": "17", "both": "path"},
    querystring={"q": "cats & dogs", "both": "query"},
    header={"Accept": "text/plain", "both": "header"},
)


def render(template: str, body: str = "", params: Params = PARAMS) -> str:
    return compile_template(template).render({"input": Input(body, params), "util": Util()})


@pytest.mark.parametrize(
    ("template", "body", "text"),
    [
        ("$input.body", "", "{}"),
        ("$input.body", "text", "text"),
        ("$input.body.attr|", '{"attr": 1}', "|"),
        ("$util.urlEncode($input.body)", "", "%7B%7D"),
        ("$input.path('$.missing')|$input.json('$.missing')", '{"a": 1}', '|""'),
        ("$input.path('$.a')|$input.json('$.a')", '{"a": null}', "|null"),
        ("#if($input.path('$.a') == '')y#end#if($input.path('$.a') == $nothing)y#end", '{"a": null}', "yy"),
        ("#if($input.path('$.a') == '')y#end#if(!$input.path('$.a'))y#end", "{}", "yy"),
        ("$input.path('$.a')|$input.json('$.a')", '{"a": "é\\"/"}', 'é"/|"é\\"/"'),
        ("$input.json('$')", '{"b": [1, 2.50, 1e20, true, null], "a": {"c": "d"}}', None),
        ("$input.path('$')", '{"foo": [{"nested": "bar"}], "n": 1}', '{foo=[{"nested":"bar"}], n=1}'),
        ("$input.path('$.foo')", '{"foo": [{"foo": "bar"}]}', '[{"foo":"bar"}]'),
        ("$input.path('$.foo').toString()", '{"foo": [{"foo": "bar"}]}', '[{"foo":"bar"}]'),
        ("$input.path('$.n')", '{"n": 10.00}', "10.0"),
        ("$input.path('$.e')#if($input.path('$.e') == '')y#{else}n#end", '{"e": []}', "[]n"),
        ("$input.path('$.a')|$input.json('$.a')", "no JSON", '|""'),
        ("$input.path('$..a')", '{"a": 1, "b": {"a": 2}}', "[1,2]"),
        ("$input.path('$.a.length()')", '{"a": [1, 2]}', "2"),
        ("#foreach($a in $input.path('$.a'))$a.b,#end", '{"a": [{"b": 1}, {"b": 2}]}', "1,2,"),
        ("$input.path('$.a').size()", '{"a": [1, 2]}', "2"),
        ("#set($r = $input.path('$'))#set($r.a = 2)$r.a$input.path('$.a')$input.json('$.a')", '{"a": 1}', "221"),
        ("$input.path('$.n')", '{"n": 123456789012345678901}', "123456789012345678901"),
        ("$input.nothing|$input.nothing()|$input.path()|$input.path(1)|$input.json('$', 1)|$input", "", "|||||"),
    ],
)
def test_input(template: str, body: str, text: str | None) -> None:
    assert render(template, body) == (text if text is not None else '{"b":[1,2.5,1.0E20,true,null],"a":{"c":"d"}}')


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$input.params()", None),
        ("$input.params('id')|$input.params('q')|$input.params('Accept')", "17|cats & dogs|text/plain"),
        ("$input.params('accept')|$input.params('none')|$input.params('both')", "||path"),
        ("$input.params().path.id|$input.params().querystring.get('q')", "17|cats & dogs"),
        ("$input.params().header.keySet()", "[Accept, both]"),
        ("$input.params('path').id", "17"),
        ("#foreach($t in $input.params().keySet())$t;#end", "path;querystring;header;"),
        ("#if($input.params('none') == '')y#end", "y"),
        ("$input.params(1)|$input.params('a', 'b')", "|"),
    ],
)
def test_params(template: str, text: str | None) -> None:
    everything = (
        "{path={id=17, both=path}, querystring={q=cats & dogs, both=query}, header={Accept=text/plain, both=header}}"
    )
    assert render(template) == (everything if text is None else text)


@pytest.mark.parametrize("path", ["", "$[", "$.a[?(", "$.a.nope()"])
def test_a_bad_path_fails_the_template(path: str) -> None:
    with pytest.raises(TemplateError, match="JSONPath"):
        render(f"$input.path('{path}')", '{"a": 1}')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ("", "{}"),
        ('it\'s "q" \\ </p>', 'it\\\'s \\"q\\" \\\\ <\\/p>'),
        ("a\b\n\t\f\r\x01\x7fé€😀", "a\\b\\n\\t\\f\\r\\u0001\x7f\\u00E9\\u20AC\\uD83D\\uDE00"),
        (12, "12"),
        ([1, "a"], '[1,\\"a\\"]'),
    ],
)
def test_escape_java_script(value: Any, text: str) -> None:
    assert escape_java_script(value) == text


def test_parse_json() -> None:
    assert parse_json('{"a": [1]}') == {"a": [1]}
    assert parse_json(None) is None
    assert parse_json({"a": 1}) == {"a": 1}
    with pytest.raises(Failure, match="no JSON"):
        parse_json("{a")
    assert render('$util.parseJson(\'{"a": {"b": [1,2]}}\').a.b[1]') == "2"


@pytest.mark.parametrize(
    ("text", "encoded"), [("a b~!*'()-_.é&=+/", "a+b%7E%21*%27%28%29-_.%C3%A9%26%3D%2B%2F"), ("", ""), ("{}", "%7B%7D")]
)
def test_urls(text: str, encoded: str) -> None:
    assert url_encode(text) == encoded
    assert url_decode(encoded) == text
    assert url_encode(None) is url_decode(None) is None


def test_a_bad_url_escape() -> None:
    with pytest.raises(Failure, match="incomplete escape"):
        url_decode("50%")


@pytest.mark.parametrize(("value", "encoded"), [("é", "w6k="), ("", ""), ({"a": 1}, "eyJhIjoxfQ=="), ([1], "WzFd")])
def test_base64(value: Any, encoded: str) -> None:
    assert base64_encode(value) == encoded
    if isinstance(value, str):
        assert base64_decode(encoded) == value


def test_base64_decode_of_what_is_none() -> None:
    assert base64_decode("w6k") == "é"
    assert base64_decode(None) is base64_encode(None) is None
    with pytest.raises(Failure, match="no base64"):
        base64_decode("a")


def test_util_has_nothing_else() -> None:
    assert render("$util.toJson('a')|$util.now|$util.urlEncode()|$util|$util.error('x')") == "||||"


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"n": 123456789012345678901, "x": NaN}', "[" * 100_000])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):
        read_json(text)


@pytest.mark.parametrize("blanks", range(20))
@pytest.mark.parametrize("number", [10**17, 2**64, 2**64 + 1, 10**40 + 7])
def test_integers_of_any_size(blanks: int, number: int) -> None:
    assert read_json(f'{{"x":{" " * blanks}{number}}}') == {"x": number}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, True, None, "x"]}, '{"a":[1,true,null,"x"]}'),
        ([1.0, 1e-05, 12345678.9], "[1.0,1.0E-5,1.23456789E7]"),
        ("\x1f\x7f\u2028é", '"\\u001F\\u007F\\u2028é"'),
        (2**70, "1180591620717411303424"),
        ({1: 2}, '{"1":2}'),
        (["1.5"], '["1.5"]'),
    ],
)
def test_document_json(value: Any, text: str) -> None:
    assert document_json(value) == text


@pytest.mark.parametrize("character", ["'", "é", "\U0001f600", "\x01"])
def test_what_grows_too_long_when_it_is_escaped_fails(character: str) -> None:
    with pytest.raises(Failure, match="too long"):
        escape_java_script(character * 6_000_000)


@given(st.text())
def test_what_is_encoded_is_decoded(text: str) -> None:
    assert url_decode(url_encode(text)) == text.encode("utf-8", "replace").decode()


@given(st.text("%+=0aF \r\n\té\ud800_.", max_size=12))
def test_decoding_is_as_the_standard_library_has_it(text: str) -> None:
    try:
        decoded = url_decode(text)
    except Failure:
        return
    assert decoded == unquote_plus(text.encode("utf-8", "replace").decode(), errors="replace")


@given(st.text())
def test_escaping_goes_by_code_units(text: str) -> None:
    def escaped(unit: int) -> str:
        known = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"} | {ord(sign): f"\\{sign}" for sign in "'\"\\/"}
        return known.get(unit) or (chr(unit) if 32 <= unit < 128 else f"\\u{unit:04X}")

    units = text.encode("utf-16-be", "surrogatepass")
    expected = "".join(escaped(units[at] << 8 | units[at + 1]) for at in range(0, len(units), 2))
    assert escape_java_script(text) == (expected or "{}")


def test_what_json_wrote_is_remembered() -> None:
    """Decimals are slow to write: a template that wants the same part again does not pay for it again."""
    asked = Input("[" + ",".join(["1.25"] * 20_000) + "]", Params())
    first = asked.call("json", ["$"])
    assert asked.weight > 1000
    assert asked.call("json", ["$"]) is first
    assert asked.weight < 10


def test_a_large_body_can_be_passed_on() -> None:
    body = "[" + ",".join(['"abcdefgh"'] * 900_000) + "]"
    assert compile_template("$input.json('$')").render({"input": Input(body, Params())}) == body
