from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.variables import Context, Lazy, Overrides, texts
from gatewright.language.vtl import compile_template


def _print(template: str, values: dict[str, Any], overrides: Overrides | None = None) -> str:
    return compile_template(template).render({"context": Context(values.get, overrides or Overrides())})


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("$context.stage", "v1"),
        ("$context.identity.sourceIp", "1.2.3.4"),
        ("$context.identity.clientCert.validity.notBefore", "now"),
        ("$context['identity']['sourceIp']", "1.2.3.4"),
        ("$context.get('stage')", "v1"),
        ("$context.authorizer.claims['custom:role']", "boss"),
        ("$context.identity|$context.none|$context.identity.none", "||"),
        ("#set($context.stage = 'other')$context.stage", "v1"),
    ],
)
def test_names(template: str, printed: str) -> None:
    values = {
        "stage": "v1",
        "identity.sourceIp": "1.2.3.4",
        "identity.clientCert.validity.notBefore": "now",
        "authorizer.claims.custom:role": "boss",
    }
    assert _print(template, values) == printed


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("#foreach($k in $context.authorizer.keySet())$k=$context.authorizer.get($k);#end", "a=1;b=2;"),
        ("#foreach($e in $context.authorizer.entrySet())$e.key=$e.value;#end", "a=1;b=2;"),
        ("#set($m = $context.authorizer)#foreach($v in $m.values())$v#end", "12"),
        ("$context.authorizer.size() $context.authorizer.isEmpty()", "2 false"),
        ("$context.authorizer.containsKey('a') $context.authorizer.containsKey('c')", "true false"),
        ("$context.authorizer.containsKey('a', 'b')|$context.authorizer.get()|$context.authorizer.other()", "||"),
        ("$context.authorizer.put('a', '3')$context.authorizer.a", "1"),
        ("$context.authorizer.remove('a')$context.authorizer.clear()$context.authorizer.a", "1"),
        ("$context.identity.size()", "0"),
        ("$context.authorizer|$context.authorizer.claims", "|"),
    ],
)
def test_branches_can_be_walked_over(template: str, printed: str) -> None:
    there = {"authorizer.a": "1", "authorizer.b": "2"}
    members = {"authorizer": {"a": "1", "b": "2"}}
    context = Context(there.get, Overrides(), lambda branch: dict(members.get(branch, {})))
    assert compile_template(template).render({"context": context}) == printed


def test_nothing_is_worked_out_before_it_is_read() -> None:
    asked: list[str] = []
    context = Context(asked.append, Overrides())
    compile_template("#if(false)$context.stage#end$context.path").render({"context": context})
    assert asked == ["path"]


def test_overrides_are_ordinary_maps() -> None:
    overrides = Overrides()
    template = """#set($context.requestOverride.header.a = 1)#set($context.responseOverride.status = 400)
#set($context.responseOverride.own = "x")$context.responseOverride.own"""
    assert _print(template, {}, overrides).strip() == "x"
    assert overrides.part(overrides.request, "header") == {"a": ["1"]}
    assert overrides.status() == 400


def test_a_template_may_put_something_else_there() -> None:
    overrides = Overrides()
    _print("#set($context.requestOverride.header = 'x')", {}, overrides)
    assert overrides.part(overrides.request, "header") == {}


@pytest.mark.parametrize(
    ("status", "counts"), [(100, 100), (599, 599), (99, None), (600, None), ("200", None), (True, None)]
)
def test_statuses(status: Any, counts: int | None) -> None:
    overrides = Overrides()
    overrides.response["status"] = status
    assert overrides.status() == counts


def test_values_as_texts() -> None:
    assert texts(["a", 1, 1.5, True, None, {"a": 1}, ["b"]]) == ["a", "1", "1.5", "true"]
    assert texts(False) == ["false"]
    assert texts(None) == []


def test_lists_that_lead_into_themselves_end() -> None:
    endless: list[Any] = ["a"]
    endless.append(endless)
    assert texts(endless) == ["a"]
    doubled: list[Any] = ["a"]
    for _ in range(60):
        doubled = [doubled, doubled, "b"]
    assert texts(doubled) == ["b"]


def test_a_lazy_map_is_made_once_and_late() -> None:
    made: list[int] = []

    def make() -> dict[str, str]:
        made.append(1)
        return {"a": "1"}

    lazy = Lazy(make)
    assert made == []
    assert (lazy["a"], lazy.get("b"), dict(lazy), len(lazy)) == ("1", None, {"a": "1"}, 1)
    assert made == [1]
