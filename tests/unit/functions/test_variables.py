"""The environment of a handler's process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gatewright.functions.variables import RESERVED, variables

CONFIG: dict[str, Any] = {
    "FunctionName": "f",
    "Runtime": "python3.11",
    "Handler": "app.handler",
    "MemorySize": 256,
    "Version": "$LATEST",
    "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"},
}


def made(config: dict[str, Any] | None = None, **changed: Any) -> dict[str, str]:
    given: dict[str, Any] = {
        "account": "123456789012",
        "region": "eu-west-1",
        "task_root": Path("/code"),
        "runtime_api": "127.0.0.1:9001",
        "log_stream": "stream",
        "endpoint_url": "http://127.0.0.1:4566",
        "access_key": "test",
    }
    return variables(CONFIG | (config or {}), **(given | changed))


def test_awss_table() -> None:
    found = made()
    expected = {
        "_HANDLER": "app.handler",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "LAMBDA_TASK_ROOT": "/code",
        "TZ": ":UTC",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": "http://127.0.0.1:4566",
    }
    assert expected.items() <= found.items()


def test_own_variables_replace_only_what_is_free() -> None:
    own = {"Variables": {"TZ": "Europe/Rome", "AWS_ENDPOINT_URL": "http://elsewhere", "AWS_REGION": "no"}}
    found = made({"Environment": own})
    assert (found["TZ"], found["AWS_ENDPOINT_URL"], found["AWS_REGION"]) == (
        "Europe/Rome",
        "http://elsewhere",
        "eu-west-1",
    )


def test_without_credentials_of_the_server_the_functions_own_count() -> None:
    own = {"Variables": {"AWS_ACCESS_KEY_ID": "mine"}}
    found = made({"Environment": own}, access_key=None, endpoint_url=None)
    assert found["AWS_ACCESS_KEY_ID"] == "mine"
    assert not {"AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"} & found.keys()


def test_what_aws_reserves_is_what_we_set() -> None:
    assert {"AWS_LAMBDA_RUNTIME_API", "_HANDLER", "AWS_SESSION_TOKEN"} <= RESERVED


def test_a_folder_is_run_without_cached_bytecode() -> None:
    assert made({"_folder": "/code"})["PYTHONDONTWRITEBYTECODE"] == "1"
    assert "PYTHONDONTWRITEBYTECODE" not in made()
