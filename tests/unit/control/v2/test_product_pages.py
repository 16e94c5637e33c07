from __future__ import annotations

import pytest

from tests.unit.control.support import ACCOUNT, Control, missing, refused, shown
from tests.unit.control.v2.portal_support import page, product


def test_pages(plane: Control) -> None:
    product_id, _ = product(plane.v2)
    made = shown(page(plane.v2, product_id))
    page_id = made["ProductPageId"]
    arn = f"arn:aws:apigateway:us-east-1:{ACCOUNT}:/portalproducts/{product_id}/productpages/{page_id}"
    assert made["ProductPageArn"] == arn
    at = {"PortalProductId": product_id, "ProductPageId": page_id}
    assert shown(plane.v2.get_product_page(**at)) == made
    (listed,) = plane.v2.list_product_pages(PortalProductId=product_id)["Items"]
    assert listed == {
        "LastModified": made["LastModified"],
        "PageTitle": "Terms",
        "ProductPageArn": arn,
        "ProductPageId": page_id,
    }
    content = {"Title": "T", "Body": "x" * 32768}
    assert plane.v2.update_product_page(**at, DisplayContent=content)["DisplayContent"] == content
    plane.v2.delete_product_page(**at)
    assert refused(plane.v2.get_product_page, **at) == missing(f"Invalid ProductPage identifier specified {page_id}")


def test_limits(plane: Control) -> None:
    product_id, _ = product(plane.v2)
    for content in ({"Title": "T", "Body": "x" * 32769}, {"Title": "", "Body": "x"}, {"Title": "T"}):
        code = refused(plane.v2.create_product_page, PortalProductId=product_id, DisplayContent=content)[:2]
        assert code == (400, "BadRequestException")
    for _ in range(40):
        page(plane.v2, product_id)
    content = {"Title": "T", "Body": "x"}
    assert refused(plane.v2.create_product_page, PortalProductId=product_id, DisplayContent=content)[0] == 429


@pytest.mark.parametrize("operation", ["get_product_page", "update_product_page", "delete_product_page"])
def test_unknown_pages(plane: Control, operation: str) -> None:
    product_id, _ = product(plane.v2)
    call = getattr(plane.v2, operation)
    assert refused(call, PortalProductId=product_id, ProductPageId="nothere000") == missing(
        "Invalid ProductPage identifier specified nothere000"
    )
    unknown = missing("Invalid PortalProduct identifier specified nothere000")
    assert refused(call, PortalProductId="nothere000", ProductPageId="nothere000") == unknown
    assert refused(plane.v2.list_product_pages, PortalProductId="nothere000") == unknown
