"""Routing rules through boto3 against a running server, accepted and refused."""

from __future__ import annotations

import http.client
from typing import Any

from tests.wire.spoken import fails
from tests.wire.support import Server

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/1"


def get(server: Server, host: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body of a call under this Host."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/", headers={"Host": host, **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_routing_rules(v2: Any, live: Server) -> None:
    rest = live.client("apigateway")
    api = rest.create_rest_api(name="wire")
    at = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**at, authorizationType="NONE")
    rest.put_method_response(**at, statusCode="200")
    rest.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    rest.put_integration_response(**at, statusCode="200", responseTemplates={"application/json": "ruled"})
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
    mode = {"RoutingMode": "ROUTING_RULE_ONLY"}
    v2.update_domain_name(**domain, **mode)
    assert get(live, domain["DomainName"], {"X-Version": "beta2"}) == (200, b"ruled")
    assert get(live, domain["DomainName"], {"X-Version": "v1"})[0] == 403
    assert v2.put_routing_rule(**of, **rule | {"Priority": 1})["Priority"] == 1
    assert [each["Priority"] for each in v2.list_routing_rules(**domain)["RoutingRules"]] == [1]
    fails(409, "A routing rule with this priority", v2.create_routing_rule, **domain, **rule | {"Priority": 1})
    v2.delete_routing_rule(**of)
    for operation, more in ((v2.get_routing_rule, {}), (v2.put_routing_rule, rule), (v2.delete_routing_rule, {})):
        fails(404, "The routing rule resource specified", operation, **of, **more)
    v2.delete_domain_name(**domain)
    fails(404, "The domain name resource specified", v2.list_routing_rules, **domain)
    rest.delete_rest_api(restApiId=api["id"])
