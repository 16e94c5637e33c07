"""Tags, concurrency, and what Terraform reads after it has created a function."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
ECHO = "def handler(e, c): return e"


async def test_tags(host: Any) -> None:
    await host.create("f", ECHO, Tags={"a": "1"})
    await host.aws("tag_resource", Resource=ARN, Tags={"b": "2", "a": "3"})
    assert (await host.aws("list_tags", Resource=ARN))["Tags"] == {"a": "3", "b": "2"}
    await host.aws("untag_resource", Resource=ARN, TagKeys=["a", "none"])
    assert (await host.aws("get_function", FunctionName="f"))["Tags"] == {"b": "2"}
    with pytest.raises(ClientError, match="exceeds the limit of 50"):
        await host.aws("tag_resource", Resource=ARN, Tags={f"k{n}": "v" for n in range(50)})


async def test_concurrency(host: Any) -> None:
    await host.create("f", ECHO)
    assert "ReservedConcurrentExecutions" not in await host.aws("get_function_concurrency", FunctionName="f")
    await host.aws("put_function_concurrency", FunctionName="f", ReservedConcurrentExecutions=900)
    assert (await host.aws("get_function_concurrency", FunctionName="f"))["ReservedConcurrentExecutions"] == 900
    assert (await host.aws("get_function", FunctionName="f"))["Concurrency"] == {"ReservedConcurrentExecutions": 900}
    assert (await host.aws("get_account_settings"))["AccountLimit"]["UnreservedConcurrentExecutions"] == 100
    await host.create("g", ECHO)
    with pytest.raises(ClientError, match=r"below its minimum value of \[100\]"):
        await host.aws("put_function_concurrency", FunctionName="g", ReservedConcurrentExecutions=1)
    await host.aws("delete_function_concurrency", FunctionName="f")
    assert "Concurrency" not in await host.aws("get_function", FunctionName="f")


async def test_what_terraform_reads(host: Any) -> None:
    await host.create("f", ECHO)
    signing = await host.aws("get_function_code_signing_config", FunctionName="f")
    assert (signing["FunctionName"], signing.get("CodeSigningConfigArn")) == ("f", None)
    assert (await host.aws("get_runtime_management_config", FunctionName="f"))["UpdateRuntimeOn"] == "Auto"
    assert (await host.aws("get_function_recursion_config", FunctionName="f"))["RecursiveLoop"] == "Terminate"
    for operation, member in (
        ("list_provisioned_concurrency_configs", "ProvisionedConcurrencyConfigs"),
        ("list_function_event_invoke_configs", "FunctionEventInvokeConfigs"),
        ("list_function_url_configs", "FunctionUrlConfigs"),
        ("list_event_source_mappings", "EventSourceMappings"),
    ):
        assert (await host.aws(operation, FunctionName="f"))[member] == []
    assert (await host.aws("list_layers"))["Layers"] == []
    for operation, params, code in (
        (
            "get_provisioned_concurrency_config",
            {"Qualifier": "$LATEST"},
            "ProvisionedConcurrencyConfigNotFoundException",
        ),
        ("get_function_event_invoke_config", {}, "ResourceNotFoundException"),
        ("get_function_url_config", {}, "ResourceNotFoundException"),
    ):
        with pytest.raises(ClientError) as caught:
            await host.aws(operation, FunctionName="f", **params)
        assert caught.value.response["Error"]["Code"] == code


async def test_what_is_not_there_says_so(host: Any) -> None:
    with pytest.raises(ClientError, match="Gatewright does not support the operation CreateFunctionUrlConfig"):
        await host.aws("create_function_url_config", FunctionName="f", AuthType="NONE")
