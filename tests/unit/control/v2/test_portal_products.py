from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.control.support import ACCOUNT, Control, bad, missing, refused, shown
from tests.unit.control.v2.portal_support import endpoint, full, page, product

POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})
NO_PRODUCT = missing("Invalid PortalProduct identifier specified nothere000")


def test_a_new_product(plane: Control) -> None:
    made = shown(plane.v2.create_portal_product(DisplayName="Dogs", Tags={"a": "b"}))
    product_id = made["PortalProductId"]
    assert made["PortalProductArn"] == f"arn:aws:apigateway:us-east-1:{ACCOUNT}:/portalproducts/{product_id}"
    assert (made["DisplayName"], made["Description"], made["Tags"]) == ("Dogs", "", {"a": "b"})
    assert shown(plane.v2.get_portal_product(PortalProductId=product_id)) == made
    assert plane.v2.list_portal_products()["Items"] == [made]
    plane.v2.tag_resource(ResourceArn=made["PortalProductArn"], Tags={"c": "d"})
    assert plane.v2.get_portal_product(PortalProductId=product_id)["Tags"] == {"a": "b", "c": "d"}


def test_the_display_order_names_pages_of_the_product(plane: Control) -> None:
    product_id, _ = product(plane.v2)
    other, _ = product(plane.v2)
    mine, theirs = page(plane.v2, product_id)["ProductPageArn"], page(plane.v2, other)["ProductPageArn"]
    orders: list[tuple[dict[str, Any], str]] = [
        ({"OverviewPageArn": theirs}, theirs),
        ({"ProductPageArns": [mine, theirs]}, theirs),
        ({"Contents": [{"SectionName": "x", "ProductRestEndpointPageArns": [mine]}]}, mine),
    ]
    for order, wrong in orders:
        assert refused(plane.v2.update_portal_product, PortalProductId=product_id, DisplayOrder=order) == bad(
            f"Invalid page ARN specified in displayOrder: {wrong}"
        )
    after = plane.v2.update_portal_product(PortalProductId=product_id, DisplayOrder={"ProductPageArns": [mine]})
    assert after["DisplayOrder"] == {"ProductPageArns": [mine]}
    after = plane.v2.update_portal_product(PortalProductId=product_id, Description="")
    assert (after["Description"], after["DisplayOrder"]) == ("", {"ProductPageArns": [mine]})


def test_the_display_order_forgets_deleted_pages(plane: Control) -> None:
    _, ids = full(plane)
    at = {"PortalProductId": ids["product"]}
    plane.v2.delete_product_page(**at, ProductPageId=ids["overview"])
    plane.v2.delete_product_page(**at, ProductPageId=ids["terms"])
    plane.v2.delete_product_rest_endpoint_page(**at, ProductRestEndpointPageId=ids["endpoint"])
    assert plane.v2.get_portal_product(**at)["DisplayOrder"] == {
        "ProductPageArns": [],
        "Contents": [{"SectionName": "Adopt", "ProductRestEndpointPageArns": []}],
    }


def test_pages_go_with_their_product(plane: Control) -> None:
    product_id, _ = product(plane.v2)
    made = page(plane.v2, product_id)
    api_id, _ = plane.mock_api()
    endpoint(plane.v2, product_id, api_id)
    plane.v2.delete_portal_product(PortalProductId=product_id)
    assert refused(plane.v2.get_product_page, PortalProductId=product_id, ProductPageId=made["ProductPageId"])[0] == 404
    with plane.store.transaction(write=False) as tx:
        assert not tx.scan("product_page")
        assert not tx.scan("product_rest_endpoint_page")


def test_sharing_policies(plane: Control) -> None:
    product_id, _ = product(plane.v2)
    at = {"PortalProductId": product_id}
    none = missing(f"No sharing policy found for portal product {product_id}")
    assert refused(plane.v2.get_portal_product_sharing_policy, **at) == none
    assert refused(plane.v2.delete_portal_product_sharing_policy, **at) == none
    wrong = refused(plane.v2.put_portal_product_sharing_policy, **at, PolicyDocument="no")
    assert wrong[:2] == (400, "BadRequestException")
    plane.v2.put_portal_product_sharing_policy(**at, PolicyDocument=POLICY)
    assert shown(plane.v2.get_portal_product_sharing_policy(**at)) == at | {"PolicyDocument": POLICY}
    plane.v2.delete_portal_product_sharing_policy(**at)
    assert refused(plane.v2.get_portal_product_sharing_policy, **at) == none


def test_products_of_others_are_listed_when_they_are_shared(plane: Control) -> None:
    owner = plane.client("apigatewayv2", account="222222222222")
    product_id, arn = product(owner)
    product(owner, DisplayName="not shared")
    owner.put_portal_product_sharing_policy(PortalProductId=product_id, PolicyDocument=POLICY)
    assert plane.v2.list_portal_products(ResourceOwner="SELF")["Items"] == []
    listed = plane.v2.list_portal_products(ResourceOwner="OTHER_ACCOUNTS")["Items"]
    assert [each["PortalProductArn"] for each in listed] == [arn]
    assert refused(plane.v2.list_portal_products, ResourceOwner="ALL") == bad(
        "Invalid resourceOwner specified: ALL. Must be one of: [SELF, OTHER_ACCOUNTS]"
    )


@pytest.mark.parametrize(
    "operation",
    [
        "get_portal_product",
        "update_portal_product",
        "delete_portal_product",
        "get_portal_product_sharing_policy",
        "delete_portal_product_sharing_policy",
    ],
)
def test_unknown_products(plane: Control, operation: str) -> None:
    assert refused(getattr(plane.v2, operation), PortalProductId="nothere000") == NO_PRODUCT
    put = plane.v2.put_portal_product_sharing_policy
    assert refused(put, PortalProductId="nothere000", PolicyDocument=POLICY) == NO_PRODUCT
