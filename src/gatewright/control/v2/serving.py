"""What stages serve: checked before anything is committed, published after it."""

from __future__ import annotations

from gatewright.control import errors
from gatewright.control.call import Call
from gatewright.deploy.base import CompileError
from gatewright.deploy.http_api import TYPE, compile_http_api
from gatewright.deploy.http_api_document import assemble
from gatewright.deploy.websocket import compile_websocket
from gatewright.deploy.websocket_document import assemble as assemble_websocket
from gatewright.store.base import Body

_EMPTY = {
    "HTTP": "Unable to deploy API because no routes exist in this API",
    "WEBSOCKET": "At least one route is required before deploying the Api.",
}


def problem(call: Call, snapshot: Body, stage: Body) -> str | None:
    """Why a stage cannot serve what was frozen; None when it can."""
    protocol = snapshot["api"]["ProtocolType"]
    if not snapshot["routes"]:
        return _EMPTY[protocol]
    try:
        if protocol == TYPE:
            compile_http_api(assemble(call.account, call.region, snapshot, stage, "unstaged"))
        else:
            compile_websocket(assemble_websocket(call.account, call.region, snapshot, stage, "unstaged"))
    except CompileError as error:
        return f"Gatewright cannot serve {error}"
    return None


def check(call: Call, snapshot: Body, stage: Body) -> None:
    """Raises BadRequestException naming the place and the reason."""
    found = problem(call, snapshot, stage)
    if found is not None:
        raise errors.bad_request(found)


def check_stage(call: Call, api_id: str, stage: Body) -> None:
    """Check what a stage serves, if it has a deployment. Raises BadRequestException."""
    if stage.get("DeploymentId"):
        snapshot = call.get("snapshot", api_id, stage["DeploymentId"])
        assert snapshot is not None, "a deployment is never without its snapshot"
        check(call, snapshot, stage)


def save(call: Call, api_id: str, stage: Body) -> Body:
    """Store a stage that was checked and have it published."""
    stage["LastUpdatedDate"] = call.now
    call.publish.add((api_id, stage["StageName"]))
    return call.put("api_stage", api_id, stage["StageName"], stage)
