"""Directives and macros: what Velocity 1.7 answers. None: it fails."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gatewright.language.vtl import TemplateError, compile_template

VARIABLES: dict[str, Any] = {
    "a": "A",
    "n": 7,
    "z": None,
    "l": ["x", "y", "z"],
    "m": {"k": "v", "n": 1},
    "t": True,
    "no": False,
    "mm": {"a": {"b": 1}},
    "e": "",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#foreach($i in $l)$i#if($foreach.hasNext), #end#end", "x, y, z"),
        (
            (
                "#foreach( $i in $l )$foreach.count/$foreach.index/$foreach.first/$foreach.last/$"
                "velocityCount/$velocityHasNext;#end[$!velocityCount][$!foreach]"
            ),
            "1/0/true/false/1/true;2/1/false/false/2/true;3/2/false/true/3/false;[][]",
        ),
        (
            (
                "#foreach($i in $l)#foreach($j in [1..2])$foreach.parent.index$foreach.index$fore"
                "ach.topmost.count #end#end"
            ),
            "001 011 102 112 203 213 ",
        ),
        ("#foreach($i in $m)$i #end#foreach($i in $m.entrySet())$i $i.key=$i.value#end", "v 1 k=v k=vn=1 n=1"),
        ('#foreach($i in $a)x#end#foreach($i in 5)x#end#foreach($i in "abc")x#end', ""),
        ('#foreach($i in {"a":1,"b":2})$i#end', "12"),
        (
            (
                "#foreach($i in [3..1])$i#end#foreach($i in [-1..1])$i#end#foreach($i in [$n..9])"
                "$i#end#foreach($i in [1..$z])x#end#foreach($i in [1..$a])x#end"
            ),
            "321-101789",
        ),
        ('#foreach($i in $l)#if($i == "y")#break#end$i#end|', "x|"),
        ("#foreach($i in $l)#foreach($j in $l)$j#break($foreach.parent)#end#end|", "x|"),
        ("#foreach($i in $l)$i#stop#end|", "x"),
        ("#foreach($i in $l)#set($foreach.q = 1)$foreach.q#end", "111"),
        ("#foreach($i in $l)#set($i = 5)$i#end$!i", "555"),
        ("#foreach($i in $l)#set($k = $i)#end$k", "z"),
        ("#foreach(${i} in $l)$i#end", "xyz"),
        ('#foreach("i" in $l)$i#end', "$i$i$i"),
        ("#foreach($i in $l $a)q#end", "AAA"),
        ("#foreach($i $in $l)q#end", "qqq"),
        ("#foreach($l in $l)$l#end$l", "xyz[x, y, z]"),
        ('#set($foreach = "f")#foreach($i in $l)$foreach.replaced#end$foreach', "ffff"),
        ("#foreach($i in $l.iterator())$i#end", "xyz"),
        ("#set($it = $l.iterator())#foreach($i in $it)$i#end#foreach($i in $it)$i#end", "xyz"),
        ("#foreach($i in $l)$l.remove(0)#end", None),
        ('#foreach($i in $l)$l.add("q")#end', None),
        ('#foreach($i in $l)$i#if($foreach.last)$l.add("q")#end#end', None),
        ("#foreach($i in [1,$z,3])[$!i]#end", "[1][][3]"),
        ("#break x", ""),
        ("#foreach($i in $l)#break x#end y", " y"),
        ('a#stop("msg") b', "a"),
        ("#if($t)#stop#end x", ""),
        ("#define($d)[$a]#end$d$d#set($a = 2)$d", "[A][A][2]"),
        ('#define($d)x#end#set($y = $d)$y#if($d == "x")y#end$d.length()|$d.toString()', "xy$d.length()|x"),
        ("#define($d)$d x#end$d", "$d x x"),
        ("#define($d)a#break b#end$d c", "a c"),
        ("#define(${d})x#end${d}|$d", "${d}|$d"),
        ("#define($d)#set($w = 1)#end$d$w", "1"),
        (
            '#macro(m $p)<$p>#end#m("a")#m($a)#m(5)#m([1,2])#m({"a":1})#m($l[0])#m(true)#m("$a")',
            "<a><A><5><[1, 2]><{a=1}><x><true><A>",
        ),
        ('#macro(m $p $q)<$p|$q>#end#m("a")#m("a" "b" "c")#m()#m', "<a|$q><a|b><$p|$q><$p|$q>"),
        ("#macro(m)body#end#m #m() #{m} #{m}() #m( )x", "body body body body bodyx"),
        ("#macro(m $p)#set($p = 5)$p#end#m($a)$a", "5A"),
        ("#macro(m $p)$p$p#end#m($l.remove(0))", "xy"),
        ("#macro(m $a)$a#end#m($z)#m($q)#m($!q)#m(${q})", "$z$q$!q${q}"),
        ("#macro(m $p)\\$p \\\\$p $!p ${p}#end#m($q)", "\\$q \\\\$q  ${p}"),
        ("#macro(m)1#end#macro(m)2#end#m()", "1"),
        ("#m()#macro(m)late#end", "late"),
        ("#if($no)#macro(m)x#end#end#m()", "x"),
        ("#macro(m)#break x#end#m()y", "y"),
        ("#macro(m $i)#foreach($j in $i)$j#end#end#m($l)", "xyz"),
        ("#macro(fib $k)#if($k < 2)$k#{else}#set($j = $k - 1)#fib($j)#end#end#fib(3)", "1"),
        ("#macro(m)$bodyContent#end#@m()hello $a#end", "hello A"),
        ('#macro(m $p)<$bodyContent|$p>#end#@m("x")hello $p#end', "<hello x|x>"),
        ("#macro(m $p)<$bodyContent>#end#@m()in#end", "<in>"),
        ("#@nope()in#end", "#@nope()in#end"),
        ("#@nope in", "#@nope in"),
        ("#macro(m $p)$p#end#m(foo)", None),
        ("#nope(foo)", "#nope(foo)"),
        ('#nope( $a , "x" )#nope [1]', '#nope( $a , "x" )#nope [1]'),
        ('#macro(m $p)$p#end#m("a" , $a)', "a"),
        ('#macro(m $p)$p#end\\#m("x") \\\\#m("x")', '#m("x") \\x'),
        (
            "\\#nope \\\\#nope() \\#foreach \\#end \\#set \\#{if} \\\\\\#if",
            "\\#nope \\\\#nope() #foreach #end #set #{if} \\#if",
        ),
        ("#literal()$a #if($x) ## c", None),
        ("#literal()a #* c *# b#end", "a  b"),
        ('#evaluate("$a#set($k = 1)")$k', "A1"),
        ('#evaluate("#macro(q)Q#end")#q()', "Q"),
        ("#evaluate($a)|#evaluate($z)|#evaluate('#stop')x#evaluate('a#break b')c", "A||xac"),
        ('# a #- #1 #1.5 #_ #@ #"x"', '# a #- #1 #1.5 #_ #@ #"x"'),
        ('#set($x = "#foreach($i in $l)$i#end#if($no)x#end")$x', "xyz"),
        ('#include("x")', None),
        ('#parse("x")', None),
        ("#foreach", None),
        ("#define", None),
        ("#macro", None),
        ("#literal", None),
        ("#evaluate", None),
        ("#stop #break", ""),
        ("#foreach($i in $l) $i", None),
        ("#macro(ind)", None),
        ("#define($d)", None),
        ("#literal()$a #if($x) ## c\ny#end", None),
        ("#foreach($i in $l) $i\n#end\nz", " x\n y\n z\nz"),
        ("#macro(ind)\n  a\n#end\n  #ind()\nz\n#ind()  \nz", "    a\nz\n  a\nz"),
        ("#define($d)\n x\n#end\n$d\ny", " x\n\ny"),
        ("#stop \nx", ""),
        ("#foreach($i in $l)#break \nx#end", ""),
        ("#evaluate('x') \ny", "xy"),
        ("#nope('x') \ny", "#nope('x') \ny"),
        ("#nope\ny", "#nope\ny"),
        ("\\\\#nope", "\\\\#nope"),
        ("\\\\#foreach($i in $l)x#end", "\\xxx"),
    ],
)
def test_as_velocity(text: str, expected: str | None) -> None:
    variables = copy.deepcopy(VARIABLES)
    if expected is None:
        with pytest.raises(TemplateError):
            compile_template(text, aws=False).render(variables)
    else:
        assert compile_template(text, aws=False).render(variables) == expected
