"""ResetAuthorizersCache: every worker forgets what authorizers have answered before the call returns.

As in control/rest/caches.py: the count makes the stage another program.
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-cache-authorizers.html
"""

from __future__ import annotations

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest.caches import flushed
from gatewright.control.v2 import lookup


def reset_authorizers_cache(call: Call, params: Params) -> None:
    """HTTP APIs only (unverified wording)."""
    api, stage = lookup.stage(call, params)
    if not lookup.is_http(api):
        raise errors.bad_request("ResetAuthorizersCache is only supported for HTTP APIs")
    call.put("api_stage", api["ApiId"], stage["StageName"], flushed(stage))
    call.publish.add((api["ApiId"], stage["StageName"]))
