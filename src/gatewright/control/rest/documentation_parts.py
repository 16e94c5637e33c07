"""Documentation parts: Create, Get (one and all), Update and DeleteDocumentationPart.

A part says something of one place of an API; its properties are a JSON object as text. There is one part per place.
https://docs.aws.amazon.com/apigateway/latest/api/API_DocumentationPart.html
"""

from __future__ import annotations

import json

from gatewright.aws.pagination import page
from gatewright.catalog import documentation, patch, quotas
from gatewright.catalog.patches import documentation_part as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup
from gatewright.control.rest.undocumented import undocumented
from gatewright.store.base import Body

NO_PART = "Invalid Documentation part identifier specified"
_PROPERTIES = "Invalid documentation properties specified: they must be a JSON object"  # unverified wording
_MEMBERS = ("type", "path", "method", "statusCode", "name")


def create_documentation_part(call: Call, params: Params) -> Params:
    lookup.rest_api(call, params)
    location = {name: params["location"][name] for name in _MEMBERS if params["location"].get(name)}
    check(location, params["properties"])
    place = documentation.place(location)
    if any(
        documentation.place(each["location"]) == place for each in call.list("documentation_part", params["restApiId"])
    ):
        raise errors.conflict(
            f"Documentation part already exists for the specified location: {documentation.words(location)}"
        )
    return insert(call, params["restApiId"], location, params["properties"])


def get_documentation_part(call: Call, params: Params) -> Params:
    return _part(call, params)


def get_documentation_parts(call: Call, params: Params) -> Params:
    """The parts by their places; with `locationStatus=UNDOCUMENTED` the places that have none.

    unverified: that name and path are compared as a whole.
    """
    lookup.rest_api(call, params)
    parts = call.list("documentation_part", params["restApiId"])
    if params.get("locationStatus") == "UNDOCUMENTED":
        parts = undocumented(call, params["restApiId"], parts)
    wanted = sorted((part for part in parts if _fits(part["location"], params)), key=_place)
    items, position = page(wanted, _place, params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def update_documentation_part(call: Call, params: Params) -> Params:
    part = _part(call, params)
    patched = patch.apply(table.TABLE, part, patch.operations(params.get("patchOperations")))
    check(patched["location"], patched["properties"])
    return call.put("documentation_part", params["restApiId"], part["id"], patched)


def delete_documentation_part(call: Call, params: Params) -> None:
    """Here the API is looked for first (recorded)."""
    lookup.rest_api(call, params)
    part = _part(call, params)
    call.delete("documentation_part", params["restApiId"], part["id"])


def insert(call: Call, api_id: str, location: Body, properties: str) -> Body:
    """Store a checked part under a new id. Raises LimitExceededException."""
    lookup.room_for(call, "documentation_part", api_id, quotas.COUNTS["documentation_part"])
    fresh = call.new_id("documentation_part", api_id)
    part: Body = {"id": fresh, "location": location, "properties": properties}
    return call.insert("documentation_part", api_id, fresh, part)


def check(location: Body, properties: str) -> None:
    """Raises BadRequestException."""
    if wrong := documentation.problem(location):
        raise errors.bad_request(wrong)
    try:
        said = json.loads(properties)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise errors.bad_request(_PROPERTIES)


def _part(call: Call, params: Params) -> Body:
    """An unknown API gives the part's text (recorded)."""
    found = call.get("documentation_part", params["restApiId"], params["documentationPartId"])
    if found is None:
        raise errors.not_found(NO_PART)
    return found


def _fits(location: Body, params: Params) -> bool:
    kind, path, *_, name = documentation.place(location)
    wanted = (params.get("type"), params.get("path"), params.get("nameQuery"))
    return all(not asked or asked == has for asked, has in zip(wanted, (kind, path, name), strict=True))


def _place(part: Body) -> str:
    return "\0".join(documentation.place(part["location"]))
