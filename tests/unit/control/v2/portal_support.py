"""Portals in a few words."""

from __future__ import annotations

from typing import Any

from gatewright.aws.base import HttpRequest, HttpResponse
from gatewright.control.portal_pages import PortalPages
from tests.unit.control.support import Control

COLORS = {
    "AccentColor": "#0972d3",
    "BackgroundColor": "#ffffff",
    "ErrorValidationColor": "#d91515",
    "HeaderColor": "#000716",
    "NavigationColor": "#f4f4f4",
    "TextColor": "black",
}


def described(**members: Any) -> dict[str, Any]:
    """What CreatePortal is given."""
    return {
        "Authorization": {"None": {}},
        "EndpointConfiguration": {"None": {}},
        "PortalContent": {"DisplayName": "Pets", "Description": "All of them", "Theme": {"CustomColors": COLORS}},
    } | members


def portal(plane: Control, **members: Any) -> str:
    made: str = plane.v2.create_portal(**described(**members))["PortalId"]
    return made


def product(client: Any, **members: Any) -> tuple[str, str]:
    """A new product: its id and ARN."""
    made = client.create_portal_product(**{"DisplayName": "Dogs", "Description": "Who barks"} | members)
    return made["PortalProductId"], made["PortalProductArn"]


def page(client: Any, product_id: str, title: str = "Terms", body: str = "# Be kind") -> dict[str, Any]:
    made: dict[str, Any] = client.create_product_page(
        PortalProductId=product_id, DisplayContent={"Title": title, "Body": body}
    )
    return made


def endpoint(client: Any, product_id: str, api_id: str, **members: Any) -> dict[str, Any]:
    """A page of `GET /` of an API's stage prod."""
    parts = {"RestApiId": api_id, "Stage": "prod", "Path": "/", "Method": "GET"} | members.pop("parts", {})
    made: dict[str, Any] = client.create_product_rest_endpoint_page(
        PortalProductId=product_id, RestEndpointIdentifier={"IdentifierParts": parts}, **members
    )
    return made


def full(plane: Control, **members: Any) -> tuple[str, dict[str, str]]:
    """A portal with one product that has one of each: the portal's id, and ids of what is in it."""
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="prod")
    product_id, arn = product(plane.v2)
    overview, terms = page(plane.v2, product_id, "Overview", "All about *dogs*"), page(plane.v2, product_id)
    draft = page(plane.v2, product_id, "Draft", "not yet")
    shown = endpoint(
        plane.v2,
        product_id,
        api_id,
        DisplayContent={"Overrides": {"OperationName": "List dogs", "Body": "Every **dog**"}},
        TryItState="ENABLED",
    )
    order = {
        "OverviewPageArn": overview["ProductPageArn"],
        "ProductPageArns": [terms["ProductPageArn"]],
        "Contents": [
            {"SectionName": "Adopt", "ProductRestEndpointPageArns": [shown["ProductRestEndpointPageArn"]]},
        ],
    }
    plane.v2.update_portal_product(PortalProductId=product_id, DisplayOrder=order)
    made = portal(plane, IncludedPortalProductArns=[arn], **members)
    return made, {
        "api": api_id,
        "product": product_id,
        "arn": arn,
        "terms": terms["ProductPageId"],
        "overview": overview["ProductPageId"],
        "draft": draft["ProductPageId"],
        "endpoint": shown["ProductRestEndpointPageId"],
    }


def fetch(plane: Control, path: str, method: str = "GET") -> HttpResponse:
    """What control serves under a path."""
    return PortalPages(plane.store, plane.clock).handle(HttpRequest(method, path.encode(), b"", [], b""))


def page_of(plane: Control, portal_id: str, name: str = "") -> str:
    """The text of a published page."""
    answer = fetch(plane, f"/_gatewright/portals/{portal_id}/{name}")
    assert answer.status == 200, answer
    return answer.body.decode()
