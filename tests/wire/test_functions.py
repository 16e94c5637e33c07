"""Functions through a live server: boto3, the AWS CLI, and handlers that call back."""

from __future__ import annotations

import io
import json
import time
import urllib.request
import uuid
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError, HTTPClientError

from tests.wire.support import Server

ROLE = "arn:aws:iam::123456789012:role/any"
SUFFIX = {"python3.11": "py", "nodejs20.x": "js"}


def zipped(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


def create(server: Server, name: str, source: str, runtime: str = "python3.11", **params: Any) -> str:
    made = server.client("lambda").create_function(
        FunctionName=name,
        Runtime=runtime,
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": zipped(f"app.{SUFFIX[runtime]}", source)},
        **params,
    )
    return str(made["FunctionArn"])


def invoke(server: Server, name: str, event: Any = None, **params: Any) -> Any:
    answer = server.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **params)
    return json.loads(answer["Payload"].read())


@pytest.fixture
def name(live: Server) -> Iterator[str]:
    """A name of the test's own; the function is deleted afterwards."""
    name = f"f-{uuid.uuid4().hex[:8]}"
    yield name
    client = live.client("lambda")
    if any(f["FunctionName"] == name for f in client.list_functions()["Functions"]):
        client.delete_function(FunctionName=name)


def test_the_cli_creates_waits_updates_and_invokes(live: Server, name: str, tmp_path: Path) -> None:
    package = tmp_path / "function.zip"
    package.write_bytes(zipped("app.py", "def handler(e, c): return {'one': e}"))
    live.aws(
        "lambda", "create-function", "--function-name", name, "--runtime", "python3.11", "--handler", "app.handler",
        "--zip-file", f"fileb://{package}", "--role", ROLE,
    )  # fmt: skip
    live.aws("lambda", "wait", "function-active-v2", "--function-name", name)
    out = tmp_path / "out.json"
    run = ("lambda", "invoke", "--function-name", name, "--payload", '{"a": 1}')
    assert live.aws(*run, str(out))["StatusCode"] == 200
    assert json.loads(out.read_text()) == {"one": {"a": 1}}
    package.write_bytes(zipped("app.py", "def handler(e, c): return 'two'"))
    live.aws("lambda", "update-function-code", "--function-name", name, "--zip-file", f"fileb://{package}")
    live.aws("lambda", "wait", "function-updated-v2", "--function-name", name)
    live.aws(*run, str(out))
    assert json.loads(out.read_text()) == "two"
    got = live.aws("lambda", "get-function", "--function-name", name)
    with urllib.request.urlopen(got["Code"]["Location"], timeout=10) as download:
        assert download.read() == package.read_bytes()


def test_handlers_call_back_with_boto3(live: Server, name: str) -> None:
    source = (
        "import boto3\ndef handler(e, c):\n"
        "    return boto3.client('lambda').get_function(FunctionName=e)['Configuration']\n"
    )
    create(live, name, source, Timeout=30)
    assert invoke(live, name, name)["FunctionName"] == name


def test_a_handler_has_none_of_the_servers_listeners(live: Server, name: str) -> None:
    source = (
        "import os, socket\n"
        "def handler(e, c):\n"
        "    found = []\n"
        "    for fd in os.listdir('/proc/self/fd'):\n"
        "        try:\n"
        "            with socket.socket(fileno=os.dup(int(fd))) as sock:\n"
        "                found.append(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))\n"
        "        except OSError: pass\n"
        "    return found\n"
    )
    create(live, name, source)
    found = invoke(live, name)
    assert found
    assert not any(found)


def test_a_node_function(live: Server, name: str) -> None:
    create(live, name, "exports.handler = async (e) => ({ got: e })", "nodejs20.x")
    assert invoke(live, name, {"a": "ü"}) == {"got": {"a": "ü"}}


def test_another_account_has_functions_of_its_own(live: Server, name: str) -> None:
    create(live, name, "import os\ndef handler(e, c): return os.environ['AWS_ACCESS_KEY_ID']")
    other = live.client("lambda", key="999999999999")
    assert other.list_functions()["Functions"] == []
    made = other.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": zipped("app.py", "import os\ndef handler(e, c): return os.environ['AWS_ACCESS_KEY_ID']")},
    )
    assert made["FunctionArn"] == f"arn:aws:lambda:us-east-1:999999999999:function:{name}"
    assert json.loads(other.invoke(FunctionName=name)["Payload"].read()) == "999999999999"
    assert invoke(live, name) == "test"
    other.delete_function(FunctionName=name)


def test_many_callers_at_once(live: Server, name: str) -> None:
    create(live, name, "def handler(e, c): return e")
    client = live.client("lambda")

    def call(number: int) -> int:
        return int(client.invoke(FunctionName=name, Payload=str(number))["Payload"].read())

    with ThreadPoolExecutor(8) as callers:
        assert list(callers.map(call, range(200))) == list(range(200))


def test_a_killed_function_host_leaves_no_orphan_and_comes_back(own_server: Callable[..., Server]) -> None:
    server = own_server()
    source = "import os, subprocess\ndef handler(e, c): return [os.getpid(), subprocess.Popen(['sleep', '600']).pid]\n"
    create(server, "f", source)
    pids = invoke(server, "f")
    host = psutil.Process(pids[0]).parent()
    assert host is not None
    host.kill()
    deadline = time.monotonic() + 20
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids):
        assert time.monotonic() < deadline, "an orphan is left"
        time.sleep(0.02)
    while True:
        try:
            assert invoke(server, "f")[0] not in pids
            break
        except (ClientError, HTTPClientError):  # the new host is still starting
            assert time.monotonic() < deadline, server.output()
            time.sleep(0.05)


def test_functions_outlive_a_killed_server(own_server: Callable[..., Server]) -> None:
    server = own_server()
    create(server, "f", "def handler(e, c): return e", Publish=True)
    server.client("lambda").create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    server.kill()
    server.start()
    assert invoke(server, "f:live", 7) == 7
