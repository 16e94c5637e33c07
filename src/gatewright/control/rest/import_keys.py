"""ImportApiKeys: keys from a file, put into usage plans.

A key whose value is there already is overwritten. What is wrong with single keys becomes warnings, and with
`failonwarnings` nothing is imported. unverified: the wording of warnings, and that a key with a bad value is left out.
https://docs.aws.amazon.com/apigateway/latest/api/API_ImportApiKeys.html
"""

from __future__ import annotations

from gatewright.aws.base import AwsError
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import api_keys, usage_plan_keys
from gatewright.control.rest.key_file import Entry, FileError, parse
from gatewright.store.base import Body


def import_api_keys(call: Call, params: Params) -> Params:
    """{"ids": those of the keys in the file's order, "warnings": what was left out}."""
    try:
        entries = parse(params["body"])
    except FileError as error:
        raise errors.bad_request(str(error)) from None
    ids: list[str] = []
    warnings: list[str] = []
    present = api_keys.count(call)
    call.publish_usage = True
    for entry in entries:
        present += _import(call, entry, present, ids, warnings)
    if warnings and params.get("failOnWarnings"):
        raise errors.bad_request("Warnings found during import:\n\t" + "\n\t".join(warnings))
    return {"ids": ids, "warnings": warnings or None}


def _import(call: Call, entry: Entry, present: int, ids: list[str], warnings: list[str]) -> int:
    """How many keys there are more now: one or none."""
    given = {"name": entry.name, "description": entry.description}
    try:
        if not entry.key:
            raise errors.bad_request("API Key value must be non-empty")
        api_keys.check_value(entry.key)
        api_keys.check(given)
    except AwsError as error:
        warnings.append(f"Unable to import API key on line {entry.line}: {error.message}")
        return 0
    before = api_keys.find(call, entry.key)
    key_id = _put(call, entry, {name: text for name, text in given.items() if text}, before, present)
    ids.append(key_id)
    for plan_id in entry.plans:
        try:
            usage_plan_keys.attach(call, plan_id, key_id, again=True)
        except AwsError as error:
            warnings.append(f"Unable to add API key {key_id} to usage plan {plan_id}: {error.message}")
    return 1 if before is None else 0


def _put(call: Call, entry: Entry, given: dict[str, str], before: Body | None, present: int) -> str:
    if before is None:
        made = api_keys.insert(call, given | {"value": entry.key, "enabled": entry.enabled, "stageKeys": []}, present)
        return str(made["id"])
    kept = {name: value for name, value in before.items() if name not in ("name", "description")}
    return str(api_keys.save(call, kept | given | {"enabled": entry.enabled})["id"])
