"""Portals through boto3 against a running server, and their pages over HTTP."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.unit.control.v2.portal_support import described, endpoint, page, product
from tests.wire.rest_support import Api
from tests.wire.spoken import fails
from tests.wire.support import Server, free_port

POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})
CHROME = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0", "Sec-Fetch-Site": "cross-site"}
NO_PRODUCT = "Invalid PortalProduct identifier specified nothere000"
UNKNOWN = {"PortalProductId": "nothere000"}
MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}


def get(server: Server, path: str, verb: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(verb, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read().decode()
    finally:
        connection.close()


@pytest.fixture
def client(live: Server) -> Any:
    return live.client("apigatewayv2")


@pytest.fixture
def api(live: Server) -> Iterator[Api]:
    made = Api(live).method("/dogs", "GET", MOCK)
    place = {"restApiId": made.id, "resourceId": made.resource("/dogs"), "httpMethod": "GET", "statusCode": "200"}
    made.client.put_method_response(**place)
    made.client.put_integration_response(**place)
    yield made.deploy()
    made.client.delete_rest_api(restApiId=made.id)


@pytest.fixture
def filled(client: Any, api: Api) -> Iterator[tuple[str, str, str]]:
    """A product with a page and an endpoint, in display order: its id, its ARN, the endpoint page's id."""
    product_id, arn = product(client)
    terms = page(client, product_id, body="# Be kind\n<script>alert(1)</script>")
    dogs = endpoint(client, product_id, api.id, parts={"Path": "/dogs", "Stage": "v1"}, TryItState="ENABLED")
    order = {
        "OverviewPageArn": terms["ProductPageArn"],
        "ProductPageArns": [terms["ProductPageArn"]],
        "Contents": [{"SectionName": "All", "ProductRestEndpointPageArns": [dogs["ProductRestEndpointPageArn"]]}],
    }
    client.update_portal_product(PortalProductId=product_id, DisplayOrder=order)
    yield product_id, arn, dogs["ProductRestEndpointPageId"]
    client.delete_portal_product(PortalProductId=product_id)


def test_products(client: Any) -> None:
    product_id, arn = product(client)
    at = {"PortalProductId": product_id}
    assert client.get_portal_product(**at)["PortalProductArn"] == arn
    assert arn in [each["PortalProductArn"] for each in client.list_portal_products()["Items"]]
    assert client.update_portal_product(**at, DisplayName="Cats")["DisplayName"] == "Cats"
    client.put_portal_product_sharing_policy(**at, PolicyDocument=POLICY)
    assert client.get_portal_product_sharing_policy(**at)["PolicyDocument"] == POLICY
    client.delete_portal_product_sharing_policy(**at)
    fails(404, "No sharing policy found", client.get_portal_product_sharing_policy, **at)
    fails(400, "Invalid policy document", client.put_portal_product_sharing_policy, **at, PolicyDocument="x")
    fails(400, "Invalid page ARN", client.update_portal_product, **at, DisplayOrder={"OverviewPageArn": arn})
    fails(400, "Invalid resourceOwner", client.list_portal_products, ResourceOwner="x")
    client.delete_portal_product(**at)
    for operation in (
        client.get_portal_product,
        client.update_portal_product,
        client.delete_portal_product,
        client.get_portal_product_sharing_policy,
        client.delete_portal_product_sharing_policy,
    ):
        fails(404, NO_PRODUCT, operation, **UNKNOWN)
    fails(404, NO_PRODUCT, client.put_portal_product_sharing_policy, **UNKNOWN, PolicyDocument=POLICY)


def test_bad_names(live: Server) -> None:
    unchecked = live.client("apigatewayv2", validate=False)
    fails(400, "displayName", unchecked.create_portal_product, DisplayName="")
    fails(400, "Invalid nextToken", unchecked.list_portals, NextToken="nonsense")


def test_product_pages(client: Any) -> None:
    product_id, _ = product(client)
    made = page(client, product_id)
    at = {"PortalProductId": product_id, "ProductPageId": made["ProductPageId"]}
    assert client.get_product_page(**at)["DisplayContent"]["Title"] == "Terms"
    (listed,) = client.list_product_pages(PortalProductId=product_id)["Items"]
    assert listed["PageTitle"] == "Terms"
    content = {"Title": "T", "Body": "text"}
    assert client.update_product_page(**at, DisplayContent=content)["DisplayContent"] == content
    client.delete_product_page(**at)
    for operation in (client.get_product_page, client.update_product_page, client.delete_product_page):
        fails(404, "Invalid ProductPage identifier specified", operation, **at)
    fails(404, NO_PRODUCT, client.list_product_pages, **UNKNOWN)
    fails(404, NO_PRODUCT, client.create_product_page, **UNKNOWN, DisplayContent=content)
    client.delete_portal_product(PortalProductId=product_id)


def test_product_rest_endpoint_pages(client: Any, api: Api) -> None:
    product_id, _ = product(client)
    parts = {"RestApiId": api.id, "Path": "/dogs", "Stage": "v1", "Method": "GET"}
    made = endpoint(client, product_id, api.id, parts=parts)
    assert made["Status"] == "AVAILABLE"
    at = {"PortalProductId": product_id, "ProductRestEndpointPageId": made["ProductRestEndpointPageId"]}
    raw = client.get_product_rest_endpoint_page(**at, IncludeRawDisplayContent="true")["RawDisplayContent"]
    assert list(json.loads(raw)["paths"]) == ["/dogs"]
    (listed,) = client.list_product_rest_endpoint_pages(PortalProductId=product_id)["Items"]
    assert listed["Endpoint"] == f"https://{api.id}.execute-api.us-east-1.amazonaws.com/v1"
    assert client.update_product_rest_endpoint_page(**at, TryItState="ENABLED")["TryItState"] == "ENABLED"
    client.delete_product_rest_endpoint_page(**at)
    for verb in ("get", "update", "delete"):
        operation = getattr(client, f"{verb}_product_rest_endpoint_page")
        fails(404, "Invalid ProductRestEndpointPage identifier specified", operation, **at)
    fails(404, NO_PRODUCT, client.list_product_rest_endpoint_pages, **UNKNOWN)
    create = client.create_product_rest_endpoint_page
    fails(404, NO_PRODUCT, create, **UNKNOWN, RestEndpointIdentifier={"IdentifierParts": parts})
    fails(400, "identifierParts", create, PortalProductId=product_id, RestEndpointIdentifier={})
    client.delete_portal_product(PortalProductId=product_id)


def test_portals(client: Any) -> None:
    made = client.create_portal(**described(Tags={"a": "b"}))
    at = {"PortalId": made["PortalId"]}
    assert client.get_portal(**at)["PublishStatus"] == "DISABLED"
    assert made["PortalId"] in [each["PortalId"] for each in client.list_portals()["Items"]]
    assert client.get_tags(ResourceArn=made["PortalArn"])["Tags"] == {"a": "b"}
    content = described()["PortalContent"] | {"DisplayName": "Animals"}
    assert client.update_portal(**at, PortalContent=content)["PortalContent"]["DisplayName"] == "Animals"
    fails(400, "must have exactly one of", client.create_portal, **described(Authorization={}))
    fails(400, "must have exactly one of", client.update_portal, **at, Authorization={})
    client.publish_portal(**at)
    fails(400, "must be disabled", client.delete_portal, **at)
    client.disable_portal(**at)
    fails(409, "already disabled", client.disable_portal, **at)
    client.delete_portal(**at)
    for verb in ("get", "update", "delete", "publish", "disable", "preview"):
        fails(404, "Invalid Portal identifier specified", getattr(client, f"{verb}_portal"), **at)


def test_pages(live: Server, client: Any, api: Api, filled: tuple[str, str, str]) -> None:
    product_id, arn, dogs = filled
    portal_id = client.create_portal(**described(IncludedPortalProductArns=[arn]))["PortalId"]
    base = f"/_gatewright/portals/{portal_id}/"
    assert get(live, base)[0] == 404
    client.publish_portal(PortalId=portal_id, Description="first")
    status, headers, body = get(live, base)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Dogs" in body
    policy = headers["content-security-policy"]
    assert "allow-same-origin" not in policy
    assert "unsafe" not in policy
    # Everything that the pages refer to is there, and is what it says.
    seen, left = set[str](), {"index.html"}
    while left:
        name = left.pop()
        seen.add(name)
        status, headers, body = get(live, base + name)
        assert status == 200, name
        assert headers["x-content-type-options"] == "nosniff"
        if name.endswith(".html"):
            assert "<script>" not in body
            left |= set(re.findall(r'(?:href|src)="([\w-]+\.\w+)"', body)) - seen
    assert {f"product-{product_id}.html", f"endpoint-{dogs}.js", f"reference-{product_id}-0.html"} <= seen
    url = f"http://localhost:{live.port}/_aws/execute-api/{api.id}/v1"
    assert url in get(live, f"{base}endpoint-{dogs}.html")[2]
    assert f"connect-src {url}/;" in get(live, f"{base}endpoint-{dogs}.html")[1]["content-security-policy"]
    assert urlsplit(url).netloc == f"localhost:{live.port}"
    assert get(live, urlsplit(url).path + "/dogs")[0] == 200
    # By AWS's name, for browsers of anybody; nothing else is under it.
    name = f"p-{portal_id}.apigw-portal.us-east-1.on.aws"
    assert "Dogs" in get(live, "/", Host=name, Origin="https://a.test", **CHROME)[2]
    for path in ("/v2/portals", "/_gatewright/health", f"{base}index.html"):
        assert get(live, path, Host=name)[0] == 404
    assert get(live, "/", "POST", Host=name)[0] == 405
    status, headers, body = get(live, "/", "HEAD", Host=name)
    assert (status, body) == (200, "")
    assert int(headers["content-length"]) > 500
    # A name that a stranger has pointed here shows nothing under the path.
    assert get(live, base, Host="rebound.example")[0] == 403
    # What a portal's page sends to the control plane is refused: it has no origin, and no Referer.
    assert get(live, "/v2/portals", Origin="null", **CHROME)[0] == 403
    assert get(live, "/v2/portals", **CHROME)[0] == 403
    client.disable_portal(PortalId=portal_id)
    assert get(live, base)[0] == 404
    client.delete_portal(PortalId=portal_id)


def test_a_domain_name_and_a_preview(live: Server, client: Any, filled: tuple[str, str, str]) -> None:
    own = {
        "AcmManaged": {
            "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/a",
            "DomainName": "portal.example.com",
        }
    }
    given = described(IncludedPortalProductArns=[filled[1]], EndpointConfiguration=own)
    made = client.create_portal(**given)
    at = {"PortalId": made["PortalId"]}
    client.preview_portal(**at)
    preview = client.get_portal(**at)["Preview"]
    assert preview["PreviewStatus"] == "PREVIEW_READY"
    url = urlsplit(preview["PreviewUrl"])
    assert url.netloc == f"localhost:{live.port}"
    assert "Dogs" in get(live, url.path)[2]
    assert get(live, "/", Host="portal.example.com")[0] == 403
    client.publish_portal(**at)
    assert "Dogs" in get(live, "/", Host=f"portal.example.com:{live.port}")[2]
    assert get(live, "/", Host=made["EndpointConfiguration"]["PortalDefaultDomainName"])[0] == 404
    client.disable_portal(**at)
    assert get(live, "/", Host="portal.example.com")[0] == 403
    client.delete_portal(**at)


def test_cognito_lets_nobody_in(live: Server, client: Any) -> None:
    cognito = {
        "AppClientId": "client",
        "UserPoolArn": "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a",
        "UserPoolDomain": "https://pets.auth.us-east-1.amazoncognito.com",
    }
    at = {"PortalId": client.create_portal(**described(Authorization={"CognitoConfig": cognito}))["PortalId"]}
    client.publish_portal(**at)
    assert client.get_portal(**at)["PublishStatus"] == "PUBLISHED"
    assert get(live, f"/_gatewright/portals/{at['PortalId']}/")[0] == 403
    assert "Amazon Cognito is not supported yet" in live.output()
    client.disable_portal(**at)
    client.delete_portal(**at)


def test_in_production_the_public_port_serves_portals_by_name(own_server: Callable[..., Server]) -> None:
    port = free_port()
    secrets = {"GATEWRIGHT_ACCESS_KEY_ID": "AKIDEXAMPLE", "GATEWRIGHT_SECRET_ACCESS_KEY": "very-secret-key"}
    server = own_server("--profile", "production", "--control-port", str(port), env=secrets, ready_port=port)
    public, server.port = server.port, port
    client = server.client("apigatewayv2", key="AKIDEXAMPLE", secret="very-secret-key")
    made = client.create_portal(**described())
    client.publish_portal(PortalId=made["PortalId"])
    name = made["EndpointConfiguration"]["PortalDefaultDomainName"]
    path = f"/_gatewright/portals/{made['PortalId']}/"
    assert get(server, path)[0] == 404
    server.port = public
    assert get(server, "/", Host=name)[0] == 200
    assert get(server, path)[0] == 403
