"""The node as processes: readiness, draining, workers that die, ports that are closed to outsiders."""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.wire.support import Server, free_port


def _children(server: Server, role: str) -> list[psutil.Process]:
    assert server.process is not None
    found = []
    for child in psutil.Process(server.process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
            words = child.cmdline()
            if words and words[-1] == role:
                found.append(child)
    return found


def _health(server: Server) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server.url}/_gatewright/health", timeout=5) as answer:
        return dict(json.load(answer))


def _mock_api(server: Server) -> str:
    """An API that answers `GET /v1/` by itself; its URL's path."""
    api = server.client("apigateway")
    made = api.create_rest_api(name="mock")
    where = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "GET"}
    api.put_method(**where, authorizationType="NONE")
    api.put_integration(**where, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    api.put_method_response(**where, statusCode="200")
    api.put_integration_response(**where, statusCode="200")
    api.create_deployment(restApiId=made["id"], stageName="v1")
    return f"/_aws/execute-api/{made['id']}/v1/"


def test_health_and_readiness(live: Server) -> None:
    health = _health(live)
    assert health["status"] == "ok"
    assert live.is_ready()


def test_a_killed_worker_is_replaced_and_no_connection_refused(own_server: Callable[..., Server]) -> None:
    server = own_server("--workers", "2", "--no-companions")
    path = _mock_api(server)
    refused: list[Exception] = []
    answered = [0]
    stop = threading.Event()

    def knock() -> None:
        while not stop.is_set():
            try:
                with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
                    sock.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                    answered[0] += sock.recv(100).startswith(b"HTTP/1.1 200")
            except ConnectionRefusedError as error:
                refused.append(error)
            except ConnectionError:
                pass  # what the killed process had in its hands is lost with it

    threads = [threading.Thread(target=knock) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            victim = _children(server, "worker")[0]
            victim.kill()
            deadline = time.monotonic() + 20
            while len(_children(server, "worker")) < 2 or not server.is_ready():
                assert time.monotonic() < deadline, server.output()
                time.sleep(0.05)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not refused
    assert answered[0] > 0


@pytest.mark.parametrize("role", ["control", "functions"])
def test_apis_are_served_while_another_process_is_away(own_server: Callable[..., Server], role: str) -> None:
    server = own_server("--no-companions")
    path = _mock_api(server)
    _children(server, role)[0].kill()
    with urllib.request.urlopen(server.url + path, timeout=5) as answer:
        assert answer.status == 200
    deadline = time.monotonic() + 20
    while True:  # and it comes back
        try:
            server.client("apigateway").get_rest_apis()
            server.client("lambda").list_functions()
            break
        except (BotoCoreError, ClientError):
            assert time.monotonic() < deadline, server.output()
            time.sleep(0.1)


def test_a_node_that_serves_is_ready_also_when_control_hangs(own_server: Callable[..., Server]) -> None:
    server = own_server("--workers", "2", "--no-companions")
    path = _mock_api(server)
    health = _health(server)
    assert (health["status"], health["ready"]) == ("ok", True)
    assert len({worker["revision"] for worker in health["workers"]}) == 1
    assert {worker["pid"] for worker in health["workers"]} == {each.pid for each in _children(server, "worker")}
    assert health["processes"] == {"control": "ok", "functions": "ok"}
    control = _children(server, "control")[0]
    control.suspend()
    try:
        assert server.is_ready()
        victim = _children(server, "worker")[0]
        victim.kill()
        deadline = time.monotonic() + 20
        while not (health := _health(server))["ready"] or victim.pid in [each["pid"] for each in health["workers"]]:
            assert time.monotonic() < deadline, server.output()
            time.sleep(0.05)
        assert (health["status"], health["processes"]["control"]) == ("degraded", "unreachable")
        assert [worker["control"] for worker in health["workers"]].count(False) == 1
        for _ in range(10):
            with urllib.request.urlopen(server.url + path, timeout=5) as answer:
                assert answer.status == 200
    finally:
        control.resume()
    while _health(server)["status"] != "ok":
        assert time.monotonic() < deadline, server.output()
        time.sleep(0.05)


def test_a_killed_supervisor_leaves_nothing_behind(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions")
    assert server.process is not None
    family = psutil.Process(server.process.pid).children(recursive=True)
    assert len(family) >= 3
    server.kill()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


def test_term_finishes_what_is_in_flight(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions")
    path = _mock_api(server)
    idle = http.client.HTTPConnection("127.0.0.1", server.port)
    idle.request("GET", path)
    assert idle.getresponse().read() is not None
    half = socket.create_connection(("127.0.0.1", server.port))
    half.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode())
    time.sleep(0.2)
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    half.sendall(b"\r\n")
    answer = b""
    while piece := half.recv(4096):
        answer += piece
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in answer.lower()
    half.close()
    idle.close()
    assert server.process.wait(timeout=20) == 0


def test_a_second_signal_does_not_wait_for_the_drain(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions", "--drain-timeout", "60")
    assert server.process is not None
    with socket.create_connection(("127.0.0.1", server.port)) as half:
        half.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")  # and no more
        time.sleep(0.2)
        server.process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        server.process.send_signal(signal.SIGTERM)  # the same order, come another way
        time.sleep(1.5)
        assert server.process.poll() is None
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=10) == 0


def test_a_terminal_that_is_closed_drains_the_node(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions")
    assert server.process is not None
    server.process.send_signal(signal.SIGHUP)
    assert server.process.wait(timeout=20) == 0
    assert not list((server.data / "run").iterdir())


def test_a_process_that_cannot_be_started_now_is_started_later(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions")
    assert server.process is not None
    supervisor = server.process.pid
    limits = resource.prlimit(supervisor, resource.RLIMIT_NOFILE)
    resource.prlimit(supervisor, resource.RLIMIT_NOFILE, (3, limits[1]))  # none left
    _children(server, "worker")[0].kill()
    time.sleep(1.0)
    assert "could not be started" in server.output()
    resource.prlimit(supervisor, resource.RLIMIT_NOFILE, limits)
    deadline = time.monotonic() + 20
    while not server.is_ready():
        assert time.monotonic() < deadline, server.output()
        time.sleep(0.05)


def test_a_node_without_standard_streams(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", "--no-companions")
    words = [sys.executable, "-m", "gatewright", "serve", "--port", str(server.port), "--data-dir", str(server.data)]
    server.process = subprocess.Popen(["sh", "-c", f"exec {' '.join(words)} --no-companions <&- >&- 2>&-"])
    try:
        server.log.touch()
        server.wait_ready()
        assert _mock_api(server)
        _children(server, "worker")[0].kill()
        server.wait_ready()
    finally:
        assert server.stop() == 0


def test_a_second_node_on_the_same_data_or_port_is_refused(live: Server, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gatewright", "serve"]
    same_data = subprocess.run(
        [*command, "--port", str(free_port()), "--data-dir", str(live.data)],
        capture_output=True,
        text=True,
        check=False,
    )
    same_port = subprocess.run(
        [*command, "--port", str(live.port), "--data-dir", str(tmp_path / "d")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (same_data.returncode, same_port.returncode) == (1, 1)
    assert "in use by another" in same_data.stderr
    assert "Address already in use" in same_port.stderr


def test_a_web_page_elsewhere_cannot_use_a_developers_server(live: Server) -> None:
    order = urllib.request.Request(
        f"{live.url}/2015-03-31/functions", b"{}", {"Origin": "https://evil.example", "Content-Type": "text/plain"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(order, timeout=5)
    assert refused.value.code == 403
    refused.value.close()


def test_production_opens_nothing_but_apis(own_server: Callable[..., Server]) -> None:
    control = free_port()
    environ = {"GATEWRIGHT_ACCESS_KEY_ID": "AKIDEXAMPLE", "GATEWRIGHT_SECRET_ACCESS_KEY": "secret"}
    server = own_server("--profile", "production", "--control-port", str(control), env=environ, ready_port=control)
    for path in ("/restapis", "/_gatewright/health", "/2015-03-31/functions", "/"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(server.url + path, timeout=5)
        assert refused.value.code == 403
        refused.value.close()
    server.port, public = control, server.port
    with pytest.raises(ClientError, match="security token"):
        server.client("apigateway").get_rest_apis()
    assert server.client("apigateway", key="AKIDEXAMPLE", secret="secret").get_rest_apis()["items"] == []
    server.port = public


def test_an_idle_worker_is_small(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions")
    _health(server)
    for worker in _children(server, "worker"):
        assert worker.memory_info().rss < 60 * 1024 * 1024
