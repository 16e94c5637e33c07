"""Gateway responses against AWS's recorded answers (api.json, TestApiGatewayGatewayResponse)."""

from __future__ import annotations

import json
from typing import Any

from tests.parity.recorded import Recording
from tests.unit.control.support import Control, patch

TYPE = "MISSING_AUTHENTICATION_TOKEN"
PARAMETERS = {
    "gatewayresponse.header.x-request-path": "method.request.path.petId",
    "gatewayresponse.header.Access-Control-Allow-Origin": "'a.b.c'",
    "gatewayresponse.header.x-request-query": "method.request.querystring.q",
    "gatewayresponse.header.x-request-header": "method.request.header.Accept",
}
SOME = {"gatewayresponse.header.x-request-header": "method.request.header.Accept"}
TEMPLATES = {
    "application/json": '{\n     "message": $context.error.messageString,\n     "type":  "$context.error.responseType",'
    '\n     "stage":  "$context.stage",\n     "resourcePath":  "$context.resourcePath",\n     "stageVariables.a":  '
    '"$stageVariables.a",\n     "statusCode": "\'404\'"\n}'
}


def recording(test: str) -> Recording:
    return Recording("api.json", f"TestApiGatewayGatewayResponse::{test}")


def test_crud(plane: Control) -> None:
    aws, rest = recording("test_gateway_response_crud"), plane.rest
    of = {"restApiId": plane.api()[0], "responseType": TYPE}
    aws.match("get-gateway-response-default", rest.get_gateway_response(**of))
    put = rest.put_gateway_response(**of, statusCode="404", responseParameters=PARAMETERS, responseTemplates=TEMPLATES)
    aws.match("put-gateway-response", put)
    aws.match("get-gateway-responses", rest.get_gateway_responses(restApiId=of["restApiId"]))
    aws.match("get-gateway-response", rest.get_gateway_response(**of))
    aws.match("delete-gateway-response", rest.delete_gateway_response(**of))
    aws.match("get-deleted-gw-response", rest.get_gateway_response(**of))
    aws.done()


def test_put(plane: Control) -> None:
    aws = recording("test_gateway_response_put")
    api_id, _ = plane.api()

    def put(key: str, kind: str, **params: Any) -> None:
        aws.match(key, plane.rest.put_gateway_response(restApiId=api_id, responseType=kind, **params))

    everything = {"responseParameters": PARAMETERS, "responseTemplates": TEMPLATES}
    put("put-gateway-response-all-value", TYPE, statusCode="404", **everything)
    put("put-gateway-response-status-only", TYPE, statusCode="404")
    put("put-gateway-response-response-parameters-only", TYPE, responseParameters=SOME)
    put("put-gateway-response-response-templates-only", TYPE, responseTemplates=TEMPLATES)
    put(
        "put-gateway-response-default-5xx",
        "DEFAULT_5XX",
        statusCode="599",
        responseParameters=SOME,
        responseTemplates=TEMPLATES,
    )
    put(
        "put-gateway-response-default-ignored",
        "AUTHORIZER_FAILURE",
        responseParameters={"gatewayresponse.header.foo": "'bar'"},
    )
    aws.match("get-gateway-responses", plane.rest.get_gateway_responses(restApiId=api_id))
    aws.done()


def test_validation(plane: Control) -> None:
    aws, rest = recording("test_gateway_response_validation"), plane.rest
    aws.refuses("get-gateway-responses-no-api", rest.get_gateway_responses, restApiId="fake-api-id")
    unknown = {"restApiId": "fake-api-id", "responseType": TYPE}
    patches = {"patchOperations": [patch("replace", "/statusCode", "400")]}
    aws.refuses("get-gateway-response-no-api", rest.get_gateway_response, **unknown)
    aws.refuses("delete-gateway-response-no-api", rest.delete_gateway_response, **unknown)
    aws.refuses("update-gateway-response-no-api", rest.update_gateway_response, **unknown, **patches)
    api_id, _ = plane.api()
    aws.refuses("delete-gateway-response-not-set", rest.delete_gateway_response, restApiId=api_id, responseType=TYPE)
    wrong = {"restApiId": api_id, "responseType": "FAKE_RESPONSE_TYPE"}
    aws.refuses("get-gateway-response-wrong-response-type", rest.get_gateway_response, **wrong)
    aws.refuses("delete-gateway-response-wrong-response-type", rest.delete_gateway_response, **wrong)
    aws.refuses("update-gateway-response-wrong-response-type", rest.update_gateway_response, **wrong, **patches)
    aws.refuses("put-gateway-response-wrong-response-type", rest.put_gateway_response, **wrong)
    aws.done()


def test_update(plane: Control) -> None:
    aws = recording("test_update_gateway_response")
    of = {"restApiId": plane.api()[0], "responseType": "DEFAULT_4XX"}
    origin = "/responseParameters/gatewayresponse.header.Access-Control-Allow-Origin"

    def update(*patches: dict[str, Any]) -> Any:
        return plane.rest.update_gateway_response(**of, patchOperations=list(patches))

    def refuses(key: str, *patches: dict[str, Any], kind: str = "DEFAULT_4XX") -> None:
        at = of | {"responseType": kind}
        aws.refuses(key, plane.rest.update_gateway_response, **at, patchOperations=list(patches))

    aws.match("update-gateway-response-not-set", update(patch("replace", "/statusCode", "444")))
    aws.match("default-get-gateway-response", plane.rest.get_gateway_response(**of))
    templates = {"application/json": json.dumps({"application/json": '{"message":$context.error.messageString}'})}
    put = plane.rest.put_gateway_response(
        **of, statusCode="404", responseParameters=PARAMETERS, responseTemplates=templates
    )
    aws.match("put-gateway-response", put)
    xml = (
        "<gatewayResponse><message>$context.error.messageString</message>"
        "<type>$context.error.responseType</type></gatewayResponse>"
    )
    updated = update(
        patch("replace", "/statusCode", "444"),
        patch("replace", origin, "'example.com'"),
        patch("add", "/responseTemplates/application~1xml", xml),
    )
    aws.match("update-gateway-response", updated)
    aws.match("get-gateway-response", plane.rest.get_gateway_response(**of))
    refuses("update-gateway-add-status-code", patch("add", "/statusCode", "444"))
    refuses("update-gateway-remove-status-code", patch("remove", "/statusCode"))
    refuses("update-gateway-replace-invalid-parameter", patch("replace", origin, "'example.com'"), kind="DEFAULT_5XX")
    refuses("update-gateway-no-path", {"op": "add", "value": "'example.com'"})
    refuses("update-gateway-wrong-op", patch("wrong-op", "/statusCode", "'example.com'"))
    refuses("update-gateway-wrong-path", patch("add", "/wrongPath", "'example.com'"))
    refuses("update-gateway-replace-invalid-parameter-0-none", patch("replace", "/responseTemplates/application~1xml"))
    refuses("update-gateway-replace-invalid-parameter-1-none", patch("replace", origin))
    aws.done()
