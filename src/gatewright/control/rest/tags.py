"""Tags: GetTags, TagResource, UntagResource, for whatever can be tagged of either service.

Tags are kept in the document that they are put on, under the name that its service has for them; which document an ARN
names, a table says.
https://docs.aws.amazon.com/apigateway/latest/api/API_TagResource.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from gatewright.catalog import arns, quotas
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.store.base import Body, Key

# The document that the parts of an ARN name. Raises NotFoundException.
Find = Callable[[Call, tuple[str, ...]], Key]


def _stage(call: Call, parts: tuple[str, ...]) -> Key:
    api_id, name = parts
    lookup.child(call, {"restApiId": api_id, "stageName": name}, "stage", "stageName", lookup.NO_STAGE)
    return call.key("stage", api_id, name)


def _rest_api(call: Call, parts: tuple[str, ...]) -> Key:
    lookup.rest_api(call, {"restApiId": parts[0]})
    return call.key("rest_api", "", parts[0])


def _top(kind: str, missing: str) -> Find:
    """A document under its own id."""

    def find(call: Call, parts: tuple[str, ...]) -> Key:
        lookup.top(call, kind, parts[0], missing)
        return call.key(kind, "", parts[0])

    return find


def _api(call: Call, parts: tuple[str, ...]) -> Key:
    if call.get("api", "", parts[0]) is None:
        raise errors.not_found(f"Invalid API identifier specified {parts[0]}")
    return call.key("api", "", parts[0])


def _api_stage(call: Call, parts: tuple[str, ...]) -> Key:
    _api(call, parts)
    if call.get("api_stage", *parts) is None:
        raise errors.not_found("Invalid stage identifier specified")
    return call.key("api_stage", *parts)


def _vpc_link(call: Call, parts: tuple[str, ...]) -> Key:
    """Links of both services have ARNs of one form."""
    if call.get("api_vpc_link", "", parts[0]) is not None:
        return call.key("api_vpc_link", "", parts[0])
    return _top("vpc_link", lookup.NO_VPC_LINK)(call, parts)


def _portal(kind: str, noun: str) -> Find:
    def find(call: Call, parts: tuple[str, ...]) -> Key:
        if call.get(kind, "", parts[0]) is None:
            raise errors.not_found(f"Invalid {noun} identifier specified {parts[0]}")
        return call.key(kind, "", parts[0])

    return find


# The ARN's resource, and what it names. The first that fits counts.
_KINDS: tuple[tuple[re.Pattern[str], Find], ...] = (
    (re.compile(r"/restapis/([^/]+)/stages/([^/]+)"), _stage),
    (re.compile(r"/restapis/([^/]+)"), _rest_api),
    (re.compile(r"/apikeys/([^/]+)"), _top("api_key", lookup.NO_API_KEY)),
    (re.compile(r"/usageplans/([^/]+)"), _top("usage_plan", lookup.NO_USAGE_PLAN)),
    (re.compile(r"/vpclinks/([^/]+)"), _vpc_link),
    (re.compile(r"/apis/([^/]+)/stages/([^/]+)"), _api_stage),
    (re.compile(r"/apis/([^/]+)"), _api),
    (re.compile(r"/clientcertificates/([^/]+)"), _top("client_certificate", lookup.NO_CERTIFICATE)),
    (re.compile(r"/portals/([^/]+)"), _portal("portal", "Portal")),
    (re.compile(r"/portalproducts/([^/]+)"), _portal("portal_product", "PortalProduct")),
    # A private domain name is followed by its id, under which it is kept.
    (re.compile(r"/domainnames/(?:[^/+]+\+)?([^/+]+)"), _top("domain_name", lookup.NO_DOMAIN)),
    (
        re.compile(r"/domainnameaccessassociations/(.+)"),
        _top("domain_name_access_association", lookup.NO_ASSOCIATION),
    ),
)


_V2_KINDS = frozenset({"api", "api_stage", "api_vpc_link", "portal", "portal_product"})


def get_tags(call: Call, params: Params) -> Params:
    return {"tags": read(call, params["resourceArn"])}


def tag_resource(call: Call, params: Params) -> None:
    add(call, params["resourceArn"], params["tags"])


def untag_resource(call: Call, params: Params) -> None:
    remove(call, params["resourceArn"], params["tagKeys"])


def read(call: Call, arn: str) -> dict[str, str]:
    """The tags of what an ARN names. Raises AwsError, as `add` and `remove` do."""
    key, body = _tagged(call, arn)
    return body.get(_member(key)) or {}


def add(call: Call, arn: str, tags: dict[str, str]) -> None:
    key, body = _tagged(call, arn)
    merged = (body.get(_member(key)) or {}) | tags
    check(merged)
    call.tx.put(key, body | {_member(key): merged})


def remove(call: Call, arn: str, names: list[str]) -> None:
    """Keys that are not there do not matter (unverified)."""
    key, body = _tagged(call, arn)
    member = _member(key)
    left = {name: value for name, value in (body.get(member) or {}).items() if name not in names}
    after = {name: value for name, value in body.items() if name != member}
    call.tx.put(key, after | ({member: left} if left or key.kind in _V2_KINDS else {}))


def _member(key: Key) -> str:
    return "Tags" if key.kind in _V2_KINDS else "tags"


def check(tags: dict[str, str]) -> None:
    """AWS's limits on tags (unverified wording)."""
    if len(tags) > quotas.TAGS:
        raise errors.bad_request(f"A resource can have at most {quotas.TAGS} tags")
    for key, value in tags.items():
        if not 0 < len(key) <= quotas.TAG_KEY or key.lower().startswith("aws:"):
            raise errors.bad_request(f"Invalid tag key: {key}")
        if len(value or "") > quotas.TAG_VALUE:
            raise errors.bad_request(f"Invalid tag value for key: {key}")


def _here(call: Call, arn: arns.Arn) -> bool:
    """Whether an ARN is of the caller's Region and account; most name no account."""
    place = (arn.partition, arn.region)
    return place == (arns.partition(call.region), call.region) and arn.account in ("", call.account)


def _tagged(call: Call, text: str) -> tuple[Key, Body]:
    """The document that an ARN names, which some clients encode twice."""
    arn = arns.parse(unquote(text))
    if arn is None or arn.service != "apigateway" or not _here(call, arn):
        raise errors.bad_request("Invalid ARN specified in the request")  # unverified wording
    for pattern, find in _KINDS:
        if match := pattern.fullmatch(arn.resource):
            key = find(call, match.groups())
            document = call.tx.get(key)
            assert document is not None, "find raises for what is not there"
            return key, document.body
    raise errors.not_found(f"Gatewright holds no resource that can be tagged under {text}")
