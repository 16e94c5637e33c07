"""Finding what portals consist of, with AWS's answer when it is not there; products of other accounts by their policy.

Products and their pages may be read from another account (`resourceOwnerAccountId`, or a product's ARN in a portal)
when the product's sharing policy lets the caller's account. On AWS a resource share (AWS RAM) is needed besides; here
the policy alone decides.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gatewright.catalog import arns
from gatewright.control import account_policies, errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import lookup
from gatewright.store.base import Body

_PRODUCT = re.compile(r"/portalproducts/([a-z0-9]+)")
_NOUNS = {
    "product_page": ("ProductPageId", "ProductPage"),
    "product_rest_endpoint_page": ("ProductRestEndpointPageId", "ProductRestEndpointPage"),
}


def portal(call: Call, params: Params) -> Body:
    """The portal. Raises NotFoundException."""
    found = call.get("portal", "", params["PortalId"])
    if found is None:
        raise lookup.missing("Portal", params["PortalId"])
    return found


def product(call: Call, params: Params) -> Body:
    """The caller's own product. Raises NotFoundException."""
    found = call.get("portal_product", "", params["PortalProductId"])
    if found is None:
        raise lookup.missing("PortalProduct", params["PortalProductId"])
    return found


def page(call: Call, params: Params, kind: str) -> tuple[Body, Body]:
    """The caller's product, and a page of it. Raises NotFoundException."""
    owner = product(call, params)
    member, noun = _NOUNS[kind]
    found = call.get(kind, owner["PortalProductId"], params[member])
    if found is None:
        raise lookup.missing(noun, params[member])
    return owner, found


def owned(call: Call, params: Params, action: str) -> Call:
    """The call as the owner of the product would make it. Raises AccessDeniedException when that is not to be."""
    account = params.get("ResourceOwnerAccountId") or call.account
    if account == call.account:
        return call
    theirs = of_account(call, account)
    found = theirs.get("portal_product", "", params["PortalProductId"])
    if found is None or not may(call.account, found, action):
        # One answer for both: who may not read a product learns nothing of it (unverified).
        raise errors.denied(f"User is not authorized to access portal product {params['PortalProductId']}")
    return theirs


def included(call: Call, arn: str) -> tuple[Call, Body] | None:
    """The product that a portal of the caller names, and the call of its owner; None when it may not be shown."""
    parts = arns.parse(arn)
    match = None if parts is None else _PRODUCT.fullmatch(parts.resource)
    if parts is None or match is None or (parts.service, parts.region) != ("apigateway", call.region):
        return None
    theirs = of_account(call, parts.account)
    found = theirs.get("portal_product", "", match[1])
    if found is None or found["PortalProductArn"] != arn:
        return None
    if parts.account != call.account and not may(call.account, found, "GetPortalProduct"):
        return None
    return theirs, found


def may(account: str, product: Body, action: str) -> bool:
    """Whether a product's policy lets another account do something with it."""
    policy = product.get("_policy")
    return policy is not None and account_policies.allows(
        policy, account, f"apigateway:{action}", product["PortalProductArn"]
    )


def of_account(call: Call, account: str) -> Call:
    """The same call on behalf of another account."""
    if account == call.account:
        return call
    return Call(
        call.tx,
        replace(call.caller, account=account),
        call.settings,
        now=call.now,
        request_id=call.request_id,
        below=call.below,
    )


def shared(call: Call) -> list[Body]:
    """Products of other accounts in this Region that the caller may use."""
    found = [each for each in call.tx.scan("portal_product") if each.key.region == call.region]
    return [
        each.body
        for each in found
        if each.key.account != call.account and may(call.account, each.body, "GetPortalProduct")
    ]


def new_id(call: Call, kind: str, parent: str = "") -> str:
    """An id for something of portals, if there is room for one more."""
    lookup.room_for(call, kind, parent)
    return call.new_id(kind, parent)
