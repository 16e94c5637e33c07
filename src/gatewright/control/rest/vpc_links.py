"""VPC links: CreateVpcLink, GetVpcLink(s), UpdateVpcLink, DeleteVpcLink.

A link stands for a load balancer. It is accepted without looking the load balancer up, and is available as soon as the
answer to CreateVpcLink (PENDING, as recorded) has been read. Where its traffic goes, the setting vpc_link_targets says.
https://docs.aws.amazon.com/apigateway/latest/api/API_VpcLink.html
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from gatewright.aws.pagination import page
from gatewright.catalog import arns, patch, quotas
from gatewright.catalog.patches import vpc_link as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, tags
from gatewright.deploy import links
from gatewright.deploy.document import canary_stage
from gatewright.store.base import Body


def create_vpc_link(call: Call, params: Params) -> Params:
    if not params["name"]:
        raise errors.bad_request(table.NO_NAME)
    _check_targets(params["targetArns"])
    tags.check(params.get("tags") or {})
    lookup.room_for(call, "vpc_link", "", quotas.COUNTS["vpc_link"])
    fresh = call.new_id("vpc_link")
    link: Body = {"id": fresh, "name": params["name"], "targetArns": params["targetArns"]}
    link |= {name: params[name] for name in ("description", "tags") if params.get(name)}
    call.insert("vpc_link", "", fresh, link)
    return link | {"status": "PENDING"}


def get_vpc_link(call: Call, params: Params) -> Params:
    return _shown(_find(call, params))


def get_vpc_links(call: Call, params: Params) -> Params:
    items, position = page(call.list("vpc_link", ""), itemgetter("id"), params.get("position"), params.get("limit"))
    return {"items": [_available(each) for each in items], "position": position}


def update_vpc_link(call: Call, params: Params) -> Params:
    link = _find(call, params)
    patched = patch.apply(table.TABLE, link, patch.operations(params.get("patchOperations")))
    return _shown(call.put("vpc_link", "", link["id"], patched))


def delete_vpc_link(call: Call, params: Params) -> None:
    """Refused while a stage sends traffic through it."""
    link_id = _find(call, params)["id"]
    users = _users(call, link_id)
    if users:
        raise errors.bad_request(
            f"Cannot delete vpc link. Vpc link '{link_id}', is referenced in [{', '.join(users)}] "
            "in format of [RESTApiId:Method:Resource:Stage]."
        )
    call.delete("vpc_link", "", link_id)


def _users(call: Call, link_id: str) -> list[str]:
    """The deployed methods that use a link, each as AWS names them."""
    found = []
    for api in call.list("rest_api", ""):
        for stage in call.list("stage", api["id"]):
            for resource_id, verb, link in _deployed(call, api["id"], stage):
                if link == link_id:
                    found.append(f"{api['id']}:{verb}:{resource_id}:{stage['stageName']}")
    return found


def _deployed(call: Call, api_id: str, stage: Body) -> Iterator[tuple[str, str, str | None]]:
    """(resource, verb, link) of every method that a stage or its canary serves."""
    serving = [(stage.get("deploymentId"), stage)]
    if stage.get("canarySettings"):
        serving.append((stage["canarySettings"].get("deploymentId"), canary_stage(stage)))
    for deployment, seen in serving:
        snapshot = call.get("snapshot", api_id, deployment or "") or {}
        for resource in snapshot.get("resources", ()):
            for verb, method in (resource.get("resourceMethods") or {}).items():
                link = links.link_of(method.get("methodIntegration") or {}, seen.get("variables") or {})
                yield resource["id"], verb, link


def _check_targets(targets: list[str]) -> None:
    if not targets:
        raise errors.bad_request("Target arns cannot be empty")  # unverified wording
    if len(targets) > 1:
        raise errors.bad_request("More than one target arn specified for vpc link.")
    if arns.parse(targets[0]) is None:
        raise errors.bad_request(f"Invalid ARN. ARN is not well formed {targets[0]}")


def _find(call: Call, params: Params) -> Body:
    return lookup.top(call, "vpc_link", params["vpcLinkId"], lookup.NO_VPC_LINK)


def _available(link: Body) -> Body:
    return link | {"status": "AVAILABLE", "statusMessage": "Your vpc link is ready for use"}


def _shown(link: Body) -> Body:
    return {"tags": {}} | _available(link)
