"""API keys: CreateApiKey, GetApiKey(s), UpdateApiKey, DeleteApiKey.

A key's value is unique in an account and Region; beside the key lies an `api_key_value` document that finds the key by
its value. Ids are always distinct from values, whatever the deprecated `generateDistinctId` says: AWS answers the same
with and without it. https://docs.aws.amazon.com/apigateway/latest/api/API_ApiKey.html
"""

from __future__ import annotations

from gatewright.aws.pagination import page
from gatewright.catalog import ids, patch, quotas
from gatewright.catalog.patches import api_key as table
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, tags
from gatewright.store.base import Body

EXISTS = "API Key already exists"
_GIVEN = ("name", "description", "customerId", "tags")
_LOW, _HIGH = quotas.KEY_VALUE


def create_api_key(call: Call, params: Params) -> Params:
    """A new key, disabled unless said otherwise; its value is shown."""
    key = {name: params[name] for name in _GIVEN if params.get(name)}
    check(key)
    check_value(params.get("value"))
    tags.check(key.get("tags") or {})
    key["enabled"] = bool(params.get("enabled"))
    key["stageKeys"] = [
        f"{each.get('restApiId') or ''}/{each.get('stageName') or ''}" for each in params.get("stageKeys") or ()
    ]
    _check_stages(call, key["stageKeys"])
    value = params.get("value") or ids.new_key_value(call.below)
    if find(call, value) is not None:
        raise errors.conflict(EXISTS)
    return insert(call, key | {"value": value})


def get_api_key(call: Call, params: Params) -> Params:
    return _shown(lookup_key(call, params), params.get("includeValue"))


def get_api_keys(call: Call, params: Params) -> Params:
    """Newest first, of a name that begins so (case matters). A limit below 1 gives an empty list (recorded)."""
    if (params.get("limit") or 1) < 1:
        return {"items": []}
    keys = sorted(call.list("api_key", ""), key=_youth)
    begin, customer = params.get("nameQuery") or "", params.get("customerId")
    wanted = [
        key
        for key in keys
        if key.get("name", "").startswith(begin) and (not customer or key.get("customerId") == customer)
    ]
    items, position = page(wanted, _youth, params.get("position"), params.get("limit"))
    return {"items": [_shown(key, params.get("includeValues")) for key in items], "position": position}


def update_api_key(call: Call, params: Params) -> Params:
    key = lookup_key(call, params)
    patched = patch.apply(table.TABLE, key, patch.operations(params.get("patchOperations")))
    check(patched)
    _check_stages(call, [each for each in patched["stageKeys"] if each not in key["stageKeys"]])
    call.publish_usage = True
    return {"tags": {}} | _shown(save(call, patched), False)


def delete_api_key(call: Call, params: Params) -> None:
    """The key, also out of the usage plans that it is in."""
    key = lookup_key(call, params)
    call.publish_usage = True
    for document in (each for kind in ("usage_plan_key", "usage") for each in call.tx.find(kind, key["id"])):
        if (document.key.account, document.key.region) == (call.account, call.region):
            call.tx.delete(document.key)
    call.delete("api_key_value", "", key["value"])
    call.delete("api_key", "", key["id"])


def lookup_key(call: Call, params: Params) -> Body:
    """The key with its value. Raises NotFoundException."""
    return lookup.top(call, "api_key", params["apiKey"], lookup.NO_API_KEY)


def find(call: Call, value: str) -> Body | None:
    """The key that has a value."""
    named = call.get("api_key_value", "", value)
    return None if named is None else call.get("api_key", "", named["id"])


def count(call: Call) -> int:
    """How many keys there are."""
    return call.tx.count(call.account, call.region, "api_key")


def insert(call: Call, key: Body, present: int | None = None) -> Body:
    """Store a checked key with a new id. `present`: how many keys there are, for those who know.

    Raises LimitExceededException.
    """
    if present is None:
        present = count(call)
    if not call.unlimited and present >= quotas.COUNTS["api_key"].most:
        raise errors.limit(quotas.COUNTS["api_key"])
    fresh = call.new_id("api_key")
    made: Body = {"id": fresh, "createdDate": call.now, "_order": present, **key}
    call.insert("api_key_value", "", key["value"], {"id": fresh})
    return save(call, made)


def save(call: Call, key: Body) -> Body:
    return call.put("api_key", "", key["id"], key | {"lastUpdatedDate": call.now})


def check(key: Body) -> None:
    """Raises BadRequestException (recorded)."""
    if len(key.get("name") or "") > quotas.KEY_NAME:
        raise errors.bad_request(f"Invalid API Key name, can be at most {quotas.KEY_NAME} characters.")
    if len(key.get("description") or "") > quotas.KEY_DESCRIPTION:
        raise errors.bad_request("Invalid API Key description specified.")


def check_value(value: str | None) -> None:
    """Raises BadRequestException (recorded); an empty value is none: one is made."""
    if value and len(value) < _LOW:
        raise errors.bad_request(f"API Key value should be at least {_LOW} characters")
    if value and len(value) > _HIGH:
        raise errors.bad_request(f"API Key value exceeds maximum size of {_HIGH} characters")


def _check_stages(call: Call, stage_keys: list[str]) -> None:
    for each in stage_keys:
        api_id, _, stage = each.partition("/")
        lookup.child(call, {"restApiId": api_id, "stageName": stage}, "stage", "stageName", lookup.NO_STAGE)


def youth(created: int, order: int, id: str) -> str:
    """The order of creation turned round, as text. `order`: among those of the same second."""
    return f"{10**12 - created:012d} {10**9 - order:010d} {id}"


def _youth(key: Body) -> str:
    return youth(key["createdDate"], key["_order"], key["id"])


def _shown(key: Body, with_value: bool | None) -> Body:
    hidden = {"tags"} if not key.get("tags") else set()
    return {name: value for name, value in key.items() if name not in hidden and (with_value or name != "value")}
