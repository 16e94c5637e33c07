"""Product pages: Markdown of a product's own. CreateProductPage, GetProductPage, ListProductPages, Update…, Delete….

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-portals-create-product-page.html
"""

from __future__ import annotations

from gatewright.catalog import arns
from gatewright.control.call import Call, Params
from gatewright.control.v2 import members, portal_lookup, portal_products
from gatewright.store.base import Body

_KIND = "product_page"


def create_product_page(call: Call, params: Params) -> Params:
    product_id = portal_lookup.product(call, params)["PortalProductId"]
    page_id = portal_lookup.new_id(call, _KIND, product_id)
    page = {
        "DisplayContent": params["DisplayContent"],
        "LastModified": call.now,
        "ProductPageArn": arns.product_page(call.region, call.account, product_id, page_id),
        "ProductPageId": page_id,
        "_created": call.now,
    }
    return call.insert(_KIND, product_id, page_id, page)


def get_product_page(call: Call, params: Params) -> Params:
    return portal_lookup.page(portal_lookup.owned(call, params, "GetProductPage"), params, _KIND)[1]


def list_product_pages(call: Call, params: Params) -> Params:
    """Without the pages' bodies."""
    theirs = portal_lookup.owned(call, params, "ListProductPages")
    pages = theirs.list(_KIND, portal_lookup.product(theirs, params)["PortalProductId"])
    return members.listed([page | {"PageTitle": page["DisplayContent"]["Title"]} for page in pages], _age, params)


def update_product_page(call: Call, params: Params) -> Params:
    product, page = portal_lookup.page(call, params, _KIND)
    page |= members.given(params, ("DisplayContent",)) | {"LastModified": call.now}
    return call.put(_KIND, product["PortalProductId"], page["ProductPageId"], page)


def delete_product_page(call: Call, params: Params) -> None:
    """The product's display order forgets it (unverified)."""
    product, page = portal_lookup.page(call, params, _KIND)
    call.delete(_KIND, product["PortalProductId"], page["ProductPageId"])
    portal_products.without_page(call, product, page["ProductPageArn"])


def _age(page: Body) -> str:
    return f"{page['_created']:012d} {page['ProductPageId']}"
