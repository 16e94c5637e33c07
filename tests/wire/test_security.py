"""What attackers reach: web pages in the developer's browser, and the network in production."""

from __future__ import annotations

import http.client
import io
import json
import resource
import socket
import stat
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.wire.support import Server, free_port

ROLE = "arn:aws:iam::123456789012:role/any"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
SECRETS = {"GATEWRIGHT_ACCESS_KEY_ID": "AKIDEXAMPLE", "GATEWRIGHT_SECRET_ACCESS_KEY": "very-secret-key"}


def _ask(
    port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _zip(source: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", source)
    return archive.getvalue()


def _function(client: Any, name: str, source: str) -> None:
    client.create_function(
        FunctionName=name, Runtime="python3.11", Handler="app.handler", Role=ROLE, Code={"ZipFile": _zip(source)}
    )


@contextmanager
def _production(start: Callable[..., Server]) -> Iterator[tuple[Server, int]]:
    """A server in production: its public port is `server.port`, the other number is the control port."""
    control = free_port()
    yield start("--profile", "production", "--control-port", str(control), env=SECRETS, ready_port=control), control


# --- a web page in the developer's browser ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example:4566"},  # rebound to this machine: same-origin for the browser
        {"Host": "evil.example:4566", "Origin": "http://evil.example:4566"},
        {"User-Agent": CHROME, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},  # <img src=…>
        {"User-Agent": CHROME, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},  # window.open(…)
        {"Host": "localhost.localstack.cloud:4566", "User-Agent": CHROME},  # no Sec-Fetch-Site for such names
        {"Origin": "null"},
    ],
)
def test_a_page_can_make_a_browser_do_nothing(live: Server, headers: dict[str, str]) -> None:
    path = "/?Action=CreateUser&UserName=mallory&Version=2010-05-08"
    scope = "&X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fiam%2Faws4_request"
    assert _ask(live.port, "GET", path + scope, headers=headers)[0] == 403
    assert _ask(live.port, "GET", "/restapis", headers=headers)[0] == 403
    assert _ask(live.port, "POST", "/_gatewright/functions", b"{}", headers)[0] == 403
    assert _ask(live.port, "OPTIONS", "/restapis", headers=headers)[0] == 403
    users = live.client("iam").list_users()["Users"]
    assert "mallory" not in [user["UserName"] for user in users]


@pytest.mark.parametrize("host", ["host.docker.internal:4566", "gatewright:4566", "10.0.0.7:80", "x.localhost"])
def test_containers_and_forwarded_ports_may_ask(live: Server, host: str) -> None:
    assert _ask(live.port, "GET", "/restapis", headers={"Host": host})[0] == 200


def test_a_trusted_name(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions", "--trusted-hosts", "gw.test")
    assert _ask(server.port, "GET", "/restapis", headers={"Host": "gw.test:80"})[0] == 200
    assert _ask(server.port, "GET", "/restapis", headers={"Host": "gw.example"})[0] == 403


# --- the network, in production ---------------------------------------------------------------------------------------


def test_strangers_get_nothing_from_either_port(own_server: Callable[..., Server]) -> None:
    with _production(own_server) as (server, control):
        forged = {"x-gatewright-source-arn": "arn:aws:execute-api:us-east-1:123456789012:a/*", "Host": "invoke"}
        invoke = "/2015-03-31/functions/f/invocations"
        for path in ("/_gatewright/functions", "/_gatewright/functions/code/123456789012/us-east-1/f/x", invoke):
            assert _ask(server.port, "POST", path, b"{}", forged)[0] == 403
            assert _ask(server.port, "GET", path, headers=forged)[0] == 403
            assert _ask(control, "POST", path, b"{}", forged)[0] in (403, 404)
            assert _ask(control, "GET", path + "?expires=9999999999&signature=00", headers=forged)[0] in (403, 404)
        for verb in ("GET", "POST", "DELETE"):
            assert _ask(control, verb, "/restapis", b"", forged)[0] == 403
            assert _ask(control, verb, "/2015-03-31/functions/", b"", forged)[0] in (403, 404)


def test_a_request_cannot_name_the_source_of_an_invocation(own_server: Callable[..., Server]) -> None:
    with _production(own_server) as (server, control):
        server.port, public = control, server.port
        owner = server.client("lambda", key="AKIDEXAMPLE", secret="very-secret-key")
        _function(owner, "f", "import os\ndef handler(e, c): return dict(os.environ)")
        forged = {"x-gatewright-source-arn": "arn:aws:execute-api:us-east-1:123456789012:a/*"}
        assert _ask(control, "POST", "/2015-03-31/functions/f/invocations", b"{}", forged)[0] == 403
        seen = json.load(owner.invoke(FunctionName="f")["Payload"])
        assert not [name for name in seen if name.startswith(("GATEWRIGHT", "AWS_SECRET", "AWS_ACCESS"))]
        assert "very-secret-key" not in json.dumps(seen)
        server.port = public


def test_a_large_body_of_a_stranger_is_not_taken(own_server: Callable[..., Server]) -> None:
    with _production(own_server) as (server, _), socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.settimeout(10)
        sock.sendall(b"POST /restapis HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 403")


def test_secrets_are_in_no_command_line_and_no_log(own_server: Callable[..., Server]) -> None:
    with _production(own_server) as (server, _):
        assert server.process is not None
        family = psutil.Process(server.process.pid)
        lines = [" ".join(p.cmdline()) for p in (family, *family.children(recursive=True))]
        assert not [line for line in lines if "very-secret-key" in line]
        assert "very-secret-key" not in server.output()


# --- other users of the machine ---------------------------------------------------------------------------------------


def test_nobody_else_can_read_the_data(own_server: Callable[..., Server], tmp_path: Path) -> None:
    (tmp_path / "data0").mkdir(mode=0o755)
    server = own_server("--no-companions")
    assert server.data == tmp_path / "data0"
    _function(server.client("lambda"), "f", "def handler(e, c): return 1")
    server.client("lambda").invoke(FunctionName="f")
    open_to_others = [str(path) for path in server.data.iterdir() if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []


# --- names as paths ---------------------------------------------------------------------------------------------------


def test_names_lead_nowhere_else(live: Server) -> None:
    api = live.client("apigateway", validate=False)
    made = api.create_rest_api(name="paths")["id"]
    for stage in ("../x", "a/b", "..", "a\0b", "x" * 200, "a@b"):
        with pytest.raises(ClientError):
            api.create_deployment(restApiId=made, stageName=stage)
    for name in ("../x", "a/b", "..", "%2e%2e%2fx"):
        with pytest.raises(ClientError):
            _function(live.client("lambda", validate=False), name, "def handler(e, c): return 1")
    for region in ("..", "../../x", "us-east-1/.."):
        scope = (
            f"AWS4-HMAC-SHA256 Credential=test/20260101/{region}/lambda/aws4_request, SignedHeaders=host, Signature=0"
        )
        _ask(live.port, "GET", "/2015-03-31/functions/", headers={"Authorization": scope})
    assert {path.name for path in (live.data / "programs").iterdir() if made in path.name} == set()
    api.delete_rest_api(restApiId=made)


# --- floods -----------------------------------------------------------------------------------------------------------


def test_no_descriptors_left_is_survived(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions")
    assert server.process is not None
    (worker,) = [p for p in psutil.Process(server.process.pid).children() if p.cmdline()[-1] == "worker"]
    limits = resource.prlimit(worker.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(worker.pid, resource.RLIMIT_NOFILE, (worker.num_fds() + 10, limits[1]))
    with ExitStack() as held:
        for _ in range(60):
            held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
        before = sum(worker.cpu_times()[:2])
        time.sleep(1)
        assert sum(worker.cpu_times()[:2]) - before < 0.5  # it does not spin
    deadline = time.monotonic() + 20
    while not server.is_ready():
        assert time.monotonic() < deadline, server.output()
        time.sleep(0.05)
    assert worker.is_running()


def test_more_connections_than_allowed_are_cut_off(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions", "--max-connections", "5")
    with ExitStack() as held:
        socks = [held.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(20)]
        served = 0
        for sock in socks:
            sock.settimeout(5)
            try:
                sock.sendall(b"GET /_gatewright/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                served += sock.recv(100).startswith(b"HTTP/1.1 200")
            except OSError:
                pass
        assert 1 <= served <= 5
    deadline = time.monotonic() + 20
    while not server.is_ready():
        assert time.monotonic() < deadline, server.output()
        time.sleep(0.05)


def test_clients_that_leave_before_their_answer_are_forgotten(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions")
    assert server.process is not None
    roles = {p.cmdline()[-1]: p for p in psutil.Process(server.process.pid).children()}
    roles["control"].suspend()
    try:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", server.port)) as sock:
                sock.sendall(b"GET /restapis HTTP/1.1\r\nHost: localhost\r\n\r\n")
                time.sleep(0.02)
        deadline = time.monotonic() + 10
        while left := [c for c in roles["worker"].net_connections("tcp") if c.status == psutil.CONN_CLOSE_WAIT]:
            assert time.monotonic() < deadline, left
            time.sleep(0.05)
    finally:
        roles["control"].resume()


@pytest.mark.parametrize("owner", ["111111111111", "222222222222"])
def test_no_role_leads_to_functions_of_another_account(live: Server, owner: str) -> None:
    """An API names roles as it likes, and calls as its own account all the same."""
    theirs, name = live.client("lambda", key="111111111111"), f"victim-{owner}"
    _function(theirs, name, "def handler(event, context): return {'statusCode': 200, 'body': 'theirs'}")
    function = f"arn:aws:lambda:us-east-1:111111111111:function:{name}"
    role = f"arn:aws:iam::{owner}:role/any"
    rest = live.client("apigateway", key="222222222222")
    api = rest.create_rest_api(name="thief")
    place = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**place, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    rest.put_integration(**place, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri, credentials=role)
    rest.create_deployment(restApiId=api["id"], stageName="v1")
    v2 = live.client("apigatewayv2", key="222222222222")
    http_api = v2.create_api(Name="thief", ProtocolType="HTTP")["ApiId"]
    made = v2.create_integration(
        ApiId=http_api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=function,
        PayloadFormatVersion="2.0",
        CredentialsArn=role,
    )
    v2.create_route(ApiId=http_api, RouteKey="GET /v1", Target=f"integrations/{made['IntegrationId']}")
    v2.create_stage(ApiId=http_api, StageName="$default", AutoDeploy=True)
    hosts = [{"Host": f"{each}.execute-api.us-east-1.amazonaws.com"} for each in (api["id"], http_api)]
    for host in hosts:
        status, body = _ask(live.port, "GET", "/v1", headers=host)
        assert (status, b"theirs" in body) == (500, False)
    action = "lambda:InvokeFunction"
    theirs.add_permission(FunctionName=name, StatementId="s", Action=action, Principal="222222222222")
    for host in hosts:
        assert _ask(live.port, "GET", "/v1", headers=host) == (200, b"theirs")
