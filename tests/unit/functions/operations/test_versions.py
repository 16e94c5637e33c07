"""Versions through boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from gatewright.functions.operations import versions
from tests.unit.functions.support import zipped

ECHO = "def handler(e, c): return [c.function_version, c.invoked_function_arn.split(':', 6)[6]]"


async def test_versions_are_frozen(host: Any) -> None:
    await host.create("f", ECHO)
    one = await host.aws("publish_version", FunctionName="f", Description="first")
    again = await host.aws("publish_version", FunctionName="f")
    assert (one["Version"], again["Version"], one["Description"]) == ("1", "1", "first")
    await host.aws(
        "update_function_code", FunctionName="f", ZipFile=zipped({"app.py": "def handler(e, c): return 'new'"})
    )
    two = await host.aws("publish_version", FunctionName="f")
    assert two["FunctionArn"].endswith(":f:2")
    assert (await host.invoke("f:1")).json == ["1", "f:1"]
    assert (await host.invoke("f:2")).json == (await host.invoke("f")).json == "new"
    await host.aws("delete_function", FunctionName="f", Qualifier="2")
    await host.aws("update_function_configuration", FunctionName="f", Timeout=5)
    assert (await host.aws("publish_version", FunctionName="f"))["Version"] == "3"
    listed = await host.aws("list_versions_by_function", FunctionName="f")
    assert [v["Version"] for v in listed["Versions"]] == ["$LATEST", "1", "3"]
    assert listed["Versions"][0]["FunctionArn"].endswith(":f:$LATEST")


async def test_many_versions_come_in_order(host: Any) -> None:
    await host.create("f", ECHO)
    for number in range(11):
        await host.aws("update_function_configuration", FunctionName="f", Timeout=number + 1)
        await host.aws("publish_version", FunctionName="f")
    first = await host.aws("list_versions_by_function", FunctionName="f", MaxItems=10)
    rest = await host.aws("list_versions_by_function", FunctionName="f", Marker=first["NextMarker"])
    found = [v["Version"] for v in first["Versions"] + rest["Versions"]]
    assert found == ["$LATEST", *(str(n) for n in range(1, 12))]


async def test_another_hash_is_refused(host: Any) -> None:
    await host.create("f", ECHO)
    with pytest.raises(ClientError, match="is different from current CodeSHA256"):
        await host.aws("publish_version", FunctionName="f", CodeSha256="x")


def test_targets() -> None:
    routing = {"AdditionalVersionWeights": {"2": 0.1}}
    assert versions.targets({"FunctionVersion": "1", "RoutingConfig": routing}) == {"1", "2"}
    assert versions.targets({"FunctionVersion": "$LATEST"}) == {"$LATEST"}
