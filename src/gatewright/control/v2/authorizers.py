"""Authorizers: CreateAuthorizer, GetAuthorizer(s), UpdateAuthorizer, DeleteAuthorizer.

The issuer of a JWT authorizer is asked for its discovery document when it is named, but for imports, which ask for all
of theirs beforehand. https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
"""

from __future__ import annotations

from operator import itemgetter

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import authorizer_rules, auto_deploy, issuers, lookup, members
from gatewright.store.base import Body

_MEMBERS = (
    "AuthorizerCredentialsArn",
    "AuthorizerPayloadFormatVersion",
    "AuthorizerResultTtlInSeconds",
    "AuthorizerType",
    "AuthorizerUri",
    "EnableSimpleResponses",
    "IdentitySource",
    "IdentityValidationExpression",
    "JwtConfiguration",
    "Name",
)


def create_authorizer(call: Call, params: Params) -> Params | None:
    api, authorizer = _new(call, params)
    issuer = issuers.of(authorizer)
    if issuer is None:
        return _insert(call, api, authorizer)
    issuers.require(call, issuer, lambda later: make(later, params))
    return None


def make(call: Call, params: Params) -> Params:
    """Create an authorizer whose issuer was asked."""
    return _insert(call, *_new(call, params))


def get_authorizer(call: Call, params: Params) -> Params:
    return lookup.child(call, params, "api_authorizer")[1]


def get_authorizers(call: Call, params: Params) -> Params:
    api_id = lookup.api(call, params)["ApiId"]
    return members.listed(call.list("api_authorizer", api_id), itemgetter("AuthorizerId"), params)


def update_authorizer(call: Call, params: Params) -> Params | None:
    api, after = _changed(call, params)
    issuer = issuers.of(after)
    if issuer is None or not params.get("JwtConfiguration"):
        return _put(call, api, after)
    issuers.require(call, issuer, lambda later: _put(later, *_changed(later, params)))
    return None


def delete_authorizer(call: Call, params: Params) -> None:
    """Refused while a route uses it (unverified wording)."""
    api, authorizer = lookup.child(call, params, "api_authorizer")
    unwanted = authorizer["AuthorizerId"]
    for route in call.list("route", api["ApiId"]):
        if route.get("AuthorizerId") == unwanted:
            raise errors.conflict(
                f"Cannot delete authorizer '{authorizer['Name']}', is referenced in route: {route['RouteKey']}"
            )
    call.delete("api_authorizer", api["ApiId"], unwanted)
    auto_deploy.run(call, api)


def _new(call: Call, params: Params) -> tuple[Body, Body]:
    """The API and a checked authorizer for it."""
    api = lookup.api(call, params)
    authorizer = members.given(params, _MEMBERS)
    authorizer_rules.check(call, api, authorizer)
    lookup.room_for(call, "api_authorizer", api["ApiId"])
    return api, authorizer


def _insert(call: Call, api: Body, authorizer: Body) -> Params:
    fresh = call.new_id("api_authorizer", api["ApiId"])
    made = call.insert("api_authorizer", api["ApiId"], fresh, authorizer | {"AuthorizerId": fresh})
    auto_deploy.run(call, api)
    return made


def _changed(call: Call, params: Params) -> tuple[Body, Body]:
    """The API and the authorizer as it is to be."""
    api, authorizer = lookup.child(call, params, "api_authorizer")
    after = members.changed(authorizer, params, _MEMBERS)
    if after["AuthorizerType"] != authorizer["AuthorizerType"]:
        # unverified: AWS's answer; routes rely on what an authorizer is
        raise errors.bad_request("AuthorizerType cannot be changed")
    authorizer_rules.check(call, api, after)
    return api, after


def _put(call: Call, api: Body, after: Body) -> Params:
    call.put("api_authorizer", api["ApiId"], after["AuthorizerId"], after)
    auto_deploy.run(call, api)
    return after
