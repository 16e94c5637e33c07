"""Aliases: a name for a version, or for two of them by weight.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
"""

from __future__ import annotations

import uuid

from gatewright.aws.base import Params
from gatewright.functions import configuration, documents
from gatewright.functions.configuration import invalid
from gatewright.functions.documents import Function, child_key
from gatewright.functions.names import LATEST, FunctionName
from gatewright.functions.operations.base import Call, conflict, no_function, not_found, page, require
from gatewright.functions.operations.versions import targets
from gatewright.store.base import Body


def create_alias(call: Call, params: Params) -> Params:
    name, alias = call.name(params), params["Name"]
    arn = name.key.qualified(alias)
    with call.transaction() as tx:
        function = require(tx, name)
        if alias in function.aliases:
            raise conflict(f"Alias already exists: {arn}")
        body: Body = {
            "AliasArn": arn,
            "Name": alias,
            "FunctionVersion": params["FunctionVersion"],
            "Description": params.get("Description") or "",
        }
        _set_routing(body, params)
        _check(function, body)
        body["RevisionId"] = str(uuid.uuid4())
        tx.insert(child_key(name.key, documents.ALIAS, alias), body)
    call.changed.add(name.key)
    return body


def get_alias(call: Call, params: Params) -> Params:
    name = call.name(params)
    with call.transaction(write=False) as tx:
        return _require(require(tx, name), name, params["Name"])


def update_alias(call: Call, params: Params) -> Params:
    name, alias = call.name(params), params["Name"]
    with call.transaction() as tx:
        function = require(tx, name)
        body = _require(function, name, alias)
        configuration.check_revision(body, params, "Alias")
        for member in ("FunctionVersion", "Description"):
            if params.get(member) is not None:
                body[member] = params[member]
        _set_routing(body, params)
        _check(function, body)
        body["RevisionId"] = str(uuid.uuid4())
        tx.put(child_key(name.key, documents.ALIAS, alias), body)
    call.changed.add(name.key)
    return body


def list_aliases(call: Call, params: Params) -> Params:
    name, version = call.name(params), params.get("FunctionVersion")
    with call.transaction(write=False) as tx:
        function = require(tx, name)
    found = [a for a in function.aliases.values() if version is None or version in targets(a)]
    chosen, marker = page(found, params, lambda a: a["Name"])
    return {"Aliases": chosen, "NextMarker": marker}


def delete_alias(call: Call, params: Params) -> None:
    name, alias = call.name(params), params["Name"]
    with call.transaction() as tx:
        function = require(tx, name)
        if alias in function.aliases:  # AWS answers 204 for an alias that is not there
            tx.delete(child_key(name.key, documents.ALIAS, alias))
            tx.delete(child_key(name.key, documents.POLICY, alias))
    call.changed.add(name.key)


def _require(function: Function, name: FunctionName, alias: str) -> Body:
    if alias not in function.aliases:
        raise not_found(f"Cannot find alias arn: {name.key.qualified(alias)}")
    return function.aliases[alias]


def _set_routing(body: Body, params: Params) -> None:
    """An empty RoutingConfig takes the weights away; none leaves them."""
    if params.get("RoutingConfig") is None:
        return
    weights = params["RoutingConfig"].get("AdditionalVersionWeights") or {}
    body.pop("RoutingConfig", None)
    if weights:
        body["RoutingConfig"] = {"AdditionalVersionWeights": dict(weights)}


def _check(function: Function, body: Body) -> None:
    """Refuse what an alias cannot point to."""
    main = body["FunctionVersion"]
    if main != LATEST and main not in function.versions:
        raise no_function(function.key.qualified(main))
    weights = (body.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    if len(weights) > 1:
        raise invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
    for version in weights:
        if main == LATEST or version == LATEST:
            raise invalid("$LATEST is not supported for an alias pointing to more than 1 version")
        if version == main:
            raise invalid(
                f"Invalid function version {version}. "
                f"Function version {version} is already included in routing configuration."
            )
        if version not in function.versions:
            raise no_function(function.key.qualified(version))
