"""ResetAuthorizersCache: results of authorizers are not cached yet, so that after the checks nothing is left to do.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename-cache-authorizers.html
"""

from __future__ import annotations

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import lookup


def reset_authorizers_cache(call: Call, params: Params) -> None:
    """HTTP APIs only (unverified wording)."""
    api, _ = lookup.stage(call, params)
    if not lookup.is_http(api):
        raise errors.bad_request("ResetAuthorizersCache is only supported for HTTP APIs")
