"""Product REST endpoint pages: a method of a stage as a product shows it. Create…, Get…, List…, Update…, Delete….

A page says AVAILABLE while the stage's deployment has the method, else FAILED with the reason. AWS comes to know this
some time after the page is made, we look whenever it is read (unverified: what AWS's reasons look like).
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-portals-create-product-rest-endpoint.html
"""

from __future__ import annotations

from gatewright.aws.base import AwsError
from gatewright.catalog import arns
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import exports
from gatewright.control.v2 import members, portal_lookup, portal_products
from gatewright.openapi import text
from gatewright.portal import reference
from gatewright.portal.base import Document
from gatewright.store.base import Body

_KIND = "product_rest_endpoint_page"
_ENABLED, _DISABLED = "ENABLED", "DISABLED"


def create_product_rest_endpoint_page(call: Call, params: Params) -> Params:
    product_id = portal_lookup.product(call, params)["PortalProductId"]
    if not params["RestEndpointIdentifier"].get("IdentifierParts"):
        raise errors.bad_request("RestEndpointIdentifier must have identifierParts")  # unverified wording
    page = {
        "RestEndpointIdentifier": params["RestEndpointIdentifier"],
        "TryItState": params.get("TryItState") or _DISABLED,
        "_overrides": _overrides(params.get("DisplayContent")),
        "_created": call.now,
    }
    _check_try_it(call, page)
    page_id = page["ProductRestEndpointPageId"] = portal_lookup.new_id(call, _KIND, product_id)
    arn = arns.product_rest_endpoint_page(call.region, call.account, product_id, page_id)
    return _save(call, product_id, page | {"ProductRestEndpointPageArn": arn})


def get_product_rest_endpoint_page(call: Call, params: Params) -> Params:
    """`includeRawDisplayContent=true` adds the method's OpenAPI document (unverified: what AWS adds)."""
    theirs = portal_lookup.owned(call, params, "GetProductRestEndpointPage")
    page = portal_lookup.page(theirs, params, _KIND)[1]
    made = shown(theirs, page)
    if params.get("IncludeRawDisplayContent") == "true" and made["Status"] == "AVAILABLE":
        parts = page["RestEndpointIdentifier"]["IdentifierParts"]
        found = described(theirs, page)
        one = reference.select(found, [(parts["Path"], parts["Method"])], made["DisplayContent"]["Endpoint"])
        made["RawDisplayContent"] = text.pretty(one)
    return made


def list_product_rest_endpoint_pages(call: Call, params: Params) -> Params:
    theirs = portal_lookup.owned(call, params, "ListProductRestEndpointPages")
    pages = theirs.list(_KIND, portal_lookup.product(theirs, params)["PortalProductId"])
    listed = members.listed(pages, _age, params)
    made = [shown(theirs, page) for page in listed["Items"]]
    return listed | {"Items": [page | page["DisplayContent"] for page in made]}


def update_product_rest_endpoint_page(call: Call, params: Params) -> Params:
    product, page = portal_lookup.page(call, params, _KIND)
    if params.get("DisplayContent") is not None:
        page["_overrides"] = _overrides(params["DisplayContent"])
    page |= members.given(params, ("TryItState",))
    _check_try_it(call, page)
    return _save(call, product["PortalProductId"], page)


def delete_product_rest_endpoint_page(call: Call, params: Params) -> None:
    """The product's display order forgets it (unverified)."""
    product, page = portal_lookup.page(call, params, _KIND)
    call.delete(_KIND, product["PortalProductId"], page["ProductRestEndpointPageId"])
    portal_products.without_page(call, product, page["ProductRestEndpointPageArn"])


def shown(call: Call, page: Body) -> Body:
    """A page as AWS answers it, from a call of its owner."""
    parts = page["RestEndpointIdentifier"]["IdentifierParts"]
    host = exports.execute_host(call.region, parts["RestApiId"])
    content = {"Endpoint": f"https://{host}/{parts['Stage']}"}
    try:
        operation = reference.operation(described(call, page), parts["Path"], parts["Method"]) or {}
    except AwsError as error:
        status: Body = {"Status": "FAILED", "StatusException": {"Exception": error.code, "Message": error.message}}
    else:
        status = {"Status": "AVAILABLE"}
        said = [operation[name] for name in ("summary", "description") if operation.get(name)]
        if said:
            content["Body"] = "\n\n".join(said)
    return page | status | {"DisplayContent": content | page["_overrides"]}


def described(call: Call, page: Body) -> Document:
    """The OpenAPI document of the stage that has the page's method. Raises AwsError when there is none."""
    parts = page["RestEndpointIdentifier"]["IdentifierParts"]
    stage = call.get("stage", parts["RestApiId"], parts["Stage"])
    if stage is None:
        raise errors.not_found(f"Stage {parts['Stage']} of REST API {parts['RestApiId']} does not exist")
    document, _ = exports.document(call, parts["RestApiId"], stage, "oas30")
    if reference.operation(document, parts["Path"], parts["Method"]) is None:
        raise errors.not_found(f"{parts['Method']} {parts['Path']} is not deployed to stage {parts['Stage']}")
    return document


def is_private(call: Call, page: Body) -> bool:
    """Whether the page's API can be called through VPC endpoints only."""
    api = call.get("rest_api", "", page["RestEndpointIdentifier"]["IdentifierParts"]["RestApiId"])
    return api is not None and api["endpointConfiguration"]["types"] == ["PRIVATE"]


def _overrides(content: Body | None) -> Body:
    """Raises BadRequestException when both or neither of `none` and `overrides` are given (unverified wording)."""
    if content is None:
        return {}
    if (content.get("None") is None) == (content.get("Overrides") is None):
        raise errors.bad_request("DisplayContent must have exactly one of none and overrides")
    return content.get("Overrides") or {}


def _check_try_it(call: Call, page: Body) -> None:
    if page["TryItState"] == _ENABLED and is_private(call, page):
        raise errors.bad_request("Try it is not supported for private APIs")  # unverified wording


def _save(call: Call, product_id: str, page: Body) -> Body:
    page = page | {"LastModified": call.now}
    call.put(_KIND, product_id, page["ProductRestEndpointPageId"], page)
    return shown(call, page)


def _age(page: Body) -> str:
    return f"{page['_created']:012d} {page['ProductRestEndpointPageId']}"
