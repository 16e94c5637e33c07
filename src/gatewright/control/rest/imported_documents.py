"""Models, request validators and documentation parts of an import, stored in place of those of the same name.

Models may refer to one another in a circle, so they are stored together, and checked then.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from gatewright.aws.base import AwsError
from gatewright.catalog import documentation
from gatewright.control.call import Call
from gatewright.control.rest import models as models_
from gatewright.openapi import text
from gatewright.openapi.documentation import properties_of
from gatewright.openapi.schemas import referring
from gatewright.store.base import Body

ADDRESS = "https://apigateway.amazonaws.com/restapis/{api_id}/models/{name}"


def put_models(call: Call, api_id: str, models: Sequence[Body]) -> list[str]:
    """Store the models; what is wrong with them, a line each."""
    problems = []
    for model in models:
        name = model["name"]
        schema = text.pretty(referring(model["schema"], lambda other: ADDRESS.format(api_id=api_id, name=other)))
        try:
            models_.check_name(name)
            models_.check(schema)
        except AwsError as error:
            problems.append(f"Unable to create model for '{name}': {error.message}")
            continue
        before = call.get("model", api_id, name) or {}
        body = {"id": before.get("id") or call.new_id("model", api_id)} | model | {"schema": schema}
        call.put("model", api_id, name, body)
    return problems


def put_validators(call: Call, api_id: str, validators: Sequence[Body]) -> dict[str, str]:
    """Store the validators; the ids of all of the API's by name."""
    ids = {each["name"]: each["id"] for each in call.list("request_validator", api_id)}
    for validator in validators:
        own = ids.setdefault(validator["name"], call.new_id("request_validator", api_id))
        call.put("request_validator", api_id, own, {"id": own} | validator)
    return ids


def put_documentation(call: Call, api_id: str, parts: Sequence[Body]) -> list[str]:
    """Store documentation parts; of one at the same place, the members that it has in common are replaced.

    Returns their ids in the order given.
    """
    known = {documentation.place(each["location"]): each for each in call.list("documentation_part", api_id)}
    ids = []
    for part in parts:
        place = documentation.place(part["location"])
        before = known.get(place)
        own = before["id"] if before else call.new_id("documentation_part", api_id)
        body = {"id": own, "location": part["location"], "properties": _merged(before, part)}
        known[place] = call.put("documentation_part", api_id, own, body)
        ids.append(own)
    return ids


def _merged(before: Body | None, part: Body) -> str:
    old, new = properties_of(before) if before else None, properties_of(part)
    if isinstance(old, dict) and isinstance(new, dict):
        return orjson.dumps(old | new).decode()
    return str(part["properties"])
