"""Versions: a frozen copy of $LATEST under a number.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

from __future__ import annotations

import uuid

from gatewright.aws.base import Params
from gatewright.functions import configuration, documents
from gatewright.functions.configuration import invalid
from gatewright.functions.documents import Function, child_key, function_key
from gatewright.functions.names import LATEST
from gatewright.functions.operations.base import Call, page, require
from gatewright.store.base import Body, Transaction

# What differs between $LATEST and the version made from it although nothing has changed.
_OWN = {"FunctionArn", "Version", "RevisionId", "LastModified", "Description"}


def number(version: str) -> int:
    """The place of a version in lists: $LATEST first."""
    return 0 if version == LATEST else int(version)


def targets(alias: Body) -> set[str]:
    """The versions that an alias refers to."""
    routing = alias.get("RoutingConfig") or {}
    return {alias["FunctionVersion"], *(routing.get("AdditionalVersionWeights") or {})}


def publish_version(call: Call, params: Params) -> Params:
    name = call.name(params)
    with call.transaction(write=False) as tx:
        latest = require(tx, name).latest
    if latest.get("_folder"):
        raise invalid(
            "A function that runs from a folder has no versions; upload its code with UpdateFunctionCode first."
        )
    if params.get("PublishTo"):
        raise invalid("Gatewright does not support PublishTo.")
    with call.transaction() as tx:
        function = require(tx, name)
        configuration.check_revision(function.latest, params)
        given = params.get("CodeSha256")
        if given and given != function.latest["CodeSha256"]:
            raise invalid(
                f"CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST "
                f"({function.latest['CodeSha256']}). Please try again with the CodeSHA256 in $LATEST."
            )
        body = publish(tx, function, call.now(), params.get("Description"))
    call.changed.add(name.key)
    return body


def list_versions_by_function(call: Call, params: Params) -> Params:
    name = call.name(params)
    with call.transaction(write=False) as tx:
        function = require(tx, name)
    latest = {**function.latest, "FunctionArn": name.key.qualified(LATEST)}
    chosen, marker = page([latest, *function.versions.values()], params, lambda b: number(b["Version"]))
    return {"Versions": chosen, "NextMarker": marker}


def publish(tx: Transaction, function: Function, now: float, description: str | None) -> Body:
    """Freeze $LATEST; the newest version itself when nothing has changed since it was made."""
    latest = function.latest
    newest = next(reversed(function.versions.values()), None)
    if newest is not None and _essence(newest) == _essence(latest):
        return newest
    version = str(latest["_next"])
    body = {k: v for k, v in latest.items() if not k.startswith("_")}
    body |= {
        "Version": version,
        "FunctionArn": function.key.qualified(version),
        "RevisionId": str(uuid.uuid4()),
        "LastModified": configuration.timestamp(now),
        "_zip": latest.get("_zip"),
    }
    if description is not None:
        body["Description"] = description
    tx.insert(child_key(function.key, documents.VERSION, version), body)
    tx.put(function_key(function.key), {**latest, "_next": latest["_next"] + 1})
    return body


def _essence(body: Body) -> Body:
    return {k: v for k, v in body.items() if k not in _OWN and not k.startswith("_")}
