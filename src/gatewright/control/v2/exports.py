"""ExportApi: an HTTP API as an OpenAPI 3.0 document, as a stage serves it or as it now is.

unverified: the words of the refusals, and the server of an export without a stage.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-export.html
"""

from __future__ import annotations

from datetime import UTC, datetime

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.v2 import lookup, stages
from gatewright.deploy.freeze import freeze_api
from gatewright.openapi import http_api_named, http_api_writer, text
from gatewright.openapi.http_api import ONLY_VERSION
from gatewright.store.base import Body

_NOT_HTTP = "Export is not supported for WEBSOCKET protocolType"


def export_api(call: Call, params: Params) -> Params:
    api = lookup.api(call, params)
    _check(api, params)
    stage = params.get("StageName")
    snapshot = _deployed(call, params) if stage else freeze_api(call.tx, call.account, call.region, api["ApiId"])
    definition = http_api_named.definition(snapshot)
    definition.api.setdefault("Version", _moment(snapshot["api"]["CreatedDate"]))
    tree = http_api_writer.write(definition, _server(api, stage), extended=params.get("IncludeExtensions") is not False)
    written = text.pretty(tree) if params["OutputType"] == "JSON" else text.to_yaml(tree)
    return {"body": written.encode("utf-8", "surrogatepass")}


def _check(api: Body, params: Params) -> None:
    if not lookup.is_http(api):
        raise errors.bad_request(_NOT_HTTP)
    if params.get("ExportVersion") not in (None, "", ONLY_VERSION):
        raise errors.bad_request(f"Invalid exportVersion specified. Must be one of [{ONLY_VERSION}]")


def _deployed(call: Call, params: Params) -> Body:
    api, stage = lookup.stage(call, params)
    snapshot = call.get("snapshot", api["ApiId"], stage.get("DeploymentId") or "")
    if snapshot is None:
        raise errors.bad_request(f"Stage {stage['StageName']} has no deployment")
    return snapshot


def _server(api: Body, stage: str | None) -> Body:
    """The URL with the stage as a variable; the default stage has none in it (seen in exports)."""
    path = "" if stage in (None, stages.DEFAULT) else stage
    return {"url": f"{api['ApiEndpoint']}/{{basePath}}", "variables": {"basePath": {"default": path}}}


def _moment(seconds: int) -> str:
    """A time as AWS writes it where an API has no version (seen in exports)."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%SUTC")
