"""Generated clients, imported and called: JavaScript by Node.js, Python in this process, against a live API."""

from __future__ import annotations

import importlib
import io
import json
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from gatewright.aws import verify
from tests.wire.spoken import fails
from tests.wire.support import Server

NODE = shutil.which("node") or "node"
SECRET = "wJalrXUtnFEMI"
KEYS = {"accessKey": "AKIDEXAMPLE", "secretKey": SECRET, "sessionToken": "session", "region": "eu-west-1"}


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it saw; /pets/none with 404."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = {"method": self.command, "target": self.path, "headers": headers, "body": content.decode("latin-1")}
        body = json.dumps(seen).encode()
        self.send_response(404 if "/pets/none" in self.path else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        return None


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def stage(live: Server, backend: str) -> Iterator[dict[str, str]]:
    """A deployed API whose methods end at the backend."""
    rest = live.client("apigateway")
    made = rest.create_rest_api(name="Pets")
    api = {"restApiId": made["id"]}
    address = f"https://apigateway.amazonaws.com/restapis/{made['id']}/models"
    pet_schema = {"type": "object", "properties": {"name": {"type": "string"}, "mother": {"$ref": f"{address}/Pet"}}}
    rest.create_model(**api, name="Pet", contentType="application/json", schema=json.dumps(pet_schema))
    pets = rest.create_resource(**api, parentId=made["rootResourceId"], pathPart="pets")["id"]
    pet = rest.create_resource(**api, parentId=pets, pathPart="{petId}")["id"]
    id_in_path = "method.request.path.petId"
    for resource, verb, path, parameters in (
        (pets, "POST", "/pets", {}),
        (
            pet,
            "GET",
            "/pets/{petId}",
            {id_in_path: True, "method.request.querystring.type": True, "method.request.header.X-Thing": False},
        ),
    ):
        at = api | {"resourceId": resource, "httpMethod": verb}
        rest.put_method(
            **at,
            authorizationType="NONE",
            requestParameters=parameters,
            operationName=f"{verb.title()}Pet",
            requestModels={"application/json": "Pet"} if verb == "POST" else {},
        )
        mapped = {"integration.request.path.petId": id_in_path} if id_in_path in parameters else {}
        rest.put_integration(
            **at, type="HTTP_PROXY", integrationHttpMethod=verb, uri=backend + path, requestParameters=mapped
        )
    rest.create_deployment(**api, stageName="v1")
    yield api | {"stageName": "v1"}
    rest.delete_rest_api(**api)


def _unpack(answer: Any, folder: Path) -> Path:
    assert answer["contentType"] == "application/octet-stream"
    with zipfile.ZipFile(io.BytesIO(answer["body"].read())) as archive:
        archive.extractall(folder)
        return folder / archive.namelist()[0].partition("/")[0]


@pytest.fixture(scope="module")
def javascript(live: Server, stage: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    answer = live.client("apigateway").get_sdk(**stage, sdkType="javascript")
    return _unpack(answer, tmp_path_factory.mktemp("javascript"))


@pytest.fixture(scope="module")
def python(live: Server, stage: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    answer = live.client("apigateway").get_sdk(**stage, sdkType="python", parameters={"packageName": "wire_pets"})
    folder = str(_unpack(answer, tmp_path_factory.mktemp("python")))
    sys.path.insert(0, folder)
    yield importlib.import_module("wire_pets")
    sys.path.remove(folder)


def node(folder: Path, config: dict[str, str], call: str) -> Any:
    """What `call`, an expression of a promise, comes to: the answer's members, or the error's."""
    script = f"""
        const client = require('./apigClient.js').newClient({json.dumps(config)});
        const shown = (each) => ({{
          status: each.status, data: each.data, headers: each.headers, message: each.message, url: each.config?.url,
        }});
        {call}.then(shown, shown).then((each) => console.log(JSON.stringify(each)));
    """
    done = subprocess.run([NODE, "-e", script], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def verified(seen: dict[str, Any]) -> None:
    """The request that a backend saw carries a good signature."""
    path, _, query = seen["target"].partition("?")
    headers = [(name.encode(), value.encode()) for name, value in seen["headers"].items()]
    claim = verify.claim(headers, query.encode())
    assert claim is not None
    assert (claim.access_key, claim.scope.region, claim.token) == ("AKIDEXAMPLE", "eu-west-1", "session")
    verify.check(
        claim,
        seen["method"],
        path.encode(),
        headers,
        seen["body"].encode("latin-1"),
        secret_key=SECRET,
        service="execute-api",
        now=time.time(),
    )


def test_javascript_calls(javascript: Path) -> None:
    answer = node(
        javascript,
        {"apiKey": "the-key"},
        "client.petsPetIdGet({petId: 'a b/1', type: 'cat', 'X-Thing': 'x'}, {}, "
        "{headers: {'X-More': 'y'}, queryParams: {page: [1, 2]}})",
    )
    seen = answer["data"]
    assert answer["status"] == 200
    assert (seen["method"], seen["target"]) == ("GET", "/pets/a%20b%2F1?page=1&page=2&type=cat")
    names = ("x-thing", "x-more", "x-api-key", "accept")
    assert [seen["headers"][name] for name in names] == ["x", "y", "the-key", "application/json"]
    answer = node(javascript, {}, "client.postPet({}, {name: 'Zoë'})")
    assert json.loads(answer["data"]["body"].encode("latin-1")) == {"name": "Zoë"}
    assert answer["data"]["headers"]["content-type"] == "application/json"


def test_javascript_refusals(javascript: Path) -> None:
    answer = node(javascript, {}, "client.petsPetIdGet({petId: 'none', type: 'x'})")
    assert (answer["status"], answer["data"]["method"]) == (404, "GET")
    assert answer["message"] == "Request failed with status code 404"
    assert node(javascript, {}, "client.petsPetIdGet({petId: '1'})")["message"] == "type is a required parameter"
    assert "cannot be" in node(javascript, {}, "client.petsPetIdGet({petId: '..', type: 'x'})")["message"]


def test_javascript_signs(javascript: Path, backend: str) -> None:
    config = KEYS | {"invokeUrl": f"{backend}/v1"}
    verified(node(javascript, config, "client.getPet({petId: \"a b/'1*\", type: '~ü'})")["data"])
    verified(node(javascript, config, "client.petsPost({}, {name: 'Zoë'}, {queryParams: {a: ['c', 'b']}})")["data"])


def test_python_calls(python: ModuleType) -> None:
    client = python.Client(api_key="the-key")
    answer = client.pets_pet_id_get(
        pet_id="a b/1", type="cat", x_thing="x", headers={"X-More": "y"}, query={"page": [1, 2]}
    )
    seen = answer.data
    assert (answer.status, seen["target"]) == (200, "/pets/a%20b%2F1?page=1&page=2&type=cat")
    names = ("x-thing", "x-more", "x-api-key", "accept")
    assert [seen["headers"][name] for name in names] == ["x", "y", "the-key", "application/json"]
    seen = client.post_pet(body={"name": "Zoë"}).data
    assert json.loads(seen["body"].encode("latin-1")) == {"name": "Zoë"}
    with pytest.raises(python.ApiError) as error:
        client.get_pet(pet_id="none", type="x")
    assert error.value.status == 404


def test_models(python: ModuleType, javascript: Path) -> None:
    assert list(python.models.Pet.__annotations__) == ["name", "mother"]
    assert "models.Pet" in python.Client.post_pet.__annotations__["body"]
    call = "Promise.resolve({data: require('./apigClient.js').models.Pet.properties.name})"
    assert node(javascript, {}, call)["data"] == python.models.SCHEMAS["Pet"]["properties"]["name"]


def test_python_signs(python: ModuleType, backend: str) -> None:
    client = python.Client(
        f"{backend}/v1", "eu-west-1", access_key="AKIDEXAMPLE", secret_key=SECRET, session_token="session"
    )
    verified(client.get_pet(pet_id="a b/'1*", type="~ü").data)
    verified(client.pets_post(body={"name": "Zoë"}, query={"a": ["c", "b"]}).data)


AWKWARD = ["%2F", "a+b c", "ü日本", "~!*'()", "a&b=c;d", "#?/", "{x}", '<">', "\t", "$1"]


def test_awkward_values_are_signed_as_they_are_sent(javascript: Path, python: ModuleType, backend: str) -> None:
    """What arrives is the value that was given, and the signature is that of what arrives."""
    config = KEYS | {"invokeUrl": f"{backend}/v1"}
    calls = (
        f"Promise.all({json.dumps(AWKWARD)}.map((each) => client.getPet({{petId: each, type: [each, 'b']}})))"
        ".then((all) => ({data: all.map((each) => each.data)}))"
    )
    client = python.Client(
        f"{backend}/v1", "eu-west-1", access_key="AKIDEXAMPLE", secret_key=SECRET, session_token="session"
    )
    ours = [client.get_pet(pet_id=value, type=[value, "b"]).data for value in AWKWARD]
    for value, mine, its in zip(AWKWARD, ours, node(javascript, config, calls)["data"], strict=True):
        for seen in (mine, its):
            verified(seen)
            path, _, query = seen["target"].partition("?")
            assert unquote(path.removeprefix("/v1/pets/")) == value
            assert sorted(parse_qs(query)["type"]) == sorted([value, "b"])


def test_types_and_refusals(live: Server, stage: dict[str, str]) -> None:
    rest = live.client("apigateway")
    assert {each["id"] for each in rest.get_sdk_types()["items"]} >= {"javascript", "java", "python"}
    assert rest.get_sdk_type(id="ruby")["friendlyName"] == "Ruby"
    fails(404, "Invalid SDK type identifier specified", rest.get_sdk_type, id="cobol")
    fails(400, "Invalid position parameter specified", rest.get_sdk_types, position="nonsense")
    fails(404, "Invalid Stage identifier specified", rest.get_sdk, **stage | {"stageName": "v2"}, sdkType="javascript")
    given = {"serviceName": "a", "javaPackageName": "b"}
    fails(400, "does not generate SDKs of type java", rest.get_sdk, **stage, sdkType="java", parameters=given)
    fails(400, "Missing required parameter", rest.get_sdk, **stage, sdkType="swift")
