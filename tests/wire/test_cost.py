"""`gatewright cost` after real traffic over several workers: what was counted is exact, also over a restart."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.servers import postgres
from tests.wire import http_api_support
from tests.wire.rest_support import Api
from tests.wire.support import Server, serving
from tests.wire.test_websocket import Client

KB = 1024
PATIENCE = 20.0  # seconds until what was served is counted
MOCK: dict[str, Any] = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}

Items = dict[tuple[str, str], float]  # of an API and an item


def command(server: Server, *words: str, check: bool = True) -> str:
    """What the real command prints."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GATEWRIGHT_"))}
    line = [sys.executable, "-m", "gatewright", "cost", "--data-dir", str(server.data), *words]
    done = subprocess.run(line, env=clean | server.env, capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stderr
    return done.stdout if done.returncode == 0 else done.stderr


def told(server: Server, *words: str) -> dict[str, Any]:
    return dict(json.loads(command(server, "--json", *words)))


def items(report: Mapping[str, Any]) -> Items:
    return {(each["apiId"], line["item"]): line["amount"] for each in report["stages"] for line in each["items"]}


def counted(server: Server, wanted: Items) -> dict[str, Any]:
    """The report once everything is counted. Raises AssertionError when it is not in time, or is counted twice."""
    deadline = time.monotonic() + PATIENCE
    report = told(server)
    while items(report) != wanted and time.monotonic() < deadline:
        time.sleep(0.5)
        report = told(server)
    assert items(report) == wanted
    return report


def rest_api(server: Server) -> Api:
    """`/ok` answers 12 bytes; `/closed`, `/keyed` and `/full` let nobody in."""
    api = Api(server).method("/ok", "POST", MOCK)
    place = {"restApiId": api.id, "resourceId": api.resource("/ok"), "httpMethod": "POST", "statusCode": "200"}
    api.client.put_method_response(**place)
    api.client.put_integration_response(**place, responseTemplates={"application/json": "twelve bytes"})
    refusing: dict[str, dict[str, Any]] = {
        "/closed": {"authorizationType": "AWS_IAM"},
        "/keyed": {"authorizationType": "NONE", "apiKeyRequired": True},
        "/full": {"authorizationType": "NONE"},
    }
    for path, members in refusing.items():
        method = {"restApiId": api.id, "resourceId": api.resource(path), "httpMethod": "GET"}
        api.client.put_method(**method, **members)
        api.client.put_integration(**method, **MOCK)
    api.deploy()
    nothing = {"throttling/rateLimit": "0", "throttling/burstLimit": "0"}
    patch = [{"op": "replace", "path": f"/~1full/GET/{name}", "value": value} for name, value in nothing.items()]
    api.client.update_stage(restApiId=api.id, stageName="v1", patchOperations=patch)
    return api


def call(api: Api, verb: str, path: str, body: bytes = b"") -> tuple[int, int]:
    """Over a connection of its own, so that all workers have some: the status, and the bytes of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", api.server.port, timeout=60)
    try:
        connection.request(verb, f"/v1{path}", body, {"Host": api.host, "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, len(answer.read())
    finally:
        connection.close()


def chat_api(server: Server) -> str:
    """A WebSocket API that says everything again; its id."""
    v2: Any = server.client("apigatewayv2")
    api_id = str(
        v2.create_api(Name="chat", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")["ApiId"]
    )
    template = '#set($context.requestOverride.path.text = $input.body){"statusCode":200}'
    made = v2.create_integration(ApiId=api_id, IntegrationType="MOCK", RequestTemplates={"$default": template})[
        "IntegrationId"
    ]
    v2.create_integration_response(
        ApiId=api_id,
        IntegrationId=made,
        IntegrationResponseKey="$default",
        ResponseTemplates={"$default": "$context.requestOverride.path.text"},
    )
    route = v2.create_route(
        ApiId=api_id,
        RouteKey="$default",
        Target=f"integrations/{made}",
        RouteResponseSelectionExpression="$default",
    )
    v2.create_route_response(ApiId=api_id, RouteId=route["RouteId"], RouteResponseKey="$default")
    v2.create_stage(ApiId=api_id, StageName="v1", AutoDeploy=False)
    deployment = v2.create_deployment(ApiId=api_id)["DeploymentId"]
    v2.update_stage(ApiId=api_id, StageName="v1", DeploymentId=deployment)
    return api_id


@pytest.mark.slow
def test_what_is_counted_is_exact_over_workers_and_a_restart(own_server: Callable[..., Server]) -> None:
    server = own_server("--workers", "2")
    rest, chat = rest_api(server), chat_api(server)
    with http_api_support.echo() as backend:
        events = http_api_support.Api(server)
        events.route("POST /events", events.integration(backend))
        events.stage()
        wanted: Items = {}

        def add(api_id: str, **used: float) -> None:
            for item, amount in used.items():
                wanted[api_id, item] = wanted.get((api_id, item), 0) + amount

        def serve(times: int) -> None:
            for _ in range(times):
                assert call(rest, "POST", "/ok", b"{}") == (200, 12)
                add(rest.id, calls=1, requests=1, bytes_in=2, bytes_out=12)
                for path, refused in (("/closed", 403), ("/keyed", 403), ("/full", 429)):
                    status, size = call(rest, "GET", path)
                    assert status == refused
                    add(rest.id, calls=1, bytes_out=size)  # AWS does not bill them
                _, answer, _ = events.call("POST", "/events", b"x" * 10)
                add(events.id, calls=1, requests=1, bytes_in=10, bytes_out=len(answer))
            _, answer, _ = events.call("POST", "/events", b"x" * 300 * KB)
            add(events.id, calls=1, requests=2, bytes_in=300 * KB, bytes_out=len(answer))
            assert 512 * KB < 300 * KB + len(answer) <= 1024 * KB
            for _ in range(2):
                client = Client(server.port, f"{chat}.execute-api.us-east-1.amazonaws.com", "/v1")
                assert client.ask("x" * 10) == "x" * 10
                client.close()
                add(chat, messages=2, bytes_in=10, bytes_out=10, connection_minutes=1)
            silent = Client(server.port, f"{chat}.execute-api.us-east-1.amazonaws.com", "/v1")
            silent.close()
            add(chat, connection_minutes=1, idle_minutes=1)

        serve(20)
        before = counted(server, wanted)
        server.stop()
        assert told(server) == before  # now the command reads the store
        server.start()
        assert items(told(server)) == wanted
        serve(10)
        server.stop()
        after = told(server)
        assert items(after) == wanted
    names = {each["apiId"]: (each["apiName"], each["type"], each["stage"]) for each in after["stages"]}
    assert names[rest.id] == ("wire", "REST", "v1")
    assert names[chat] == ("chat", "WEBSOCKET", "v1")
    costs = {(each["apiId"], line["item"]): line["cost"] for each in after["stages"] for line in each["items"]}
    assert costs[rest.id, "requests"] == 0.000105  # 30 calls at $3.50 a million
    assert costs[events.id, "requests"] == 0.000034
    assert costs[chat, "connection_minutes"] == 0.0000015
    assert costs[rest.id, "calls"] is None
    assert round(after["total"], 9) == round(0.000105 + 0.000034 + 0.000008 + 0.0000015, 9)
    text = command(server, "--api", rest.id)
    assert f"{rest.id} wire (REST)" in text
    assert chat not in text


def test_hours_of_a_cache(own_server: Callable[..., Server], tmp_path: Path) -> None:
    server = own_server()
    api = rest_api(server)
    patch = [{"op": "replace", "path": "/cacheClusterEnabled", "value": "true"}]
    api.client.update_stage(restApiId=api.id, stageName="v1", patchOperations=patch)
    server.stop()
    server.start()  # what runs looks at once, then every minute
    deadline = time.monotonic() + PATIENCE
    while not (found := items(told(server))) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found in ({(api.id, "cache_hours/0.5"): 1}, {(api.id, "cache_hours/0.5"): 2})  # 2: the hour has just ended
    file = tmp_path / "prices.toml"
    file.write_text('[regions.us-east-1]\ncache = { "0.5" = 7 }\n')
    assert told(server, "--prices", str(file))["total"] == 7 * sum(found.values())


@pytest.mark.slow
def test_nodes_that_share_a_database_share_a_bill(tmp_path: Path) -> None:
    with postgres() as database:
        env = {"GATEWRIGHT_DATABASE_URL": database.create("cost")}
        with serving(tmp_path / "a", env=env) as a:
            api = rest_api(a)
            patch = [{"op": "replace", "path": "/cacheClusterEnabled", "value": "true"}]
            api.client.update_stage(restApiId=api.id, stageName="v1", patchOperations=patch)
            with serving(tmp_path / "b", env=env) as b, serving(tmp_path / "c", env=env):  # both look when they start
                for server in (a, b, b):
                    api.server = server
                    deadline = time.monotonic() + PATIENCE
                    while call(api, "POST", "/ok", b"{}")[0] != 200:  # it comes with the database's next word
                        assert time.monotonic() < deadline
        report = told(a)
        assert report == told(b)  # neither runs any more
        found = items(report)
        assert found[api.id, "requests"] == 3
        assert found[api.id, "cache_hours/0.5"] in (1, 2)  # 2: the hour has just ended
