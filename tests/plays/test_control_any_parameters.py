"""Any parameters that the SDK can send are accepted or refused: no call ends in a fault of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.session import get_session
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from gatewright.control.operations import OPERATIONS
from tests.unit.control.support import Control, control

MODELS = {service: get_session().get_service_model(service) for service in OPERATIONS}
LAMBDA = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:111111111111:function:f/invocations"
)
CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/1"
LINK = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/nlb/1"
TEXTS = [
    "", " ", "/", "~", "~1", "a/b", "true", "0", "-1", "1e999", "NaN", "null", "{}", "[" * 3000, "é", "\x00", "GET",
    "NONE", "CUSTOM", "HTTP", "MOCK", "AWS", "200", "*", "{x}", "{x+}", "x", "http://a.test", LAMBDA, "Empty", "dev",
    "application/json", "method.request.header.a", "method.response.header.a", "integration.request.header.a", "'x'",
    CERTIFICATE, LINK, "PRIVATE", "(none)", "vpce-1", '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": 7}}]}',
    "${stageVariables.x}", "arn:aws:apigateway:us-east-1::/restapis/known1/stages/dev", "methods", "apisummary",
    "GET /orders", "$default", "$connect", "1.0", "2.0", "arn:aws:lambda:us-east-1:111111111111:function:f", "x*",
    "$request.header.a", "$request.body.a[", "append:header.a", "overwrite:path", "SQS-SendMessage", "https://*", "$x",
    "route.request.header.a", "arn:aws:apigateway:us-east-1::/apis/known2/stages/$default", "$context.requestId",
]  # fmt: skip
PATHS = [
    "", "/", "//", "/name", "/x/y/z", "/description", "/*/*", "/*/*/throttling/rateLimit", "/variables/a", "/variables",
    "/canarySettings/percentTraffic", "/canarySettings/deploymentId", "/canarySettings/stageVariableOverrides/a",
    "/policy",
    "/deploymentId", "/parentId", "/pathPart", "/uri", "/timeoutInMillis", "/requestParameters/a",
    "/responseTemplates/a~1b",
    "/endpointConfiguration/types/0", "/endpointConfiguration/vpcEndpointIds", "/binaryMediaTypes/a", "/identitySource",
    "/providerARNs", "/type", "/authorizationType", "/authorizerId", "/authorizationScopes", "/cacheKeyParameters/a",
    "/basepath", "/restapiId", "/stage", "/certificateArn", "/mutualTlsAuthentication/truststoreUri",
    "/endpointConfiguration/types", "/routingMode", "/securityPolicy", "/managementPolicy",
    "/accessLogSettings/format", "/contentHandling", "/cacheClusterEnabled", "/features", "/tracingEnabled",
]  # fmt: skip


def values(shape: Shape, name: str = "") -> st.SearchStrategy[Any]:
    """Values of a shape, now and then none."""
    if isinstance(shape, StructureShape):
        members = {
            member: values(inner, member) if member in shape.required_members else st.none() | values(inner, member)
            for member, inner in shape.members.items()
        }
        return st.fixed_dictionaries(members).map(lambda made: {k: v for k, v in made.items() if v is not None})
    if isinstance(shape, ListShape):
        return st.lists(nulls(shape.member) | values(shape.member), max_size=3)
    if isinstance(shape, MapShape):
        return st.dictionaries(values(shape.key).map(str), nulls(shape.value) | values(shape.value), max_size=2)
    if name in KNOWN:
        return st.sampled_from(KNOWN[name])
    if name in ("path", "from"):
        return st.sampled_from(PATHS)
    return SCALARS[shape.type_name](shape)


def nulls(item: Shape) -> st.SearchStrategy[None]:
    """Null as an item of a list or map, where the SDK can send it."""
    return st.nothing() if isinstance(item, StructureShape | ListShape | MapShape) else st.none()


BLOBS = (
    b"", b"{}", b"[]", b"a,b\n1,2", b"\xff\xfe",
    b"openapi: 3.0.1\ninfo: {title: x, version: 1}\npaths: {/a: {get: {}}}",
    b'{"swagger": "2.0", "info": {"title": "x"}, "paths": {"/a": {"get": {"responses": {"200": null}}}}}',
    b'{"openapi": "3.0.1", "paths": []}',
    b'{"documentationParts": [{"location": {"type": "API"}, "properties": "{}"}]}',
    b"name,key,description,enabled,usageplanIds\nk,aaaaaaaaaaaaaaaaaaaaaaaa,d,TRUE,x",
)  # fmt: skip
SCALARS: dict[str, Callable[[Shape], st.SearchStrategy[Any]]] = {
    "string": lambda shape: (
        st.sampled_from(getattr(shape, "enum", None) or TEXTS) | st.sampled_from(TEXTS) | st.text(max_size=4)
    ),
    "boolean": lambda _: st.booleans(),
    "integer": lambda _: st.sampled_from([0, 1, -1, 300, 10**12]),
    "long": lambda _: st.sampled_from([0, 1, -1, 300, 10**12]),
    "blob": lambda _: st.sampled_from(BLOBS) | st.binary(max_size=20),
    "double": lambda _: st.sampled_from([0.0, 50.0, -1.0, 1e300]),
    "timestamp": lambda _: st.sampled_from(["2026-01-01T00:00:00Z", 0]),
}
KNOWN: dict[str, list[str]] = {
    "restApiId": ["known1", "known1", "other1"],
    "statusCode": ["200", "404", "x"],
    "ApiId": ["known2", "known2", "known3", "known1", "other1"],
}


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """One control plane for all examples: they meet what others have left."""
    folder: Path = tmp_path_factory.mktemp("robustness")
    with control(folder) as plane:
        yield plane


def restore(plane: Control) -> None:
    """Have an API `known1` with something of every noun; name its ids to the strategies."""
    try:
        plane.rest.get_rest_api(restApiId="known1")
    except ClientError:
        api_id, root = plane.mock_api(tags={"_custom_id_": "known1"})
        deployment = plane.rest.create_deployment(restApiId=api_id, stageName="dev")["id"]
        source = {"identitySource": "method.request.header.a", "authorizerUri": LAMBDA}
        authorizer = plane.rest.create_authorizer(restApiId=api_id, name="a", type="TOKEN", **source)["id"]
        child = plane.rest.create_resource(restApiId=api_id, parentId=root, pathPart="x")["id"]
        KNOWN.update(resourceId=[root, child, "x"], parentId=[root, child, "x"], deploymentId=[deployment, "x"])
        KNOWN.update(authorizerId=[authorizer, "x"], stageName=["dev", "x", ""], httpMethod=["GET", "ANY", "x"])


def restore_domains(plane: Control) -> None:
    """Likewise a domain name `known.example.com`, a private one, a link and a certificate."""
    name = "known.example.com"
    try:
        plane.rest.get_domain_name(domainName=name)
    except ClientError:
        plane.rest.create_domain_name(domainName=name, certificateArn=CERTIFICATE)
        private = plane.rest.create_domain_name(
            domainName=name, certificateArn=CERTIFICATE, endpointConfiguration={"types": ["PRIVATE"]}
        )
        associated = plane.rest.create_domain_name_access_association(
            domainNameArn=private["domainNameArn"], accessAssociationSource="vpce-1", accessAssociationSourceType="VPCE"
        )
        plane.rest.create_base_path_mapping(domainName=name, restApiId="known1", basePath="a/b")
        link = plane.rest.create_vpc_link(name="x", targetArns=[LINK])["id"]
        certificate = plane.rest.generate_client_certificate()["clientCertificateId"]
        KNOWN.update(domainName=[name, name, "x.example.com"], domainNameId=[private["domainNameId"], "x"])
        KNOWN.update(domainNameArn=[private["domainNameArn"], "x"], vpcLinkId=[link, "x"], connectionId=[link, "x"])
        KNOWN.update(domainNameAccessAssociationArn=[associated["domainNameAccessAssociationArn"], "x"])
        KNOWN.update(clientCertificateId=[certificate, "x"], basePath=["a/b", "(none)", "", "x"])


def restore_v2(plane: Control) -> None:
    """Likewise an HTTP API `known2` and a WebSocket API `known3` with something of every noun."""
    for api_id, protocol in (("known2", "HTTP"), ("known3", "WEBSOCKET")):
        try:
            plane.v2.get_api(ApiId=api_id)
        except ClientError:
            more = {} if protocol == "HTTP" else {"RouteSelectionExpression": "$request.body.action"}
            plane.v2.create_api(Name="x", ProtocolType=protocol, Tags={"_custom_id_": api_id}, **more)
            restore_api(plane, api_id, protocol == "HTTP")


def restore_api(plane: Control, api_id: str, http: bool) -> None:
    kind = (
        {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "GET", "IntegrationUri": "http://a.test"}
        if http
        else {"IntegrationType": "MOCK"}
    )
    made = {
        "IntegrationId": plane.v2.create_integration(ApiId=api_id, **kind, PayloadFormatVersion="1.0")["IntegrationId"],
        "RouteId": plane.v2.create_route(ApiId=api_id, RouteKey="GET /orders")["RouteId"],
        "DeploymentId": plane.v2.create_deployment(ApiId=api_id)["DeploymentId"],
    }
    name = "$default" if http else "dev"
    plane.v2.create_stage(ApiId=api_id, StageName=name, AutoDeploy=True)
    source = "$request.header.a" if http else "route.request.header.a"
    version = {"AuthorizerPayloadFormatVersion": "2.0"} if http else {}
    made["AuthorizerId"] = plane.v2.create_authorizer(
        ApiId=api_id, Name="a", AuthorizerType="REQUEST", IdentitySource=[source], AuthorizerUri=LAMBDA, **version
    )["AuthorizerId"]
    if not http:
        integration = {"ApiId": api_id, "IntegrationId": made["IntegrationId"]}
        route = {"ApiId": api_id, "RouteId": made["RouteId"]}
        response = plane.v2.create_integration_response(**integration, IntegrationResponseKey="$default")
        made["IntegrationResponseId"] = response["IntegrationResponseId"]
        response = plane.v2.create_route_response(**route, RouteResponseKey="$default")
        made["RouteResponseId"] = response["RouteResponseId"]
        made["ModelId"] = plane.v2.create_model(ApiId=api_id, Name="M", Schema="{}")["ModelId"]
    for member, value in made.items():
        KNOWN[member] = [value, *KNOWN.get(member, ["x"])[:3]]
    KNOWN["StageName"] = ["$default", "dev", "x", ""]


def restore_v2_domains(plane: Control) -> None:
    """Likewise a domain name `known2.example.com` and a link."""
    name = "known2.example.com"
    try:
        plane.v2.get_domain_name(DomainName=name)
    except ClientError:
        regional = {"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL"}
        plane.v2.create_domain_name(DomainName=name, DomainNameConfigurations=[regional])
        api_id, _ = plane.mock_api()
        plane.rest.create_deployment(restApiId=api_id, stageName="dev")
        to = {"ApiId": api_id, "Stage": "dev"}
        mapping = plane.v2.create_api_mapping(DomainName=name, ApiMappingKey="a/b", **to)["ApiMappingId"]
        rule = plane.v2.create_routing_rule(
            DomainName=name, Priority=1, Conditions=[], Actions=[{"InvokeApi": to | {"StripBasePath": True}}]
        )["RoutingRuleId"]
        links = plane.v2.get_vpc_links()["Items"] or [plane.v2.create_vpc_link(Name="x", SubnetIds=["a"])]
        link = links[0]["VpcLinkId"]
        KNOWN.update(DomainName=[name, name, "x.example.com"], ApiMappingId=[mapping, "x"], RoutingRuleId=[rule, "x"])
        KNOWN.update(VpcLinkId=[link, "x"], ConnectionId=[link, "x"])


EVERY = [(service, operation) for service, handlers in OPERATIONS.items() for operation in sorted(handlers)]


@pytest.mark.parametrize(("service", "operation"), EVERY)
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(data=st.data())
def test_no_call_is_a_fault(lasting: Control, service: str, operation: str, data: st.DataObject) -> None:
    restore(lasting)
    restore_domains(lasting)
    restore_v2(lasting)
    restore_v2_domains(lasting)
    shape = MODELS[service].operation_model(operation).input_shape
    params = data.draw(values(shape)) if shape is not None else {}
    status = 200
    try:
        client = lasting.rest if service == "apigateway" else lasting.v2
        getattr(client, xform_name(operation))(**params)
    except ClientError as error:
        response: Any = error.response
        status = response["ResponseMetadata"]["HTTPStatusCode"]
    except (BotoCoreError, ValueError, TypeError):
        reject()  # the SDK itself cannot send this
    assert status < 500
