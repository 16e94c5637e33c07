"""Two nodes on one PostgreSQL database: what is done on one is served by the other, and either can be killed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.servers import Postgres, postgres
from tests.wire.rest_support import Api
from tests.wire.support import Server, serving
from tests.wire.test_diff import command as diff
from tests.wire.test_functions import create, invoke

MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
ALLOW = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}
)
SOON = 5.0  # seconds; a second is promised, but tests share their machine
ECHO = "def handler(event, context):\n    return {'statusCode': 200, 'body': '%s'}\n"


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def nodes(database: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two nodes with a folder and a port each; leave them as you found them."""
    env = {"GATEWRIGHT_DATABASE_URL": database.create("cluster")}
    folder = tmp_path_factory.mktemp("cluster")
    with serving(folder / "a", env=env) as a, serving(folder / "b", env=env) as b:
        yield a, b


def mock(server: Server, text: str) -> Api:
    """An API whose GET /v1 answers a text."""
    api = Api(server).method("/", "GET", MOCK)
    place = {"restApiId": api.id, "resourceId": api.resource("/"), "httpMethod": "GET", "statusCode": "200"}
    api.client.put_method_response(**place)
    api.client.put_integration_response(**place, responseTemplates={"application/json": text})
    return api.deploy()


def get(server: Server, api: str, path: str = "/v1") -> tuple[int, str]:
    url = f"http://127.0.0.1:{server.port}{path}"
    request = urllib.request.Request(url, headers={"Host": f"{api}.execute-api.us-east-1.amazonaws.com"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def soon(what: Callable[[], Any], expected: Any) -> None:
    deadline = time.monotonic() + SOON
    while (found := what()) != expected:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)


def test_a_deployment_on_one_node_is_served_by_the_other(nodes: tuple[Server, Server]) -> None:
    a, b = nodes
    api = mock(a, "first")
    assert get(a, api.id) == (200, "first")
    soon(lambda: get(b, api.id), (200, "first"))

    other = b.client("apigateway")
    place = {"restApiId": api.id, "resourceId": api.resource("/"), "httpMethod": "GET", "statusCode": "200"}
    other.put_integration_response(**place, responseTemplates={"application/json": "second"})
    other.create_deployment(restApiId=api.id, stageName="v1")
    assert get(b, api.id) == (200, "second")
    soon(lambda: get(a, api.id), (200, "second"))

    api.client.delete_stage(restApiId=api.id, stageName="v1")
    soon(lambda: get(b, api.id)[0], 403)


def test_an_http_api_and_its_domain_name_reach_the_other_node(nodes: tuple[Server, Server]) -> None:
    a, b = nodes
    v2 = a.client("apigatewayv2")
    name = f"{uuid.uuid4().hex[:8]}.example.com"
    function = create(a, f"f-{uuid.uuid4().hex[:8]}", ECHO % "hello")
    api = v2.create_api(Name="wire", ProtocolType="HTTP", Target=function, RouteKey="GET /")["ApiId"]
    a.client("lambda").add_permission(
        FunctionName=function, StatementId="s", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    configuration = {"EndpointType": "REGIONAL", "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/x"}
    v2.create_domain_name(DomainName=name, DomainNameConfigurations=[configuration])
    v2.create_api_mapping(DomainName=name, ApiId=api, Stage="$default")

    def under_the_name() -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{b.port}/", headers={"Host": name})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""

    soon(under_the_name, (200, "hello"))
    v2.delete_domain_name(DomainName=name)
    soon(lambda: under_the_name()[0] == 200, False)


def test_a_function_runs_on_every_node_as_it_is_now(nodes: tuple[Server, Server]) -> None:
    a, b = nodes
    name = f"f-{uuid.uuid4().hex[:8]}"
    create(a, name, ECHO % "one")
    soon(lambda: invokes(b, name), "one")
    from tests.wire.test_functions import zipped

    b.client("lambda").update_function_code(FunctionName=name, ZipFile=zipped("app.py", ECHO % "two"))
    soon(lambda: invokes(a, name), "two")
    b.client("lambda").delete_function(FunctionName=name)
    soon(lambda: invokes(a, name), None)


def invokes(server: Server, name: str) -> str | None:
    """What the function answers; None where it is not known."""
    try:
        return str(invoke(server, name)["body"])
    except server.client("lambda").exceptions.ResourceNotFoundException:
        return None


def test_writers_on_both_nodes_lose_nothing(nodes: tuple[Server, Server]) -> None:
    made = [server.client("apigateway").create_rest_api(name="many")["id"] for _ in range(10) for server in nodes]
    for server in nodes:
        found = {each["id"] for each in server.client("apigateway").get_rest_apis(limit=500)["items"]}
        assert found >= set(made)


def test_a_credential_of_one_node_is_known_on_the_other(nodes: tuple[Server, Server], tmp_path: Path) -> None:
    """All nodes have the same key of the vault; the first one makes it."""
    a, b = nodes
    made = json.loads(command(a, "create", "worker", "--policy", ALLOW))["AccessKey"]
    shutil.copy(a.data / "credentials.key", b.data / "credentials.key")
    api = Api(a)
    place = {"restApiId": api.id, "resourceId": api.resource("/"), "httpMethod": "GET"}
    api.method("/", "GET", MOCK)
    api.client.update_method(
        **place, patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}]
    )
    api.client.put_method_response(**place, statusCode="200")
    api.client.put_integration_response(**place, statusCode="200")
    api.deploy()

    def signed() -> int:
        host = f"{api.id}.execute-api.us-east-1.amazonaws.com"
        request = AWSRequest("GET", f"http://{host}/v1")
        SigV4Auth(Credentials(made["AccessKeyId"], made["SecretAccessKey"]), "execute-api", "us-east-1").add_auth(
            request
        )
        headers = {**request.headers, "Host": host}
        try:
            url = f"http://127.0.0.1:{b.port}/v1"
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    soon(signed, 200)
    command(a, "delete", made["AccessKeyId"])
    soon(signed, 403)


def command(server: Server, *words: str) -> str:
    """`gatewright credentials …` on a node."""
    done = subprocess.run(
        [sys.executable, "-m", "gatewright", "credentials", *words, "--data-dir", str(server.data)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_documents_are_read_beside_the_nodes(nodes: tuple[Server, Server], database: Postgres) -> None:
    api = mock(nodes[0], "hello")
    env = {"GATEWRIGHT_DATABASE_URL": database.url("cluster")}
    assert diff(nodes[1], "diff", api.id, "v1", env=env)[0] == 0
    api.method("/new", "GET", MOCK)
    code, said = diff(nodes[1], "diff", api.id, "v1", env=env)
    assert (code, len(said["deployments"][0]["differences"])) == (1, 3)


@pytest.mark.slow
def test_either_node_can_be_killed_and_comes_back(database: Postgres, tmp_path_factory: pytest.TempPathFactory) -> None:
    env = {"GATEWRIGHT_DATABASE_URL": database.create("killed")}
    folder = tmp_path_factory.mktemp("killed")
    with serving(folder / "a", env=env) as a, serving(folder / "b", env=env) as b:
        api = mock(a, "one")
        soon(lambda: get(b, api.id), (200, "one"))
        a.kill()
        place = {"restApiId": api.id, "resourceId": api.resource("/"), "httpMethod": "GET", "statusCode": "200"}
        other = b.client("apigateway")
        other.put_integration_response(**place, responseTemplates={"application/json": "two"})
        other.create_deployment(restApiId=api.id, stageName="v1")
        assert get(b, api.id) == (200, "two")
        a.start()
        assert get(a, api.id) == (200, "two")  # it was ready only when it served what is
        b.kill()
        assert get(a, api.id) == (200, "two")


@pytest.mark.slow
def test_nodes_serve_on_while_the_database_is_away_and_go_on_when_it_is_back(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("away")
    with postgres() as database:
        env = {"GATEWRIGHT_DATABASE_URL": database.create("away")}
        with serving(folder / "a", env=env) as a, serving(folder / "b", env=env) as b:
            api = mock(a, "one")
            soon(lambda: get(b, api.id), (200, "one"))
            database.stop()
            assert get(a, api.id) == get(b, api.id) == (200, "one")
            with pytest.raises(a.client("apigateway").exceptions.ClientError) as refusal:
                a.client("apigateway").create_rest_api(name="no")
            assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
            database.start()
            soon(lambda: bool(a.client("apigateway").get_rest_apis()["items"]), True)
            later = mock(a, "two")
            soon(lambda: get(b, later.id), (200, "two"))


def test_the_url_of_a_database_is_checked_at_start(tmp_path: Any) -> None:
    server = Server(tmp_path / "data", env={"GATEWRIGHT_DATABASE_URL": "mysql://root:hush@127.0.0.1/x"})
    with pytest.raises(AssertionError, match="database_url is not of the form"):
        server.start()
    assert "hush" not in server.output()
