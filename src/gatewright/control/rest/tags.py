"""Tags: GetTags, TagResource, UntagResource, for REST APIs and stages.

Tags are kept in the document that they are put on. https://docs.aws.amazon.com/apigateway/latest/api/API_TagResource.html
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from gatewright.catalog import arns, quotas
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.store.base import Body, Key

_STAGE = re.compile(r"/restapis/([^/]+)/stages/([^/]+)")
_API = re.compile(r"/restapis/([^/]+)")


def get_tags(call: Call, params: Params) -> Params:
    _, body = _tagged(call, params["resourceArn"])
    return {"tags": body.get("tags") or {}}


def tag_resource(call: Call, params: Params) -> None:
    key, body = _tagged(call, params["resourceArn"])
    merged = (body.get("tags") or {}) | params["tags"]
    check(merged)
    call.tx.put(key, body | {"tags": merged})


def untag_resource(call: Call, params: Params) -> None:
    """Keys that are not there do not matter (unverified)."""
    key, body = _tagged(call, params["resourceArn"])
    left = {name: value for name, value in (body.get("tags") or {}).items() if name not in params["tagKeys"]}
    call.tx.put(key, {name: value for name, value in body.items() if name != "tags"} | ({"tags": left} if left else {}))


def check(tags: dict[str, str]) -> None:
    """AWS's limits on tags (unverified wording)."""
    if len(tags) > quotas.TAGS:
        raise errors.bad_request(f"A resource can have at most {quotas.TAGS} tags")
    for key, value in tags.items():
        if not 0 < len(key) <= quotas.TAG_KEY or key.lower().startswith("aws:"):
            raise errors.bad_request(f"Invalid tag key: {key}")
        if len(value or "") > quotas.TAG_VALUE:
            raise errors.bad_request(f"Invalid tag value for key: {key}")


def _tagged(call: Call, text: str) -> tuple[Key, Body]:
    """The document that an ARN names, which some clients encode twice."""
    arn = arns.parse(unquote(text))
    if arn is None or arn.service != "apigateway" or arn.region != call.region:
        raise errors.bad_request("Invalid ARN specified in the request")  # unverified wording
    if match := _STAGE.fullmatch(arn.resource):
        params = {"restApiId": match[1], "stageName": match[2]}
        return call.key("stage", match[1], match[2]), lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)
    if match := _API.fullmatch(arn.resource):
        return call.key("rest_api", "", match[1]), lookup.rest_api(call, {"restApiId": match[1]})
    raise errors.not_found(f"Gatewright holds no resource that can be tagged under {text}")
