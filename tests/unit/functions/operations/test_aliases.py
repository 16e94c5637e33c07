"""Aliases through boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
ECHO = "def handler(e, c): return c.function_version"


async def test_the_life_of_an_alias(host: Any) -> None:
    await host.create("f", ECHO, Publish=True)
    made = await host.aws("create_alias", FunctionName="f", Name="live", FunctionVersion="1", Description="d")
    assert (made["AliasArn"], made["FunctionVersion"]) == (f"{ARN}:live", "1")
    assert (await host.invoke("f:live")).json == "1"
    changed = await host.aws("update_alias", FunctionName="f", Name="live", FunctionVersion="$LATEST")
    assert (changed["Description"], changed["RevisionId"] != made["RevisionId"]) == ("d", True)
    assert (await host.invoke("f", query="?Qualifier=live")).json == "$LATEST"
    assert (await host.aws("get_alias", FunctionName="f", Name="live"))["FunctionVersion"] == "$LATEST"
    await host.aws("create_alias", FunctionName="f", Name="other", FunctionVersion="1")
    names = [a["Name"] for a in (await host.aws("list_aliases", FunctionName="f"))["Aliases"]]
    of_one = [a["Name"] for a in (await host.aws("list_aliases", FunctionName="f", FunctionVersion="1"))["Aliases"]]
    assert (names, of_one) == (["live", "other"], ["other"])
    for _ in range(2):
        await host.aws("delete_alias", FunctionName="f", Name="live")
    assert (await host.invoke("f:live")).status == 404


async def test_what_is_refused(host: Any) -> None:
    await host.create("f", ECHO, Publish=True)
    await host.aws("create_alias", FunctionName="f", Name="live", FunctionVersion="1")
    cases: list[tuple[str, dict[str, Any], str, str]] = [
        ("create_alias", {"Name": "live", "FunctionVersion": "1"}, "ResourceConflictException",
         f"Alias already exists: {ARN}:live"),
        ("create_alias", {"Name": "x", "FunctionVersion": "9"}, "ResourceNotFoundException",
         f"Function not found: {ARN}:9"),
        ("get_alias", {"Name": "x"}, "ResourceNotFoundException", f"Cannot find alias arn: {ARN}:x"),
        ("update_alias", {"Name": "x"}, "ResourceNotFoundException", f"Cannot find alias arn: {ARN}:x"),
        ("update_alias", {"Name": "live", "RoutingConfig": {"AdditionalVersionWeights": {"9": 0.1}}},
         "ResourceNotFoundException", f"Function not found: {ARN}:9"),
        ("create_alias",
         {"Name": "x", "FunctionVersion": "$LATEST", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.1}}},
         "InvalidParameterValueException", "$LATEST is not supported for an alias pointing to more than 1 version"),
    ]  # fmt: skip
    for operation, params, code, message in cases:
        with pytest.raises(ClientError) as caught:
            await host.aws(operation, FunctionName="f", **params)
        assert caught.value.response["Error"] == {"Code": code, "Message": message}
