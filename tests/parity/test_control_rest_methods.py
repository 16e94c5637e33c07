"""Methods, integrations and responses against AWS's recorded answers (api.json, integrations.json, lambda.json)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.parity.recorded import Recording
from tests.unit.control.support import ACCOUNT, REGION, Control, patch

STATUS_200 = {"application/json": '{"statusCode": 200}'}
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:MyLambda"
LAMBDA = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service-role/testfunction-role-oe783psq"


def recording(test: str, file: str = "api.json") -> Recording:
    return Recording(file, test)


def with_method(plane: Control, verb: str = "GET", **more: Any) -> dict[str, Any]:
    """A new API with one method at its root; where that is."""
    api_id, root_id = plane.api()
    at = {"restApiId": api_id, "resourceId": root_id, "httpMethod": verb}
    plane.rest.put_method(**at, authorizationType="NONE", **more)
    return at


def with_mock(plane: Control, **more: Any) -> dict[str, Any]:
    at = with_method(plane)
    plane.rest.put_integration(**at, type="MOCK", requestTemplates=STATUS_200, **more)
    return at


def test_method_lifecycle(plane: Control) -> None:
    aws = recording("TestApiGatewayApiMethod::test_method_lifecycle")
    api_id, root_id = plane.api()
    at = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "ANY"}
    aws.match("put-base-method-response", plane.rest.put_method(**at, authorizationType="NONE"))
    aws.match("get-base-method-response", plane.rest.get_method(**at))
    aws.match("del-base-method-response", plane.rest.delete_method(**at))
    aws.refuses("get-deleted-method-response", plane.rest.get_method, **at)
    aws.refuses("delete-deleted-method-response", plane.rest.delete_method, **at)
    aws.done()


def test_method_request_parameters(plane: Control) -> None:
    aws = recording("TestApiGatewayApiMethod::test_method_request_parameters")
    api_id, root_id = plane.api()
    at = {"restApiId": api_id, "resourceId": root_id, "authorizationType": "NONE"}
    declared = {
        "method.request.querystring.q_optional": False,
        "method.request.querystring.q_required": True,
        "method.request.header.h_optional": False,
        "method.request.header.h_required": True,
    }
    made = plane.rest.put_method(**at, httpMethod="ANY", requestParameters=declared)
    aws.match("put-method-request-params-response", made)
    found = plane.rest.get_method(restApiId=api_id, resourceId=root_id, httpMethod="ANY")
    aws.match("get-method-request-params-response", found)
    twice = {"method.request.querystring.optional": False, "method.request.header.optional": False}
    aws.refuses("req-params-same-name", plane.rest.put_method, **at, httpMethod="GET", requestParameters=twice)
    aws.done()


def test_put_method_validation(plane: Control) -> None:
    aws = recording("TestApiGatewayApiMethod::test_put_method_validation")
    api_id, root_id = plane.api()
    sound: dict[str, Any] = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "ANY"}
    sound["authorizationType"] = "NONE"
    wrong: dict[str, Any] = {"httpMethod": "WRONG"}
    for key, change in {
        "wrong-api": wrong | {"restApiId": "fake-api"},
        "wrong-resource": wrong | {"resourceId": "fake-resource-id"},
        "wrong-method": wrong,
        "missing-authorizer-id": {"authorizationType": "CUSTOM"},
        "invalid-request-validator": {"requestValidatorId": "fake-validator"},
        "invalid-model-name": {"requestModels": {"application/json": "petModel"}},
    }.items():
        aws.refuses(key, plane.rest.put_method, **sound | change)
    aws.done()


def test_update_method(plane: Control) -> None:
    aws = recording("TestApiGatewayApiMethod::test_update_method")
    api_id, root_id = plane.api()
    at = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "ANY"}
    parameter, model = "/requestParameters/method.request.querystring.optional", "/requestModels/application~1json"

    def update(*patches: dict[str, str]) -> Any:
        return plane.rest.update_method(**at, patchOperations=list(patches))

    aws.match("put-method-response", plane.rest.put_method(**at, authorizationType="NONE"))
    aws.match("update-method-add", update(patch("add", parameter, "true"), patch("add", model, "Empty")))
    aws.match(
        "update-method-replace",
        update(
            patch("replace", "/operationName", "ReplacedOperationName"),
            patch("replace", "/apiKeyRequired", "true"),
            patch("replace", "/authorizationType", "AWS_IAM"),
            patch("replace", parameter, "false"),
        ),
    )
    authorizer = plane.rest.create_authorizer(
        restApiId=api_id,
        name="authorizer-test",
        type="TOKEN",
        authorizerUri=LAMBDA,
        identitySource="method.request.header.Authorization",
    )
    aws.match(
        "update-method-replace-authorizer",
        update(patch("replace", "/authorizerId", authorizer["id"]), patch("replace", "/authorizationType", "CUSTOM")),
    )
    aws.match("update-method-remove", update(patch("remove", parameter, "true"), patch("remove", model, "Empty")))
    aws.done()


def test_update_method_validation(plane: Control) -> None:
    aws = recording("TestApiGatewayApiMethod::test_update_method_validation")
    api_id, root_id = plane.api()
    at: dict[str, Any] = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "ANY"}
    update = plane.rest.update_method
    aws.refuses("wrong-rest-api", update, **at | {"restApiId": "fake-api"}, patchOperations=[])
    aws.refuses("wrong-resource-id", update, **at | {"resourceId": "fake-resource-id"}, patchOperations=[])
    tried = patch("replace", "/operationName", "methodDoesNotExist")
    aws.refuses("method-does-not-exist", update, **at | {"httpMethod": "GET"}, patchOperations=[tried])
    aws.match("put-method-response", plane.rest.put_method(**at, authorizationType="NONE", apiKeyRequired=True))
    custom = patch("replace", "/authorizationType", "CUSTOM")
    for key, patches in {
        "unsupported-operation": [patch("add", "/operationName", "operationName")],
        "unsupported-operation-2": [patch("add", "/requestValidatorId", "wrong-id")],
        "unsupported-path": [patch("add", "/httpMethod", "PUT")],
        "wrong-path-request-parameters": [patch("replace", "/requestParameters", "method.request.querystring.a=false")],
        "wrong-path-request-models": [patch("add", "/requestModels/application/json", "Empty")],
        "wrong-auth-type": [custom],
        "wrong-auth-id": [custom, patch("replace", "/authorizerId", "abc123")],
        "wrong-req-validator-id": [patch("replace", "/requestValidatorId", "fake-id")],
    }.items():
        aws.refuses(key, update, **at, patchOperations=patches)
    aws.match("wrong-value-type", update(**at, patchOperations=[patch("replace", "/apiKeyRequired", "whatever")]))
    ignored = [patch("replace", "/authorizerId", "abc123")]
    aws.match("skip-auth-id-with-wrong-type", update(**at, patchOperations=ignored))
    aws.done()


def test_method_response_lifecycle(plane: Control) -> None:
    aws = recording("TestApigatewayMethodResponse::test_lifecycle_method_response")
    method = with_mock(plane)
    at = method | {"statusCode": "200"}
    parameter, model = "/responseParameters/method.response.header.my-header", "/responseModels/application~1json"
    made = plane.rest.put_method_response(**at, responseParameters={}, responseModels={})
    aws.match("put-method-response", made)
    aws.match("get-integration-response", plane.rest.get_method_response(**at))
    for key, op in (("add", "add"), ("update", "replace")):
        patches = [patch(op, parameter, "true"), patch(op, model, "Empty")]
        aws.match(f"{key}-method-responses", plane.rest.update_method_response(**at, patchOperations=patches))
    aws.match("get-method", plane.rest.get_method(**method))
    aws.match("delete-method-response", plane.rest.delete_method_response(**at))
    aws.done()


def with_response(plane: Control) -> dict[str, Any]:
    at = with_mock(plane) | {"statusCode": "200"}
    plane.rest.put_method_response(
        **at,
        responseParameters={"method.response.header.my-header": False},
        responseModels={"application/json": "Empty"},
    )
    return at


def test_update_method_response(plane: Control) -> None:
    aws = recording("TestApigatewayMethodResponse::test_update_method_response")
    at = with_response(plane)
    parameter, model = "/responseParameters/method.response.header.my-header", "/responseModels/application~1json"
    for op in ("remove", "add"):
        patches = [patch(op, parameter, "true"), patch(op, model, "Empty")]
        answer = plane.rest.update_method_response(**at, patchOperations=patches)
        aws.match(f"{op}-update-method-response", answer)
    aws.done()


def test_update_method_response_refusals(plane: Control) -> None:
    at = with_response(plane)
    update = plane.rest.update_method_response
    header = "/responseParameters/method.response.header.my-header"
    sound, wrong = patch("replace", header, "true"), patch("wrong_op", header, "true")

    aws = recording("TestApigatewayMethodResponse::test_update_method_response_negative_tests")
    prefix = "update-method-response"
    aws.refuses(f"{prefix}-wrong-statuscode", update, **at | {"statusCode": "201"}, patchOperations=[sound])
    aws.refuses(f"{prefix}-invalid-statuscode", update, **at | {"statusCode": "wrong"}, patchOperations=[sound])
    both = at | {"statusCode": "wrong", "patchOperations": [wrong]}
    aws.refuses(f"{prefix}-invalid-statuscode-and-wrong-op", update, **both)
    aws.refuses(f"{prefix}-wrong-resource", update, **at | {"resourceId": "wrong"}, patchOperations=[sound])
    aws.refuses(f"{prefix}-wrong-method", update, **at | {"httpMethod": "POST"}, patchOperations=[sound])
    aws.done()

    aws = recording("TestApigatewayMethodResponse::test_update_method_wrong_param_names")
    for at_key, (op, path) in enumerate(
        (
            ("replace", "/responseParameters/wrong"),
            ("remove", "/responseParameters/wrong"),
            ("replace", "/responseModels/wrong"),
            ("remove", "/responseModels/wrong"),
        ),
        1,
    ):
        key = f"update-method-response-operation-with-wrong-param-name-{at_key}"
        aws.refuses(key, update, **at, patchOperations=[patch(op, path, "true")])
    aws.done()

    aws = recording("TestApigatewayMethodResponse::test_update_method_response_wrong_operations")
    remove = patch("remove", header)
    cases = [[wrong], [wrong], [wrong, wrong], [wrong, wrong, wrong, wrong], [wrong, remove, wrong]]
    for number, patches in enumerate(cases, 1):
        aws.refuses(f"update-method-response-wrong-operation-{number}", update, **at, patchOperations=patches)
    aws.done()


def test_update_method_response_without_maps(plane: Control) -> None:
    aws = recording("TestApigatewayMethodResponse::test_update_method_lack_response_parameters_and_models")
    at = with_mock(plane) | {"statusCode": "200"}
    plane.rest.put_method_response(**at)
    for key, path in {
        "without-response-parameters": "/responseParameters/method.response.header.my-header",
        "without-response-models": "/responseModels/application~1json",
        "with-wrong-path": "/wrong/method.response.header.my-header",
    }.items():
        tried = [patch("remove", path, "true")]
        aws.refuses(
            f"update-method-response-operation-{key}", plane.rest.update_method_response, **at, patchOperations=tried
        )
    aws.done()


def test_put_integration_refusals(plane: Control) -> None:
    aws = recording("TestApigatewayIntegration::test_put_integration_wrong_type")
    api_id, root_id = plane.api()
    at = {"restApiId": api_id, "resourceId": root_id}
    aws.refuses("put-integration-wrong-type", plane.rest.put_integration, **at, httpMethod="GET", type="HTTPS_PROXY")
    aws.done()

    aws = recording("TestApigatewayIntegration::test_put_integration_response_validation")
    plane.rest.put_method(**at, httpMethod="POST", authorizationType="NONE")
    mock: dict[str, Any] = {"integrationHttpMethod": "GET", "type": "MOCK", "requestTemplates": STATUS_200}
    lost = {"httpMethod": "GET", "resourceId": "badresource"}
    aws.refuses("put-integration-wrong-method", plane.rest.put_integration, **at, httpMethod="GET", **mock)
    aws.refuses("put-integration-wrong-resource", plane.rest.put_integration, **at | mock | lost)
    plane.rest.put_integration(**at, httpMethod="POST", **mock)
    response = {"statusCode": "200", "selectionPattern": "", "responseTemplates": {"application/json": "{}"}}
    put = plane.rest.put_integration_response
    aws.refuses("put-integration-response-wrong-method", put, **at, httpMethod="GET", **response)
    aws.refuses("put-integration-response-wrong-resource", put, **at | response | lost)
    aws.done()


def test_request_parameters_of_a_wrong_type(plane: Control) -> None:
    aws = recording("TestApigatewayIntegration::test_put_integration_request_parameter_bool_type")
    api_id, root_id = plane.api()
    at: dict[str, Any] = {"restApiId": api_id, "resourceId": root_id}
    path = {"method.request.path.testPath": True}
    made = plane.rest.put_method(**at, httpMethod="GET", authorizationType="NONE", requestParameters=path)
    aws.match("bool-method", made)
    aws.refuses(
        "put-method-request-param-wrong-type",
        plane.rest.put_method,
        **at,
        httpMethod="POST",
        authorizationType="NONE",
        requestParameters={**path, True: True},
    )
    for key, name in (("wrong-type", True), ("bool-value", "integration.request.path.testPath")):
        tried = at | {"httpMethod": "GET", "type": "HTTP_PROXY", "requestParameters": {name: True}}
        aws.refuses(f"put-integration-request-param-{key}", plane.rest.put_integration, **tried)
    aws.done()


def test_get_integration_that_is_not_there(plane: Control) -> None:
    aws = recording("TestApigatewayIntegration::test_get_integration_non_existent")
    at = with_method(plane)
    for key, change in {
        "no-api": {"restApiId": "bad-api-id"},
        "no-resource": {"resourceId": "bad-resource"},
        "no-method": {"httpMethod": "POST"},
        "no-integration": {},
    }.items():
        aws.refuses(f"get-integration-{key}", plane.rest.get_integration, **at | change)
    aws.done()


def test_integration_with_vpc_link(plane: Control) -> None:
    aws = recording("TestApigatewayIntegration::test_create_integration_with_vpc_link")
    at = with_method(plane)
    made = plane.rest.put_integration(
        **at,
        type="HTTP_PROXY",
        uri=f"http://my-vpclink-test-nlb-1234567890abcdef.{REGION}.amazonaws.com",
        integrationHttpMethod="GET",
        connectionType="VPC_LINK",
        connectionId="${stageVariables.vpcLinkId}",
    )
    aws.match("put-integration-vpc-link", made)
    aws.match("get-integration-vpc-link", plane.rest.get_integration(**at))
    tried = [patch("replace", "/connectionId", "${stageVariables.vpcLinkIdBeta}")]
    aws.match("update-integration-vpc-link", plane.rest.update_integration(**at, patchOperations=tried))
    aws.match("get-integration-update-vpc-link", plane.rest.get_integration(**at))
    aws.done()


def test_put_integration_validation(plane: Control) -> None:
    aws = recording("test_put_integration_validation", "integrations.json")
    at = with_method(plane)
    put = plane.rest.put_integration
    post = {"integrationHttpMethod": "POST"}
    web = "http://example.com"
    s3 = f"arn:aws:apigateway:{REGION}:s3:path/b/k"
    for kind in ("HTTP", "HTTP_PROXY", "AWS"):
        aws.refuses(f"required-integration-method-{kind}", put, **at, type=kind, uri=web)
    aws.match("not-required-integration-method-MOCK", put(**at, type="MOCK", uri=web))
    for kind in ("HTTP", "HTTP_PROXY"):
        aws.match(f"http-method-{kind}", put(**at, type=kind, uri=web, **post))
        aws.refuses(f"invalid-uri-{kind}", put, **at, type=kind, uri="non-valid-http", **post)
    aws.match("aws-integration-AWS", put(**at, type="AWS", uri=s3, credentials=ROLE, **post))
    for kind in ("AWS", "AWS_PROXY"):
        aws.match(f"aws-integration-type-{kind}", put(**at, type=kind, uri=LAMBDA, **post))
    aws.refuses("no-s3-support-AWS_PROXY", put, **at, type="AWS_PROXY", uri=s3, credentials=ROLE, **post)
    aws.refuses("invalid-uri-not-an-arn", put, **at, type="AWS", uri="non-valid-arn", **post)
    role = "arn:aws:iam::0000000000:role/service-role/asdf"
    aws.refuses("invalid-uri-invalid-arn", put, **at, type="AWS", uri=role, **post)
    aws.done()


def test_put_integration_aws_proxy_uri(plane: Control) -> None:
    aws = recording("test_put_integration_aws_proxy_uri", "lambda.json")
    at = with_method(plane, "ANY")
    start = f"arn:aws:apigateway:{REGION}"
    for key, uri in {
        "lambda-uri": FUNCTION,
        "wrong-arn": f"bad-arn:lambda:path/2015-03-31/functions/{FUNCTION}/invocations",
        "wrong-type": f"{start}:lambda:test/2015-03-31/functions/{FUNCTION}/invocations",
        "wrong-firehose": f"{start}:firehose:path/2015-03-31/functions/{FUNCTION}/invocations",
        "bad-lambda-arn": f"{start}:lambda:path/random/value/{FUNCTION}/invocations",
    }.items():
        tried = at | {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "credentials": ROLE, "uri": uri}
        aws.refuses(f"put-integration-{key}", plane.rest.put_integration, **tried)
    aws.done()


def test_integration_response_lifecycle(plane: Control) -> None:
    aws = recording("TestApigatewayIntegrationResponse::test_lifecycle_integration_response")
    method = with_mock(plane)
    at = method | {"statusCode": "200"}
    put = plane.rest.put_integration_response
    created = put(**at, responseTemplates={"application/json": '"created"'}, selectionPattern="")
    aws.match("put-integration-response", created)
    aws.match("get-integration-response", plane.rest.get_integration_response(**at))
    tried = [patch("replace", "/selectionPattern", "updated-pattern")]
    aws.match("update-integration-response", plane.rest.update_integration_response(**at, patchOperations=tried))
    again = put(**at, responseTemplates={"application/json": "overwrite"}, selectionPattern="overwrite-pattern")
    aws.match("overwrite-integration-response", again)
    aws.match("get-method", plane.rest.get_method(**method))
    aws.match("delete-integration-response", plane.rest.delete_integration_response(**at))
    aws.done()


@pytest.mark.parametrize("what", ["api", "resource", "method"])
def test_integration_response_of_nothing(plane: Control, what: str) -> None:
    aws = recording(f"TestApigatewayIntegrationResponse::test_integration_response_wrong_{what}")
    change = {
        "api": {"restApiId": "wrong-api"},
        "resource": {"resourceId": "wrong-resource"},
        "method": {"httpMethod": "wrong-method"},
    }[what]
    at = with_method(plane) | {"statusCode": "200"} | change
    aws.refuses(f"put-integration-response-wrong-{what}", plane.rest.put_integration_response, **at)
    aws.refuses(f"get-integration-response-wrong-{what}", plane.rest.get_integration_response, **at)
    aws.done()


def test_integration_response_refusals(plane: Control) -> None:
    at = with_mock(plane)
    put, get = plane.rest.put_integration_response, plane.rest.get_integration_response

    aws = recording("TestApigatewayIntegrationResponse::test_integration_response_invalid_statuscode")
    aws.refuses("put-integration-response-invalid-statusCode", put, **at, statusCode="wrong")
    aws.refuses("get-integration-response-invalid-statusCode", get, **at, statusCode="wrong")
    aws.done()

    aws = recording("TestApigatewayIntegrationResponse::test_integration_response_invalid_responsetemplates")
    prefix = "put-integration-response-invalid-responseTemplates"
    aws.refuses(f"{prefix}-1", put, **at, statusCode="200", responseTemplates={"application/json": 123})
    aws.refuses(f"{prefix}-2", put, **at, statusCode="200", responseTemplates={123: '{"statusCode": 200}'})
    aws.done()

    aws = recording("TestApigatewayIntegrationResponse::test_integration_response_wrong_status_code")
    aws.refuses("get-integration-response-wrong-status-code", get, **at, statusCode="201")
    aws.done()

    aws = recording("TestApigatewayIntegrationResponse::test_integration_response_invalid_integration")
    bare = with_method(plane)
    aws.refuses("get-integration-response-without-integration", get, **bare, statusCode="200")
    aws.done()


def test_delete_integration_response_errors(plane: Control) -> None:
    aws = recording("TestApigatewayIntegrationResponse::test_delete_integration_response_errors")
    at = with_mock(plane) | {"statusCode": "200"}
    made = plane.rest.put_integration_response(
        **at, responseTemplates={"application/json": '"created"'}, selectionPattern=""
    )
    aws.match("put-integration-response", made)
    for key, change in {
        "non-existent-resource": {"resourceId": "bad-resource"},
        "non-existent-api-id": {"restApiId": "bad-api-id"},
        "non-existent-method": {"httpMethod": "POST"},
        "non-existent-status-code": {"statusCode": "201"},
        "bad-method": {"httpMethod": "WRONG", "statusCode": "201"},
    }.items():
        aws.refuses(key, plane.rest.delete_integration_response, **at | change)
    aws.done()


def test_put_integration_response_templates(plane: Control) -> None:
    aws = recording("TestApigatewayIntegration::test_put_integration_response_templates")
    at = with_mock(plane) | {"statusCode": "200", "selectionPattern": ""}
    put = plane.rest.put_integration_response
    aws.match("put-integration-response-template-none", put(**at, responseTemplates={"application/json": None}))
    aws.match("put-integration-response-template-empty", put(**at, responseTemplates={"application/json": ""}))
    aws.match("put-integration-no-response-template", put(**at))
    aws.done()


def test_put_integration_responses(plane: Control) -> None:
    aws = recording("test_put_integration_responses", "integrations.json")
    api_id, root_id = plane.api()
    at = {"restApiId": api_id, "resourceId": root_id}
    for verb, more in (("GET", {"responseTemplates": {}}), ("PUT", {"contentHandling": "CONVERT_TO_BINARY"})):
        method = at | {"httpMethod": verb}
        status = method | {"statusCode": "200"}
        low = verb.lower()
        aws.match(f"put-method-{low}", plane.rest.put_method(**method, authorizationType="NONE"))
        aws.match(f"put-method-response-{low}", plane.rest.put_method_response(**status))
        made = plane.rest.put_integration(**method, type="HTTP", uri="http://a.test/", integrationHttpMethod="POST")
        aws.match(f"put-integration-{low}", made)
        response = plane.rest.put_integration_response(**status, selectionPattern="2\\d{2}", **more)
        aws.match(f"put-integration-response-{low}", response)
        aws.match(f"get-integration-response-{low}", plane.rest.get_integration_response(**status))
        if verb == "GET":
            aws.match("get-method-get", plane.rest.get_method(**method))
            aws.match("deploy", plane.rest.create_deployment(restApiId=api_id, stageName="local"))
            gone = plane.rest.delete_integration_response(**status)
            aws.match("delete-integration-response-get", gone)
            aws.match("get-method-get-after-int-resp-delete", plane.rest.get_method(**method))
    aws.done()


def test_response_template_is_kept_as_it_came(plane: Control) -> None:
    aws = recording("test_put_integration_response_with_response_template", "integrations.json")
    at = with_mock(plane) | {"statusCode": "200"}
    plane.rest.put_integration_response(
        **at, selectionPattern="foobar", responseTemplates={"application/json": json.dumps({"data": "test"})}
    )
    aws.match("get-integration-response", plane.rest.get_integration_response(**at))
    aws.done()


def test_lambda_integration(plane: Control) -> None:
    """lambda.json: the control-plane half of the tests that then invoke the function."""
    aws = recording("test_lambda_aws_integration_with_request_template", "lambda.json")
    api_id, root_id = plane.api()
    at = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "GET"}
    status = at | {"statusCode": "200"}
    declared = {"method.request.querystring.param1": False}
    made = plane.rest.put_method(**at, authorizationType="NONE", requestParameters=declared)
    aws.match("put-method", made)
    aws.match("put-method-response", plane.rest.put_method_response(**status))
    integration = plane.rest.put_integration(
        **at,
        type="AWS",
        integrationHttpMethod="POST",
        uri=LAMBDA,
        credentials=ROLE,
        requestTemplates={"application/json": '{"param1": "$input.params(\'param1\')"}'},
    )
    aws.match("put-integration", integration)
    aws.match("put-integration-response", plane.rest.put_integration_response(**status, selectionPattern=""))
    aws.match("delete-integration", plane.rest.delete_integration(**at))
    aws.refuses("get-integration-after-delete", plane.rest.get_integration, **at)
    aws.set_aside("lambda-aws-integration-1", "lambda-aws-integration-2")  # the data plane's
    aws.done()
