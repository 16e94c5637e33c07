"""Methods of lists and maps: what Velocity 1.7 on Java 17 answers. None: it fails. `[$r]`: null."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gatewright.language.vtl import TemplateError, compile_template

VARIABLES: dict[str, Any] = {
    "l": ["a", "b", "a"],
    "m": {"k": "v", "n": 1},
    "i": [3, 1, 2],
    "d": [1.5, True, None, "x"],
    "mm": {"a": {"b": [1, {"c": None}]}},
    "z": None,
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("l.size()", "[3]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.isEmpty()", "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.empty", "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.get(0)", "[a]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.get(5)", None),
        ('l.get("0")', "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.get(-1)", None),
        ("l[-1]", "[a]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l[9]", None),
        ('l["0"]', "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l[1]", "[b]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('l.contains("a")', "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.contains(1)", "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.contains($z)", "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('l.indexOf("b")', "[1]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('l.lastIndexOf("a")', "[2]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('l.indexOf("q")', "[-1]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.subList(0,2)", "[[a, b]]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.subList(2,1)", None),
        ('l.containsAll(["a"])', "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.containsAll([])", "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.iterator().next()", "[a]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('l.equals(["a","b","a"])', "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.equals(1)", "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.toString()", "[[a, b, a]]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.toString().length()", "[9]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.toArray().size()", "[3]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.listIterator().hasNext()", "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.size", "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.remove(0)", "[a]|[b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('l.remove("b")', "[true]|[a, a]|{k=v, n=1}|[3, 1, 2]"),
        ('l.remove("q")', "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("l.remove(9)", None),
        ('l.add("x")', "[true]|[a, b, a, x]|{k=v, n=1}|[3, 1, 2]"),
        ('l.add(0,"y")', "[]|[y, a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('l.add(9,"y")', None),
        ('l.addAll(["p","q"])', "[true]|[a, b, a, p, q]|{k=v, n=1}|[3, 1, 2]"),
        ('l.set(0,"w")', "[a]|[w, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('l.set(9,"w")', None),
        ("l.clear()", "[]|[]|{k=v, n=1}|[3, 1, 2]"),
        ('l.removeAll(["a"])', "[true]|[b]|{k=v, n=1}|[3, 1, 2]"),
        ('l.retainAll(["a"])', "[true]|[a, a]|{k=v, n=1}|[3, 1, 2]"),
        ("i.contains(3)", "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("i.contains(3.0)", "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("i.indexOf(2)", "[2]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("i.remove(1)", "[1]|[a, b, a]|{k=v, n=1}|[3, 2]"),
        ("m.size()", "[2]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.isEmpty()", "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.empty", "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.get("k")', "[v]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.get("q")', "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.get(1)", "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.k", "[v]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m["k"]', "[v]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.q", "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.put("a",1)', "[$r]|[a, b, a]|{k=v, n=1, a=1}|[3, 1, 2]"),
        ('m.put("k","w")', "[v]|[a, b, a]|{k=w, n=1}|[3, 1, 2]"),
        ('m.putAll({"x":1})', "[]|[a, b, a]|{k=v, n=1, x=1}|[3, 1, 2]"),
        ('m.putIfAbsent("k",1)', "[v]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.putIfAbsent("q",1)', "[$r]|[a, b, a]|{k=v, n=1, q=1}|[3, 1, 2]"),
        ('m.remove("k")', "[v]|[a, b, a]|{n=1}|[3, 1, 2]"),
        ('m.remove("q")', "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.containsKey("k")', "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.containsKey($z)", "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.containsValue("v")', "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.containsValue(1.0)", "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.keySet()", "[[k, n]]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.values()", "[[v, 1]]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.entrySet()", "[[k=v, n=1]]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.keySet().size()", "[2]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.keySet().contains("k")', "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.keySet()[0]", "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.values().isEmpty()", "[false]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.getOrDefault("k","d")', "[v]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.getOrDefault("q","d")', "[d]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.toString()", "[{k=v, n=1}]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.equals({"k":"v","n":1})', "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.equals($m)", "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.clear()", "[]|[a, b, a]|{}|[3, 1, 2]"),
        ('m.replace("k","r")', "[v]|[a, b, a]|{k=r, n=1}|[3, 1, 2]"),
        ('m.replace("q","r")', "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.entrySet().iterator().next().key", "[k]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.entrySet().iterator().next().value", "[v]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.entrySet().iterator().next().getValue()", "[v]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.entrySet().iterator().next()", "[k=v]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.entrySet().iterator().next().setValue("s")', "[v]|[a, b, a]|{k=s, n=1}|[3, 1, 2]"),
        ("m.keySet().iterator().next()", "[k]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("m.keySet().toArray()[1]", "[n]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ('m.values().contains("v")', "[true]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("d", "[[1.5, true, null, x]]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("d.toString()", "[[1.5, true, null, x]]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("mm", "[{a={b=[1, {c=null}]}}]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("mm.a.b[1]", "[{c=null}]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
        ("mm.a.b[1].c", "[$r]|[a, b, a]|{k=v, n=1}|[3, 1, 2]"),
    ],
)
def test_as_java(expression: str, expected: str | None) -> None:
    template = compile_template(f"#set($r = ${expression})[$r]|$l|$m|$i", aws=False)
    variables = copy.deepcopy(VARIABLES)
    if expected is None:
        with pytest.raises(TemplateError):
            template.render(variables)
    else:
        assert template.render(variables) == expected
