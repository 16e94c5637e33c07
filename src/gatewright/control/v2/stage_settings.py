"""Settings of a stage: for all its routes, for single ones, and for its access log.

A route's settings stand for themselves: what they do not say is AWS's default, not the stage's. Throttles that were
never set are absent, which is not 0: that blocks all calls.
"""

from __future__ import annotations

import re

from gatewright.catalog import access_log
from gatewright.catalog.patch import PatchError
from gatewright.control import errors
from gatewright.control.call import Params
from gatewright.control.v2 import lookup
from gatewright.store.base import Body

NO_ROUTE = "Unable to find Route by key {} within the provided RouteSettings"
_NO_LOGS = "Execution logs are not supported on protocolType HTTP"
_NO_ID = "Access Log format must include either $context.requestId or $context.extendedRequestId"
_ID = re.compile(r"\$context\.(requestId|extendedRequestId)\b")
_MEMBERS = ("DataTraceEnabled", "DetailedMetricsEnabled", "LoggingLevel", "ThrottlingBurstLimit", "ThrottlingRateLimit")
_LOGGING = ("DataTraceEnabled", "LoggingLevel")


def defaults(api: Body) -> Body:
    """Settings that nobody has set."""
    if lookup.is_http(api):
        return {"DetailedMetricsEnabled": False}
    return {"DataTraceEnabled": False, "DetailedMetricsEnabled": False, "LoggingLevel": "OFF"}


def change(api: Body, stage: Body, params: Params) -> None:
    """Put given settings into a stage. Raises BadRequestException. unverified: defaults are merged by member."""
    if params.get("DefaultRouteSettings") is not None:
        stage["DefaultRouteSettings"] = stage["DefaultRouteSettings"] | _checked(api, params["DefaultRouteSettings"])
    if params.get("RouteSettings") is not None:
        given = {key: _checked(api, value or {}) for key, value in params["RouteSettings"].items()}
        stage["RouteSettings"] = stage["RouteSettings"] | given
    log = params.get("AccessLogSettings")
    if log is not None and not any(log.values()):
        stage.pop("AccessLogSettings", None)  # as Terraform takes them away
    elif log is not None:
        stage["AccessLogSettings"] = _access_log(stage.get("AccessLogSettings") or {}, log)


def _checked(api: Body, given: Body) -> Body:
    settings = {name: given[name] for name in _MEMBERS if given.get(name) is not None}
    for name in ("ThrottlingBurstLimit", "ThrottlingRateLimit"):
        if settings.get(name, 0) < 0:
            raise errors.bad_request(f"{name} must not be negative")  # unverified wording
    if not lookup.is_http(api):
        return settings
    if settings.get("DataTraceEnabled") or settings.get("LoggingLevel", "OFF") != "OFF":
        raise errors.bad_request(_NO_LOGS)
    return {name: value for name, value in settings.items() if name not in _LOGGING}


def _access_log(before: Body, given: Body) -> Body:
    """Where the log goes (a log group of CloudWatch only) and in which form; both are needed (unverified)."""
    after = before | {name: value for name, value in given.items() if value is not None}
    try:
        destination = access_log.destination((after.get("DestinationArn") or "").removesuffix(":*"))
        form = after.get("Format") or ""
        if form and _ID.search(form) is None:
            raise errors.bad_request(_NO_ID)
        access_log.log_format(form)
    except PatchError as error:
        raise errors.bad_request(error.message) from None
    if ":firehose:" in destination:
        raise errors.bad_request("Invalid ARN specified in the request")  # unverified wording
    return {"DestinationArn": destination, "Format": form}
