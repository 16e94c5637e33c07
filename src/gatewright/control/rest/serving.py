"""The check that what a stage is about to serve can be served, made before anything is committed."""

from __future__ import annotations

from gatewright.control import errors
from gatewright.control.call import Call
from gatewright.deploy.base import CompileError
from gatewright.deploy.compile import compile_program
from gatewright.deploy.document import assemble, canary_stage
from gatewright.store.base import Body


def check(call: Call, api_id: str, stage: Body) -> None:
    """Compile the deployments that a stage serves. Raises BadRequestException naming the place and the reason."""
    _check_deployment(call, api_id, stage, stage["deploymentId"])
    if stage.get("canarySettings"):
        _check_deployment(call, api_id, canary_stage(stage), stage["canarySettings"]["deploymentId"])


def _check_deployment(call: Call, api_id: str, stage: Body, deployment_id: str) -> None:
    snapshot = call.get("snapshot", api_id, deployment_id)
    assert snapshot is not None, "a deployment is never without its snapshot"
    check_snapshot(call, snapshot, stage, deployment_id)


def check_snapshot(call: Call, snapshot: Body, stage: Body, deployment_id: str) -> None:
    """Compile one deployment for a stage. Raises BadRequestException."""
    try:
        compile_program(assemble(call.account, call.region, snapshot, stage, deployment_id))
    except CompileError as error:
        raise errors.bad_request(f"Gatewright cannot serve {error}") from None
