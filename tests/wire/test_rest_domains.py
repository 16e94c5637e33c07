"""Domain names, VPC links and client certificates: through boto3, and by what clients and backends see of them."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.unit.net.support import certificate
from tests.wire.spoken import fails
from tests.wire.support import Server, serving

NLB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/nlb/1234567890abcdef"
ARN = "arn:aws:apigateway:us-east-1::"


def replace(path: str, value: str) -> dict[str, Any]:
    return {"patchOperations": [{"op": "replace", "path": path, "value": value}]}


@pytest.fixture
def rest(live: Server) -> Any:
    return live.client("apigateway")


def test_vpc_links(rest: Any) -> None:
    made = rest.create_vpc_link(name="wire", targetArns=[NLB])
    assert made["status"] == "PENDING"
    at = {"vpcLinkId": made["id"]}
    assert rest.get_vpc_link(**at)["status"] == "AVAILABLE"
    assert rest.update_vpc_link(**at, **replace("/name", "renamed"))["name"] == "renamed"
    assert made["id"] in [each["id"] for each in rest.get_vpc_links()["items"]]
    arn = f"{ARN}/vpclinks/{made['id']}"
    rest.tag_resource(resourceArn=arn, tags={"a": "b"})
    assert rest.get_tags(resourceArn=arn)["tags"] == {"a": "b"}
    rest.untag_resource(resourceArn=arn, tagKeys=["a"])
    fails(400, "Name cannot be empty", rest.create_vpc_link, name="", targetArns=[NLB])
    fails(400, "Invalid ARN. ARN is not well formed x", rest.create_vpc_link, name="x", targetArns=["x"])
    fails(400, "Invalid position parameter", rest.get_vpc_links, position="nonsense")
    rest.delete_vpc_link(**at)
    unknown = "Invalid Vpc Link identifier specified"
    fails(404, unknown, rest.get_vpc_link, **at)
    fails(404, unknown, rest.update_vpc_link, **at, **replace("/name", "x"))
    fails(404, unknown, rest.delete_vpc_link, **at)
    fails(404, unknown, rest.get_tags, resourceArn=arn)


def test_client_certificates(rest: Any) -> None:
    made = rest.generate_client_certificate(description="wire")
    assert made["pemEncodedCertificate"].startswith("-----BEGIN CERTIFICATE-----")
    at = {"clientCertificateId": made["clientCertificateId"]}
    assert rest.get_client_certificate(**at)["pemEncodedCertificate"] == made["pemEncodedCertificate"]
    assert rest.update_client_certificate(**at, **replace("/description", "x"))["description"] == "x"
    assert len(rest.get_client_certificates()["items"]) == 1
    fails(400, "Invalid tag key", rest.generate_client_certificate, tags={"aws:x": "y"})
    fails(400, "Invalid position parameter", rest.get_client_certificates, position="nonsense")
    rest.delete_client_certificate(**at)
    unknown = "Invalid Client Certificate identifier specified"
    fails(404, unknown, rest.get_client_certificate, **at)
    fails(404, unknown, rest.update_client_certificate, **at, **replace("/description", "x"))
    fails(404, unknown, rest.delete_client_certificate, **at)


class Seen(BaseHTTPRequestHandler):
    """Answers with the request's target and Host, and the serial number of the client's certificate."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        shown = self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else None
        body = json.dumps(
            {"target": self.path, "host": self.headers["Host"], "serial": shown and shown.get("serialNumber")}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return None


@contextmanager
def backend(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server that answers with what it saw."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Seen)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def one_method(rest: Any, name: str, **integration: Any) -> str:
    """An API with GET / and this integration; its id."""
    api = rest.create_rest_api(name=name)
    at = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**at, authorizationType="NONE")
    rest.put_method_response(**at, statusCode="200")
    rest.put_integration(**at, integrationHttpMethod="GET", **integration)
    if integration["type"] == "HTTP":
        rest.put_integration_response(**at, statusCode="200")
    made: str = api["id"]
    return made


def get(server: Server, host: str, path: str = "/", **headers: str) -> tuple[int, Any]:
    """Status and parsed body of a call under this Host."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", path, headers={"Host": host} | headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None


def execute_api(api_id: str) -> str:
    return f"{api_id}.execute-api.us-east-1.amazonaws.com"


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose VPC links lead to a backend on this machine."""
    with backend() as port:
        env = {"GATEWRIGHT_VPC_LINK_TARGETS": f"{NLB}=http://127.0.0.1:{port}"}
        with serving(tmp_path_factory.mktemp("linked") / "data", "--no-companions", env=env) as server:
            yield server


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_calls_through_a_vpc_link(linked: Server, kind: str) -> None:
    rest = linked.client("apigateway")
    link = rest.create_vpc_link(name="nlb", targetArns=[NLB])["id"]
    api_id = one_method(
        rest, kind, type=kind, uri="https://orders.internal:8443/list?all=1",
        connectionType="VPC_LINK", connectionId="${stageVariables.link}",
    )  # fmt: skip
    rest.create_deployment(restApiId=api_id, stageName="v1", variables={"link": link})
    saw = {"target": "/list?all=1", "host": "orders.internal:8443", "serial": None}
    assert get(linked, execute_api(api_id), "/v1") == (200, saw)
    message = f"Cannot delete vpc link. Vpc link '{link}', is referenced in [{api_id}:GET:"
    fails(400, message, rest.delete_vpc_link, vpcLinkId=link)
    rest.delete_rest_api(restApiId=api_id)
    rest.delete_vpc_link(vpcLinkId=link)


def test_a_link_without_an_address(linked: Server) -> None:
    rest = linked.client("apigateway")
    link = rest.create_vpc_link(name="lost", targetArns=[NLB.replace("nlb", "lost")])["id"]
    through = {"type": "HTTP_PROXY", "uri": "http://nlb.test/", "connectionType": "VPC_LINK"}
    fails(400, "Invalid Vpc Link identifier specified", one_method, rest=rest, name="x", connectionId="no", **through)
    api_id = one_method(rest, "lost", connectionId=link, **through)
    rest.create_deployment(restApiId=api_id, stageName="v1")
    assert get(linked, execute_api(api_id), "/v1") == (500, {"message": "Internal server error"})
    reason = f"VPC link {link}: the setting vpc_link_targets has no address for {link} or "
    told = [line for line in linked.output().splitlines() if reason in line]
    assert len(told) == 2, "once at the deployment, once at the call"


def test_a_backend_sees_the_stages_certificate(live: Server, tmp_path: Path) -> None:
    rest = live.client("apigateway")
    made = rest.generate_client_certificate()
    authority = tmp_path / "client.pem"
    authority.write_text(made["pemEncodedCertificate"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(tmp_path))
    context.load_verify_locations(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    with backend(context) as port:
        api_id = one_method(
            rest, "shown", type="HTTP_PROXY", uri=f"https://localhost:{port}/",
            tlsConfig={"insecureSkipVerification": True},
        )  # fmt: skip
        rest.create_deployment(restApiId=api_id, stageName="v1")
        assert get(live, execute_api(api_id), "/v1")[0] == 504, "a backend that demands one takes nobody else"
        at = {"restApiId": api_id, "stageName": "v1"}
        rest.update_stage(**at, **replace("/clientCertificateId", made["clientCertificateId"]))
        status, saw = get(live, execute_api(api_id), "/v1")
        assert (status, bool(saw["serial"])) == (200, True)
        fails(
            400, "is referenced in stage", rest.delete_client_certificate,
            clientCertificateId=made["clientCertificateId"],
        )  # fmt: skip
    rest.delete_rest_api(restApiId=api_id)
    rest.delete_client_certificate(clientCertificateId=made["clientCertificateId"])
