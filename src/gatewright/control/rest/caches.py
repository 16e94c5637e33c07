"""FlushStageCache and FlushStageAuthorizersCache.

Counts in the stage's document make it another program, which every worker serves before the call returns. Results of
authorizers live in the installed program, so that the new one remembers nothing. Answers of backends lie where all
workers find them, by keys that begin with the count: none of before is found any more, wherever it lies. Calls that are
under way belong to the old program and cannot fill the new one.
https://docs.aws.amazon.com/apigateway/latest/api/API_FlushStageAuthorizersCache.html
https://docs.aws.amazon.com/apigateway/latest/api/API_FlushStageCache.html
"""

from __future__ import annotations

from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.deploy import caching
from gatewright.deploy.document import FLUSHED
from gatewright.store.base import Body


def flush_stage_cache(call: Call, params: Params) -> None:
    _flush(call, params, caching.FLUSHED)


def flush_stage_authorizers_cache(call: Call, params: Params) -> None:
    _flush(call, params, FLUSHED)


def flushed(stage: Body, count: str = FLUSHED) -> Body:
    """A stage of either service as it is after one more flush."""
    return {**stage, count: stage.get(count, 0) + 1}


def _flush(call: Call, params: Params, count: str) -> None:
    stage = lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)
    api_id, name = params["restApiId"], stage["stageName"]
    call.put("stage", api_id, name, flushed(stage, count))
    call.publish.add((api_id, name))
