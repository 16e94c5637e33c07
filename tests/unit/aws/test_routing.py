from __future__ import annotations

import pytest

from gatewright.aws.models import load
from gatewright.aws.query import Query
from gatewright.aws.routing import Router

ROUTER = Router(each for name in ("apigateway", "apigatewayv2") for each in load(name).operations.values())
LAMBDA = Router(load("lambda").operations.values())


@pytest.mark.parametrize(
    ("method", "target", "name", "labels"),
    [
        ("GET", "/restapis", "GetRestApis", {}),
        ("GET", "/restapis/", "GetRestApis", {}),
        ("POST", "/restapis", "CreateRestApi", {}),
        ("POST", "/restapis?mode=import", "ImportRestApi", {}),
        ("POST", "/restapis?failonwarnings=true&mode=import", "ImportRestApi", {}),
        ("POST", "/restapis?mode=other", "CreateRestApi", {}),
        ("POST", "/apikeys?mode=import&format=csv", "ImportApiKeys", {}),
        ("GET", "/restapis/a%2Fb", "GetRestApi", {"restapi_id": "a/b"}),
        ("GET", "/restapis/a+b", "GetRestApi", {"restapi_id": "a+b"}),
        ("GET", "/restapis/%E2%82%AC", "GetRestApi", {"restapi_id": "€"}),
        ("POST", "/restapis/a/resources/b", "CreateResource", {"restapi_id": "a", "parent_id": "b"}),
        ("PUT", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fa", "TagResource",
         {"resource_arn": "arn:aws:apigateway:us-east-1::/restapis/a"}),
        ("GET", "/tags/arn:aws:apigateway:us-east-1::/restapis/a", "GetTags",
         {"resource_arn": "arn:aws:apigateway:us-east-1::/restapis/a"}),
        ("GET", "/v2/tags/arn:aws:apigateway:us-east-1::/apis/a", "GetTags",
         {"resource-arn": "arn:aws:apigateway:us-east-1::/apis/a"}),
        ("PUT", "/v2/apis", "ImportApi", {}),
        ("GET", "/v2/apis/a/stages/%24default", "GetStage", {"apiId": "a", "stageName": "$default"}),
    ],
)  # fmt: skip
def test_finds_operation_and_labels(method: str, target: str, name: str, labels: dict[str, str]) -> None:
    path, _, query = target.encode().partition(b"?")
    match = ROUTER.find(method, path, Query(query))
    assert match is not None
    assert (match[0].name, match[1]) == (name, labels)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", b"/"), ("GET", b""), ("GET", b"//restapis"), ("GET", b"/restapis//"), ("TRACE", b"/restapis"),
     ("GET", b"/restapis/a/nothing"), ("GET", b"/v2/restapis"), ("GET", b"/restapis/a/resources//methods/GET")],
)  # fmt: skip
def test_leads_nowhere(method: str, path: bytes) -> None:
    assert ROUTER.find(method, path, Query(b"")) is None


def test_constants_choose_among_lambdas_operations() -> None:
    path = b"/2019-09-30/functions/f/provisioned-concurrency"
    listed = LAMBDA.find("GET", path, Query(b"List=ALL"))
    one = LAMBDA.find("GET", path, Query(b"Qualifier=a"))
    assert listed is not None
    assert one is not None
    assert (listed[0].name, one[0].name) == ("ListProvisionedConcurrencyConfigs", "GetProvisionedConcurrencyConfig")
