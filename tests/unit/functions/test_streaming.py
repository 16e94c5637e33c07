"""Streamed responses end to end: handlers as processes, callers over the wire."""

from __future__ import annotations

import asyncio
import base64
import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from botocore.exceptions import ClientError

from gatewright.functions.outcomes import Outcome
from gatewright.functions.streaming import EventStream
from tests.plays.stage import FakeRequest
from tests.unit.functions.support import Host, eventually

PY, NODE = "python3.11", "nodejs20.x"

# Writes, waits until a file is there, writes again.
WAITS = {
    PY: """
import pathlib, time
def handler(event, context):
    yield {"statusCode": 201, "headers": {"A": "b"}} if event.get("http") else "first"
    while not pathlib.Path(event["go"]).exists():
        time.sleep(0.01)
    yield b"second"
    if event.get("fail"):
        open("/nowhere/at/all")
""",
    NODE: """
const fs = require("fs");
exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
  if (event.http) stream = awslambda.HttpResponseStream.from(stream, {statusCode: 201, headers: {A: "b"}});
  else stream.write("first");
  while (!fs.existsSync(event.go)) await new Promise((resolve) => setTimeout(resolve, 10));
  stream.write("second");
  if (event.fail) throw new TypeError("midway");
  stream.end();
});
""",
}


class Stream:
    """One InvokeWithResponseStream through boto3, its events as they come."""

    def __init__(self, host: Host, name: str, event: Any, **params: Any) -> None:
        payload = orjson.dumps(event)
        self.answer = host.client().invoke_with_response_stream(FunctionName=name, Payload=payload, **params)
        self._events = iter(self.answer["EventStream"])

    def payload(self, size: int) -> bytes:
        """The next bytes; exactly so many."""
        data = b""
        while len(data) < size:
            data += next(self._events)["PayloadChunk"]["Payload"]
        return data

    def rest(self) -> tuple[bytes, dict[str, str]]:
        """What is left of the payload, and how it ended."""
        data = b""
        for event in self._events:
            if "InvokeComplete" in event:
                assert next(self._events, None) is None
                complete: dict[str, str] = event["InvokeComplete"]
                return data, complete
            data += event["PayloadChunk"]["Payload"]
        raise AssertionError(f"no end: {data!r}")


@pytest.mark.parametrize("runtime", [PY, NODE])
async def test_the_first_piece_comes_before_the_handler_ends(host: Host, tmp_path: Path, runtime: str) -> None:
    await host.create("f", WAITS[runtime], runtime)
    go = tmp_path / "go"

    def conversation() -> None:
        stream = Stream(host, "f", {"go": str(go)})
        assert (stream.answer["StatusCode"], stream.answer["ExecutedVersion"]) == (200, "$LATEST")
        assert stream.payload(5) == b"first"
        go.touch()
        assert stream.rest() == (b"second", {})
        again = Stream(host, "f", {"go": str(go), "http": True}, LogType="Tail")
        data, complete = again.rest()
        assert orjson.loads(data.partition(bytes(8))[0]) == {"statusCode": 201, "headers": {"A": "b"}}
        assert data.endswith(bytes(8) + b"second")
        assert b"REPORT RequestId" in base64.b64decode(complete["LogResult"])

    await asyncio.to_thread(conversation)


@pytest.mark.parametrize(("runtime", "kind"), [(PY, "FileNotFoundError"), (NODE, "TypeError")])
async def test_an_error_midway_is_the_last_event(host: Host, tmp_path: Path, runtime: str, kind: str) -> None:
    await host.create("f", WAITS[runtime], runtime)

    def conversation() -> None:
        for _ in range(2):  # the process goes on
            data, complete = Stream(host, "f", {"go": str(tmp_path), "fail": True}).rest()
            assert data == b"firstsecond"
            assert complete["ErrorCode"] == "Unhandled"
            assert orjson.loads(complete["ErrorDetails"])["errorType"] == kind

    await asyncio.to_thread(conversation)
    failed = await host.invoke("f", {"go": str(tmp_path), "fail": True})
    assert (failed.error, failed.json["errorType"]) == ("Unhandled", kind)


@pytest.mark.parametrize("runtime", [PY, NODE])
async def test_invoke_gathers_what_is_streamed(host: Host, tmp_path: Path, runtime: str) -> None:
    await host.create("f", WAITS[runtime], runtime)
    answer = await host.invoke("f", {"go": str(tmp_path)})
    assert (answer.status, answer.body, answer.error) == (200, b"firstsecond", None)
    assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("runtime", "code", "expected", "error"),
    [
        (PY, "def handler(e, c): return {'a': 1}", b'{"a": 1}', None),
        (NODE, "exports.handler = async () => ({a: 1})", b'{"a":1}', None),
        (PY, "def handler(e, c): raise ValueError('no')", b"", "ValueError"),
        (PY, "def handler(e, c):\n    raise ValueError('no')\n    yield", b"", "ValueError"),
        (NODE, "exports.handler = awslambda.streamifyResponse(async () => { throw new Error('no') })", b"", "Error"),
        (PY, "def handler(e, c):\n    yield 'a'\n    yield 1", b"a", "TypeError"),
        (PY, "import os\ndef handler(e, c):\n    yield 'a'\n    os._exit(3)", b"a", "Runtime.ExitError"),
        (PY, "async def handler(e, c):\n    yield 'a'\n    yield b'b'", b"ab", None),
        (NODE, "exports.handler = awslambda.streamifyResponse(async (e, s) => { s.end() })", b"", None),
        (PY, "def handler(e, c):\n    return iter(())\n    yield", b"", None),
        (
            NODE,
            "exports.handler = awslambda.streamifyResponse(async (e, s) => { s.write({a: 1}); s.end() })",
            b'{"a":1}',
            None,
        ),
    ],
)
async def test_outcomes(host: Host, runtime: str, code: str, expected: bytes, error: str | None) -> None:
    await host.create("f", code, runtime)
    data, complete = await asyncio.to_thread(lambda: Stream(host, "f", {}).rest())
    assert data == expected
    details = orjson.loads(complete.get("ErrorDetails", "{}"))
    assert (complete.get("ErrorCode"), details.get("errorType")) == (error and "Unhandled", error)


@pytest.mark.parametrize(
    ("runtime", "code"),
    [
        (PY, "import time\ndef handler(e, c):\n    yield 'a'\n    time.sleep(60)"),
        (NODE, "exports.handler = awslambda.streamifyResponse(async (e, s) => { s.write('a'); })"),
    ],
)
async def test_a_handler_that_does_not_end_in_time(host: Host, runtime: str, code: str) -> None:
    await host.create("f", code, runtime, Timeout=1)
    data, complete = await asyncio.to_thread(lambda: Stream(host, "f", {}).rest())
    assert data == b"a"
    assert "Task timed out after 1.00 seconds" in complete["ErrorDetails"]


@pytest.mark.parametrize(
    ("runtime", "code"),
    [
        (PY, "def handler(e, c):\n    for _ in range(200): yield b'x' * 100_000"),
        (NODE, """
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  const { Readable } = require("stream");
  const pieces = Readable.from((function* () { for (let i = 0; i < 200; i++) yield Buffer.alloc(100000, 120) })());
  await require("stream/promises").pipeline(pieces, stream);
});
"""),
    ],
)  # fmt: skip
async def test_more_than_a_whole_response_may_hold(host: Host, runtime: str, code: str) -> None:
    await host.create("f", code, runtime)

    def conversation() -> None:
        data, complete = Stream(host, "f", {}).rest()
        assert (len(data), complete) == (20_000_000, {})

    await asyncio.to_thread(conversation)
    whole = await host.invoke("f", {})
    assert (whole.error, whole.json["errorType"]) == ("Unhandled", "Function.ResponseSizeTooLarge")
    assert (await host.invoke("f", {})).error == "Unhandled"  # the host is well


async def test_a_caller_that_leaves_does_not_stop_the_function(host: Host, tmp_path: Path) -> None:
    code = f"import pathlib\n{WAITS[PY]}".replace(
        'yield b"second"', 'yield b"second"; pathlib.Path(event["end"]).touch()'
    )
    await host.create("f", code)
    go, end = tmp_path / "go", tmp_path / "end"

    def conversation() -> None:
        stream = Stream(host, "f", {"go": str(go), "end": str(end)})
        stream.payload(5)
        stream.answer["EventStream"].close()

    await asyncio.to_thread(conversation)
    go.touch()
    await eventually(end.exists)


async def test_a_caller_that_takes_its_time_holds_the_handler_up(host: Host, tmp_path: Path) -> None:
    whole, progress = 100_000_000, tmp_path / "progress"
    code = """
def handler(event, context):
    for made in range(100):
        yield b"x" * 1_000_000
        with open(event["progress"], "w") as file:
            file.write(str(made + 1))
"""
    await host.create("f", code)
    event = orjson.dumps({"progress": str(progress)})
    reader, writer = await asyncio.open_connection("127.0.0.1", host.public)
    line = b"POST /2021-11-15/functions/f/response-streaming-invocations HTTP/1.1\r\n"
    writer.write(line + b"Host: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(event), event))
    await reader.readuntil(b"\r\n\r\n")
    await eventually(lambda: progress.exists() and progress.read_text())
    before = ""
    while before != progress.read_text():  # until nothing moves any more
        before = progress.read_text()
        await asyncio.sleep(0.3)
    assert int(before) < 100
    read = 0
    while piece := await reader.read(1_000_000):
        read += len(piece)
    writer.close()
    assert read > whole


async def test_who_may_not_call(host: Host) -> None:
    def conversation() -> None:
        client = host.client()
        with pytest.raises(ClientError) as refused:
            client.invoke_with_response_stream(FunctionName="nobody")
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
        assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"

    await asyncio.to_thread(conversation)
    await host.create("f", WAITS[PY])
    path = "/2021-11-15/functions/f/response-streaming-invocations"
    source = {"x-gatewright-source-arn": "arn:aws:execute-api:us-east-1:123456789012:a/v1/GET/"}
    denied = await host.request("POST", path, b"{}", source, internal=True)
    assert (denied.status, denied.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
    event = await host.request("POST", path, b"{}", {"X-Amz-Invocation-Type": "Event"})
    assert (event.status, b"[RequestResponse, DryRun]" in event.body) == (400, True)
    assert (await host.request("POST", path, b"{}", {"X-Amz-Invocation-Type": "DryRun"})).status == 204
    assert (await host.request("POST", path, b"{no")).status == 400


async def test_calls_at_the_same_time_do_not_mix(host: Host, tmp_path: Path) -> None:
    await host.create("f", "def handler(e, c):\n    for _ in range(50): yield e['k']")

    def one(key: str, found: dict[str, bytes]) -> None:
        found[key] = Stream(host, "f", {"k": key}).rest()[0]

    def conversation() -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        threads = [threading.Thread(target=one, args=(key, found)) for key in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    assert await asyncio.to_thread(conversation) == {key: key.encode() * 50 for key in "abcd"}


def test_nothing_is_written_to_a_caller_that_has_left() -> None:
    request = FakeRequest("POST", "/", [], b"")
    stream = EventStream(request, "id", "$LATEST")
    assert request.on_disconnect is not None
    request.on_disconnect()
    stream.begin(None)
    assert stream.piece(b"x")
    stream.end(Outcome(b"y"), b"tail")
    assert stream.gone
    assert request.answer is None


async def test_a_caller_that_leaves_while_it_waits(host: Host, tmp_path: Path) -> None:
    await host.create("f", WAITS[PY])
    await host.aws("put_function_concurrency", FunctionName="f", ReservedConcurrentExecutions=1)
    go = tmp_path / "go"
    event = orjson.dumps({"go": str(go)})
    line = b"POST /2021-11-15/functions/f/response-streaming-invocations HTTP/1.1\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", host.public)
    writer.write(line + b"Host: a\r\nContent-Length: %d\r\n\r\n%b" % (len(event), event))
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    go.touch()
    await eventually(lambda: _answers(host, event))  # the host is well, and the place is free again


async def _answers(host: Host, event: bytes) -> bool:
    answer = await host.invoke("f", orjson.loads(event))
    return answer.status == 200
