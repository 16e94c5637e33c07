"""Finding the documents that a call names, with AWS's answer when they are not there: the API's first."""

from __future__ import annotations

from gatewright.aws.base import AwsError
from gatewright.catalog import quotas
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.store.base import Body

HTTP, WEBSOCKET = "HTTP", "WEBSOCKET"
TARGET = "integrations/"  # what a route's target begins with
NO_STAGE = "Invalid stage identifier specified"

# Kinds of documents under an API: the member that names one, and AWS's noun.
_NOUNS = {
    "route": ("RouteId", "Route"),
    "integration": ("IntegrationId", "Integration"),
    "api_deployment": ("DeploymentId", "Deployment"),  # unverified wording
    "api_authorizer": ("AuthorizerId", "Authorizer"),
    "api_model": ("ModelId", "Model"),
}


def api(call: Call, params: Params) -> Body:
    """The HTTP or WebSocket API. Raises NotFoundException, for REST APIs too."""
    found = call.get("api", "", params["ApiId"])
    if found is None:
        raise missing("API", params["ApiId"])
    return found


def child(call: Call, params: Params, kind: str) -> tuple[Body, Body]:
    """The API, and a document under it. Raises NotFoundException."""
    owner = api(call, params)
    member, noun = _NOUNS[kind]
    found = call.get(kind, owner["ApiId"], params[member])
    if found is None:
        raise missing(noun, params[member])
    return owner, found


def stage(call: Call, params: Params) -> tuple[Body, Body]:
    """The API, and its stage. Raises NotFoundException."""
    owner = api(call, params)
    found = call.get("api_stage", owner["ApiId"], params["StageName"])
    if found is None:
        raise errors.not_found(NO_STAGE)
    return owner, found


def missing(noun: str, id: str) -> AwsError:
    return errors.not_found(f"Invalid {noun} identifier specified {id}")


def room_for(call: Call, kind: str, parent: str) -> None:
    """Raises TooManyRequestsException when there are as many of a kind as AWS allows (unverified code and words)."""
    quota = quotas.COUNTS[kind]
    if not call.unlimited and call.tx.count(call.account, call.region, kind, parent) >= quota.most:
        raise AwsError("TooManyRequestsException", quota.message, 429)


def is_http(api: Body) -> bool:
    return bool(api["ProtocolType"] == HTTP)


def age(body: Body) -> str:
    """The order of creation as text, for lists and their pages."""
    return f"{body['CreatedDate']:012d} {body.get('ApiId') or body.get('DeploymentId') or body.get('VpcLinkId')}"
