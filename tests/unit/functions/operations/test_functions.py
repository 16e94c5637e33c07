"""Functions through boto3: create, read, list, update, delete, with AWS's literals."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.functions.support import ROLE, zipped

ECHO = "def handler(e, c): return e"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


async def refused(host: Any, operation: str, **params: Any) -> tuple[str, str]:
    """Code and message of the error that this call ends in."""
    with pytest.raises(ClientError) as caught:
        await host.aws(operation, **params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


async def test_create_and_read(host: Any) -> None:
    made = await host.create("f", ECHO, Description="d", Environment={"Variables": {"AB": "c"}}, Tags={"k": "v"})
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert (made["FunctionArn"], made["Version"], made["State"], made["LastUpdateStatus"]) == (
        ARN, "$LATEST", "Active", "Successful",
    )  # fmt: skip
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", made["LastModified"])
    assert made["Environment"] == {"Variables": {"AB": "c"}}
    got = await host.aws("get_function", FunctionName="f")
    assert {k: v for k, v in made.items() if k != "ResponseMetadata"} == got["Configuration"]
    assert (got["Tags"], got["Code"]["RepositoryType"]) == ({"k": "v"}, "S3")
    for name in (ARN, "123456789012:function:f", "f:$LATEST"):
        assert (await host.aws("get_function_configuration", FunctionName=name))["FunctionName"] == "f"
    latest = await host.aws("get_function", FunctionName="f", Qualifier="$LATEST")
    assert latest["Configuration"]["FunctionArn"] == f"{ARN}:$LATEST"


async def test_create_with_a_version(host: Any) -> None:
    made = await host.create("f", ECHO, Publish=True)
    assert (made["Version"], made["FunctionArn"]) == ("1", f"{ARN}:1")
    assert (await host.aws("get_function_configuration", FunctionName="f", Qualifier="1"))["Version"] == "1"


NOT_FOUND: list[tuple[str, dict[str, Any], str]] = [
    ("get_function", {}, f"Function not found: {ARN}"),
    ("get_function", {"Qualifier": "live"}, f"Function not found: {ARN}:live"),
    ("get_function_configuration", {}, f"Function not found: {ARN}"),
    ("update_function_code", {"ZipFile": zipped({"a": "b"})}, f"Function not found: {ARN}"),
    ("update_function_configuration", {"Timeout": 3}, f"Function not found: {ARN}"),
    ("delete_function", {}, f"Function not found: {ARN}"),
    ("publish_version", {}, f"Function not found: {ARN}"),
    ("list_versions_by_function", {}, f"Function not found: {ARN}"),
    ("list_aliases", {}, f"Function not found: {ARN}"),
    ("get_policy", {}, f"Function not found: {ARN}"),
    ("put_function_concurrency", {"ReservedConcurrentExecutions": 1}, f"Function not found: {ARN}"),
]


async def test_functions_that_are_not_there(host: Any) -> None:
    for operation, params, message in NOT_FOUND:
        expected = ("ResourceNotFoundException", message)
        assert await refused(host, operation, FunctionName="f", **params) == expected, operation


async def test_what_create_refuses(host: Any) -> None:
    await host.create("f", ECHO)
    good = {
        "FunctionName": "g", "Runtime": "python3.11", "Role": ROLE, "Handler": "app.handler",
        "Code": {"ZipFile": zipped({"a": "b"})},
    }  # fmt: skip
    invalid = "InvalidParameterValueException"
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"FunctionName": "f"}, "ResourceConflictException", "Function already exist: f"),
        ({"Code": {"ZipFile": b"no zip"}}, invalid,
         "Could not unzip uploaded file. Please check your file, then try to upload again."),
        ({"Code": {}}, invalid, "Please provide a source for function code."),
        ({"Code": {"S3Bucket": "bucket", "S3Key": "key"}}, invalid,
         "Gatewright takes code as ZipFile; S3Bucket and S3Key are not supported."),
        ({"Code": {"ImageUri": "image"}}, invalid,
         "Gatewright runs functions from zip archives; ImageUri is not supported."),
        ({"FunctionName": "arn:aws:lambda:eu-west-1:123456789012:function:g"}, "ResourceNotFoundException",
         "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"),
    ]  # fmt: skip
    for changed, code, message in cases:
        assert await refused(host, "create_function", **(good | changed)) == (code, message)


async def test_lists_in_pages(host: Any) -> None:
    for number in range(5):
        await host.create(f"f{number}", ECHO, Publish=number == 0)
    pages = []
    params: dict[str, Any] = {"MaxItems": 2}
    while True:
        page = await host.aws("list_functions", **params)
        pages.append([f["FunctionName"] for f in page["Functions"]])
        if "NextMarker" not in page:
            break
        params["Marker"] = page["NextMarker"]
    assert pages == [["f0", "f1"], ["f2", "f3"], ["f4"]]
    everything = await host.aws("list_functions", FunctionVersion="ALL")
    assert [f["Version"] for f in everything["Functions"]] == [
        "$LATEST",
        "1",
        "$LATEST",
        "$LATEST",
        "$LATEST",
        "$LATEST",
    ]


async def test_updates(host: Any) -> None:
    made = await host.create("f", ECHO)
    code = zipped({"app.py": "def handler(e, c): return 2"})
    tried = await host.aws("update_function_code", FunctionName="f", ZipFile=code, DryRun=True)
    assert tried["CodeSha256"] != made["CodeSha256"]
    assert (await host.aws("get_function_configuration", FunctionName="f"))["CodeSha256"] == made["CodeSha256"]
    stale = {"FunctionName": "f", "RevisionId": "b1946ac9-0000-4000-8000-000000000000"}
    assert (await refused(host, "update_function_code", ZipFile=code, **stale))[0] == "PreconditionFailedException"
    assert (await refused(host, "update_function_configuration", Timeout=9, **stale))[
        0
    ] == "PreconditionFailedException"
    published = await host.aws(
        "update_function_code", FunctionName="f", ZipFile=code, Publish=True, RevisionId=made["RevisionId"]
    )
    assert (published["Version"], published["CodeSha256"]) == ("1", tried["CodeSha256"])
    changed = await host.aws("update_function_configuration", FunctionName="f", Timeout=9, Handler="app.other")
    assert (changed["Timeout"], changed["Handler"], changed["MemorySize"]) == (9, "app.other", 128)
    assert changed["RevisionId"] != made["RevisionId"]


async def test_deleting(host: Any) -> None:
    await host.create("f", ECHO, Publish=True)
    await host.aws("create_alias", FunctionName="f", Name="live", FunctionVersion="1")
    assert (await refused(host, "delete_function", FunctionName="f", Qualifier="$LATEST")) == (
        "InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function.",
    )  # fmt: skip
    assert (await refused(host, "delete_function", FunctionName="f", Qualifier="1")) == (
        "ResourceConflictException", "Unable to delete version because the following aliases reference it: [live]",
    )  # fmt: skip
    await host.aws("delete_alias", FunctionName="f", Name="live")
    await host.aws("delete_function", FunctionName="f", Qualifier="1")
    assert [v["Version"] for v in (await host.aws("list_versions_by_function", FunctionName="f"))["Versions"]] == [
        "$LATEST"
    ]
    await host.aws("delete_function", FunctionName="f")
    await host.create("f", ECHO)
    assert len((await host.aws("list_functions"))["Functions"]) == 1
