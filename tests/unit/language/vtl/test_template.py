"""Templates as a whole: every case that a real engine answered, AWS's ways, limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatewright.language.vtl import TemplateError, compile_template
from gatewright.language.vtl.template import MAX_TEMPLATE

_CORPUS = Path(__file__).resolve().parents[5] / "shared" / "corpora" / "vtl" / "velocity.jsonl"
_CASES: list[dict[str, Any]] = [json.loads(line) for line in _CORPUS.read_text("utf-8").splitlines()]

# Cases without `expected_aws` where AWS is said to differ from the engine that answered.
_ASSIGNS_NULL = "AWS assigns null, Velocity 1.7 keeps the old value (mapping-templates.md section 1, unverified)"
_UNDEFINED_IS_EMPTY = "an undefined reference prints nothing on AWS (recorded), so in an escaped directive's text too"
_AWS_DIFFERS = {
    "set-null-01": ("[]", _ASSIGNS_NULL),
    "set-null-02": ("[]", _ASSIGNS_NULL),
    "set-null-03": ("{a=null}", _ASSIGNS_NULL),
    "escape-05": ("#set( = 1)", _UNDEFINED_IS_EMPTY),
}


def _outcome(template: str, context: dict[str, Any], *, aws: bool) -> str:
    try:
        compiled = compile_template(template, aws=aws)
    except TemplateError:
        return "error: parse"
    try:
        return compiled.render(context)
    except TemplateError:
        return "error: render"


def _wanted(case: dict[str, Any], *, aws: bool) -> str:
    if "error" in case:
        return f"error: {case['error']}"
    if not aws:
        return str(case["expected"])
    return (
        _AWS_DIFFERS[case["id"]][0] if case["id"] in _AWS_DIFFERS else str(case.get("expected_aws", case["expected"]))
    )


@pytest.mark.parametrize("aws", [False, True], ids=["velocity", "aws"])
@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["id"])
def test_corpus(case: dict[str, Any], aws: bool) -> None:
    assert _outcome(case["template"], case["context"], aws=aws) == _wanted(case, aws=aws)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{$a}#**##$!.k", "{A}.k"),  # what stands before a dot is lost
        ("#literal()\\\\$a $$a#end", "$a $a"),  # and backslashes in a literal, and other dollars
        ("#@no()#* c *# ## d\n#end", "#@no()*# ##\n#end"),
        ("#literal()#macro(m)x#end#end#m()", "#macro(m)x#endx"),
        ("#literal()#end", None),
        ("#set($x = #5)", None),
        ("#set($x = [1, #5.0])", None),
    ],
)
def test_odd_things_that_velocity_does(template: str, expected: str | None) -> None:
    assert _outcome(template, {"a": "A"}, aws=False) == (expected or "error: parse")


@pytest.mark.parametrize(
    ("template", "roots"),
    [
        ("plain", set()),
        ("$input.path('$.a') ${context.stage}", {"input", "context"}),
        ('#set($x = "$util.a")#foreach($i in $stageVariables)$i#end', {"x", "util", "i", "stageVariables"}),
        ("#evaluate($text)", {"text", "input", "context", "util", "stageVariables"}),
    ],
)
def test_roots(template: str, roots: set[str]) -> None:
    assert compile_template(template).roots == roots


@pytest.mark.parametrize(
    ("template", "literal"),
    [("", ""), ('{"statusCode": 200}', '{"statusCode": 200}'), ("a ## c\nb", "a b"), ("$x", None), ("#stop", None)],
)
def test_literal(template: str, literal: str | None) -> None:
    assert compile_template(template).literal == literal


def test_a_template_is_limited_in_size() -> None:
    assert compile_template("x" * 300 * 1024).literal
    with pytest.raises(TemplateError, match="larger than 300 KB"):
        compile_template("é" * 150 * 1024 + "x")


HOSTILE = {
    "range": "#foreach($i in [1..100000000])$i#end",
    "large range": "#foreach($i in [1..999999])$i#end" * 10,
    "nested loops": "#foreach($a in [1..1000])" * 3 + "x" + "#end" * 3,
    "macro recursion": "#macro(m)#m()#end#m()",
    "macros tripling": "#macro(m0)x#end"
    + "".join(f"#macro(m{i})#m{i - 1}()#m{i - 1}()#m{i - 1}()#end" for i in range(1, 20))
    + "#m19()",
    "defines doubling": "#define($a0)x#end"
    + "".join(f"#define($a{i})$a{i - 1}$a{i - 1}$a{i - 1}#end" for i in range(1, 40))
    + "$a39",
    "doubling text": '#set($s = "0123456789")#foreach($i in [1..40])#set($s = "$s$s")#end$s',
    "doubling by +": '#set($s = "0123456789")#foreach($i in [1..40])#set($s = $s + $s)#end$s',
    "concat": '#set($s = "0123456789")#foreach($i in [1..40])#set($s = $s.concat($s))#end',
    "repeat": '#set($s = "0123456789")$s.repeat(2000000000)',
    "replace": '#set($s = "xxxxxxxxxx")#foreach($i in [1..40])#set($s = $s.replace("x", $s))#end',
    "replaceAll": '#set($s = "xxxxxxxxxx")#foreach($i in [1..40])#set($s = $s.replaceAll("x", $s))#end',
    "long output": '#set($s = "0123456789")#foreach($i in [1..17])#set($s = "$s$s")#end#foreach($i in [1..1000])$s#end',
    "doubling list": "#set($l = [1])#foreach($i in [1..40])#set($x = $l.addAll($l))#end",
    "sharing list": "#set($l = [1])#foreach($i in [1..40])#set($l = [$l, $l])#end$l",
    "own element": "#set($l = [1])#set($x = $l.add([$l]))$l",
    "own value": "#set($m = {})#set($m.m = [$m])$m",
    "equal own elements": "#set($l = [1])#set($x = $l.add($l))#set($k = [1])#set($x = $k.add($k))#if($l == $k)#end",
    "long comparisons": "#set($s = '0123456789')#foreach($i in [1..19])#set($s = $s + $s)#end#set($t = $s.concat('a'))"
    "#foreach($i in [1..1000])#set($x = $t.compareTo($s))#end",
    "long hashes": "#set($s = '0123456789')#foreach($i in [1..19])#set($s = $s + $s)#end"
    "#foreach($i in [1..1000])#set($x = $s.hashCode())#end",
    "equal lists": "#set($l = [1..99999])#set($k = [1..99999])#foreach($i in [1..1000])#if($l == $k)#end#end",
    "searched lists": "#set($l = [1..99999])#foreach($i in [1..1000])#if($l.contains('q'))#end#end",
    "printed maps": '#set($m = {})#foreach($i in [1..1000])#set($m["$i"] = 1)#end#foreach($i in [1..1000])$m#end',
    "evaluated texts": "#set($s = '$a')#foreach($i in [1..16])#set($s = $s + $s)#end"
    "#foreach($i in [1..1000])#evaluate($s)#end",
    "huge number": "#set($n = 9)#foreach($i in [1..100])#set($n = $n * $n)#end$n",
    "huge literal": "#set($n = " + "9" * 5000 + ")",
    "pattern": '#set($s = "' + "a" * 60 + 'b")$s.matches("(a|aa)+$")',
    "patterns": '#set($s = "' + "a" * 40 + '")#foreach($i in [1..1000])$s.replaceAll("(a|aa)+(?=c)", "")#end',
    "format": '#set($s = "")$s.format("%999999999d", 1)',
    "evaluate itself": "#set($t = '#evaluate($t)')#evaluate($t)",
    "growing list": "#set($l = [1])#foreach($i in $l)#set($x = $l.add(1))#end",
    "deep blocks": "#if(true)" * 1000 + "#end" * 1000,
    "deep parentheses": "#set($x = " + "(" * 1000 + "1" + ")" * 1000 + ")",
    "deep lists": "#set($x = " + "[" * 1000 + "]" * 1000 + ")",
    "deep maps": "#set($x = " + "{1:" * 1000 + "1" + "}" * 1000 + ")",
    "deep calls": "$a.b(" * 1000 + "1" + ")" * 1000,
    "deep indexes": "$a[" * 1000 + "1" + "]" * 1000,
    "deep nots": "#if(" + "!" * 1000 + "true)#end",
    "open forever": "#foreach($i in [1..5])" * 10_000,
    "dollars": "$" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_templates_fail(name: str) -> None:
    with pytest.raises(TemplateError):
        compile_template(HOSTILE[name]).render({})


@pytest.mark.parametrize(
    ("template", "size"),
    [
        ("#set($x = 1" + " + 1" * 2_000 + ")$x", 4),
        ("#if(true" + " && true" * 2_000 + ")y#end", 1),
        ("#if(false" + " || false" * 2_000 + ")#{else}y#end", 1),
        ("#define($d)$d$d#end[$d]", 10),
        ("$a" + ".b" * 5_000, 0),
        ("#$" * 10_000 + " ", 20_001),
    ],
)
def test_long_is_not_deep(template: str, size: int) -> None:
    assert len(compile_template(template).render({})) == size


def test_a_loop_ends_after_a_thousand_turns() -> None:
    assert compile_template("#foreach($i in [1..2000])x#end").render({}) == "x" * 1000


@pytest.mark.parametrize(
    ("template", "line", "column", "text"),
    [
        ("a\nb #set(x = 1)", 2, 8, "'x'"),
        ("#if($a)\n  b", 2, 4, "end of the template"),
        ("a\n\n  #end", 3, 3, "'#end'"),
        ("ab$", 1, 3, "'$'"),
    ],
)
def test_a_parse_error_names_its_place(template: str, line: int, column: int, text: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compile_template(template)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("template", "line", "column", "text"),
    [
        ("ab\n $words.get(9)", 2, 2, "$words.get(9)"),
        ("ab\n\n #set($x = $words[9])", 3, 2, "$words[9]"),
        ("a #parse('x')", 1, 3, "not available"),
        ("a\n#include('x')", 2, 1, "not available"),
        ('#set($x = "\n  $words.get(9)")', 2, 3, "$words.get(9)"),
        ("#macro(m $p)\n$p#end#m( $words.get(9) )", 2, 11, "$words.get(9)"),
        ("#foreach($w in $words)#break($words.get(9))#end", 1, 23, "#break($words.get(9))"),
    ],
)
def test_a_failure_names_its_place(template: str, line: int, column: int, text: str) -> None:
    compiled = compile_template(template)
    with pytest.raises(TemplateError) as caught:
        compiled.render({"words": ["a"]})
    assert (caught.value.line, caught.value.column) == (line, column)
    assert text in str(caught.value)


def test_surrogates_never_leave() -> None:
    template = compile_template('#set($s = "😀x")$s.charAt(0)|$s.substring(0, 2)|$s.charAt(0)$s.charAt(1)|$s.length()')
    assert template.render({}) == "?|😀|😀|3"
    assert compile_template("a\ud800").literal == "a?"


def test_rendering_leaves_the_variables_of_the_caller() -> None:
    variables = {"a": 1}
    assert compile_template("#set($a = 2)#set($b = 3)$a$b").render(variables) == "23"
    assert variables == {"a": 1}


@pytest.mark.parametrize(
    "name", ["class", "getClass()", "class.name", "getClass().forName('java.lang.Runtime')", "hashCode().class"]
)
def test_no_reflection(name: str) -> None:
    values = {"s": "text", "n": 1, "f": 1.5, "b": True, "l": [1], "m": {"a": 1}}
    for root in values:
        assert compile_template(f"[$!{{{root}.{name}}}]").render(values) == "[]"


@pytest.mark.parametrize("end", ["", "#1", "!", "#nothing", "$a"])
def test_backslashes_without_end_are_read_once(end: str) -> None:
    """A template of nothing else: no minutes."""
    text = "\\" * (MAX_TEMPLATE - 10) + end
    assert compile_template(text).render({}).startswith("\\" * 1000)
