"""Automatic deployments: a change of an API reaches its stages with autoDeploy in the transaction that makes it.

AWS deploys a little later, and so may put several changes into one deployment. A change that cannot be served leaves a
stage as it was; `lastDeploymentStatusMessage` says why.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gatewright.control.call import Call
from gatewright.control.v2 import deployments, serving
from gatewright.deploy.freeze import freeze_api
from gatewright.store.base import Body

# unverified: these two texts
DESCRIPTION = "Automatic deployment triggered by changes to the Api configuration"
DONE = "Successfully deployed stage with deployment ID '{}'"
FAILED = "Deployment attempt failed: {}"


@contextmanager
def held(call: Call) -> Iterator[None]:
    """Changes in this block are not deployed one by one: whoever makes them calls `run` after it."""
    call.auto_deploy = False
    try:
        yield
    finally:
        call.auto_deploy = True


def run(call: Call, api: Body) -> None:
    """Deploy an API as it now is to those of its stages that want it and serve something else."""
    if not call.auto_deploy:
        return
    api_id = api["ApiId"]
    stages = [stage for stage in call.list("api_stage", api_id) if stage.get("AutoDeploy")]
    if not stages:
        return
    snapshot = freeze_api(call.tx, call.account, call.region, api_id)
    made: Body | None = None
    for stage in stages:
        if stage.get("DeploymentId") and call.get("snapshot", api_id, stage["DeploymentId"]) == snapshot:
            continue
        problem = serving.problem(call, snapshot, stage)
        if problem is not None:
            stage["LastDeploymentStatusMessage"] = FAILED.format(problem)
        else:
            made = made or deployments.insert(call, snapshot, DESCRIPTION, auto=True)
            stage["DeploymentId"] = made["DeploymentId"]
            stage["LastDeploymentStatusMessage"] = DONE.format(made["DeploymentId"])
        serving.save(call, api_id, stage)
