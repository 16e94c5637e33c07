"""Finding the documents that a call names, with AWS's answer when they are not there.

Calls below a resource look for the resource first: an unknown API gives the resource's text (recorded).
"""

from __future__ import annotations

from gatewright.catalog.quotas import Quota
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.store.base import Body

NO_RESOURCE = "Invalid Resource identifier specified"
NO_METHOD = "Invalid Method identifier specified"
NO_INTEGRATION = "Invalid Integration identifier specified"
NO_RESPONSE = "Invalid Response status code specified"
NO_STAGE = "Invalid Stage identifier specified"
NO_DEPLOYMENT = "Invalid Deployment identifier specified"
NO_AUTHORIZER = "Invalid Authorizer identifier specified"
NO_API_KEY = "Invalid API Key identifier specified"
NO_USAGE_PLAN = "Invalid Usage Plan ID specified"
NO_VPC_LINK = "Invalid Vpc Link identifier specified"
NO_CERTIFICATE = "Invalid Client Certificate identifier specified"  # unverified
NO_DOMAIN = "Invalid domain name identifier specified"
NO_MAPPING = "Invalid base path mapping identifier specified"
NO_ASSOCIATION = "Invalid domain name access association identifier specified"  # unverified


def rest_api(call: Call, params: Params) -> Body:
    """The API. Raises NotFoundException."""
    api = call.get("rest_api", "", params["restApiId"])
    if api is None:
        raise errors.no_api(call, params["restApiId"])
    return api


def resource(call: Call, params: Params, member: str = "resourceId") -> Body:
    """The resource with everything nested in it. Raises NotFoundException."""
    found = call.get("resource", params["restApiId"], params[member])
    if found is None:
        raise errors.not_found(NO_RESOURCE)
    return found


def method_of(resource: Body, params: Params, missing: str = NO_METHOD) -> Body:
    """The method of a resource that was read. Raises NotFoundException."""
    found: Body | None = resource.get("resourceMethods", {}).get(params["httpMethod"])
    if found is None:
        raise errors.not_found(missing)
    return found


def integration_of(method: Body) -> Body:
    """The integration of a method. Raises NotFoundException."""
    found: Body | None = method.get("methodIntegration")
    if found is None:
        raise errors.not_found(NO_INTEGRATION)
    return found


def response_of(holder: Body, member: str, params: Params) -> Body:
    """One of a method's or an integration's responses. Raises NotFoundException."""
    found: Body | None = holder.get(member, {}).get(params["statusCode"])
    if found is None:
        raise errors.not_found(NO_RESPONSE)
    return found


def top(call: Call, kind: str, id: str, missing: str) -> Body:
    """A document that belongs to no other. Raises NotFoundException."""
    found = call.get(kind, "", id)
    if found is None:
        raise errors.not_found(missing)
    return found


def child(call: Call, params: Params, kind: str, member: str, missing: str) -> Body:
    """A document under an API. Raises NotFoundException, for the API first."""
    rest_api(call, params)
    found = call.get(kind, params["restApiId"], params[member])
    if found is None:
        raise errors.not_found(missing)
    return found


def age(body: Body) -> str:
    """The order of creation as text, for lists and their pages."""
    return f"{body['createdDate']:012d} {body['id']}"


def save_resource(call: Call, params: Params, resource: Body) -> None:
    """Store a resource after something nested in it has changed."""
    call.put("resource", params["restApiId"], resource["id"], resource)


def room_for(call: Call, kind: str, parent: str, quota: Quota) -> None:
    """Raises LimitExceededException when an API has as many of a kind as AWS allows."""
    if not call.unlimited and call.tx.count(call.account, call.region, kind, parent) >= quota.most:
        raise errors.limit(quota)
