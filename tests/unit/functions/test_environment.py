"""What an invocation comes to, with real processes: the table of outcomes for Python and Node.js handlers."""

from __future__ import annotations

import asyncio
import base64
import re
from typing import Any

import pytest

from tests.unit.functions.support import alive, eventually

PY, NODE = "python3.11", "nodejs20.x"

# (name, runtime, handler's source, event, expected body): the handler returned.
RETURNED = [
    ("none", PY, "def handler(e, c): return None", {}, b"null"),
    ("str", PY, "def handler(e, c): return 'a\"b'", {}, b'"a\\"b"'),
    ("non-ascii", PY, "def handler(e, c): return e", {"k": "ü€"}, b'{"k": "\\u00fc\\u20ac"}'),
    ("undefined", NODE, "exports.handler = async () => {}", {}, b"null"),
    ("non-ascii", NODE, "exports.handler = async (e) => e", {"k": "ü€"}, '{"k":"ü€"}'.encode()),
    ("callback", NODE, "exports.handler = (e, c, cb) => cb(null, 'x')", {}, b'"x"'),
    ("later", NODE, "exports.handler = (e, c, cb) => { setTimeout(() => cb(null, 1), 5) }", {}, b"1"),
    ("succeed", NODE, "exports.handler = (e, c) => { c.succeed({a: 1}) }", {}, b'{"a":1}'),
    ("no wait", NODE, "exports.handler = (e, c, cb) => {"
     "c.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1e6); cb(null, 2) }", {}, b"2"),
    ("never", NODE, "exports.handler = (e, c, cb) => {}", {}, b"null"),
    ("nested", NODE, "exports.handler = (e, c) => Promise.resolve(c.getRemainingTimeInMillis() > 1000)", {}, b"true"),
]  # fmt: skip

# (name, runtime, source, errorType, part of errorMessage): the function failed.
FAILED = [
    ("exception", PY, "def handler(e, c): raise ValueError('no')", "ValueError", "no"),
    ("not serialisable", PY, "def handler(e, c): return object()", "Runtime.MarshalError",
     "Unable to marshal response"),
    ("sys.exit", PY, "import sys\ndef handler(e, c): sys.exit(3)", "Runtime.ExitError",
     r"RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3"),
    ("exit 0", PY, "import os\ndef handler(e, c): os._exit(0)", "Runtime.ExitError",
     r"RequestId: [0-9a-f-]{36} Error: Runtime exited without providing a reason"),
    ("killed", PY, "import os\ndef handler(e, c): os.kill(os.getpid(), 9)", "Runtime.ExitError",
     "Runtime exited with error: signal: killed"),
    ("import", PY, "import nowhere\n", "Runtime.ImportModuleError",
     "Unable to import module 'app': No module named 'nowhere'"),
    ("no handler", PY, "x = 1\n", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
    ("exit in init", PY, "import os\nos._exit(5)\n", "Runtime.ExitError", "exit status 5"),
    ("syntax", PY, "def\n", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
    ("throw", NODE, "exports.handler = async () => { throw new TypeError('no') }", "TypeError", "no"),
    ("callback error", NODE, "exports.handler = (e, c, cb) => cb(new Error('no'))", "Error", "no"),
    ("callback text", NODE, "exports.handler = (e, c, cb) => cb('no')", "string", "no"),
    ("circular", NODE, "exports.handler = async () => { const a = {}; a.a = a; return a }", "Error",
     "Unable to stringify response body"),
    ("process.exit", NODE, "exports.handler = () => process.exit(4)", "Runtime.ExitError", "exit status 4"),
    ("rejection", NODE, "exports.handler = () => new Promise(() => { Promise.reject(new Error('x')) })",
     "Runtime.ExitError", "exit status 128"),
    ("uncaught", NODE, "exports.handler = () => new Promise(() => { setTimeout(() => { throw new Error('x') }, 1) })",
     "Runtime.ExitError", "exit status 129"),
    ("never settled", NODE, "exports.handler = () => new Promise(() => {})", "Runtime.NodeJsExit", "never settled"),
    ("import", NODE, "require('./nowhere')", "Runtime.ImportModuleError",
     r"Error: Cannot find module './nowhere'\nRequire stack:"),
    ("no handler", NODE, "exports.x = 1", "Runtime.HandlerNotFound", "app.handler is undefined or not exported"),
    ("syntax", NODE, "exports.handler = (", "Runtime.UserCodeSyntaxError", "SyntaxError"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "runtime", "source", "event", "body"), RETURNED, ids=[f"{r[1]} {r[0]}" for r in RETURNED]
)
async def test_a_handler_returns(host: Any, name: str, runtime: str, source: str, event: Any, body: bytes) -> None:
    await host.create("f", source, runtime)
    for _ in range(2):
        answer = await host.invoke("f", event)
        assert (answer.status, answer.error, answer.body) == (200, None, body)


@pytest.mark.parametrize(
    ("name", "runtime", "source", "kind", "message"), FAILED, ids=[f"{r[1]} {r[0]}" for r in FAILED]
)
async def test_a_handler_fails(host: Any, name: str, runtime: str, source: str, kind: str, message: str) -> None:
    await host.create("f", source, runtime)
    for _ in range(2):
        answer = await host.invoke("f", {})
        assert (answer.status, answer.error) == (200, "Unhandled")
        assert answer.json["errorType"] == kind
        assert re.search(message, answer.json["errorMessage"]), answer.json


@pytest.mark.parametrize(
    ("runtime", "source"),
    [
        (PY, "import time\ndef handler(e, c): time.sleep(e['s'])\n"),
        (NODE, "exports.handler = (e) => new Promise((r) => setTimeout(r, e.s * 1000))"),
    ],
)
async def test_a_slow_handler_is_ended(host: Any, runtime: str, source: str) -> None:
    await host.create("f", source, runtime, Timeout=1)
    answer = await host.invoke("f", {"s": 20})
    assert (answer.status, answer.error, answer.json["errorType"]) == (200, "Unhandled", "Sandbox.Timedout")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [0-9a-f-]{36} Task timed out after 1.00 seconds",
        answer.json["errorMessage"],
    )
    assert (await host.invoke("f", {"s": 0})).body == b"null"


async def test_a_response_may_not_be_too_large(host: Any) -> None:
    await host.create("f", "def handler(e, c): return 'x' * e")
    assert len((await host.invoke("f", 6_000_000)).body) == 6_000_002
    for size in (6_291_555, 20_000_000):
        answer = await host.invoke("f", size)
        assert (answer.error, answer.json["errorType"]) == ("Unhandled", "Function.ResponseSizeTooLarge")
    assert (await host.invoke("f", 1)).body == b'"x"'


async def test_the_log_of_an_invocation(host: Any) -> None:
    await host.create("f", "def handler(e, c):\n    print('hello', e)\n    print('ü')\n")
    answer = await host.invoke("f", 7, X_Amz_Log_Type="Tail")
    tail = base64.b64decode(answer.headers["x-amz-log-result"]).decode()
    request_id = answer.headers["x-amzn-requestid"]
    lines = tail.splitlines()
    assert lines[0] == f"START RequestId: {request_id} Version: $LATEST"
    assert lines[-4:-1] == ["hello 7", "ü", f"END RequestId: {request_id}"]
    assert re.fullmatch(
        rf"REPORT RequestId: {request_id}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t"
        r"Max Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t",
        lines[-1],
    )
    assert tail.encode() in (host.data / "logs" / "functions" / "f.log").read_bytes()


async def test_the_log_of_a_node_function(host: Any) -> None:
    await host.create("f", "exports.handler = async () => { console.log('a %s', 'b'); console.error({ c: 1 }) }", NODE)
    answer = await host.invoke("f", {}, X_Amz_Log_Type="Tail")
    tail = base64.b64decode(answer.headers["x-amz-log-result"]).decode()
    request_id = answer.headers["x-amzn-requestid"]
    assert re.search(rf"Z\t{request_id}\tINFO\ta b\n", tail)
    assert re.search(rf"Z\t{request_id}\tERROR\t{{ c: 1 }}\n", tail)


async def test_the_context_of_a_call(host: Any) -> None:
    source = (
        "import os\n"
        "def handler(e, c):\n"
        "    return [c.aws_request_id, c.invoked_function_arn, c.memory_limit_in_mb, c.function_version,\n"
        "            c.get_remaining_time_in_millis() > 2000, c.client_context.custom,\n"
        "            os.environ['_X_AMZN_TRACE_ID']]\n"
    )
    await host.create("f", source)
    context = base64.b64encode(b'{"custom": {"k": "v"}}').decode()
    answer = await host.invoke(
        "f", {}, X_Amz_Client_Context=context, X_Amzn_Trace_Id="Root=1-5759e988-bd862e3fe1be46a994272793"
    )
    got = answer.json
    assert got[0] == answer.headers["x-amzn-requestid"]
    assert got[1:6] == ["arn:aws:lambda:us-east-1:123456789012:function:f", "128", "$LATEST", True, {"k": "v"}]
    assert got[6].startswith("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=")


async def test_modules_of_every_kind(host: Any) -> None:
    cases: list[tuple[dict[str, str], str]] = [
        ({"app.mjs": "export const handler = async () => 'mjs'"}, "app.handler"),
        ({"app.js": "export const handler = async () => 'esm'", "package.json": '{"type": "module"}'}, "app.handler"),
        ({"app.cjs": "exports.handler = async () => 'cjs'"}, "app.handler"),
        ({"src/app.js": "exports.a = { handler: async () => 'nested' }"}, "src/app.a.handler"),
        ({"app.js": "module.exports = require('dep')",
          "node_modules/dep/index.js": "exports.handler = async () => 'dep'"},
         "app.handler"),
    ]  # fmt: skip
    said = []
    for number, (files, handler) in enumerate(cases):
        await host.create(f"f{number}", files, NODE, Handler=handler)
        said.append((await host.invoke(f"f{number}", {})).json)
    assert said == ["mjs", "esm", "cjs", "nested", "dep"]


async def test_a_streaming_handler(host: Any) -> None:
    source = (
        "exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {\n"
        "  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });\n"
        "  stream.write('one '); stream.write('two'); stream.end();\n"
        "});"
    )
    await host.create("f", source, NODE)
    answer = await host.invoke("f", {})
    assert answer.body == b'{"statusCode":201}' + bytes(8) + b"one two"


async def test_calls_run_side_by_side(host: Any) -> None:
    """Slow handlers get processes of their own: ten calls that each wait for the other nine all return."""
    source = (
        "import os, time\n"
        "def handler(e, c):\n"
        "    open(os.path.join(e['dir'], str(e['n'])), 'w').close()\n"
        "    while len(os.listdir(e['dir'])) < 5: time.sleep(0.01)\n"
        "    return os.getpid()\n"
    )
    folder = host.data / "meeting"
    folder.mkdir()
    await host.create("f", source, Timeout=30)
    answers = await asyncio.gather(*(host.invoke("f", {"dir": str(folder), "n": n}) for n in range(5)))
    assert len({a.json for a in answers}) == 5


async def test_a_process_is_used_again(host: Any) -> None:
    await host.create("f", "import os\ndef handler(e, c): return os.getpid()")
    assert (await host.invoke("f")).json == (await host.invoke("f")).json


async def test_the_servers_environment_stays_outside(host: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWRIGHT_SECRET", "s")
    await host.create(
        "f", "import os\ndef handler(e, c): return dict(os.environ)", Environment={"Variables": {"MINE": "1"}}
    )
    environment = (await host.invoke("f")).json
    assert environment["MINE"] == "1"
    assert "GATEWRIGHT_SECRET" not in environment
    assert environment["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{host.public}"
    assert (environment["AWS_ACCESS_KEY_ID"], environment["AWS_REGION"]) == ("test", "us-east-1")


async def test_what_a_handler_has_started_ends_with_it(host: Any) -> None:
    source = (
        "import os, subprocess\n"
        "def handler(e, c):\n"
        "    open(e, 'w').write(str(subprocess.Popen(['sleep', '600']).pid))\n"
        "    os._exit(1)\n"
    )
    await host.create("f", source)
    path = host.data / "pid"
    answer = await host.invoke("f", str(path))
    assert answer.json["errorType"] == "Runtime.ExitError"
    child = int(path.read_text())
    await eventually(lambda: not alive(child))


async def test_the_runtime_api_keeps_to_its_states(host: Any) -> None:
    """A stranger on the runtime's port gets neither the next event nor a say in the current one."""
    source = (
        "import http.client, os\n"
        "def handler(e, c):\n"
        "    said = []\n"
        "    for method, path in e:\n"
        "        connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])\n"
        "        connection.request(method, '/2018-06-01/runtime/' + path, b'{}' if method == 'POST' else None)\n"
        "        said.append(connection.getresponse().status)\n"
        "    return said\n"
    )
    await host.create("f", source)
    asked = [
        ("GET", "invocation/next"),
        ("POST", "invocation/b1946ac9-0000-4000-8000-000000000000/response"),
        ("POST", "init/error"),
        ("GET", "nothing"),
    ]
    assert (await host.invoke("f", asked)).json == [403, 400, 403, 404]


async def test_a_browser_has_no_business_on_a_runtimes_port(host: Any) -> None:
    source = (
        "import http.client, os\n"
        "def handler(e, c):\n"
        "    said = []\n"
        "    for headers in e:\n"
        "        connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])\n"
        "        connection.request('GET', '/2018-06-01/runtime/nothing', headers=headers)\n"
        "        said.append(connection.getresponse().status)\n"
        "    return said\n"
    )
    await host.create("f", source)
    asked = [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Host": "evil.example"}]
    assert (await host.invoke("f", asked)).json == [404, 403, 403, 403]


async def test_what_is_printed_in_pieces_is_logged_in_lines(host: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "gatewright.functions")
    await host.create("f", "def handler(e, c):\n    print('a', 'b', 'ü')\n    print('no end', end='')\n    return 1\n")
    assert (await host.invoke("f", {})).json == 1
    lines = [record.getMessage() for record in caplog.records if "f: " in record.getMessage()]
    assert lines == ["f: a b ü", "f: no end"]
