"""Documentation versions: CreateDocumentationVersion, GetDocumentationVersion(s), Update…, Delete….

A version is a snapshot of the parts at its creation; a stage that refers to it publishes it with its exports.
https://docs.aws.amazon.com/apigateway/latest/api/API_DocumentationVersion.html

unverified: the words for a name that is empty or taken, and that a version which a stage refers to cannot be deleted.
"""

from __future__ import annotations

from gatewright.aws.pagination import page
from gatewright.catalog import patch
from gatewright.catalog.patches import documentation_version as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.store.base import Body

NO_VERSION = "Invalid Documentation version identifier specified"
_IN_USE = "Active stages pointing to this documentation version must be moved or deleted"


def create_documentation_version(call: Call, params: Params) -> Params:
    """A snapshot of the parts; a stage that is named refers to it from now on."""
    lookup.rest_api(call, params)
    api_id, name = params["restApiId"], params["documentationVersion"]
    if not name:
        raise errors.bad_request("Documentation version must be non-empty")
    if call.get("documentation_version", api_id, name) is not None:
        raise errors.conflict(f"Documentation version already exists: {name}")
    version: Body = {"version": name, "createdDate": call.now}
    if params.get("description"):
        version["description"] = params["description"]
    if params.get("stageName"):
        stage = lookup.child(call, params, "stage", "stageName", lookup.NO_STAGE)
        changed = stage | {"documentationVersion": name, "lastUpdatedDate": call.now}
        call.put("stage", api_id, stage["stageName"], changed)
    return call.insert(
        "documentation_version", api_id, name, version | {"_parts": call.list("documentation_part", api_id)}
    )


def get_documentation_version(call: Call, params: Params) -> Params:
    return _version(call, params)


def get_documentation_versions(call: Call, params: Params) -> Params:
    """All versions in the order of their creation."""
    lookup.rest_api(call, params)
    versions = sorted(call.list("documentation_version", params["restApiId"]), key=_age)
    items, position = page(versions, _age, params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def update_documentation_version(call: Call, params: Params) -> Params:
    version = _version(call, params)
    patched = patch.apply(table.TABLE, version, patch.operations(params.get("patchOperations")))
    return call.put("documentation_version", params["restApiId"], version["version"], patched)


def delete_documentation_version(call: Call, params: Params) -> None:
    version = _version(call, params)
    if any(
        stage.get("documentationVersion") == version["version"] for stage in call.list("stage", params["restApiId"])
    ):
        raise errors.bad_request(_IN_USE)
    call.delete("documentation_version", params["restApiId"], version["version"])


def _version(call: Call, params: Params) -> Body:
    return lookup.child(call, params, "documentation_version", "documentationVersion", NO_VERSION)


def _age(version: Body) -> str:
    return f"{version['createdDate']:012d} {version['version']}"
