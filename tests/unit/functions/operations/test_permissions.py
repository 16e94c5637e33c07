"""Resource policies through boto3."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
ECHO = "def handler(e, c): return e"
GRANT = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}


async def test_statements_come_and_go(host: Any) -> None:
    await host.create("f", ECHO, Publish=True)
    source = "arn:aws:execute-api:us-east-1:123456789012:api/*"
    made = await host.aws("add_permission", FunctionName="f", StatementId="s", SourceArn=source, **GRANT)
    statement = orjson.loads(made["Statement"])
    assert (statement["Sid"], statement["Resource"], statement["Condition"]) == (
        "s",
        ARN,
        {"ArnLike": {"AWS:SourceArn": source}},
    )
    await host.aws("add_permission", FunctionName="f", StatementId="s", Qualifier="1", **GRANT)
    policy = orjson.loads((await host.aws("get_policy", FunctionName="f"))["Policy"])
    assert (policy["Version"], policy["Id"], policy["Statement"]) == ("2012-10-17", "default", [statement])
    qualified = orjson.loads((await host.aws("get_policy", FunctionName="f", Qualifier="1"))["Policy"])
    assert qualified["Statement"][0]["Resource"] == f"{ARN}:1"
    await host.aws("remove_permission", FunctionName="f", StatementId="s")
    cases: list[tuple[str, dict[str, Any], str, str]] = [
        ("get_policy", {}, "ResourceNotFoundException", "The resource you requested does not exist."),
        ("remove_permission", {"StatementId": "s"}, "ResourceNotFoundException",
         "No policy is associated with the given resource."),
        ("remove_permission", {"StatementId": "x", "Qualifier": "1"}, "ResourceNotFoundException",
         "Statement x is not found in resource policy."),
        ("add_permission", {"StatementId": "s", "Qualifier": "1", **GRANT}, "ResourceConflictException",
         "The statement id (s) provided already exists. Please provide a new statement id, "
         "or remove the existing statement."),
        ("add_permission", {"StatementId": "s", "Qualifier": "9", **GRANT}, "ResourceNotFoundException",
         f"Function not found: {ARN}:9"),
        ("add_permission", {"StatementId": "t", "Action": "lambda:InvokeFunction", "Principal": "apigateway"},
         "InvalidParameterValueException",
         "The provided principal was invalid. Please check the principal and try again."),
    ]  # fmt: skip
    for operation, params, code, message in cases:
        with pytest.raises(ClientError) as caught:
            await host.aws(operation, FunctionName="f", **params)
        assert caught.value.response["Error"] == {"Code": code, "Message": message}


async def test_a_policy_has_a_revision_and_a_limit(host: Any) -> None:
    await host.create("f", ECHO)
    await host.aws("add_permission", FunctionName="f", StatementId="s", **GRANT)
    with pytest.raises(ClientError, match="PreconditionFailedException"):
        await host.aws("add_permission", FunctionName="f", StatementId="t", RevisionId="x", **GRANT)
    revision = (await host.aws("get_policy", FunctionName="f"))["RevisionId"]
    await host.aws("add_permission", FunctionName="f", StatementId="t", RevisionId=revision, **GRANT)
    long = "arn:aws:execute-api:us-east-1:123456789012:" + "x" * 9900
    await host.aws("add_permission", FunctionName="f", StatementId="u", SourceArn=long, **GRANT)
    with pytest.raises(ClientError, match="PolicyLengthExceededException"):
        await host.aws("add_permission", FunctionName="f", StatementId="v", SourceArn=long, **GRANT)
