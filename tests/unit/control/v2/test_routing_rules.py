from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, bad, missing, refused, shown

REGIONAL = {"CertificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1", "EndpointType": "REGIONAL"}
START = "arn:aws:apigateway:us-east-1::"
DOMAIN = {"DomainName": "a.example.com"}


@pytest.fixture
def rule(plane: Control) -> dict[str, Any]:
    """A rule to a stage of a REST API; there is a domain name, too."""
    plane.v2.create_domain_name(**DOMAIN, DomainNameConfigurations=[REGIONAL])
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    action = {"InvokeApi": {"ApiId": api_id, "Stage": "v1", "StripBasePath": True}}
    return DOMAIN | {"Priority": 5, "Conditions": [], "Actions": [action]}


def header(name: str, glob: str) -> dict[str, Any]:
    return {"MatchHeaders": {"AnyOf": [{"Header": name, "ValueGlob": glob}]}}


def paths(*values: str) -> dict[str, Any]:
    return {"MatchBasePaths": {"AnyOf": [*values]}}


def test_a_rule(plane: Control, rule: dict[str, Any]) -> None:
    conditions = [header("x-a", "b*"), header("x-b", "*c*"), paths("orders/v1")]
    made = shown(plane.v2.create_routing_rule(**rule | {"Conditions": conditions}))
    assert made == {
        "Actions": rule["Actions"],
        "Conditions": conditions,
        "Priority": 5,
        "RoutingRuleArn": f"{START}/domainnames/a.example.com/routingrules/{made['RoutingRuleId']}",
        "RoutingRuleId": made["RoutingRuleId"],
    }
    other = plane.v2.create_routing_rule(**rule | {"Priority": 1})["RoutingRuleId"]
    listed = plane.v2.list_routing_rules(**DOMAIN)["RoutingRules"]
    assert [each["RoutingRuleId"] for each in listed] == [other, made["RoutingRuleId"]]
    after = plane.v2.put_routing_rule(**rule, RoutingRuleId=made["RoutingRuleId"])
    assert after["Conditions"] == []


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ([{}], "A condition must have exactly one of matchHeaders and matchBasePaths."),
        ([header("a", "b") | paths("c")], "A condition must have exactly one of matchHeaders and matchBasePaths."),
        (
            [header("a", "b")] * 3,
            "A routing rule can have at most two matchHeaders conditions and one matchBasePaths condition.",
        ),
        (
            [paths("a"), paths("b")],
            "A routing rule can have at most two matchHeaders conditions and one matchBasePaths condition.",
        ),
        ([paths("a", "b")], "A condition must have exactly one value."),
        ([paths("/a")], "Invalid base path specified: /a"),
        ([header("x-amzn-a", "b")], "Invalid header name specified: x-amzn-a"),
        ([header("x" * 40, "b")], f"Invalid header name specified: {'x' * 40}"),
        ([header("a", "b*c")], "Invalid header value glob specified: b*c"),
        ([header("a", "*")], "Invalid header value glob specified: *"),
        ([header("a", f"*{'b' * 40}*")], f"Invalid header value glob specified: *{'b' * 40}*"),
    ],
)
def test_conditions(plane: Control, rule: dict[str, Any], conditions: list[Any], message: str) -> None:
    assert refused(plane.v2.create_routing_rule, **rule | {"Conditions": conditions}) == bad(message)


def test_targets(plane: Control, rule: dict[str, Any]) -> None:
    action = rule["Actions"][0]["InvokeApi"]
    http = plane.http_api()
    for api_id in ("none", http):
        given = rule | {"Actions": [{"InvokeApi": action | {"ApiId": api_id}}]}
        assert refused(plane.v2.create_routing_rule, **given) == missing(f"Invalid API identifier specified {api_id}")
    given = rule | {"Actions": [{"InvokeApi": action | {"Stage": "none"}}]}
    assert refused(plane.v2.create_routing_rule, **given) == bad("Invalid stage identifier specified")
    given = rule | {"Actions": rule["Actions"] * 2}
    assert refused(plane.v2.create_routing_rule, **given) == bad("A routing rule must have exactly one action.")
    plane.v2.create_stage(ApiId=http, StageName="v1")
    plane.v2.create_api_mapping(**DOMAIN, ApiId=http, Stage="v1")
    plane.v2.create_api_mapping(**DOMAIN, ApiId=action["ApiId"], Stage="v1", ApiMappingKey="rest")
    status, _, message = refused(plane.v2.create_routing_rule, **rule)
    assert (status, message.endswith("API mappings to both REST and HTTP APIs.")) == (400, True)


def test_priorities_are_taken_once(plane: Control, rule: dict[str, Any]) -> None:
    plane.v2.create_routing_rule(**rule)
    assert refused(plane.v2.create_routing_rule, **rule)[:2] == (409, "ConflictException")


def test_rules_go_with_their_domain_name(plane: Control, rule: dict[str, Any]) -> None:
    plane.v2.create_routing_rule(**rule)
    plane.v2.delete_domain_name(**DOMAIN)
    with plane.store.transaction(write=False) as tx:
        assert tx.scan("routing_rule") == []
