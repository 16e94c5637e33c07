"""SDKs: GetSdkTypes, GetSdkType, GetSdk.

A client is generated from what the stage's deployment froze, so it fits what the stage serves.
https://docs.aws.amazon.com/apigateway/latest/api/API_GetSdk.html
"""

from __future__ import annotations

import keyword
from datetime import UTC, datetime
from operator import itemgetter

from gatewright.aws.pagination import page
from gatewright.catalog import sdk_types
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.sdk import javascript, python
from gatewright.sdk.archive import pack
from gatewright.sdk.describe import describe
from gatewright.store.base import Body

NO_TYPE = "Invalid SDK type identifier specified"  # unverified wording


def get_sdk_types(call: Call, params: Params) -> Params:
    kinds = sorted(sdk_types.TYPES.values(), key=itemgetter("id"))
    items, position = page(kinds, itemgetter("id"), params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def get_sdk_type(call: Call, params: Params) -> Params:
    kind = sdk_types.TYPES.get(params["id"])
    if kind is None:
        raise errors.not_found(NO_TYPE)
    return kind


def get_sdk(call: Call, params: Params) -> Params:
    """A zip archive with a client of the stage."""
    stage = lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)
    kind, given = params["sdkType"], params.get("parameters") or {}
    if wrong := sdk_types.problem(kind, given):
        raise errors.bad_request(wrong)
    package = given.get("packageName") or python.PACKAGE
    if keyword.iskeyword(package):
        raise errors.bad_request(f"Invalid packageName specified: {package} is a word of Python's own")
    snapshot = call.get("snapshot", params["restApiId"], stage["deploymentId"])
    assert snapshot is not None, "a deployment is never without its snapshot"
    api = describe(snapshot, region=call.region, url=invoke_url(call, params["restApiId"], stage))
    files = python.files(api, package) if kind == "python" else javascript.files(api)
    made = datetime.fromtimestamp(call.now, UTC)
    return {
        "contentType": "application/octet-stream",
        "contentDisposition": f'attachment; filename="{kind}_{made:%Y-%m-%d_%H-%M}Z.zip"',
        "body": pack(files),
    }


def invoke_url(call: Call, api_id: str, stage: Body) -> str:
    """Where the stage is called: by a host name of its own, by the path form in the local profile, else as on AWS."""
    name, settings = stage["stageName"], call.settings
    scheme = "https" if settings.tls else "http"
    for host, target in settings.aliases.items():
        if target == (api_id, name):
            return f"{scheme}://{host}:{settings.port}"
    if settings.local:
        return f"{scheme}://localhost:{settings.port}/_aws/execute-api/{api_id}/{name}"
    return f"https://{api_id}.execute-api.{call.region}.amazonaws.com/{name}"
