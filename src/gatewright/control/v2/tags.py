"""GetTags, TagResource, UntagResource of apigatewayv2: what can be tagged is in one table for both services."""

from __future__ import annotations

from gatewright.control.call import Call, Params
from gatewright.control.rest import tags


def get_tags(call: Call, params: Params) -> Params:
    return {"Tags": tags.read(call, params["ResourceArn"])}


def tag_resource(call: Call, params: Params) -> Params:
    tags.add(call, params["ResourceArn"], params.get("Tags") or {})
    return {}


def untag_resource(call: Call, params: Params) -> None:
    tags.remove(call, params["ResourceArn"], params["TagKeys"])
