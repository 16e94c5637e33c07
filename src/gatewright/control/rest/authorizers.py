"""Authorizers: CreateAuthorizer, GetAuthorizer(s), UpdateAuthorizer, DeleteAuthorizer.

The documents; what a deployment makes of them is for deploy/authorizers to say.
https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
"""

from __future__ import annotations

import re
from operator import itemgetter

from gatewright.aws.pagination import page
from gatewright.catalog import patch, quotas
from gatewright.catalog.patches import authorizer as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, uris
from gatewright.language.regex import Pattern, PatternError
from gatewright.store.base import Body

_LABEL = {"TOKEN": "custom", "REQUEST": "custom", "COGNITO_USER_POOLS": "cognito_user_pools"}
_GIVEN = (
    "providerARNs",
    "authType",
    "authorizerUri",
    "authorizerCredentials",
    "identitySource",
    "identityValidationExpression",
    "authorizerResultTtlInSeconds",
)
_POOL = re.compile(r"arn:[\w-]+:cognito-idp:[\w-]+:\d{12}:userpool/[\w-]+|\S*\$\{stageVariables\.\w+\}\S*", re.ASCII)
_ROLE = re.compile(r"arn:[\w-]+:iam::\d{12}:role/\S+|\S*\$\{stageVariables\.\w+\}\S*")
_TOKEN_SOURCE = re.compile(r"method\.request\.header\.[\w.$-]+")
_SOURCE = re.compile(r"(?:method\.request\.(?:header|querystring)|stageVariables|context)\.[\w.$-]+")


def create_authorizer(call: Call, params: Params) -> Params:
    """The settings are checked before the API is looked for; an unknown API gives 409 (both recorded)."""
    authorizer = composed(params)
    api_id = params["restApiId"]
    if call.get("rest_api", "", api_id) is None:
        raise errors.conflict(errors.CONCURRENT)
    _check_name(call, api_id, authorizer)
    lookup.room_for(call, "authorizer", api_id, quotas.COUNTS["authorizer"])
    fresh = call.new_id("authorizer", api_id)
    return call.insert("authorizer", api_id, fresh, {"id": fresh} | authorizer)


def composed(params: Params) -> Body:
    """An authorizer of what was given, without its id. Raises BadRequestException."""
    if not params["type"]:
        raise errors.bad_request("Enumeration value for Type must be non-empty")
    if params["type"] not in _LABEL or params.get("jwtConfiguration"):
        raise errors.bad_request("Gatewright does not support JWT authorizers of REST APIs yet")
    authorizer = {"name": params["name"], "type": params["type"], "authType": _LABEL[params["type"]]}
    authorizer |= {name: params[name] for name in _GIVEN if params.get(name) not in (None, "", [])}
    _check(authorizer)
    return authorizer


def get_authorizer(call: Call, params: Params) -> Params:
    return lookup.child(call, params, "authorizer", "authorizerId", lookup.NO_AUTHORIZER)


def get_authorizers(call: Call, params: Params) -> Params:
    lookup.rest_api(call, params)
    authorizers = call.list("authorizer", params["restApiId"])
    items, position = page(authorizers, itemgetter("id"), params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def update_authorizer(call: Call, params: Params) -> Params:
    authorizer = lookup.child(call, params, "authorizer", "authorizerId", lookup.NO_AUTHORIZER)
    patched = patch.apply(table.TABLE, authorizer, patch.operations(params.get("patchOperations")))
    _check(patched)
    _check_name(call, params["restApiId"], patched)
    return call.put("authorizer", params["restApiId"], authorizer["id"], patched)


def delete_authorizer(call: Call, params: Params) -> None:
    """Refused while a method uses it."""
    authorizer = lookup.child(call, params, "authorizer", "authorizerId", lookup.NO_AUTHORIZER)
    for resource in call.list("resource", params["restApiId"]):
        for verb, method in resource.get("resourceMethods", {}).items():
            if method.get("authorizerId") == authorizer["id"]:
                raise errors.conflict(
                    f"Cannot delete authorizer '{authorizer['name']}', "
                    f"is referenced in method: {verb}/{resource['path']}"
                )
    call.delete("authorizer", params["restApiId"], authorizer["id"])


def _check(authorizer: Body) -> None:
    """What each type must have. unverified: all literals but the URI's."""
    if not authorizer["name"]:
        raise errors.bad_request(table.NO_NAME)
    ttl = authorizer.get("authorizerResultTtlInSeconds")
    if ttl is not None and not 0 <= ttl <= quotas.AUTHORIZER_TTL:
        raise errors.bad_request(table.TTL)
    if authorizer["type"] == "COGNITO_USER_POOLS":
        _check_pools(authorizer)
    else:
        _check_function(authorizer)
    if authorizer["type"] != "REQUEST":  # which ignores it
        _check_expression(authorizer.get("identityValidationExpression") or "")


def _check_expression(text: str) -> None:
    """What the deployment would refuse later."""
    try:
        Pattern(text)
    except PatternError:
        raise errors.bad_request(f"Invalid identity validation expression specified: {text}") from None


def _check_pools(authorizer: Body) -> None:
    pools = authorizer.get("providerARNs") or []
    if not pools:
        raise errors.bad_request("Invalid Provider ARNs: at least one user pool ARN must be specified")
    if len(pools) > quotas.AUTHORIZER_POOLS:
        raise errors.bad_request(f"Invalid Provider ARNs: at most {quotas.AUTHORIZER_POOLS} user pools are possible")
    for pool in pools:
        if _POOL.fullmatch(pool) is None:
            raise errors.bad_request(f"Invalid Provider ARN: {pool}")
    source = authorizer.get("identitySource")
    if source and _TOKEN_SOURCE.fullmatch(source) is None:
        raise errors.bad_request(f"Invalid identity source specified: {source}")


def _check_function(authorizer: Body) -> None:
    uri = authorizer.get("authorizerUri") or ""
    if not uris.is_lambda(uri):
        raise errors.bad_request(
            f"Invalid Authorizer URI: {uri}. "
            "Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation."
        )
    role = authorizer.get("authorizerCredentials")
    if role and _ROLE.fullmatch(role) is None:
        raise errors.bad_request(uris.BAD_ARN)
    source = authorizer.get("identitySource")
    if authorizer["type"] == "TOKEN":
        fits = _TOKEN_SOURCE.fullmatch(source or "") is not None
    else:
        cached = authorizer.get("authorizerResultTtlInSeconds", 300) > 0
        fits = all(_SOURCE.fullmatch(part.strip()) for part in source.split(",")) if source else not cached
    if not fits:
        raise errors.bad_request(f"Invalid identity source specified: {source or 'null'}")


def _check_name(call: Call, api_id: str, authorizer: Body) -> None:
    for other in call.list("authorizer", api_id):
        if other["name"] == authorizer["name"] and other["id"] != authorizer.get("id"):
            raise errors.bad_request(
                f"Authorizer name must be unique. Authorizer {authorizer['name']} already exists in this RestApi."
            )
