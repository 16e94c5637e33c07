"""What is found about APIs and domain names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatewright.deploy.check import Finding, check_api, check_domains
from gatewright.deploy.undeployed import find_api
from gatewright.store.base import Store
from tests.plays.stage import API, FUNCTION, function, http_proxy, mock, resource
from tests.unit.deploy.support import ROOT, deploy, key, open_store

_HOST = resource("/", GET=http_proxy("http://${stageVariables.host}/"))
_FAILS = "every call of it would fail: the integration's URI, with stage variables filled in, is no address"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    yield store
    store.close()


def _put(store: Store, *documents: tuple[str, str, str, dict[str, Any]]) -> None:
    with store.transaction() as tx:
        for kind, parent, name, body in documents:
            tx.put(key(kind, parent, name), body)


def _deploy(store: Store, *resources: dict[str, Any]) -> None:
    with store.transaction() as tx:
        deploy(tx, *resources)


def _check(store: Store, api: str = API) -> list[Finding]:
    with store.transaction(write=False) as tx:
        return check_api(tx, find_api(tx, api), {})


def test_all_is_well(store: Store) -> None:
    _deploy(store, ROOT)
    assert _check(store) == []


def test_what_cannot_be_deployed(store: Store) -> None:
    private = {"id": API, "name": "api", "endpointConfiguration": {"types": ["PRIVATE"]}}
    _put(store, ("rest_api", "", API, private), ("resource", API, "r", {"id": "r", "path": "/"}))
    assert [(each.kind, each.message.split(":")[0]) for each in _check(store)] == [
        ("problem", "it has no methods"),
        ("problem", "a private API without a resource policy"),
    ]
    bad = resource("/", GET={}, PUT=mock(requestTemplates={"a/b": "#if("}))
    _put(store, ("rest_api", "", API, {"id": API, "name": "api"}), ("resource", API, "r", bad))
    found = _check(store)
    assert [(each.kind, each.place, each.stages) for each in found] == [
        ("problem", "GET /", ()),
        ("problem", "PUT /", ()),
    ]


def test_stage_variables_count(store: Store) -> None:
    _put(store, ("rest_api", "", API, {"id": API, "name": "api"}), ("resource", API, _HOST["id"], _HOST))
    assert _check(store) == []  # of a stage to come nothing is known
    _deploy(store, _HOST)
    stage = {"stageName": "v1", "deploymentId": "dep1", "variables": {"host": "a.test"}}
    _put(store, ("stage", API, "v1", stage), ("stage", API, "v2", {"stageName": "v2", "deploymentId": "dep1"}))
    (finding,) = _check(store)
    assert (finding.kind, finding.place, finding.stages) == ("warning", "GET /", ("v2",))
    assert finding.message.startswith(_FAILS)
    _put(store, ("stage", API, "v1", stage | {"variables": {}}))
    assert [each.stages for each in _check(store)] == [()]  # all of them


def test_what_is_deployed_is_looked_at_too(store: Store) -> None:
    _deploy(store, ROOT)
    old = resource("/old", GET=mock(requestTemplates={"a/b": "#if("}))
    _put(
        store,
        ("snapshot", API, "dep1", {"api": {"id": API, "name": "api"}, "resources": [ROOT, old]}),
        ("stage", API, "gone", {"stageName": "gone", "deploymentId": "none"}),
    )
    found = _check(store)
    assert [(each.kind, each.place, each.stages) for each in found] == [
        ("problem", "", ("gone",)),
        ("problem", "GET /old", ("v1",)),
        ("note", "", ("v1",)),
    ]
    assert found[1].message.startswith("what is deployed cannot be served, workers go on")
    assert found[2].message == "5 differences are not deployed"
    assert found[2].advice == f"gatewright diff {API} 'v1' shows them"


def test_what_has_no_effect(store: Store) -> None:
    _deploy(store, ROOT)
    _put(store, ("rest_api", "", API, {"id": API, "name": "api", "endpointAccessMode": "STRICT"}))
    found = _check(store)
    assert [(each.kind, each.stages) for each in found] == [("warning", ()), ("note", ("v1",))]


def test_authorizers_that_nothing_uses(store: Store) -> None:
    used = resource("/", GET=mock() | {"authorizationType": "CUSTOM", "authorizerId": "a1"})
    token = {"type": "TOKEN", "authorizerUri": "x", "identitySource": "method.request.header.A"}
    _put(
        store,
        ("rest_api", "", API, {"id": API, "name": "api"}),
        ("resource", API, "r", used),
        ("authorizer", API, "a1", {"id": "a1", "name": "used"} | token),
        ("authorizer", API, "a2", {"id": "a2", "name": "unused"} | token),
    )
    assert _check(store) == [Finding("note", "authorizer unused", "no method uses it")]


def test_an_api_of_v2(store: Store) -> None:
    _put(store, ("api", "", "web", {"ApiId": "web", "Name": "web", "ProtocolType": "HTTP"}))
    assert [each.message for each in _check(store, "web")] == ["it has no routes: there is nothing to deploy"]
    _put(
        store,
        ("route", "web", "r", {"RouteId": "r", "RouteKey": "GET /"}),
        ("api_stage", "web", "s", {"StageName": "s"}),
        ("api_authorizer", "web", "a", {"AuthorizerId": "a", "Name": "who"}),
    )
    assert _check(store, "web") == [
        Finding("warning", "GET /", "every call of it would fail: the route has no integration"),
        Finding("warning", "", "it has no deployment: it serves nothing", ("s",)),
        Finding("note", "authorizer who", "no route uses it"),
    ]


def test_functions_are_asked_for(store: Store) -> None:
    _deploy(store, resource("/", GET=function(), PUT=function()))
    with store.transaction(write=False) as tx:
        api = find_api(tx, API)
        found = check_api(tx, api, {}, lambda call: ("no", "do") if call.place == "GET /" else None)
        assert check_api(tx, api, {}, lambda call: None if call.function_arn == FUNCTION else ("", "")) == []
    assert found == [Finding("warning", "GET /", "every call of it would fail: no", (), "do")]


def _domain(**members: Any) -> dict[str, Any]:
    return {"domainName": "a.example.com", "endpointConfiguration": {"types": ["REGIONAL"]}} | members


def _mapping(api: str, stage: str | None = None) -> dict[str, Any]:
    return {"basePath": "x", "restApiId": api} | ({} if stage is None else {"stage": stage})


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (_mapping(API), None),
        (_mapping(API, "v1"), None),
        (_mapping("web", "s"), None),
        (_mapping("none"), "it leads nowhere: there is no API none"),
        (_mapping(API, "v9"), f"it leads nowhere: API {API} has no stage v9"),
        (_mapping("web", "v1"), "it leads nowhere: API web has no stage v1"),
    ],
)
def test_domain_names_lead_somewhere(store: Store, mapping: dict[str, Any], message: str | None) -> None:
    _deploy(store, ROOT)
    _put(
        store,
        ("api", "", "web", {"ApiId": "web", "Name": "web", "ProtocolType": "HTTP"}),
        ("api_stage", "web", "s", {"StageName": "s"}),
        ("domain_name", "", "a.example.com", _domain()),
        ("base_path_mapping", "a.example.com", "x", mapping),
    )
    with store.transaction(write=False) as tx:
        found = check_domains(tx, {})
    wanted = {} if message is None else {"a.example.com": [Finding("problem", "base path x", message)]}
    assert found == wanted


def test_domain_names_without_anything_rules_and_aliases(store: Store) -> None:
    _deploy(store, ROOT)
    rule = {"RoutingRuleId": "r1", "Priority": 1, "Conditions": []}
    invoked = {"Actions": [{"InvokeApi": {"ApiId": API, "Stage": "v9"}}]}
    _put(
        store,
        ("domain_name", "", "a.example.com", _domain()),
        ("domain_name", "", "b.example.com", _domain(domainName="b.example.com", routingMode="ROUTING_RULE_ONLY")),
        ("routing_rule", "b.example.com", "r1", rule | invoked),
    )
    with store.transaction(write=False) as tx:
        found = check_domains(tx, {"ok.test": (API, "v1"), "gw.test": ("none", "v1")})
    assert {name: [(each.kind, each.place) for each in findings] for name, findings in found.items()} == {
        "a.example.com": [("warning", "")],
        "b.example.com": [("problem", "routing rule r1")],
        "gw.test": [("problem", "setting domain_aliases")],
    }
