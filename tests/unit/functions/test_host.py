"""The function host through its doors: what a caller sees."""

from __future__ import annotations

from typing import Any

import orjson
import psutil
import pytest
from botocore.exceptions import ClientError

from tests.unit.functions.support import ROLE, eventually, stop, zipped


async def test_a_python_function_answers(host: Any) -> None:
    await host.create(
        "hello", "def handler(event, context):\n    return {'got': event, 'name': context.function_name}\n"
    )
    answer = await host.invoke("hello", {"a": 1})
    assert (answer.status, answer.json, answer.error) == (200, {"got": {"a": 1}, "name": "hello"}, None)
    assert answer.headers["x-amz-executed-version"] == "$LATEST"


async def test_a_node_function_answers(host: Any) -> None:
    await host.create("hello", "exports.handler = async (event) => ({ got: event });\n", "nodejs20.x")
    answer = await host.invoke("hello", {"a": "ü"})
    assert (answer.status, answer.json, answer.error) == (200, {"got": {"a": "ü"}}, None)


SOURCE = "arn:aws:execute-api:us-east-1:123456789012:abc123/prod/GET/orders"
ECHO = "def handler(e, c): return e"


async def test_what_cannot_be_sent(host: Any) -> None:
    await host.create("f", ECHO)
    path = "/2015-03-31/functions/f/invocations"
    bad = await host.request("POST", path, b"{")
    assert (bad.status, bad.headers["x-amzn-errortype"]) == (400, "InvalidRequestContentException")
    large = await host.request("POST", path, b'"' + b"x" * 6_291_456 + b'"')
    assert (large.status, large.headers["x-amzn-errortype"]) == (413, "RequestTooLargeException")
    kind = await host.invoke("f", {}, X_Amz_Invocation_Type="Sometimes")
    assert kind.status == 400
    assert (await host.request("POST", path, b"")).body == b"{}"


async def test_dry_run_and_event(host: Any) -> None:
    out = host.data / "out"
    await host.create("f", "def handler(e, c): open(e['path'], 'w').write('done')")
    assert (await host.invoke("f", {"path": str(out)}, X_Amz_Invocation_Type="DryRun")).status == 204
    accepted = await host.invoke("f", {"path": str(out)}, X_Amz_Invocation_Type="Event")
    assert (accepted.status, accepted.body) == (202, b"")
    await eventually(lambda: out.exists() and out.read_text() == "done")


async def test_boto3_invokes(host: Any) -> None:
    await host.create("f", "def handler(e, c):\n    print('hi')\n    raise KeyError(e)")
    result = await host.aws("invoke", FunctionName="f", Payload=b"1", LogType="Tail")
    assert (result["StatusCode"], result["FunctionError"], result["ExecutedVersion"]) == (200, "Unhandled", "$LATEST")
    assert result["LogResult"]
    assert b"KeyError" in result["Payload"].read()
    with pytest.raises(ClientError) as refused:
        await host.aws("invoke", FunctionName="nothing")
    assert refused.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nothing",
    }


async def test_reserved_concurrency(host: Any) -> None:
    await host.create("f", ECHO)
    await host.aws("put_function_concurrency", FunctionName="f", ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as refused:
        await host.aws("invoke", FunctionName="f")
    assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
    response: dict[str, Any] = {**refused.value.response}
    assert response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    await host.aws("delete_function_concurrency", FunctionName="f")
    assert (await host.invoke("f")).status == 200


async def test_new_code_is_served_after_its_acknowledgement(host: Any) -> None:
    await host.create("f", "def handler(e, c): return 1")
    assert (await host.invoke("f")).json == 1
    for number in (2, 3):
        code = zipped({"app.py": f"def handler(e, c): return {number}"})
        await host.aws("update_function_code", FunctionName="f", ZipFile=code)
        assert (await host.invoke("f")).json == number
    await host.aws("update_function_configuration", FunctionName="f", Environment={"Variables": {"AB": "c"}})
    assert (await host.invoke("f")).json == 3
    folder = host.data / "functions" / "123456789012" / "us-east-1" / "f"
    await eventually(lambda: len(list(folder.iterdir())) == 2)


async def test_weighted_alias(host: Any) -> None:
    await host.create("f", "def handler(e, c): return c.function_version", Publish=True)
    await host.aws(
        "update_function_code", FunctionName="f", Publish=True, ZipFile=zipped({"app.py": ECHO + " or 'two'"})
    )
    routing = {"AdditionalVersionWeights": {"2": 0.5}}
    await host.aws("create_alias", FunctionName="f", Name="live", FunctionVersion="1", RoutingConfig=routing)
    seen = {(await host.invoke("f:live")).headers["x-amz-executed-version"] for _ in range(60)}
    assert seen == {"1", "2"}


async def test_everything_is_there_after_a_restart(start_host: Any) -> None:
    first = await start_host()
    await first.create("f", ECHO, Publish=True, Tags={"a": "b"})
    await first.aws("create_alias", FunctionName="f", Name="live", FunctionVersion="1")
    await first.aws(
        "add_permission",
        FunctionName="f",
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    await stop(first)
    second = await start_host()
    assert (await second.invoke("f:live", 5)).json == 5
    gateway = {"x_gatewright_source_arn": SOURCE}
    assert (await second.invoke("f", 6, internal=True, **gateway)).json == 6
    assert (await second.aws("get_function", FunctionName="f"))["Tags"] == {"a": "b"}


async def test_the_package_can_be_downloaded(host: Any) -> None:
    package = zipped({"app.py": ECHO})
    await host.aws(
        "create_function",
        FunctionName="f",
        Runtime="python3.11",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": package},
    )
    location = (await host.aws("get_function", FunctionName="f"))["Code"]["Location"]
    path = location.removeprefix(f"http://127.0.0.1:{host.public}")
    assert (await host.request("GET", path)).body == package
    assert (await host.request("GET", path[:-1] + ("0" if path[-1] != "0" else "1"))).status == 403


async def test_a_page_of_another_origin_may_not_create_functions(host: Any) -> None:
    for path in ("/2015-03-31/functions", "/_gatewright/functions", "/2015-03-31/functions/f/invocations"):
        answer = await host.request("POST", path, b"{}", {"Origin": "https://elsewhere.example"})
        assert answer.status == 403
    own = await host.request("POST", "/_gatewright/functions", b"{}", {"Origin": f"http://127.0.0.1:{host.public}"})
    assert own.status == 400


async def test_a_folder_function_reloads(host: Any) -> None:
    folder = host.data / "source"
    folder.mkdir()
    (folder / "app.py").write_text("def handler(e, c): return 'one'")
    asked = {"name": "f", "dir": str(folder), "handler": "app.handler"}
    made = await host.request("POST", "/_gatewright/functions", orjson.dumps(asked))
    assert (made.status, made.json["Runtime"][:7]) == (200, "python3")
    assert (await host.invoke("f", internal=True, x_gatewright_source_arn=SOURCE)).json == "one"
    (folder / "app.py").write_text("def handler(e, c): return 'two'")

    async def says_two() -> bool:
        return bool((await host.invoke("f")).json == "two")

    await eventually(says_two)


async def test_a_folder_that_is_not_there(host: Any) -> None:
    asked = {"name": "f", "dir": "/nowhere/at/all", "handler": "app.handler"}
    answer = await host.request("POST", "/_gatewright/functions", orjson.dumps(asked))
    assert (answer.status, answer.json["__type"]) == (400, "InvalidParameterValueException")


async def test_folders_are_for_the_local_profile(start_host: Any) -> None:
    host = await start_host(profile="production", access_key_id="k", secret_access_key="s")
    assert (await host.request("POST", "/_gatewright/functions", b"{}")).status == 403


async def test_idle_processes_end(start_host: Any) -> None:
    host = await start_host(function_idle=0.2)
    await host.create("f", "import os\ndef handler(e, c): return os.getpid()")
    pid = (await host.invoke("f")).json
    await eventually(lambda: not psutil.pid_exists(pid))
    assert (await host.invoke("f")).json != pid


async def test_a_deleted_function_is_gone(host: Any) -> None:
    await host.create("f", ECHO)
    await host.invoke("f")
    await host.aws("delete_function", FunctionName="f")
    assert (await host.invoke("f")).status == 404
    await eventually(lambda: not (host.data / "functions" / "123456789012" / "us-east-1" / "f").exists())
    await host.create("f", "def handler(e, c): return 'new'")
    assert (await host.invoke("f")).json == "new"
