"""VPC links of HTTP APIs (V2): CreateVpcLink, GetVpcLink(s), UpdateVpcLink, DeleteVpcLink.

A link is accepted without looking its subnets up, and is available as soon as the answer to CreateVpcLink (PENDING) has
been read. Where its traffic goes, the setting vpc_link_targets says.
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks.html
"""

from __future__ import annotations

from gatewright.catalog import quotas
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import tags
from gatewright.control.v2 import lookup, members
from gatewright.store.base import Body

_READY = {"VpcLinkStatus": "AVAILABLE", "VpcLinkStatusMessage": "VPC link is ready to route traffic"}
_NO_NAME = "Name for a vpc link cannot be empty"  # unverified wording


def create_vpc_link(call: Call, params: Params) -> Params:
    if not params["Name"]:
        raise errors.bad_request(_NO_NAME)
    if not params["SubnetIds"]:
        raise errors.bad_request("SubnetIds for a vpc link cannot be empty")
    if len(params["SubnetIds"]) > quotas.SUBNETS:
        # unverified wording
        raise errors.bad_request(f"A vpc link can have at most {quotas.SUBNETS} subnets")
    tags.check(params.get("Tags") or {})
    lookup.room_for(call, "api_vpc_link", "")
    fresh = call.new_id("api_vpc_link")
    link: Body = {
        "CreatedDate": call.now,
        "Name": params["Name"],
        "SecurityGroupIds": params.get("SecurityGroupIds") or [],
        "SubnetIds": params["SubnetIds"],
        "Tags": params.get("Tags") or {},
        "VpcLinkId": fresh,
        "VpcLinkVersion": "V2",
    }
    call.insert("api_vpc_link", "", fresh, link)
    return link | {"VpcLinkStatus": "PENDING", "VpcLinkStatusMessage": "VPC link is provisioning ENIs"}


def get_vpc_link(call: Call, params: Params) -> Params:
    return _find(call, params) | _READY


def get_vpc_links(call: Call, params: Params) -> Params:
    return members.listed([link | _READY for link in call.list("api_vpc_link", "")], lookup.age, params)


def update_vpc_link(call: Call, params: Params) -> Params:
    """The name is all that can be changed."""
    link = _find(call, params)
    if params.get("Name") == "":
        raise errors.bad_request(_NO_NAME)
    after = members.changed(link, params, ("Name",))
    return call.put("api_vpc_link", "", link["VpcLinkId"], after) | _READY


def delete_vpc_link(call: Call, params: Params) -> Params:
    """Refused while an integration uses it (unverified wording)."""
    unwanted = _find(call, params)["VpcLinkId"]
    for api in call.list("api", ""):
        for integration in call.list("integration", api["ApiId"]):
            if integration.get("ConnectionType") == "VPC_LINK" and integration.get("ConnectionId") == unwanted:
                raise errors.bad_request(
                    f"Cannot delete vpc link. Vpc link '{unwanted}', is referenced in "
                    f"[{api['ApiId']}:{integration['IntegrationId']}] in format of [ApiId:IntegrationId]."
                )
    call.delete("api_vpc_link", "", unwanted)
    return {}


def _find(call: Call, params: Params) -> Body:
    found = call.get("api_vpc_link", "", params["VpcLinkId"])
    if found is None:
        raise lookup.missing("VpcLink", params["VpcLinkId"])
    return found
