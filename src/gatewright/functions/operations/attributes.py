"""What else hangs on a function: tags, reserved concurrency, and the answers for what no function here ever has.

Terraform's `aws_lambda_function` and SDK waiters read these after a creation.
"""

from __future__ import annotations

from gatewright.aws.base import AwsError, Params
from gatewright.functions import documents
from gatewright.functions.configuration import invalid
from gatewright.functions.documents import function_key
from gatewright.functions.names import LATEST
from gatewright.functions.operations.base import Call, not_found, require, require_qualifier

TAG_LIMIT = 50
ACCOUNT_CONCURRENCY = 1000
UNRESERVED_MINIMUM = 100


def list_tags(call: Call, params: Params) -> Params:
    name = call.name({"FunctionName": params["Resource"]})
    with call.transaction(write=False) as tx:
        return {"Tags": require(tx, name).latest["_tags"]}


def tag_resource(call: Call, params: Params) -> None:
    name = call.name({"FunctionName": params["Resource"]})
    with call.transaction() as tx:
        body = require(tx, name).latest
        tags = {**body["_tags"], **params["Tags"]}
        if len(tags) > TAG_LIMIT:
            raise invalid(f"The number of tags exceeds the limit of {TAG_LIMIT}.")
        tx.put(function_key(name.key), {**body, "_tags": tags})
    call.changed.add(name.key)


def untag_resource(call: Call, params: Params) -> None:
    name = call.name({"FunctionName": params["Resource"]})
    with call.transaction() as tx:
        body = require(tx, name).latest
        tags = {k: v for k, v in body["_tags"].items() if k not in params["TagKeys"]}
        tx.put(function_key(name.key), {**body, "_tags": tags})
    call.changed.add(name.key)


def put_function_concurrency(call: Call, params: Params) -> Params:
    name, wanted = call.name(params), params["ReservedConcurrentExecutions"]
    with call.transaction() as tx:
        body = require(tx, name).latest
        others = [
            d.body for d in tx.list(name.key.account, name.key.region, documents.FUNCTION) if d.key.id != name.key.name
        ]
        reserved = sum(b.get("_reserved") or 0 for b in others)
        if reserved + wanted > ACCOUNT_CONCURRENCY - UNRESERVED_MINIMUM:
            raise invalid(
                "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                f"below its minimum value of [{UNRESERVED_MINIMUM}]."
            )
        tx.put(function_key(name.key), {**body, "_reserved": wanted})
    call.changed.add(name.key)
    return {"ReservedConcurrentExecutions": wanted}


def get_function_concurrency(call: Call, params: Params) -> Params:
    name = call.name(params)
    with call.transaction(write=False) as tx:
        reserved = require(tx, name).latest.get("_reserved")
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}


def delete_function_concurrency(call: Call, params: Params) -> None:
    name = call.name(params)
    with call.transaction() as tx:
        body = require(tx, name).latest
        body.pop("_reserved", None)
        tx.put(function_key(name.key), body)
    call.changed.add(name.key)


def get_account_settings(call: Call, _params: Params) -> Params:
    with call.transaction(write=False) as tx:
        bodies = [d.body for d in tx.list(call.caller.account, call.caller.region, documents.FUNCTION)]
    reserved = sum(b.get("_reserved") or 0 for b in bodies)
    return {
        "AccountLimit": {
            "TotalCodeSize": 80_530_636_800,
            "CodeSizeUnzipped": 262_144_000,
            "CodeSizeZipped": 52_428_800,
            "ConcurrentExecutions": ACCOUNT_CONCURRENCY,
            "UnreservedConcurrentExecutions": ACCOUNT_CONCURRENCY - reserved,
        },
        "AccountUsage": {"TotalCodeSize": sum(b["CodeSize"] for b in bodies), "FunctionCount": len(bodies)},
    }


def get_function_code_signing_config(call: Call, params: Params) -> Params:
    """No function has one: AWS then answers with the name alone."""
    name = call.name(params)
    with call.transaction(write=False) as tx:
        require(tx, name)
    return {"FunctionName": name.key.name}


def get_runtime_management_config(call: Call, params: Params) -> Params:
    name = call.name(params)
    with call.transaction(write=False) as tx:
        function = require(tx, name)
    require_qualifier(function, name)
    return {"UpdateRuntimeOn": "Auto", "FunctionArn": name.key.qualified(name.qualifier or LATEST)}


def get_function_recursion_config(call: Call, params: Params) -> Params:
    name = call.name(params)
    with call.transaction(write=False) as tx:
        require(tx, name)
    return {"RecursiveLoop": "Terminate"}


def get_provisioned_concurrency_config(call: Call, params: Params) -> Params:
    _require_qualified(call, params)
    raise AwsError(
        "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function",
        404,
    )


def list_provisioned_concurrency_configs(call: Call, params: Params) -> Params:
    _require_qualified(call, params)
    return {"ProvisionedConcurrencyConfigs": []}


def get_function_event_invoke_config(call: Call, params: Params) -> Params:
    arn = _require_qualified(call, params)
    raise not_found(f"The function {arn} doesn't have an EventInvokeConfig")


def list_function_event_invoke_configs(call: Call, params: Params) -> Params:
    _require_qualified(call, params)
    return {"FunctionEventInvokeConfigs": []}


def get_function_url_config(call: Call, params: Params) -> Params:
    _require_qualified(call, params)
    raise not_found("The resource you requested does not exist.")


def list_function_url_configs(call: Call, params: Params) -> Params:
    _require_qualified(call, params)
    return {"FunctionUrlConfigs": []}


def list_event_source_mappings(call: Call, params: Params) -> Params:
    """Event sources are not polled here, so there is never a mapping."""
    return {"EventSourceMappings": []}


def list_layers(call: Call, params: Params) -> Params:
    """Layers cannot be published here, so there is never one."""
    return {"Layers": []}


def _require_qualified(call: Call, params: Params) -> str:
    name = call.name(params)
    with call.transaction(write=False) as tx:
        require_qualifier(require(tx, name), name)
    return name.key.qualified(name.qualifier or LATEST)
