"""The operations of the Lambda API: the table from handler name to function, and how one is run."""

from __future__ import annotations

from collections.abc import Callable

from gatewright.aws.base import AwsError, Operation, Params
from gatewright.functions.operations import aliases, attributes, functions, permissions, versions
from gatewright.functions.operations.base import Call, Room

__all__ = ["OPERATIONS", "Call", "Room", "run"]

Handler = Callable[[Call, Params], "Params | None"]

OPERATIONS: dict[str, Handler] = {
    handler.__name__: handler
    for handler in (
        functions.create_function,
        functions.get_function,
        functions.get_function_configuration,
        functions.list_functions,
        functions.update_function_code,
        functions.update_function_configuration,
        functions.delete_function,
        versions.publish_version,
        versions.list_versions_by_function,
        aliases.create_alias,
        aliases.get_alias,
        aliases.update_alias,
        aliases.list_aliases,
        aliases.delete_alias,
        permissions.add_permission,
        permissions.remove_permission,
        permissions.get_policy,
        attributes.list_tags,
        attributes.tag_resource,
        attributes.untag_resource,
        attributes.put_function_concurrency,
        attributes.get_function_concurrency,
        attributes.delete_function_concurrency,
        attributes.get_account_settings,
        attributes.get_function_code_signing_config,
        attributes.get_runtime_management_config,
        attributes.get_function_recursion_config,
        attributes.get_provisioned_concurrency_config,
        attributes.list_provisioned_concurrency_configs,
        attributes.get_function_event_invoke_config,
        attributes.list_function_event_invoke_configs,
        attributes.get_function_url_config,
        attributes.list_function_url_configs,
        attributes.list_event_source_mappings,
        attributes.list_layers,
    )
}


def run(operation: Operation, call: Call, params: Params) -> Params | None:
    """Run one operation. Raises AwsError."""
    handler = OPERATIONS.get(operation.handler)
    if handler is None:
        raise AwsError(
            "InvalidParameterValueException",
            f"Gatewright does not support the operation {operation.name}.",
            400,
            {"Type": "User"},
        )
    return handler(call, params)
