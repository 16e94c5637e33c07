"""FlushStageCache and FlushStageAuthorizersCache.

Results of authorizers live in a stage's installed program: a count in the stage's document makes it another program,
which every worker serves, with nothing remembered, before the call returns. A call of an authorizer that is under way
belongs to the old program and cannot fill the new one. Answers of backends are not cached yet, so that of those there
is nothing to throw away: that flush is complete at once.
https://docs.aws.amazon.com/apigateway/latest/api/API_FlushStageAuthorizersCache.html
"""

from __future__ import annotations

from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.deploy.document import FLUSHED
from gatewright.store.base import Body


def flush_stage_cache(call: Call, params: Params) -> None:
    lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)


def flush_stage_authorizers_cache(call: Call, params: Params) -> None:
    stage = lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)
    api_id, name = params["restApiId"], stage["stageName"]
    call.put("stage", api_id, name, flushed(stage))
    call.publish.add((api_id, name))


def flushed(stage: Body) -> Body:
    """A stage of either service as it is after one more flush."""
    return {**stage, FLUSHED: stage.get(FLUSHED, 0) + 1}
