from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gatewright.aws.base import AwsError, HttpRequest
from gatewright.aws.check import Checkers, Found, message
from gatewright.aws.codec import ServiceCodec
from gatewright.aws.dialects import Dialect, dialect
from gatewright.aws.models import load
from gatewright.aws.query import Query
from gatewright.aws.routing import Router
from gatewright.aws.shapes import Member, Shape

RECORDED = Path(__file__).parents[4] / "shared" / "corpora" / "aws-recorded" / "api.json"
WRONG = {"op": "wrong", "path": "/x"}
WRONG_OP = {"op": "wrong_op", "path": "/x"}
GOOD = {"op": "add", "path": "/x"}
METHOD_RESPONSE = "/restapis/a/resources/b/methods/GET/responses/"

# test, key in its recording, the request that was made
REQUESTS: list[tuple[str, str, str, str, Any]] = [
    ("test_gateway_response_validation", "get-gateway-response-wrong-response-type",
     "GET", "/restapis/a/gatewayresponses/FAKE_RESPONSE_TYPE", None),
    ("test_gateway_response_validation", "put-gateway-response-wrong-response-type",
     "PUT", "/restapis/a/gatewayresponses/FAKE_RESPONSE_TYPE", {}),
    ("test_gateway_response_validation", "update-gateway-response-wrong-response-type",
     "PATCH", "/restapis/a/gatewayresponses/FAKE_RESPONSE_TYPE", {"patchOperations": [GOOD]}),
    ("test_gateway_response_validation", "delete-gateway-response-wrong-response-type",
     "DELETE", "/restapis/a/gatewayresponses/FAKE_RESPONSE_TYPE", None),
    ("test_update_gateway_response", "update-gateway-wrong-op",
     "PATCH", "/restapis/a/gatewayresponses/DEFAULT_4XX", {"patchOperations": [{"op": "wrong-op", "path": "/x"}]}),
    ("test_put_integration_wrong_type", "put-integration-wrong-type",
     "PUT", "/restapis/a/resources/b/methods/GET/integration", {"type": "HTTPS_PROXY"}),
    ("test_put_integration_request_parameter_bool_type", "put-integration-request-param-bool-value",
     "PUT", "/restapis/a/resources/b/methods/GET/integration", {"type": "HTTP", "requestParameters": {"a": True}}),
    ("test_invalid_create_documentation_part_operations", "create_documentation_part_invalid_location_type",
     "POST", "/restapis/a/documentation/parts", {"location": {"type": "INVALID"}, "properties": "{}"}),
    ("test_integration_response_invalid_statuscode", "put-integration-response-invalid-statusCode",
     "PUT", "/restapis/a/resources/b/methods/GET/integration/responses/wrong", {}),
    ("test_integration_response_invalid_responsetemplates", "put-integration-response-invalid-responseTemplates-1",
     "PUT", "/restapis/a/resources/b/methods/GET/integration/responses/200", {"responseTemplates": {"a": 1}}),
    ("test_update_method_response_wrong_operations", "update-method-response-wrong-operation-1",
     "PATCH", METHOD_RESPONSE + "200", {"patchOperations": [WRONG_OP]}),
    ("test_update_method_response_wrong_operations", "update-method-response-wrong-operation-3",
     "PATCH", METHOD_RESPONSE + "200", {"patchOperations": [WRONG_OP, WRONG_OP]}),
    ("test_update_method_response_wrong_operations", "update-method-response-wrong-operation-4",
     "PATCH", METHOD_RESPONSE + "200", {"patchOperations": [WRONG_OP] * 4}),
    ("test_update_method_response_wrong_operations", "update-method-response-wrong-operation-5",
     "PATCH", METHOD_RESPONSE + "200", {"patchOperations": [WRONG_OP, GOOD, WRONG_OP]}),
    ("test_update_method_response_negative_tests", "update-method-response-invalid-statuscode",
     "PATCH", METHOD_RESPONSE + "wrong", {"patchOperations": [GOOD]}),
    ("test_update_method_response_negative_tests", "update-method-response-invalid-statuscode-and-wrong-op",
     "PATCH", METHOD_RESPONSE + "wrong", {"patchOperations": [WRONG_OP]}),
    ("test_create_rest_api_with_endpoint_configuration", "create-with-invalid-types",
     "POST", "/restapis", {"name": "a", "endpointConfiguration": {"types": ["wrong"]}}),
    ("test_create_rest_api_with_endpoint_configuration", "create-with-invalid-types-and-ip-address-type",
     "POST", "/restapis", {"name": "a", "endpointConfiguration": {"ipAddressType": "wrong", "types": ["wrong"]}}),
    ("test_create_rest_api_verify_defaults", "create-with-empty-ip-address-type-and-wrong-type",
     "POST", "/restapis", {"name": "a", "endpointConfiguration": {"ipAddressType": "", "types": ["wrong"]}}),
    ("test_update_rest_api_concatenation_of_errors", "update-rest-api-wrong-operations-on-type-and-on-ip-address-type",
     "PATCH", "/restapis/a", {"patchOperations": [WRONG] * 3}),
]  # fmt: skip


@cache
def recorded(test: str, key: str) -> tuple[str, str]:
    assert RECORDED.exists(), f"the recordings are missing: {RECORDED}"
    documents = json.loads(RECORDED.read_text())
    (content,) = [each["recorded-content"] for name, each in documents.items() if name.endswith(f"::{test}")]
    error = content[key]["Error"]
    return error["Code"], error["Message"]


@pytest.mark.parametrize(("test", "key", "method", "path", "body"), REQUESTS, ids=[each[1] for each in REQUESTS])
def test_refuses_in_the_recorded_words(test: str, key: str, method: str, path: str, body: Any) -> None:
    match = Router(load("apigateway").operations.values()).find(method, path.encode(), Query(b""))
    assert match is not None
    parser, _ = ServiceCodec("apigateway").of(match[0])
    request = HttpRequest(method, path.encode(), b"", [], b"" if body is None else json.dumps(body).encode())
    with pytest.raises(AwsError) as caught:
        parser.parse(request, match[1], Query(b""))
    assert (caught.value.code, caught.value.message) == recorded(test, key)


def found(shape: Shape, value: Any, rules: Dialect | None = None) -> list[str]:
    violations: Found = []
    checker = Checkers(rules or dialect("lambda")).of(shape)
    if checker is not None:
        checker(value, "p", violations)
    return [str(each).removeprefix("Value ") for each in violations]


SHORT = Shape("Short", "string", minimum=2, maximum=3, pattern="[a-z]+")
TREE = Shape("Tree", "structure")
TREE.members = (
    Member("Name", "name", SHORT, "body", required=True),
    Member("Children", "c", Shape("Trees", "list", element=TREE), "body"),
)


@pytest.mark.parametrize(
    ("shape", "value", "texts"),
    [
        (Shape("Free", "string"), "anything", []),
        (SHORT, "ab", []),
        (SHORT, "1", [
            "'1' at 'p' failed to satisfy constraint: Member must have length greater than or equal to 2",
            "'1' at 'p' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
        ]),
        (Shape("N", "integer", minimum=1, maximum=2), 3,
         ["'3' at 'p' failed to satisfy constraint: Member must have value less than or equal to 2"]),
        (Shape("N", "integer", minimum=1, maximum=2), 0,
         ["'0' at 'p' failed to satisfy constraint: Member must have value greater than or equal to 1"]),
        (Shape("L", "list", element=Shape("S", "string"), maximum=1), ["a", "b"],
         ["'[a, b]' at 'p' failed to satisfy constraint: Member must have length less than or equal to 1"]),
        (Shape("B", "blob", maximum=1), b"ab",
         ["'java.nio.HeapByteBuffer[pos=0 lim=2 cap=2]' at 'p' failed to satisfy constraint: "
          "Member must have length less than or equal to 1"]),
        (Shape("S", "string", maximum=1, sensitive=True), "secret",
         ["'***' at 'p' failed to satisfy constraint: Member must have length less than or equal to 1"]),
        (Shape("M", "map", key=SHORT, element=Shape("V", "string", maximum=1)), {"ab": "ok"},
         ["'{ab=ok}' at 'p' failed to satisfy constraint: Map value must satisfy constraint: "
          "[Member must have length less than or equal to 1]"]),
        (TREE, {"Name": "ab", "Children": [{"Name": "ab"}, {}]},
         ["null at 'p.children.2.member.name' failed to satisfy constraint: Member must not be null"]),
        (Shape("StringWithLengthBetween1And2", "string"), "abc",
         ["'abc' at 'p' failed to satisfy constraint: Member must have length less than or equal to 2"]),
        (Shape("StringWithLengthBetween1And2", "string"), "", []),
        (Shape("StringWithLengthBetween0And32K", "string"), "x" * 32 * 1024, []),
        (Shape("E", "string", enum=("a", "b")), "",
         ["'' at 'p' failed to satisfy constraint: Member must satisfy enum value set: [a, b]"]),
    ],
)  # fmt: skip
def test_names_every_violation(shape: Shape, value: Any, texts: list[str]) -> None:
    assert found(shape, value) == texts


def test_shapes_that_the_handler_checks_are_left_alone() -> None:
    assert found(Shape("Runtime", "string", enum=("a",)), "b") == []


def test_one_violation_is_singular() -> None:
    violations: Found = []
    checker = Checkers(Dialect()).of(Shape("E", "string", enum=("a",)))
    assert checker is not None
    checker("b", "p", violations)
    assert message(violations) == (
        "1 validation error detected: Value 'b' at 'p' failed to satisfy constraint: "
        "Member must satisfy enum value set: [a]"
    )
