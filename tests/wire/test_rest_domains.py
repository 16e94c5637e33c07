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
from botocore.exceptions import ClientError

from tests import pki
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


CERT = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
OPEN = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]}
)
LET_IN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    """The URL of a backend."""
    with backend() as port:
        yield f"http://127.0.0.1:{port}"


def stages(rest: Any, uri: str, *names: str, kind: str = "REGIONAL", **more: Any) -> str:
    """An API with these stages, whose resources all go to `uri`/{their path}?stage={their stage}; its id."""
    api = rest.create_rest_api(name="mapped", endpointConfiguration={"types": [kind]}, **more)
    at = {"restApiId": api["id"], "httpMethod": "GET"}
    proxy = rest.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="{proxy+}")["id"]
    for resource, path in ((api["rootResourceId"], "/root"), (proxy, "/{proxy}")):
        place = at | {"resourceId": resource}
        mapped = {"method.request.path.proxy": True} if resource == proxy else {}
        rest.put_method(**place, authorizationType="NONE", requestParameters=mapped)
        rest.put_integration(
            **place,
            type="HTTP_PROXY",
            integrationHttpMethod="GET",
            uri=f"{uri}{path}?stage=${{stageVariables.name}}",
            requestParameters={"integration.request.path.proxy": "method.request.path.proxy"} if mapped else {},
        )
    for name in names:
        rest.create_deployment(restApiId=api["id"], stageName=name, variables={"name": name})
    made: str = api["id"]
    return made


def regional(rest: Any, name: str) -> Any:
    return rest.create_domain_name(
        domainName=name, regionalCertificateArn=CERT, endpointConfiguration={"types": ["REGIONAL"]}
    )


def backend_saw(server: Server, host: str, path: str, **headers: str) -> str:
    status, saw = get(server, host, path, **headers)
    assert status == 200, saw
    target: str = saw["target"]
    return target


FORBIDDEN = (403, {"message": "Forbidden"})


def test_a_domain_name_leads_to_stages(live: Server, rest: Any, echo: str) -> None:
    name = "api.example.com"
    first, second = stages(rest, echo, "v1", "beta"), stages(rest, echo, "prod")
    made = regional(rest, name)
    assert made["domainNameStatus"] == "AVAILABLE"
    assert get(live, name) == FORBIDDEN
    on = {"domainName": name}
    rest.create_base_path_mapping(**on, restApiId=first, stage="v1")
    rest.create_base_path_mapping(**on, restApiId=second, stage="prod", basePath="shop/v2")
    rest.create_base_path_mapping(**on, restApiId=first, basePath="try")
    for path, target in (
        ("/", "/root?stage=v1"),
        ("/pets/7", "/pets/7?stage=v1"),
        ("/shop/pets", "/shop/pets?stage=v1"),
        ("/shop/v2", "/root?stage=prod"),
        ("/shop/v2/pets", "/pets?stage=prod"),
        ("/try/beta/pets", "/pets?stage=beta"),
    ):
        assert backend_saw(live, name, path) == target
        assert backend_saw(live, f"{name}:{live.port}", path) == target
        assert backend_saw(live, made["regionalDomainName"], path) == target
    assert get(live, name, "/try") == FORBIDDEN
    assert get(live, name, "/try/none/pets") == FORBIDDEN
    rest.update_base_path_mapping(**on, basePath="shop/v2", **replace("/basepath", "store"))
    assert backend_saw(live, name, "/store/pets") == "/pets?stage=prod"
    assert backend_saw(live, name, "/shop/v2/pets") == "/shop/v2/pets?stage=v1"
    rest.update_rest_api(restApiId=first, **replace("/disableExecuteApiEndpoint", "true"))
    rest.create_deployment(restApiId=first, stageName="v1")
    assert get(live, execute_api(first), "/v1/pets") == FORBIDDEN
    assert backend_saw(live, name, "/pets") == "/pets?stage=v1"
    fails(400, "Please remove all base path mappings", rest.delete_rest_api, restApiId=first)
    rest.delete_base_path_mapping(**on, basePath="(none)")
    assert get(live, name, "/pets") == FORBIDDEN
    rest.delete_domain_name(**on)
    assert get(live, name, "/store/pets") != FORBIDDEN, "a name like any other again"
    for api_id in (first, second):
        rest.delete_rest_api(restApiId=api_id)


def test_events_of_a_domain_name(live: Server, rest: Any, echo: str) -> None:
    """What AWS calls domainName and path, seen through a mapping."""
    api = rest.create_rest_api(name="seen", endpointConfiguration={"types": ["REGIONAL"]})
    at = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**at, authorizationType="NONE")
    rest.put_integration(
        **at,
        type="HTTP_PROXY",
        integrationHttpMethod="GET",
        uri=f"{echo}/seen",
        requestParameters={
            "integration.request.querystring.name": "context.domainName",
            "integration.request.querystring.prefix": "context.domainPrefix",
            "integration.request.querystring.path": "context.path",
        },
    )
    rest.create_deployment(restApiId=api["id"], stageName="v1")
    regional(rest, "*.example.org")
    rest.create_base_path_mapping(domainName="*.example.org", restApiId=api["id"], stage="v1", basePath="base")
    assert backend_saw(live, "any.example.org", "/base/") == "/seen?name=any.example.org&path=%2Fbase%2F&prefix=any"
    rest.delete_domain_name(domainName="*.example.org")
    rest.delete_rest_api(restApiId=api["id"])


def test_a_private_name_answers_to_its_endpoints(live: Server, rest: Any, echo: str) -> None:
    name = "private.example.com"
    api_id = stages(rest, echo, kind="PRIVATE", policy=OPEN)
    rest.create_deployment(restApiId=api_id, stageName="v1", variables={"name": "v1"})
    made = rest.create_domain_name(
        domainName=name, certificateArn=CERT, endpointConfiguration={"types": ["PRIVATE"]}, policy=OPEN
    )
    on = {"domainName": name, "domainNameId": made["domainNameId"]}
    rest.create_base_path_mapping(**on, restApiId=api_id, stage="v1")
    through = {"x-amzn-vpce-id": "vpce-1a2b"}
    assert get(live, name, "/pets", **through) == FORBIDDEN
    asked = {"domainNameArn": made["domainNameArn"], "accessAssociationSourceType": "VPCE"}
    own = rest.create_domain_name_access_association(**asked, accessAssociationSource="vpce-1a2b")
    assert backend_saw(live, name, "/pets", **through) == "/pets?stage=v1"
    assert get(live, name, "/pets") == FORBIDDEN
    assert get(live, name, "/pets", **{"x-amzn-vpce-id": "vpce-9"}) == FORBIDDEN
    # another account, whom the domain name's owner lets in and then rejects
    other = live.client("apigateway", key="222222222222")
    wanted = asked | {"accessAssociationSource": "vpce-9"}
    fails(400, "does not allow this account", other.create_domain_name_access_association, **wanted)
    rest.update_domain_name(**on, **replace("/managementPolicy", LET_IN))
    theirs = other.create_domain_name_access_association(**wanted)
    assert backend_saw(live, name, "/pets", **{"x-amzn-vpce-id": "vpce-9"}) == "/pets?stage=v1"
    assert len(rest.get_domain_name_access_associations(resourceOwner="OTHER_ACCOUNTS")["items"]) == 1
    arn = theirs["domainNameAccessAssociationArn"]
    rejected = {"domainNameAccessAssociationArn": arn, "domainNameArn": made["domainNameArn"]}
    rest.reject_domain_name_access_association(**rejected)
    assert get(live, name, "/pets", **{"x-amzn-vpce-id": "vpce-9"}) == FORBIDDEN
    unknown = "Invalid domain name access association identifier specified"
    fails(404, unknown, rest.reject_domain_name_access_association, **rejected)
    mine = {"domainNameAccessAssociationArn": own["domainNameAccessAssociationArn"]}
    rest.tag_resource(resourceArn=mine["domainNameAccessAssociationArn"], tags={"a": "b"})
    rest.delete_domain_name_access_association(**mine)
    fails(404, unknown, rest.delete_domain_name_access_association, **mine)
    fails(400, "Invalid position", rest.get_domain_name_access_associations, position="nonsense")
    rest.delete_domain_name(**on)
    rest.delete_rest_api(restApiId=api_id)


def test_what_domain_names_and_mappings_refuse(rest: Any) -> None:
    name = "refused.example.com"
    unknown = "Invalid domain name identifier specified"
    for operation in (rest.get_domain_name, rest.delete_domain_name, rest.get_base_path_mappings):
        fails(404, unknown, operation, domainName=name)
    fails(404, unknown, rest.update_domain_name, domainName=name, **replace("/routingMode", "ROUTING_RULE_ONLY"))
    fails(400, "A certificate was not provided", rest.create_domain_name, domainName=name)
    fails(400, "Invalid position parameter", rest.get_domain_names, position="nonsense")
    regional(rest, name)
    fails(400, "The domain name you provided already exists.", regional, rest=rest, name=name)
    assert name in [each["domainName"] for each in rest.get_domain_names()["items"]]
    assert rest.get_domain_name(domainName=name)["securityPolicy"] == "TLS_1_2"
    assert rest.get_base_path_mappings(domainName=name)["items"] == []
    missing = "Invalid base path mapping identifier specified"
    at = {"domainName": name, "basePath": "no/such"}
    fails(404, missing, rest.get_base_path_mapping, **at)
    fails(404, missing, rest.update_base_path_mapping, **at, **replace("/stage", "x"))
    fails(404, missing, rest.delete_base_path_mapping, **at)
    fails(400, "Invalid REST API identifier specified", rest.create_base_path_mapping, domainName=name, restApiId="x")
    rest.create_base_path_mapping(
        domainName=name, restApiId=(api := rest.create_rest_api(name="x"))["id"], basePath="a/b"
    )
    assert rest.get_base_path_mapping(domainName=name, basePath="a/b")["restApiId"] == api["id"]
    fails(
        409, "Base path already exists for this domain name", rest.create_base_path_mapping,
        domainName=name, restApiId=api["id"], basePath="a/b",
    )  # fmt: skip
    rest.delete_domain_name(domainName=name)
    rest.delete_rest_api(restApiId=api["id"])


def test_mutual_tls_lets_nobody_in_over_plain_http(live: Server, rest: Any, echo: str) -> None:
    name = "mtls.example.com"
    api_id = stages(rest, echo, "v1")
    regional(rest, name)
    rest.create_base_path_mapping(domainName=name, restApiId=api_id, stage="v1")
    assert get(live, name, "/pets")[0] == 200
    nothing = replace("/mutualTlsAuthentication/truststoreUri", "s3://no-such-bucket/truststore.pem")
    with pytest.raises(ClientError, match="could not be read"):
        rest.update_domain_name(domainName=name, **nothing)
    assert get(live, name, "/pets")[0] == 200
    s3 = live.client("s3")
    s3.create_bucket(Bucket="truststores")
    s3.put_object(Bucket="truststores", Key="a.pem", Body=pki.make("root", authority=True).pem.encode())
    rest.update_domain_name(
        domainName=name, **replace("/mutualTlsAuthentication/truststoreUri", "s3://truststores/a.pem")
    )
    assert get(live, name, "/pets") == FORBIDDEN
    rest.delete_domain_name(domainName=name)
    rest.delete_rest_api(restApiId=api_id)


def test_domain_names_outlive_a_restart(own_server: Any, echo: str) -> None:
    server = own_server("--no-companions")
    rest = server.client("apigateway")
    api_id = stages(rest, echo, "v1")
    regional(rest, "kept.example.com")
    rest.create_base_path_mapping(domainName="kept.example.com", restApiId=api_id, stage="v1")
    server.stop()
    server.start()
    assert backend_saw(server, "kept.example.com", "/pets") == "/pets?stage=v1"
