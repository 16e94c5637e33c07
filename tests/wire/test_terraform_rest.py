"""The calls of Terraform's AWS provider for every other kind of resource of REST APIs: made, read, changed, destroyed.

As in test_terraform_calls, the order and the patches were read in the provider's source (internal/service/apigateway,
2025 and 2026). What is read must be what the configuration says, or a plan never ends.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.wire.support import Server

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [OPEN]}, separators=(",", ":"))


def patches(*operations: tuple[str, ...]) -> list[dict[str, str]]:
    return [dict(zip(("op", "path", "value"), operation, strict=False)) for operation in operations]


def gone(read: Any, **names: str) -> None:
    """The provider takes this code for "not there"."""
    with pytest.raises(ClientError) as error:
        read(**names)
    assert error.value.response["Error"]["Code"] == "NotFoundException"


def read(call: Any, **names: Any) -> dict[str, Any]:
    """An answer without what every answer has."""
    found: dict[str, Any] = call(**names)
    return {name: value for name, value in found.items() if name != "ResponseMetadata"}


@pytest.fixture
def rest(live: Server) -> Any:
    return live.client("apigateway")


def document(answer: str, **extensions: Any) -> bytes:
    """What jsonencode() in a configuration gives: an API that answers on /ping."""
    integration = {
        "type": "mock",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": answer}}},
    }
    get = {"responses": {"200": {"description": "OK"}}, "x-amazon-apigateway-integration": integration}
    paths = {"/ping": {"get": get}}
    return json.dumps(
        {"openapi": "3.0.1", "info": {"title": "in the document", "version": "1"}, "paths": paths} | extensions
    ).encode()


def test_rest_api_with_body(live: Server, rest: Any) -> None:
    """resourceRestAPICreate: create, put over it, then patch back what the configuration says."""
    made = rest.create_rest_api(
        name="tf-body", description="by terraform", binaryMediaTypes=["image/png"], policy=POLICY,
        endpointConfiguration={"types": ["REGIONAL"], "ipAddressType": "dualstack"}, minimumCompressionSize=0,
        disableExecuteApiEndpoint=True, apiKeySource="AUTHORIZER", tags={"by": "terraform"},
    )  # fmt: skip
    api = {"restApiId": made["id"]}
    put = rest.put_rest_api(**api, mode="overwrite", body=document("one"), parameters={"basepath": "ignore"})
    assert put["name"] == "in the document"  # everything else is the default again
    kept = [name for name in ("description", "binaryMediaTypes", "minimumCompressionSize", "policy") if name in put]
    assert (kept, put["apiKeySource"], put["disableExecuteApiEndpoint"]) == ([], "HEADER", False)
    assert put["endpointConfiguration"] == {"types": ["REGIONAL"], "ipAddressType": "dualstack"}
    back = patches(
        ("replace", "/apiKeySource", "AUTHORIZER"), ("add", "/binaryMediaTypes/image~1png"),
        ("replace", "/description", "by terraform"), ("replace", "/minimumCompressionSize", "0"),
        ("replace", "/name", "tf-body"), ("replace", "/policy", POLICY),
    )  # fmt: skip
    rest.update_rest_api(**api, patchOperations=back)
    found = read(rest.get_rest_api, **api)
    assert (found["name"], found["description"], found["apiKeySource"]) == ("tf-body", "by terraform", "AUTHORIZER")
    assert (found["binaryMediaTypes"], found["minimumCompressionSize"]) == (["image/png"], 0)
    kept_policy = json.loads(json.loads(f'"{found["policy"]}"'))
    written_out = kept_policy["Statement"][0].pop("Resource")
    assert kept_policy["Statement"] == [{name: OPEN[name] for name in OPEN if name != "Resource"}]
    assert written_out.startswith("arn:aws:execute-api:")
    assert written_out.endswith(f":{made['id']}/*")
    assert found["tags"] == {"by": "terraform"}
    resources = rest.get_resources(**api)["items"]
    assert [each["path"] for each in resources] == ["/", "/ping"]
    assert resources[0]["id"] == found["rootResourceId"] == made["rootResourceId"]

    deployment = rest.create_deployment(**api, description="", variables={})["id"]
    rest.create_stage(**api, stageName="v1", deploymentId=deployment)
    assert answer(live, made["id"]) == "one"
    rest.put_rest_api(**api, mode="overwrite", body=document("two"), failOnWarnings=True)
    second = rest.create_deployment(**api, description="", variables={})["id"]
    rest.update_stage(**api, stageName="v1", patchOperations=patches(("replace", "/deploymentId", second)))
    rest.delete_deployment(**api, deploymentId=deployment)
    assert answer(live, made["id"]) == "two"
    rest.delete_stage(**api, stageName="v1")
    rest.delete_deployment(**api, deploymentId=second)
    rest.delete_rest_api(**api)
    gone(rest.get_rest_api, **api)


def answer(live: Server, api_id: str) -> str:
    with urllib.request.urlopen(f"{live.url}/_aws/execute-api/{api_id}/v1/ping", timeout=10) as reply:
        return str(reply.read().decode())


def test_parts_of_an_api(rest: Any) -> None:
    """aws_api_gateway_model, _request_validator, _gateway_response, _authorizer and the method that uses them."""
    made = rest.create_rest_api(name="tf-parts")
    api = {"restApiId": made["id"]}
    schema = '{"type":"object"}'
    model = api | {"modelName": "Order"}
    rest.create_model(**api, name="Order", contentType="application/json", description="", schema=schema)
    found = read(rest.get_model, **model)
    assert (found["schema"], found["contentType"], "description" in found) == (schema, "application/json", False)
    changed = '{"type":"object","properties":{"id":{"type":"string"}}}'
    rest.update_model(
        **model, patchOperations=patches(("replace", "/description", "d"), ("replace", "/schema", changed))
    )
    assert read(rest.get_model, **model)["schema"] == changed

    flags = {"validateRequestBody": True, "validateRequestParameters": False}
    validator = api | {"requestValidatorId": rest.create_request_validator(**api, name="v", **flags)["id"]}
    changes = [("/name", "w"), ("/validateRequestBody", "false"), ("/validateRequestParameters", "true")]
    rest.update_request_validator(**validator, patchOperations=patches(*(("replace", *each) for each in changes)))
    found = read(rest.get_request_validator, **validator)
    assert found == {
        "id": validator["requestValidatorId"], "name": "w", "validateRequestBody": False,
        "validateRequestParameters": True,
    }  # fmt: skip

    response = api | {"responseType": "UNAUTHORIZED"}
    for status in ("401", "403"):  # an update puts it again
        rest.put_gateway_response(
            **response, statusCode=status, responseTemplates={"application/json": "{}"},
            responseParameters={"gatewayresponse.header.x": "'y'"},
        )  # fmt: skip
        found = read(rest.get_gateway_response, **response)
        assert (found["statusCode"], found["responseTemplates"]) == (status, {"application/json": "{}"})
        assert found["responseParameters"] == {"gatewayresponse.header.x": "'y'"}

    function = "arn:aws:lambda:us-east-1:123456789012:function:auth"
    authorizer = api | {
        "authorizerId": rest.create_authorizer(
            **api, name="a", type="TOKEN", identitySource="method.request.header.Authorization",
            authorizerResultTtlInSeconds=300,
            authorizerUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations",
        )["id"]
    }  # fmt: skip
    changes = [("/authorizerResultTtlInSeconds", "0"), ("/identityValidationExpression", ".*"), ("/name", "b")]
    rest.update_authorizer(**authorizer, patchOperations=patches(*(("replace", *each) for each in changes)))
    found = read(rest.get_authorizer, **authorizer)
    assert (found["name"], found["authorizerResultTtlInSeconds"]) == ("b", 0)

    at = api | {"resourceId": made["rootResourceId"], "httpMethod": "POST"}
    rest.put_method(
        **at, authorizationType="CUSTOM", authorizerId=authorizer["authorizerId"], apiKeyRequired=False,
        requestModels={"application/json": "Order"}, requestParameters={"method.request.header.X": True},
        requestValidatorId=validator["requestValidatorId"],
    )  # fmt: skip
    operations = patches(
        ("remove", "/requestModels/application~1json"), ("add", "/requestModels/application~1xml", "Empty"),
        ("remove", "/requestParameters/method.request.header.X"),
        ("add", "/requestParameters/method.request.header.Y", "false"), ("replace", "/authorizationType", "NONE"),
        ("replace", "/authorizerId", ""), ("replace", "/requestValidatorId", ""),
        ("replace", "/operationName", "create"),
    )  # fmt: skip
    rest.update_method(**at, patchOperations=operations)
    assert read(rest.get_method, **at) == {
        "httpMethod": "POST", "authorizationType": "NONE", "apiKeyRequired": False, "operationName": "create",
        "requestModels": {"application/xml": "Empty"}, "requestParameters": {"method.request.header.Y": False},
    }  # fmt: skip

    rest.delete_authorizer(**authorizer)
    gone(rest.get_authorizer, **authorizer)
    rest.delete_gateway_response(**response)
    assert read(rest.get_gateway_response, **response)["defaultResponse"] is True
    rest.delete_request_validator(**validator)
    gone(rest.get_request_validator, **validator)
    rest.delete_model(**model)
    gone(rest.get_model, **model)
    rest.delete_rest_api(**api)


def test_documentation(rest: Any) -> None:
    """aws_api_gateway_documentation_part and _version; a stage names the version until it is destroyed."""
    made = rest.create_rest_api(name="tf-documentation")
    api = {"restApiId": made["id"]}
    location = {"type": "METHOD", "path": "/", "method": "GET"}
    part = api | {
        "documentationPartId": rest.create_documentation_part(
            **api, location=location, properties='{"description":"one"}'
        )["id"]
    }
    rest.update_documentation_part(**part, patchOperations=patches(("replace", "/properties", '{"description":"two"}')))
    found = read(rest.get_documentation_part, **part)
    assert (found["location"], found["properties"]) == (location, '{"description":"two"}')
    version = api | {"documentationVersion": "1.0"}
    rest.create_documentation_version(**version, description="first")
    rest.update_documentation_version(**version, patchOperations=patches(("replace", "/description", "second")))
    assert read(rest.get_documentation_version, **version)["description"] == "second"
    rest.delete_documentation_version(**version)
    gone(rest.get_documentation_version, **version)
    rest.delete_documentation_part(**part)
    gone(rest.get_documentation_part, **part)
    rest.delete_rest_api(**api)


def mock_api(rest: Any, name: str) -> tuple[dict[str, str], str]:
    """An API that answers with a stage variable, and its deployment."""
    made = rest.create_rest_api(name=name)
    api = {"restApiId": made["id"]}
    at = api | {"resourceId": made["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**at, authorizationType="NONE")
    rest.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    rest.put_method_response(**at, statusCode="200")
    rest.put_integration_response(**at, statusCode="200", responseTemplates={"application/json": "ok"})
    return api, rest.create_deployment(**api)["id"]


def test_stage_with_everything(rest: Any) -> None:
    """aws_api_gateway_stage: creation, and the update that follows it for certificate and access log; the canary."""
    api, deployment = mock_api(rest, "tf-stage")
    certificate = {"clientCertificateId": rest.generate_client_certificate(description="tf")["clientCertificateId"]}
    rest.update_client_certificate(**certificate, patchOperations=patches(("replace", "/description", "changed")))
    assert read(rest.get_client_certificate, **certificate)["description"] == "changed"
    rest.create_documentation_version(**api, documentationVersion="1")
    at = api | {"stageName": "v1"}
    made = rest.create_stage(
        **at, deploymentId=deployment, cacheClusterEnabled=True, cacheClusterSize="0.5", description="tf",
        documentationVersion="1", variables={"a": "1", "b": "2"}, tracingEnabled=True, tags={"by": "terraform"},
        canarySettings={"percentTraffic": 33.33, "stageVariableOverrides": {"a": "3"}, "deploymentId": deployment},
    )  # fmt: skip
    assert made["cacheClusterStatus"] == "AVAILABLE"  # what the provider waits for
    group = "arn:aws:logs:us-east-1:123456789012:log-group:tf"
    rest.update_stage(
        **at,
        patchOperations=patches(
            ("replace", "/clientCertificateId", certificate["clientCertificateId"]),
            ("replace", "/accessLogSettings/destinationArn", group),
            ("replace", "/accessLogSettings/format", "$context.requestId"),
        ),
    )
    found = read(rest.get_stage, **at)
    assert found["accessLogSettings"] == {"destinationArn": group, "format": "$context.requestId"}
    assert found["clientCertificateId"] == certificate["clientCertificateId"]
    assert (found["documentationVersion"], found["description"], found["cacheClusterSize"]) == ("1", "tf", "0.5")
    assert found["canarySettings"] == {
        "deploymentId": deployment, "percentTraffic": 33.33, "stageVariableOverrides": {"a": "3"},
        "useStageCache": False,
    }  # fmt: skip

    second = rest.create_deployment(**api)["id"]
    rest.update_stage(
        **at,
        patchOperations=patches(
            ("replace", "/cacheClusterEnabled", "false"), ("replace", "/clientCertificateId", ""),
            ("remove", "/canarySettings/stageVariableOverrides/a"),
            ("replace", "/canarySettings/stageVariableOverrides/b", "4"),
            ("replace", "/canarySettings/percentTraffic", "66.660000"),
            ("replace", "/canarySettings/useStageCache", "true"), ("replace", "/canarySettings/deploymentId", second),
            ("replace", "/deploymentId", second), ("replace", "/description", ""),
            ("replace", "/tracingEnabled", "false"), ("replace", "/documentationVersion", ""),
            ("remove", "/variables/a"), ("replace", "/variables/b", "5"), ("remove", "/accessLogSettings"),
        ),
    )  # fmt: skip
    found = read(rest.get_stage, **at)
    assert found["canarySettings"] == {
        "deploymentId": second, "percentTraffic": 66.66, "stageVariableOverrides": {"b": "4"}, "useStageCache": True,
    }  # fmt: skip
    assert (found["deploymentId"], found["variables"], found["tracingEnabled"]) == (second, {"b": "5"}, False)
    left = {"accessLogSettings", "clientCertificateId", "description", "documentationVersion"} & set(found)
    assert (left, found["cacheClusterStatus"]) == (set(), "NOT_AVAILABLE")
    rest.update_stage(**at, patchOperations=patches(("remove", "/canarySettings")))
    assert "canarySettings" not in read(rest.get_stage, **at)
    rest.delete_deployment(**api, deploymentId=deployment)

    rest.delete_stage(**at)
    gone(rest.get_stage, **at)
    rest.delete_client_certificate(**certificate)
    gone(rest.get_client_certificate, **certificate)
    rest.delete_rest_api(**api)


def test_method_settings(rest: Any) -> None:
    """aws_api_gateway_method_settings, of all methods and of one, whose path comes without its first slash."""
    api, deployment = mock_api(rest, "tf-settings")
    at = api | {"stageName": "v1"}
    rest.create_stage(**at, deploymentId=deployment)
    values = {
        "metrics/enabled": ("metricsEnabled", "true", True),
        "logging/loglevel": ("loggingLevel", "ERROR", "ERROR"),
        "logging/dataTrace": ("dataTraceEnabled", "true", True),
        "throttling/burstLimit": ("throttlingBurstLimit", "-1", -1),
        "throttling/rateLimit": ("throttlingRateLimit", "-1.000000", -1.0),
        "caching/enabled": ("cachingEnabled", "true", True),
        "caching/ttlInSeconds": ("cacheTtlInSeconds", "0", 0),
        "caching/dataEncrypted": ("cacheDataEncrypted", "true", True),
        "caching/requireAuthorizationForCacheControl": ("requireAuthorizationForCacheControl", "false", False),
        "caching/unauthorizedCacheControlHeaderStrategy": (
            "unauthorizedCacheControlHeaderStrategy", "FAIL_WITH_403", "FAIL_WITH_403",
        ),
    }  # fmt: skip
    for method in ("*/*", "orders/{id}/GET"):
        operations = patches(*(("replace", f"/{method}/{path}", sent) for path, (_, sent, _) in values.items()))
        rest.update_stage(**at, patchOperations=operations)
        found = read(rest.get_stage, **at)["methodSettings"][method]
        assert found == {name: value for name, _, value in values.values()}
    for method in ("*/*", "orders/{id}/GET"):
        rest.update_stage(**at, patchOperations=patches(("remove", f"/{method}")))
        with pytest.raises(ClientError, match="no method setting for this method"):  # which the provider waits for
            rest.update_stage(**at, patchOperations=patches(("remove", f"/{method}")))
    assert read(rest.get_stage, **at)["methodSettings"] == {}
    rest.delete_stage(**at)
    rest.delete_rest_api(**api)


def test_domain_name_and_mapping(rest: Any) -> None:
    """aws_api_gateway_domain_name and _base_path_mapping, empty and not."""
    api, deployment = mock_api(rest, "tf-domain")
    for stage in ("v1", "v2"):
        rest.create_stage(**api, stageName=stage, deploymentId=deployment)
    domain = {"domainName": "tf.example.com"}
    rest.create_domain_name(
        **domain, regionalCertificateArn=CERTIFICATE, endpointConfiguration={"types": ["REGIONAL"]},
        securityPolicy="TLS_1_2", tags={"by": "terraform"},
    )  # fmt: skip
    found = read(rest.get_domain_name, **domain)
    assert (found["regionalCertificateArn"], found["securityPolicy"]) == (CERTIFICATE, "TLS_1_2")
    assert (found["endpointConfiguration"]["types"], found["tags"]) == (["REGIONAL"], {"by": "terraform"})
    assert found["regionalDomainName"].endswith(".execute-api.us-east-1.amazonaws.com")
    assert found["regionalHostedZoneId"]
    other = CERTIFICATE[:-1] + "1"
    rest.update_domain_name(**domain, patchOperations=patches(("replace", "/regionalCertificateArn", other)))
    found = read(rest.get_domain_name, **domain)
    assert (found["regionalCertificateArn"], found["domainNameStatus"]) == (other, "AVAILABLE")

    rest.create_base_path_mapping(**domain, **api, basePath="", stage="v1")
    mapping = domain | {"basePath": "(none)"}
    found = read(rest.get_base_path_mapping, **mapping)
    assert found == api | {"basePath": "(none)", "stage": "v1"}
    changes = patches(("replace", "/basePath", "shop"), ("replace", "/stage", "v2"))
    rest.update_base_path_mapping(**mapping, patchOperations=changes)
    gone(rest.get_base_path_mapping, **mapping)
    mapping["basePath"] = "shop"
    assert read(rest.get_base_path_mapping, **mapping)["stage"] == "v2"
    rest.update_base_path_mapping(**mapping, patchOperations=patches(("replace", "/basePath", "")))
    mapping["basePath"] = "(none)"

    rest.delete_base_path_mapping(**mapping)
    gone(rest.get_base_path_mapping, **mapping)
    rest.delete_domain_name(**domain)
    gone(rest.get_domain_name, **domain)
    rest.delete_rest_api(**api)


def test_vpc_link_and_its_integration(rest: Any) -> None:
    """aws_api_gateway_vpc_link: waited for; an integration goes through it and back to the internet."""
    balancer = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/tf/50dc6c495c0c9188"
    made = rest.create_vpc_link(name="tf", targetArns=[balancer], tags={"by": "terraform"})
    link = {"vpcLinkId": made["id"]}
    assert made["status"] in ("PENDING", "AVAILABLE")
    found = read(rest.get_vpc_link, **link)
    assert (found["status"], found["targetArns"], found["tags"]) == ("AVAILABLE", [balancer], {"by": "terraform"})
    rest.update_vpc_link(**link, patchOperations=patches(("replace", "/name", "b"), ("replace", "/description", "d")))
    found = read(rest.get_vpc_link, **link)
    assert (found["name"], found["description"]) == ("b", "d")

    created = rest.create_rest_api(name="tf-link")
    at = {"restApiId": created["id"], "resourceId": created["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**at, authorizationType="NONE")
    rest.put_integration(
        **at, type="HTTP", integrationHttpMethod="GET", uri="http://tf.test/", connectionType="VPC_LINK",
        connectionId=link["vpcLinkId"], passthroughBehavior="WHEN_NO_MATCH", contentHandling="CONVERT_TO_TEXT",
        requestTemplates={"application/json": "", "application/xml": "x"}, tlsConfig={"insecureSkipVerification": True},
        cacheKeyParameters=["integration.request.header.a"], cacheNamespace="here", timeoutInMillis=29000,
        requestParameters={"integration.request.header.a": "'b'"},
    )  # fmt: skip
    found = read(rest.get_integration, **at)
    assert (found["connectionType"], found["connectionId"]) == ("VPC_LINK", link["vpcLinkId"])
    assert found["requestTemplates"] == {"application/json": None, "application/xml": "x"}
    operations = patches(
        ("remove", "/requestTemplates/application~1xml"), ("replace", "/requestTemplates/application~1json", "y"),
        ("remove", "/requestParameters/integration.request.header.a"),
        ("add", "/requestParameters/integration.request.querystring.b", "'c'"),
        ("remove", "/cacheKeyParameters/integration.request.header.a", ""), ("replace", "/cacheNamespace", "there"),
        ("replace", "/uri", "http://other.test/"), ("replace", "/contentHandling", ""),
        ("replace", "/connectionType", "INTERNET"), ("replace", "/connectionId", ""),
        ("replace", "/timeoutInMillis", "50"), ("replace", "/tlsConfig/insecureSkipVerification", "false"),
    )  # fmt: skip
    rest.update_integration(**at, patchOperations=operations)
    assert read(rest.get_integration, **at) == {
        "type": "HTTP", "httpMethod": "GET", "uri": "http://other.test/", "connectionType": "INTERNET",
        "passthroughBehavior": "WHEN_NO_MATCH", "requestTemplates": {"application/json": "y"},
        "requestParameters": {"integration.request.querystring.b": "'c'"}, "cacheKeyParameters": [],
        "cacheNamespace": "there", "timeoutInMillis": 50, "tlsConfig": {"insecureSkipVerification": False},
    }  # fmt: skip

    rest.put_method_response(**at, statusCode="200", responseParameters={"method.response.header.A": True})
    changes = patches(
        ("add", "/responseModels/application~1json", "Empty"),
        ("replace", "/responseParameters/method.response.header.A", "false"),
        ("add", "/responseParameters/method.response.header.B", "true"),
    )
    rest.update_method_response(**at, statusCode="200", patchOperations=changes)
    assert read(rest.get_method_response, **at, statusCode="200") == {
        "statusCode": "200", "responseModels": {"application/json": "Empty"},
        "responseParameters": {"method.response.header.A": False, "method.response.header.B": True},
    }  # fmt: skip
    for pattern in ("", "2.."):  # an update puts it again
        rest.put_integration_response(
            **at, statusCode="200", selectionPattern=pattern, responseTemplates={"application/json": ""},
            responseParameters={"method.response.header.A": "integration.response.header.A"},
        )  # fmt: skip
        found = read(rest.get_integration_response, **at, statusCode="200")
        assert (found["selectionPattern"], found["responseTemplates"]) == (pattern, {"application/json": None})
    rest.delete_integration_response(**at, statusCode="200")
    gone(rest.get_integration_response, **at, statusCode="200")
    rest.delete_method_response(**at, statusCode="200")
    gone(rest.get_method_response, **at, statusCode="200")
    rest.delete_rest_api(restApiId=created["id"])
    rest.delete_vpc_link(**link)
    gone(rest.get_vpc_link, **link)


def test_account(rest: Any) -> None:
    """aws_api_gateway_account with reset_on_delete."""
    role = "arn:aws:iam::123456789012:role/tf-logs"
    rest.update_account(patchOperations=patches(("replace", "/cloudwatchRoleArn", role)))
    found = read(rest.get_account)
    assert found["cloudwatchRoleArn"] == role
    assert found["throttleSettings"] == {"burstLimit": 5000, "rateLimit": 10000.0}
    rest.update_account(patchOperations=patches(("replace", "/cloudwatchRoleArn", "")))
    assert "cloudwatchRoleArn" not in read(rest.get_account)
