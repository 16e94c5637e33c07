"""Text, references, conditions: what Velocity 1.7 answers. None: it fails."""

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
        ("$a{x}|${a}{x}|$a{|$a}|{$a}|$a{{x}}", "A{|A{x}|A{|A}|{A}|A{{}"),
        ("$a.b##c", "$a.b##c"),
        ("$a## c", "A"),
        ("$m.k## c", "v## c"),
        ("$m.k# x", "v# x"),
        ("$a#", None),
        ("$a#x", "A#x"),
        ("$!5|$!|x", "$5|$|x"),
        ("$!%|$\\!a|$\\\\!a|\\$!a|\\$\\!a|$!!a", "$%|$!a|$\\!a|$!a|\\$!a|$!a"),
        ("$$a $$$a #$a ##$a", "$A $$A #A "),
        ("\\$z|\\\\$z|\\\\\\$z|\\\\\\\\$z|\\\\$a|\\\\\\$a|\\\\\\\\$a", "\\$z|\\\\$z|\\\\$z|\\\\\\\\$z|\\A|\\$a|\\\\A"),
        ("\\$!z|\\\\$!z|\\$!{a}|\\${z.b}", "\\$!z|\\\\|$!{a}|\\${z.b}"),
        ("\\$5|\\$$5|$\\5|$ \\x", "\\$5|\\$5|$\\5|$ \\x"),
        ("#set ( $x = 1 )$x#set ($y=2)$y", "12"),
        ("x#set($q = 1)y #set($q = 2) z", "xy  z"),
        ("$a#set($q = 1)xyz", "Axyz"),
        ("$a#set($q = 1).foo $a #set($q=1)[0]", None),
        ("#set($!x = 5)[$x][$!x]", "[$x][]"),
        ("#set(${x} = 5)[$x]", "[$x]"),
        ("#set($x.y = 5)[$!x]", "[]"),
        ("#set($m.k.z = 5)$m", "{k=v, n=1}"),
        ('#set($m["q"] = [1,2])$m.q', "[1, 2]"),
        ("#set($l[0] = 5)$l", "[5, y, z]"),
        ('#set($l["0"] = 5)$l', "[x, y, z]"),
        ("#set($l.foo = 5)$l", "[x, y, z]"),
        ('#set($m.put("a",1) = 5)$m', "{k=v, n=1, put=5}"),
        (
            (
                '#if("x")a#{else}b#end#if(1)a#{else}b#end#if([1])a#{else}b#end#if(1 + 1)a#{else}b'
                '#end#if(true)a#end#if("$a")a#{else}b#end#if($a)a#end#if($e)a#end'
            ),
            "bbbbabaa",
        ),
        ('#if($n == 7 && $a == "A")y#end#if($n eq 7 and not $no)y#end#if($n ne 7 or $t)y#end', "yyy"),
        ("#if ( $t )x#elseif ( $t )y#else z#end", "x"),
        ("#{if}($no)x#{elseif}($t)y#{else}z#{end}w", "yw"),
        ("y#end", None),
        ("#[[ $a #if ]]#x #[[a]]b]]#", " $a #if x a]]b"),
        ("a ## b $a #if", "a "),
        ("c", "c"),
        ("a #* b", "a "),
        (" c *# d #** e *# f", " c *# d  f"),
        ("#if($t)## x", None),
        ("#* #* *# x", " x"),
        ("a#", None),
        ("b", "b"),
        ('x")$x', 'x")$x'),
        ('c#end")$x', None),
        ('$l.get($l.indexOf("y"))$m.get("k").length()$m.get($m.get("q"))', 'y1$m.get($m.get("q"))'),
        ("$l[$l.size()]", None),
        ("$l[-1]$l.get(0)", "zx"),
        ("$m.k.length() $m.k.toUpperCase().toLowerCase()", "1 v"),
        ('$m["k"] $m[\'k\'] $m[ "k" ] $m["$a"] $m[$a]', 'v v v $m["$a"] $m[$a]'),
        ("$a.b( $a.b(", None),
        ('$a.length( )$a.concat( "x" )$a.concat("(")$a.concat(")")', None),
        ("$a.concat(foo)|$a.length", None),
        ('$mm.a.b $mm["a"]["b"] $mm.a["b"] $mm["a"].b $mm.a.c.d', "1 1 1 1 $mm.a.c.d"),
        ("$a. $a.1 $a.b. $a-b $a_b $a.-b", "A. A.1 $a.b. $a-b $a_b A.-b"),
        ("$5.00 $.a $[0] $![0] $\\![0] ${ ${} ${a ${5}", None),
        ('${a.length()}x ${m["k"]}y ${l[0].length()}', "1x vy 1"),
        ("$_a $A $aB1", "$_a $A $aB1"),
        ("#set($_x = 1)$_x#set($x-y = 2)$x-y", "12"),
        ("(#)$(x)$a)", "(#)$(x)A)"),
        ("#if($t) )#end", " )"),
        ("#end", None),
        ("#if($t)a#else", None),
        ("b#end", None),
        ("#else", None),
        ("#set ($x = 5)   ", "   "),
        ("z", "z"),
        ("$a", "A"),
        ("$m.k", "v"),
        ("", ""),
        (" #if($t)  ", None),
        (" x", " x"),
        (" #end  ", None),
        (" y", " y"),
        ("  a", "  a"),
        ("  #ind()", "  #ind()"),
        ("#ind()  ", "#ind()  "),
        ("#m()", "#m()"),
        ("x", "x"),
        ("$d", "$d"),
        ("y", "y"),
        ("a ## b $a #if\nc", "a c"),
        ("a #* b\n c *# d", "a  d"),
        ("#if($t)## x\ny#end", "y"),
        ("a#\nb", "a#\nb"),
        ("#if($t)a#else\nb#end", "a"),
        ("#if($no)a#else  \nb#end", "b"),
        ("#set ($x = 5)   \nz", "z"),
        ("$a\n$m.k\n\nz", "A\nv\n\nz"),
        (" #if($t)  \n x\n #end  \n y", "  x\n  y"),
        ("#m()\nx", "#m()\nx"),
        ("$a \n$a\n", "A \nA\n"),
        ("x\\", "x\\"),
        ("x\\\\", "x\\\\"),
        ("\\", "\\"),
        ("\\\\$", None),
        ("\\#", None),
        ("$a\\", "A\\"),
        ("#\\", "#\\"),
        ("$\\", "$\\"),
        ("\\\\#if($t)x#end", "\\x"),
        ("\\\\\\\\#if($t)x#end", "\\\\x"),
        ("\\\\#set($k = 1)$k", "\\\\1"),
        ("\\#set($k = 1)", "#set($k = 1)"),
        ("#if($t)\\#end #end", "#end "),
        ("$a\r\n$a\r", "A\r\nA\r"),
        ("#if($t)\rx\r#end\ry", "x\ry"),
        ("$\n", "$\n"),
        ("#\n", "#\n"),
        ("$a.\n", "A.\n"),
        ("$a.b.\n", "$a.b.\n"),
    ],
)
def test_as_velocity(text: str, expected: str | None) -> None:
    variables = copy.deepcopy(VARIABLES)
    if expected is None:
        with pytest.raises(TemplateError):
            compile_template(text, aws=False).render(variables)
    else:
        assert compile_template(text, aws=False).render(variables) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[$z|${z.b}|$!z|$q.r('x')]", "[|||]"),
        ("$$z|#$z|\\\\$z|\\$z|$\\!a|\\$!a", "$|#|\\|\\$z||$!a"),
        ("#if($z == '')y#end#if($q == '')y#end#if($z != '')n#end#if($z == 'null')n#end#if($z == $q)y#end", "yyy"),
        ("#set($a = $z)[$a]#set($m.k = $z)$m", "[]{k=null, n=1}"),
        ("$l $m.keySet() #set($k = [1, 'b'])$k #set($k = $a + $l)$k", '["x","y","z"] [k, n][1, b]A["x","y","z"]'),
        ("#foreach($i in [$z, 1])[$i]#end", "[][1]"),
        ("#macro(m $p)[$p]#end#m($z)#m()#m($q.x)", "[][][]"),
        ("#define($d)$d x#end$d", "$d x x"),
        ('#set($s = "$z-$q")$s', ""),
    ],
)
def test_as_aws(text: str, expected: str) -> None:
    assert compile_template(text).render(copy.deepcopy(VARIABLES)) == expected
