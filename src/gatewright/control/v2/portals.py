"""Portals: CreatePortal, GetPortal, ListPortals, UpdatePortal, DeletePortal.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/portals.html. unverified: the words of the refusals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatewright.catalog import arns, hosted_zones, quotas
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import tags
from gatewright.control.v2 import members, portal_lookup, portal_publishing
from gatewright.portal import theme
from gatewright.store.base import Body

_GIVEN = ("Authorization", "IncludedPortalProductArns", "LogoUri", "PortalContent", "RumAppMonitorName")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.[a-z][a-z0-9-]{0,61}[a-z0-9]")
_CERTIFICATE = re.compile(r"arn:[\w-]+:acm:us-east-1:\d{12}:certificate/[\w-]+")
_LOGO = re.compile(r"s3://[^/]+/.+\.(?:svg|png|jpe?g)", re.IGNORECASE)


def create_portal(call: Call, params: Params) -> Params:
    tags.check(params.get("Tags") or {})
    new_id = portal_lookup.new_id(call, "portal")
    portal = members.given(params, (*_GIVEN, "Tags")) | {
        "EndpointConfiguration": _endpoint(call, new_id, params["EndpointConfiguration"]),
        "IncludedPortalProductArns": params.get("IncludedPortalProductArns") or [],
        "LastModified": call.now,
        "PortalArn": arns.portal(call.region, call.account, new_id),
        "PortalId": new_id,
        "PublishStatus": portal_publishing.DISABLED,
        "_created": call.now,
    }
    _check(portal)
    _check_products(call, portal["IncludedPortalProductArns"])
    return call.insert("portal", "", new_id, portal)


def get_portal(call: Call, params: Params) -> Params:
    return _shown(call, portal_lookup.portal(call, params))


def list_portals(call: Call, params: Params) -> Params:
    listed = members.listed(call.list("portal", ""), _age, params)
    return listed | {"Items": [_shown(call, portal) for portal in listed["Items"]]}


def update_portal(call: Call, params: Params) -> Params:
    """What is published stays as it is, until it is published again."""
    portal = portal_lookup.portal(call, params)
    after = members.changed(portal, params, _GIVEN)
    if params.get("EndpointConfiguration") is not None:
        after["EndpointConfiguration"] = _endpoint(call, portal["PortalId"], params["EndpointConfiguration"])
    _check(after)
    _check_products(call, params.get("IncludedPortalProductArns") or ())
    return _shown(call, portal_publishing.save(call, after | {"LastModified": call.now}))


def delete_portal(call: Call, params: Params) -> None:
    portal = portal_lookup.portal(call, params)
    if portal["PublishStatus"] != portal_publishing.DISABLED:
        raise errors.bad_request("The portal must be disabled before it can be deleted")
    portal_publishing.drop_preview(call, portal["PortalId"])
    call.delete("portal", "", portal["PortalId"])


def _check(portal: Body) -> None:
    """What a portal must be as a whole. Raises BadRequestException."""
    _one_of(portal["Authorization"], "Authorization", "CognitoConfig")
    for name, color in portal["PortalContent"]["Theme"]["CustomColors"].items():
        if not theme.is_color(color):
            raise errors.bad_request(f"Invalid color specified for {name}: {color}")
    if portal.get("LogoUri") and _LOGO.fullmatch(portal["LogoUri"]) is None:
        raise errors.bad_request("Invalid logo URI specified. It must be an S3 URI of an SVG, PNG or JPG file")


def _check_products(call: Call, included: Sequence[str]) -> None:
    """Raises BadRequestException for what cannot be included."""
    if len(included) > quotas.PORTAL_PRODUCTS:
        raise errors.bad_request(f"A portal can include at most {quotas.PORTAL_PRODUCTS} portal products")
    if len(set(included)) < len(included):
        raise errors.bad_request("A portal can include a portal product only once")
    for arn in included:
        if portal_lookup.included(call, arn) is None:
            raise errors.bad_request(f"Invalid portal product ARN specified: {arn}")


def _endpoint(call: Call, id: str, given: Body) -> Body:
    """The endpoint as it is answered. Raises BadRequestException."""
    _one_of(given, "EndpointConfiguration", "AcmManaged")
    made = {
        "PortalDefaultDomainName": f"p-{id}.apigw-portal.{call.region}.on.aws",
        "PortalDomainHostedZoneId": hosted_zones.DISTRIBUTION,
    }
    own = given.get("AcmManaged")
    if own is not None:
        if _DOMAIN.fullmatch(own["DomainName"]) is None:
            raise errors.bad_request(f"Invalid domain name specified: {own['DomainName']}")
        if _CERTIFICATE.fullmatch(own["CertificateArn"]) is None:
            raise errors.bad_request("Invalid certificate ARN specified. It must be an ACM certificate in us-east-1")
        _check_name(call, id, own["DomainName"])
        made |= {"CertificateArn": own["CertificateArn"], "DomainName": own["DomainName"]}
    return made


def _check_name(call: Call, id: str, name: str) -> None:
    """A name leads to one thing."""
    portals = (each.body for each in call.tx.scan("portal") if each.key.id != id)
    if any(each["EndpointConfiguration"].get("DomainName") == name for each in portals):
        raise errors.bad_request(f"The domain name {name} is in use by another portal")
    if any(each.body["domainName"] == name for each in call.tx.scan("domain_name")):
        raise errors.bad_request(f"The domain name {name} is in use by APIs")


def _one_of(value: Body, member: str, other: str) -> None:
    if (value.get("None") is None) == (value.get(other) is None):
        name = other[0].lower() + other[1:]
        raise errors.bad_request(f"{member} must have exactly one of none and {name}")


def _shown(call: Call, portal: Body) -> Body:
    """A portal without a preview that is over."""
    preview = portal.get("_preview")
    if preview is not None and preview["expires"] <= call.now:
        return {name: value for name, value in portal.items() if name != "Preview"}
    return portal


def _age(portal: Body) -> str:
    return f"{portal['_created']:012d} {portal['PortalId']}"
