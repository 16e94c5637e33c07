"""Routing rules through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/1"


def test_routing_rules(v2: Any, live: Any) -> None:
    rest = live.client("apigateway")
    api = rest.create_rest_api(name="wire")
    at = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**at, authorizationType="NONE")
    rest.put_integration(**at, type="MOCK")
    rest.create_deployment(restApiId=api["id"], stageName="v1")
    domain = {"DomainName": "v2rules.example.com"}
    v2.create_domain_name(
        **domain, DomainNameConfigurations=[{"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL"}]
    )
    rule: dict[str, Any] = {
        "Priority": 10,
        "Conditions": [{"MatchHeaders": {"AnyOf": [{"Header": "x-version", "ValueGlob": "beta*"}]}}],
        "Actions": [{"InvokeApi": {"ApiId": api["id"], "Stage": "v1", "StripBasePath": True}}],
    }
    made = v2.create_routing_rule(**domain, **rule)
    of = domain | {"RoutingRuleId": made["RoutingRuleId"]}
    assert v2.get_routing_rule(**of)["Conditions"] == rule["Conditions"]
    assert v2.put_routing_rule(**of, **rule | {"Priority": 1})["Priority"] == 1
    assert [each["Priority"] for each in v2.list_routing_rules(**domain)["RoutingRules"]] == [1]
    fails(409, "A routing rule with this priority", v2.create_routing_rule, **domain, **rule | {"Priority": 1})
    v2.delete_routing_rule(**of)
    for operation, more in ((v2.get_routing_rule, {}), (v2.put_routing_rule, rule), (v2.delete_routing_rule, {})):
        fails(404, "The routing rule resource specified", operation, **of, **more)
    v2.delete_domain_name(**domain)
    fails(404, "The domain name resource specified", v2.list_routing_rules, **domain)
    rest.delete_rest_api(restApiId=api["id"])
