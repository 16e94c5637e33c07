"""GetExport: what a stage serves, as an OpenAPI document, with the documentation version that the stage refers to.

unverified: the words of the refusals. https://docs.aws.amazon.com/apigateway/latest/api/API_GetExport.html
"""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import UTC, datetime
from typing import Any

from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.openapi import named, text, writer
from gatewright.openapi.base import DocumentError
from gatewright.store.base import Body

_OTHER = re.compile(r"[^\w.:+-]")  # what does not go into a file's name


def get_export(call: Call, params: Params) -> Params:
    stage = lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)
    kind, api_id = params["exportType"], params["restApiId"]
    if kind not in writer.DIALECTS:
        raise errors.bad_request(f"No API exporter for type '{kind}'")
    form = _form(params.get("accepts"))
    extended = _extensions(params.get("parameters") or {})
    tree, version = document(call, api_id, stage, kind, extended)
    name = f"{kind}_{_OTHER.sub('_', version)}.{form}"
    return {
        "contentType": "application/octet-stream",
        "contentDisposition": f'attachment; filename="{name}"',
        "body": (text.pretty(tree) if form == "json" else text.to_yaml(tree)).encode(),
    }


def document(
    call: Call, api_id: str, stage: Body, dialect: str, extended: Set[str] = frozenset()
) -> tuple[dict[str, Any], str]:
    """What a stage serves as an OpenAPI document, and its version. Raises BadRequestException."""
    snapshot = call.get("snapshot", api_id, stage["deploymentId"]) or {}
    try:
        definition = named.definition(snapshot)
    except DocumentError as error:
        raise errors.bad_request(str(error)) from None
    definition.api.setdefault("version", _moment(snapshot["api"]["createdDate"]))
    place = writer.Place(execute_host(call.region, api_id), stage["stageName"])
    tree = writer.write(definition, dialect, place, extended, _documentation(call, api_id, stage))
    return tree, definition.api["version"]


def _form(accepts: str | None) -> str:
    accepted = (accepts or "*/*").lower()
    for word, form in (("json", "json"), ("yaml", "yaml"), ("*", "json")):
        if word in accepted:
            return form
    raise errors.bad_request(f"Unsupported media type: {accepts}. Must be one of: [application/json, application/yaml]")


def _extensions(parameters: dict[str, str]) -> set[str]:
    for name in parameters:
        if name != "extensions":
            raise errors.bad_request(f"Invalid parameter specified: {name}. Valid options are extensions")
    asked = {each.strip() for each in (parameters.get("extensions") or "").split(",") if each.strip()}
    for name in sorted(asked):
        if name not in writer.EXTENSIONS:
            raise errors.bad_request(
                f"Invalid extension specified: {name}. Valid options are {','.join(writer.EXTENSIONS)}"
            )
    return asked


def _documentation(call: Call, api_id: str, stage: Body) -> Body | None:
    version = call.get("documentation_version", api_id, stage.get("documentationVersion") or "")
    if version is None:
        return None
    return {
        "version": version["version"],
        "createdDate": _moment(version["createdDate"]),
        "parts": version.get("_parts", ()),
    }


def _moment(seconds: int) -> str:
    """A time as AWS writes it into documents (recorded)."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def execute_host(region: str, api_id: str) -> str:
    """AWS's own host name of an API."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"{api_id}.execute-api.{region}.{suffix}"
