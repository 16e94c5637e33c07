"""Functions: create, read, list, update code, update configuration, delete.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html and its neighbours.
"""

from __future__ import annotations

import logging

from gatewright.aws.base import AwsError, Params
from gatewright.functions import code, configuration, documents
from gatewright.functions.configuration import invalid
from gatewright.functions.documents import Function, child_key, function_key
from gatewright.functions.names import LATEST, FunctionKey
from gatewright.functions.operations import versions
from gatewright.functions.operations.base import Call, configuration_of, conflict, no_function, page, require
from gatewright.store.base import AlreadyExists, Body, Transaction

log = logging.getLogger("gatewright.functions")

# Stored and shown, but there is nothing on one machine that they could change.
_NO_EFFECT = ("VpcConfig", "KMSKeyArn", "EphemeralStorage", "TracingConfig")


def create_function(call: Call, params: Params) -> Params:
    name = call.name(params)
    if name.qualifier is not None:
        raise invalid(f"The function name must not have a qualifier: {params['FunctionName']}")
    key = name.key
    body = configuration.new(key, params, call.now(), profile_local=call.room.settings.local)
    with call.transaction(write=False) as tx:
        if tx.get(function_key(key)) is not None:
            raise conflict(f"Function already exist: {key.name}")
    _set_package(body, _add(call, key, params.get("Code") or {}))
    _warn_of_no_effect(key, params)
    with call.transaction() as tx:
        try:
            tx.insert(function_key(key), body)
        except AlreadyExists:
            raise conflict(f"Function already exist: {key.name}") from None
        if params.get("Publish"):
            function = Function(key, body, {}, {}, {})
            body = versions.publish(tx, function, call.now(), None)
    call.changed.add(key)
    return body


def get_function(call: Call, params: Params) -> Params:
    name = call.name(params)
    with call.transaction(write=False) as tx:
        function = require(tx, name)
    config = configuration_of(function, name)
    location = call.room.code_url(name.key, config.get("_zip") or "folder")
    result: Params = {"Configuration": config, "Code": {"RepositoryType": "S3", "Location": location}}
    if function.latest["_tags"]:
        result["Tags"] = function.latest["_tags"]
    if function.latest.get("_reserved") is not None:
        result["Concurrency"] = {"ReservedConcurrentExecutions": function.latest["_reserved"]}
    return result


def get_function_configuration(call: Call, params: Params) -> Params:
    name = call.name(params)
    with call.transaction(write=False) as tx:
        return configuration_of(require(tx, name), name)


def list_functions(call: Call, params: Params) -> Params:
    account, region = call.caller.account, call.caller.region
    with call.transaction(write=False) as tx:
        items = [d.body for d in tx.list(account, region, documents.FUNCTION)]
        if params.get("FunctionVersion") == "ALL":
            items = [{**b, "FunctionArn": f"{b['FunctionArn']}:{LATEST}"} for b in items]
            items += [d.body for d in tx.list(account, region, documents.VERSION, None)]
    chosen, marker = page(items, params, lambda b: (b["FunctionName"], versions.number(b["Version"])))
    return {"Functions": chosen, "NextMarker": marker}


def update_function_code(call: Call, params: Params) -> Params:
    name = call.name(params)
    if name.qualifier not in (None, LATEST):
        raise invalid("The function code of a published version cannot be updated.")
    with call.transaction(write=False) as tx:
        function = require(tx, name)
    configuration.check_revision(function.latest, params)
    if params.get("DryRun"):
        return _described(function.latest, _package(params, call, name.key, keep=False))
    package = _add(call, name.key, params)
    with call.transaction() as tx:
        function = require(tx, name)
        configuration.check_revision(function.latest, params)
        body = function.latest
        configuration.apply(body, {"Architectures": params.get("Architectures")})
        _set_package(body, package)
        configuration.touch(body, call.now())
        tx.put(function_key(name.key), body)
        if params.get("Publish"):
            body = versions.publish(tx, function, call.now(), None)
    call.changed.add(name.key)
    return body


def update_function_configuration(call: Call, params: Params) -> Params:
    name = call.name(params)
    if name.qualifier not in (None, LATEST):
        raise invalid("The configuration of a published version cannot be updated.")
    with call.transaction() as tx:
        function = require(tx, name)
        body = function.latest
        configuration.check_revision(body, params)
        configuration.apply(body, params, profile_local=call.room.settings.local)
        configuration.touch(body, call.now())
        tx.put(function_key(name.key), body)
    _warn_of_no_effect(name.key, params)
    call.changed.add(name.key)
    return body


def delete_function(call: Call, params: Params) -> None:
    name = call.name(params)
    if name.qualifier == LATEST:
        raise invalid("$LATEST version cannot be deleted without deleting the function.")
    with call.transaction() as tx:
        function = require(tx, name)
        if name.qualifier is None:
            documents.delete_all(tx, name.key)
        else:
            _delete_version(tx, function, name.qualifier)
    call.changed.add(name.key)


def _delete_version(tx: Transaction, function: Function, version: str) -> None:
    if version in function.aliases:
        raise invalid("Invalid qualifier: an alias is deleted with DeleteAlias.")
    if version not in function.versions:
        raise no_function(function.key.qualified(version))
    using = [a for a, body in function.aliases.items() if version in versions.targets(body)]
    if using:
        raise conflict(
            f"Unable to delete version because the following aliases reference it: [{', '.join(sorted(using))}]"
        )
    tx.delete(child_key(function.key, documents.VERSION, version))
    tx.delete(child_key(function.key, documents.POLICY, version))


def _package(given: Params, call: Call, key: FunctionKey, *, keep: bool) -> code.Package:
    """The package in a request, checked, and if wanted kept on disk. Raises AwsError."""
    if given.get("S3Bucket") or given.get("S3Key"):
        raise invalid("Gatewright takes code as ZipFile; S3Bucket and S3Key are not supported.")
    if given.get("ImageUri"):
        raise invalid("Gatewright runs functions from zip archives; ImageUri is not supported.")
    data = given.get("ZipFile")
    if data is None:
        raise invalid("Please provide a source for function code.")
    try:
        return call.room.packages.add(key, data) if keep else code.check(data)
    except code.PackageTooLargeError as error:
        raise AwsError("RequestEntityTooLargeException", str(error), 413) from None
    except code.PackageError as error:
        raise invalid(str(error)) from None


def _add(call: Call, key: FunctionKey, given: Params) -> code.Package:
    return _package(given, call, key, keep=True)


def _described(body: Body, package: code.Package) -> Body:
    return {**body, "CodeSha256": package.sha_base64, "CodeSize": package.size}


def _set_package(body: Body, package: code.Package) -> None:
    body.pop("_folder", None)
    body |= {"CodeSha256": package.sha_base64, "CodeSize": package.size, "_zip": package.sha}


def _warn_of_no_effect(key: FunctionKey, params: Params) -> None:
    for member in _NO_EFFECT:
        value = params.get(member)
        if value and value not in ({"Mode": "PassThrough"}, {"Size": 512}):
            log.warning("function %s: %s is stored and shown, but has no effect here", key.name, member)
