from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.catalog import effects as e
from gatewright.catalog.patch import (
    Operation,
    PatchError,
    Row,
    Table,
    apply,
    escape,
    find,
    listing,
    operations,
    plain,
    unescape,
)
from gatewright.catalog.patches import (
    account,
    api_key,
    authorizer,
    deployment,
    documentation_part,
    documentation_version,
    integration,
    integration_response,
    method,
    method_response,
    resource,
    rest_api,
    stage,
    usage,
    usage_plan,
)

ROWS = (
    Row("/name", ("replace",), e.member("name")),
    Row("/map/{key}", ("add", "replace", "remove"), e.entry("map")),
    Row("/{+path}/{verb}/limit", ("replace",), e.member("limit")),
    Row("/in/{stage}/{+path}/{verb}", ("remove",), e.member("limit")),
)
PLAIN, LISTING = Table(ROWS, plain), Table(ROWS, listing)

TABLES = {
    each.__name__.rpartition(".")[2]: each.TABLE
    for each in (
        account,
        api_key,
        authorizer,
        deployment,
        documentation_part,
        documentation_version,
        integration,
        integration_response,
        method,
        method_response,
        resource,
        rest_api,
        stage,
        usage,
        usage_plan,
    )
}


@pytest.mark.parametrize(
    ("path", "pattern", "keys"),
    [
        ("/name", "/name", ()),
        ("/map/a", "/map/{key}", ("a",)),
        ("/map/application~1json", "/map/{key}", ("application/json",)),
        ("/map/~01", "/map/{key}", ("~1",)),
        ("/map/~2", "/map/{key}", ("~2",)),
        ("/a/b/c/GET/limit", "/{+path}/{verb}/limit", ("a/b/c", "GET")),
        ("/~1a~1b/GET/limit", "/{+path}/{verb}/limit", ("~1a~1b", "GET")),
        ("/in/a:b/x/y/GET", "/in/{stage}/{+path}/{verb}", ("a:b", "x/y", "GET")),
        ("/*/*/limit", "/{+path}/{verb}/limit", ("*", "*")),
    ],
)
def test_find(path: str, pattern: str, keys: tuple[str, ...]) -> None:
    row, found = find(PLAIN, path)
    assert row is not None
    assert (row.pattern, found) == (pattern, keys)


@pytest.mark.parametrize(
    "path", [None, "", "name", "/", "//name", "/Name", "/map", "/map/", "/map/a/b", "/GET/limit", "//GET/limit"]
)
def test_find_nothing(path: str | None) -> None:
    assert find(PLAIN, path) == (None, ())


@pytest.mark.parametrize(
    ("table", "op", "path", "message"),
    [
        (PLAIN, "replace", "/wrong", "Invalid patch path /wrong"),
        (PLAIN, "add", None, "Invalid patch path null"),
        (PLAIN, "add", "/name", "Invalid patch operation specified. Must be one of: [replace]"),
        (PLAIN, "move", "/map/a", "Invalid patch operation specified. Must be one of: [add, replace, remove]"),
        (
            LISTING,
            "replace",
            "/wrong",
            "Invalid patch path  '/wrong' specified for op 'replace'. "
            "Must be one of: [/name, /map/{key}, /{+path}/{verb}/limit]",
        ),
        (LISTING, "add", "/name", "Invalid patch path  '/name' specified for op 'add'. Must be one of: [/map/{key}]"),
        (
            LISTING,
            "test",
            "/name",
            "Invalid patch path  '/name' specified for op 'test'. Please choose supported operations",
        ),
    ],
)
def test_refusals(table: Table, op: str, path: str | None, message: str) -> None:
    with pytest.raises(PatchError) as refusal:
        apply(table, {}, [Operation(op, path, "x")])
    assert (refusal.value.message, refusal.value.code) == (message, "BadRequestException")


def test_operations_are_applied_in_order_to_a_copy() -> None:
    document = {"name": "old", "map": {"a": "1"}}
    patched = apply(
        PLAIN,
        document,
        [Operation("replace", "/name", "new"), Operation("add", "/map/b", "2"), Operation("remove", "/map/a")],
    )
    assert patched == {"name": "new", "map": {"b": "2"}}
    assert document == {"name": "old", "map": {"a": "1"}}


def test_operations_as_they_were_sent() -> None:
    assert operations(None) == []
    sent = [{"op": "copy", "path": "/a", "from": "/b"}, {"path": "/c", "value": "v"}]
    assert operations(sent) == [Operation("copy", "/a", None, "/b"), Operation("", "/c", "v", None)]


@given(st.text())
def test_escaping_is_undone(key: str) -> None:
    assert unescape(escape(key)) == key
    assert "/" not in escape(key)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text())
def test_a_key_of_any_kind_goes_in_and_out(key: str, value: str) -> None:
    path = f"/map/{escape(key)}"
    made = apply(PLAIN, {}, [Operation("add", path, value)])
    assert made == {"map": {key: value}}
    assert apply(PLAIN, made, [Operation("remove", path)]) == {}


DOCUMENT: dict[str, Any] = {
    "id": "abc",
    "parentId": "root",
    "type": "HTTP",
    "name": "n",
    "deploymentId": "d1",
    "binaryMediaTypes": ["image/png"],
    "cacheKeyParameters": [],
    "requestParameters": {"a": "b"},
    "responseParameters": {"a": True},
    "methodSettings": {"*/*": {"metricsEnabled": True}},
    "variables": {"v": "1"},
    "canarySettings": {"deploymentId": "d2", "percentTraffic": 1.0, "useStageCache": False},
    "endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4"},
    "apiStages": [{"apiId": "a", "stage": "s"}],
}
_PATHS = sorted({row.pattern for table in TABLES.values() for row in table.rows})
path_like = st.one_of(
    st.sampled_from(_PATHS),
    st.sampled_from(_PATHS).map(
        lambda path: path.replace("{+path}", "a/b").replace("{method}", "GET").replace("{", "").replace("}", "")
    ),
    st.text(),
    st.lists(st.text(max_size=6), max_size=5).map(lambda parts: "/" + "/".join(parts)),
)
patch_like = st.builds(
    Operation,
    st.sampled_from(["add", "remove", "replace", "copy", "move", "test"]),
    path_like,
    st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["true", "10", "REGIONAL", "NaN", "inf", "-1", "1e999"])),
    st.one_of(st.none(), path_like),
)


@pytest.mark.parametrize("name", TABLES)
@given(patches=st.lists(patch_like, max_size=4))
def test_no_patch_corrupts(name: str, patches: list[Operation]) -> None:
    """Whatever is sent: the document is untouched, and the result is JSON or a refusal with a message."""
    before = copy.deepcopy(DOCUMENT)
    patched, refusal = None, None
    try:
        patched = apply(TABLES[name], DOCUMENT, patches)
    except PatchError as error:
        refusal = error
    assert before == DOCUMENT
    if refusal is not None:
        assert refusal.message
        assert refusal.code in ("BadRequestException", "NotFoundException")
    else:
        assert patched is not None
        assert patched["id"] == "abc"
        assert _is_json(patched)


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(each) for key, each in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    return value is None or isinstance(value, str | int)
