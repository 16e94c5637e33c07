"""Who may invoke what: policies, accounts, names, through both doors."""

from __future__ import annotations

from typing import Any

import pytest

SOURCE = "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/orders"
ECHO = "def handler(e, c): return e"


async def permit(host: Any, **params: Any) -> None:
    given = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com", **params}
    await host.aws("add_permission", FunctionName="f", **given)


async def test_the_gateway_needs_permission(host: Any, caplog: pytest.LogCaptureFixture) -> None:
    await host.create("f", ECHO)
    gateway = {"x_gatewright_source_arn": SOURCE, "x_gatewright_source_account": "123456789012"}
    refused = await host.invoke("f", {}, internal=True, **gateway)
    assert (refused.status, refused.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
    warnings = [r.getMessage() for r in caplog.records if r.levelname == "WARNING" and r.name == "gatewright.functions"]
    assert len(warnings) == 1
    assert "aws lambda add-permission --function-name arn:aws:lambda:us-east-1:123456789012:function:f " in warnings[0]
    assert f"--principal apigateway.amazonaws.com --source-arn '{SOURCE}'" in warnings[0]

    await permit(host, SourceArn="arn:aws:execute-api:us-east-1:123456789012:abc123/*/*/*")
    assert (await host.invoke("f", {}, internal=True, **gateway)).status == 200
    other = gateway | {"x_gatewright_source_arn": SOURCE.replace("abc123", "zzz")}
    assert (await host.invoke("f", {}, internal=True, **other)).status == 403
    await host.aws("remove_permission", FunctionName="f", StatementId="s")
    assert (await host.invoke("f", {}, internal=True, **gateway)).status == 403


async def test_the_policy_of_the_qualifier_counts(host: Any) -> None:
    await host.create("f", ECHO, Publish=True)
    await host.aws("create_alias", FunctionName="f", Name="live", FunctionVersion="1")
    await permit(host)
    gateway = {"x_gatewright_source_arn": SOURCE, "x_gatewright_source_account": "123456789012"}
    assert (await host.invoke("f", {}, internal=True, **gateway)).status == 200
    assert (await host.invoke("f:live", {}, internal=True, **gateway)).status == 403
    await permit(host, Qualifier="live")
    answer = await host.invoke("f:live", {}, internal=True, **gateway)
    assert (answer.status, answer.headers["x-amz-executed-version"]) == (200, "1")


async def test_permissions_can_be_relaxed_and_that_is_said(start_host: Any, caplog: pytest.LogCaptureFixture) -> None:
    host = await start_host(lambda_permissions=False)
    assert [record.levelname for record in caplog.records if "lambda_permissions is off" in record.message] == [
        "WARNING"
    ]
    await host.create("f", ECHO)
    assert (await host.invoke("f", {}, internal=True, x_gatewright_source_arn=SOURCE)).status == 200


async def test_source_headers_mean_nothing_in_public(host: Any) -> None:
    await host.create("f", ECHO)
    assert (await host.invoke("f", {}, x_gatewright_source_arn=SOURCE)).status == 200


async def test_the_internal_door_serves_nothing_else(host: Any) -> None:
    assert (await host.request("GET", "/2015-03-31/functions", internal=True)).status == 404


async def test_another_account_needs_permission(host: Any) -> None:
    await host.create("f", ECHO)
    arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af"
    assert (await host.invoke(arn, {}, x_test_account="999999999999")).status == 403
    await permit(host, Principal="999999999999")
    assert (await host.invoke(arn, {}, x_test_account="999999999999")).status == 200


async def test_an_api_that_calls_as_a_role_needs_the_permission_of_another_account(host: Any) -> None:
    await host.create("f", ECHO)
    arn = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af"
    own, other = ({"x_gatewright_source_account": each} for each in ("123456789012", "999999999999"))
    assert (await host.invoke(arn, {}, internal=True, **own)).status == 200
    refused = await host.invoke(arn, {}, internal=True, **other)
    assert (refused.status, refused.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
    await permit(host, Principal="999999999999")
    assert (await host.invoke(arn, {}, internal=True, **other)).status == 200


@pytest.mark.parametrize(
    ("name", "query", "status", "code"),
    [
        ("nothing", "", 404, "ResourceNotFoundException"),
        ("f:7", "", 404, "ResourceNotFoundException"),
        ("f", "?Qualifier=gone", 404, "ResourceNotFoundException"),
        ("f:1", "?Qualifier=2", 400, "InvalidParameterValueException"),
        ("a%20b", "", 400, "InvalidParameterValueException"),
    ],
)
async def test_who_cannot_be_invoked(host: Any, name: str, query: str, status: int, code: str) -> None:
    await host.create("f", ECHO)
    answer = await host.invoke(name, {}, query=query)
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (status, code)
