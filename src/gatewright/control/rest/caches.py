"""FlushStageCache and FlushStageAuthorizersCache.

Neither answers nor authorizer results are cached yet, so that after the checks there is nothing to throw away: the
flush is complete at once, and says so with AWS's 202.
https://docs.aws.amazon.com/apigateway/latest/api/API_FlushStageCache.html
"""

from __future__ import annotations

from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup


def flush_stage_cache(call: Call, params: Params) -> None:
    lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)


def flush_stage_authorizers_cache(call: Call, params: Params) -> None:
    lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)
