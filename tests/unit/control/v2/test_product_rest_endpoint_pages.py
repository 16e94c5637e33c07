from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.control.support import ACCOUNT, Control, bad, missing, refused, shown
from tests.unit.control.v2.portal_support import endpoint, product

OPEN = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]}
)


def deployed(plane: Control, **members: Any) -> str:
    api_id, _ = plane.mock_api(**members)
    plane.rest.create_deployment(restApiId=api_id, stageName="prod")
    return api_id


def test_pages(plane: Control) -> None:
    api_id = deployed(plane)
    product_id, _ = product(plane.v2)
    made = shown(endpoint(plane.v2, product_id, api_id))
    page_id = made["ProductRestEndpointPageId"]
    arn = f"arn:aws:apigateway:us-east-1:{ACCOUNT}:/portalproducts/{product_id}/productrestendpointpages/{page_id}"
    assert made["ProductRestEndpointPageArn"] == arn
    assert (made["Status"], made["TryItState"]) == ("AVAILABLE", "DISABLED")
    url = f"https://{api_id}.execute-api.us-east-1.amazonaws.com/prod"
    assert made["DisplayContent"] == {"Endpoint": url}
    at = {"PortalProductId": product_id, "ProductRestEndpointPageId": page_id}
    assert shown(plane.v2.get_product_rest_endpoint_page(**at)) == made
    raw = plane.v2.get_product_rest_endpoint_page(**at, IncludeRawDisplayContent="true")["RawDisplayContent"]
    assert json.loads(raw)["servers"] == [{"url": url}]
    assert list(json.loads(raw)["paths"]["/"]) == ["get"]
    overrides = {"Endpoint": "https://api.example.com", "OperationName": "Dogs", "Body": "text"}
    after = plane.v2.update_product_rest_endpoint_page(
        **at, DisplayContent={"Overrides": overrides}, TryItState="ENABLED"
    )
    assert (after["DisplayContent"], after["TryItState"]) == (overrides, "ENABLED")
    (listed,) = plane.v2.list_product_rest_endpoint_pages(PortalProductId=product_id)["Items"]
    assert (listed["Endpoint"], listed["OperationName"]) == ("https://api.example.com", "Dogs")
    assert "Body" not in listed
    after = plane.v2.update_product_rest_endpoint_page(**at, DisplayContent={"None": {}})
    assert after["DisplayContent"] == {"Endpoint": url}
    plane.v2.delete_product_rest_endpoint_page(**at)
    assert refused(plane.v2.get_product_rest_endpoint_page, **at) == missing(
        f"Invalid ProductRestEndpointPage identifier specified {page_id}"
    )


def test_documentation_is_the_body(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    plane.rest.create_documentation_part(
        restApiId=api_id,
        location={"type": "METHOD", "path": "/", "method": "GET"},
        properties='{"summary": "Dogs", "description": "All of *them*"}',
    )
    plane.rest.create_documentation_version(restApiId=api_id, documentationVersion="1")
    deployment = plane.rest.create_deployment(restApiId=api_id)["id"]
    plane.rest.create_stage(restApiId=api_id, stageName="prod", deploymentId=deployment, documentationVersion="1")
    made = endpoint(plane.v2, product(plane.v2)[0], api_id)
    assert made["DisplayContent"]["Body"] == "Dogs\n\nAll of *them*"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"RestApiId": "nothere000"}, "Stage prod of REST API nothere000 does not exist"),
        ({"Method": "PUT"}, "PUT / is not deployed to stage prod"),
        ({"Path": "/dogs"}, "GET /dogs is not deployed to stage prod"),
    ],
)
def test_what_is_not_there_has_failed(plane: Control, parts: dict[str, str], message: str) -> None:
    made = endpoint(plane.v2, product(plane.v2)[0], deployed(plane), parts=parts)
    assert made["Status"] == "FAILED"
    assert made["StatusException"] == {"Exception": "NotFoundException", "Message": message}


def test_private_apis_cannot_be_tried(plane: Control) -> None:
    api_id = deployed(plane, endpointConfiguration={"types": ["PRIVATE"]}, policy=OPEN)
    product_id, _ = product(plane.v2)
    message = "Try it is not supported for private APIs"
    given = {"IdentifierParts": {"RestApiId": api_id, "Stage": "prod", "Path": "/", "Method": "GET"}}
    create = plane.v2.create_product_rest_endpoint_page
    assert refused(create, PortalProductId=product_id, RestEndpointIdentifier=given, TryItState="ENABLED") == bad(
        message
    )
    made = endpoint(plane.v2, product_id, api_id)
    at = {"PortalProductId": product_id, "ProductRestEndpointPageId": made["ProductRestEndpointPageId"]}
    assert refused(plane.v2.update_product_rest_endpoint_page, **at, TryItState="ENABLED") == bad(message)


def test_what_is_refused(plane: Control) -> None:
    product_id, _ = product(plane.v2)
    create = plane.v2.create_product_rest_endpoint_page
    assert refused(create, PortalProductId=product_id, RestEndpointIdentifier={}) == bad(
        "RestEndpointIdentifier must have identifierParts"
    )
    given = {"IdentifierParts": {"RestApiId": "a", "Stage": "prod", "Path": "/", "Method": "GET"}}
    contents: tuple[dict[str, Any], ...] = ({}, {"None": {}, "Overrides": {}})
    for content in contents:
        assert refused(create, PortalProductId=product_id, RestEndpointIdentifier=given, DisplayContent=content) == bad(
            "DisplayContent must have exactly one of none and overrides"
        )
    unknown = missing("Invalid PortalProduct identifier specified nothere000")
    assert refused(create, PortalProductId="nothere000", RestEndpointIdentifier=given) == unknown
    assert refused(plane.v2.list_product_rest_endpoint_pages, PortalProductId="nothere000") == unknown


@pytest.mark.parametrize("verb", ["get", "update", "delete"])
def test_unknown_pages(plane: Control, verb: str) -> None:
    product_id, _ = product(plane.v2)
    call = getattr(plane.v2, f"{verb}_product_rest_endpoint_page")
    assert refused(call, PortalProductId=product_id, ProductRestEndpointPageId="nothere000") == missing(
        "Invalid ProductRestEndpointPage identifier specified nothere000"
    )
