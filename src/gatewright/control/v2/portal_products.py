"""Portal products and their sharing policies: Create, Get, List, Update, Delete; Put, Get, Delete of the policy.

A product is a set of pages about REST APIs. What its display order does not name is a draft, and shown nowhere.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-portals-portal-product.html
"""

from __future__ import annotations

from typing import Any

from gatewright.catalog import arns
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import tags
from gatewright.control.v2 import members, portal_lookup, sharing
from gatewright.store.base import Body

_ENDPOINTS = "ProductRestEndpointPageArns"
_OWN, _OTHERS = "SELF", "OTHER_ACCOUNTS"
_PAGES = ("product_page", "product_rest_endpoint_page")


def create_portal_product(call: Call, params: Params) -> Params:
    tags.check(params.get("Tags") or {})
    new_id = portal_lookup.new_id(call, "portal_product")
    return call.insert(
        "portal_product",
        "",
        new_id,
        members.given(params, ("DisplayName", "Tags"))
        | {
            "Description": params.get("Description") or "",
            "LastModified": call.now,
            "PortalProductArn": arns.portal_product(call.region, call.account, new_id),
            "PortalProductId": new_id,
            "_created": call.now,
        },
    )


def get_portal_product(call: Call, params: Params) -> Params:
    return portal_lookup.product(portal_lookup.owned(call, params, "GetPortalProduct"), params)


def list_portal_products(call: Call, params: Params) -> Params:
    """Of the caller's account, or those that others share with it; unverified: the names of the two, and the default"""
    owner = params.get("ResourceOwner") or _OWN
    if owner not in (_OWN, _OTHERS):
        raise errors.bad_request(f"Invalid resourceOwner specified: {owner}. Must be one of: [{_OWN}, {_OTHERS}]")
    items = call.list("portal_product", "") if owner == _OWN else portal_lookup.shared(call)
    return members.listed(items, _age, params)


def update_portal_product(call: Call, params: Params) -> Params:
    product = portal_lookup.product(call, params)
    after = product | {
        name: params[name] for name in ("DisplayName", "Description", "DisplayOrder") if params.get(name) is not None
    }
    _check_order(call, product["PortalProductId"], after.get("DisplayOrder") or {})
    return save(call, after)


def delete_portal_product(call: Call, params: Params) -> None:
    """Portals that include it must let go of it before they are published again (unverified)."""
    product_id = portal_lookup.product(call, params)["PortalProductId"]
    for kind in _PAGES:
        call.tx.delete_children(call.account, call.region, product_id, kind)
    call.delete("portal_product", "", product_id)


def put_portal_product_sharing_policy(call: Call, params: Params) -> Params:
    product = portal_lookup.product(call, params)
    sharing.check(params["PolicyDocument"])
    save(call, product | {"_policy": params["PolicyDocument"]})
    return {}


def get_portal_product_sharing_policy(call: Call, params: Params) -> Params:
    product = portal_lookup.product(call, params)
    return {"PolicyDocument": _policy(product), "PortalProductId": product["PortalProductId"]}


def delete_portal_product_sharing_policy(call: Call, params: Params) -> None:
    product = portal_lookup.product(call, params)
    _policy(product)
    save(call, {name: value for name, value in product.items() if name != "_policy"})


def save(call: Call, product: Body) -> Body:
    """Store a product that has changed."""
    return call.put("portal_product", "", product["PortalProductId"], product | {"LastModified": call.now})


def without_page(call: Call, product: Body, arn: str) -> None:
    """Take a page that is deleted out of its product's display order."""
    order = product.get("DisplayOrder")
    if order is None:
        return
    kept: dict[str, Any] = {name: value for name, value in order.items() if value != arn}
    if kept.get("ProductPageArns"):
        kept["ProductPageArns"] = [each for each in kept["ProductPageArns"] if each != arn]
    if kept.get("Contents"):
        kept["Contents"] = [
            section | {_ENDPOINTS: [page for page in section[_ENDPOINTS] if page != arn]}
            for section in kept["Contents"]
        ]
    save(call, product | {"DisplayOrder": kept})


def _check_order(call: Call, id: str, order: Body) -> None:
    """Raises BadRequestException when it names what is no page of the product (unverified wording)."""
    pages = {each["ProductPageArn"] for each in call.list("product_page", id)}
    endpoints = {each["ProductRestEndpointPageArn"] for each in call.list("product_rest_endpoint_page", id)}
    named = [*(order.get("ProductPageArns") or ())]
    if order.get("OverviewPageArn"):
        named.append(order["OverviewPageArn"])
    wrong = [each for each in named if each not in pages]
    for section in order.get("Contents") or ():
        wrong += [each for each in section[_ENDPOINTS] if each not in endpoints]
    if wrong:
        raise errors.bad_request(f"Invalid page ARN specified in displayOrder: {wrong[0]}")


def _policy(product: Body) -> str:
    policy: str | None = product.get("_policy")
    if policy is None:
        # unverified wording
        raise errors.not_found(f"No sharing policy found for portal product {product['PortalProductId']}")
    return policy


def _age(body: Body) -> str:
    return f"{body['_created']:012d} {body['PortalProductId']}"
