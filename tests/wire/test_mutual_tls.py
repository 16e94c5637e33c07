"""TLS as clients speak it: one certificate per name, beside the plain port; by curl and openssl."""

from __future__ import annotations

import io
import json
import re
import subprocess
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore.exceptions import ClientError

from tests import pki
from tests.wire.support import Server, free_port, serving

ROOT = pki.make("Example Root", authority=True, organization="Example")
CLIENT = pki.make("client", ROOT, organization="Example")


class House:
    """A server with a TLS port, and files for its clients."""

    def __init__(self, server: Server, port: int, folder: Path, rest: Any = None, api: str | None = None) -> None:
        self.server = server
        self.port = port
        self.folder = folder
        self.rest = rest or server.client("apigateway")
        self.api = api or self._mock_api()

    def _mock_api(self) -> str:
        api = self.rest.create_rest_api(name="tls")["id"]
        root = self.rest.get_resources(restApiId=api)["items"][0]["id"]
        at = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
        self.rest.put_method(**at, authorizationType="NONE")
        template = {"application/json": '{"statusCode": 200}'}
        self.rest.put_integration(**at, type="MOCK", requestTemplates=template)
        self.rest.put_method_response(**at, statusCode="200")
        identity = {
            name: f"$context.identity.clientCert.{name}"
            for name in (
                "clientCertPem",
                "subjectDN",
                "issuerDN",
                "serialNumber",
                "validity.notBefore",
                "validity.notAfter",
            )
        }
        told = json.dumps({name: value for name, value in identity.items() if name != "clientCertPem"})
        self.rest.put_integration_response(**at, statusCode="200", responseTemplates={"application/json": told})
        self.rest.create_deployment(restApiId=api, stageName="v1")
        return str(api)

    @property
    def acm(self) -> Any:
        return self.server.client("acm")

    def certificate(self, name: str) -> str:
        """The ARN of a new certificate in ACM."""
        pair = pki.make(name, hosts=(name,))
        return str(self.acm.import_certificate(Certificate=pair.pem, PrivateKey=pair.key_pem)["CertificateArn"])

    def truststore(self, pem: str) -> str:
        """Put a truststore into S3; its version."""
        s3 = self.server.client("s3")
        if not any(each["Name"] == "trust" for each in s3.list_buckets()["Buckets"]):
            s3.create_bucket(Bucket="trust")
            s3.put_bucket_versioning(Bucket="trust", VersioningConfiguration={"Status": "Enabled"})
        return str(s3.put_object(Bucket="trust", Key="a/trust.pem", Body=pem.encode())["VersionId"])

    def domain(self, name: str, certificate: str, policy: str = "TLS_1_2", **more: Any) -> None:
        """A domain name that leads to the API, unless it is there already."""
        if any(each["domainName"] == name for each in self.rest.get_domain_names()["items"]):
            return
        self.rest.create_domain_name(
            domainName=name,
            regionalCertificateArn=certificate,
            endpointConfiguration={"types": ["REGIONAL"]},
            securityPolicy=policy,
            **more,
        )
        self.rest.create_base_path_mapping(domainName=name, restApiId=self.api, stage="v1")

    def guard(self, name: str) -> None:
        """The same with mutual TLS."""
        version = self.truststore(ROOT.pem)
        trust = {"truststoreUri": "s3://trust/a/trust.pem", "truststoreVersion": version}
        self.domain(name, self.certificate(name), mutualTlsAuthentication=trust)

    def file(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text)
        return file

    def curl(self, name: str, *flags: str, client: pki.Pair | None = None, path: str = "/") -> tuple[int, str]:
        """Status (0: none) and body; what curl complains of instead of the body."""
        if client is not None:
            both = self.file(f"client-{id(client)}.pem", client.both)
            flags = (*flags, "--cert", str(both))
        command = ["curl", "-sS", "--max-time", "20", "-k", "-w", "\n%{http_code}", "--noproxy", "*"]
        command += ["--connect-to", f"{name}:443:127.0.0.1:{self.port}", *flags, f"https://{name}{path}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body or done.stderr

    def s_client(self, name: str, *flags: str, sent: str = "") -> str:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{self.port}", "-servername", name, *flags]
        command += ["-ign_eof"] if sent else []
        done = subprocess.run(command, input=sent, capture_output=True, text=True, timeout=30, check=False)
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("tls")
    default = pki.make("default", hosts=("localhost",))
    own = pki.make("file.example.com", hosts=("file.example.com",))
    (folder / "default.pem").write_text(default.both)
    (folder / "own.pem").write_text(own.both)
    port = free_port()
    file = str(folder / "default.pem")
    flags = ("--tls-port", str(port), "--tls-certificate", file, "--tls-key", file, "--workers", "2")
    table = {"GATEWRIGHT_DOMAIN_CERTIFICATES": f"file.example.com={folder / 'own.pem'}"}
    with serving(folder / "data", *flags, env=table) as server:
        yield House(server, port, folder)


def subject(said: str) -> str:
    found = re.search(r"subject=(?:CN ?= ?)?(.*)", said)
    return found[1] if found else said


def get(host: str) -> str:
    return f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"


FORBIDDEN = '{"message":"Forbidden"}'


def test_each_name_shows_its_own_certificate(house: House) -> None:
    assert subject(house.s_client("file.example.com")) == "file.example.com"
    assert subject(house.s_client("other.example.com")) == "default"
    status, _ = house.curl(f"{house.api}.execute-api.localhost", path="/v1/")
    assert status == 200


def test_a_certificate_of_acm_is_shown_at_once_and_renewed(house: House) -> None:
    arn = house.certificate("acm.example.com")
    house.domain("acm.example.com", arn)
    assert subject(house.s_client("acm.example.com")) == "acm.example.com"
    renewed = pki.make("acm.example.com", organization="Renewed", hosts=("acm.example.com",))
    house.acm.import_certificate(CertificateArn=arn, Certificate=renewed.pem, PrivateKey=renewed.key_pem)
    house.rest.update_domain_name(
        domainName="acm.example.com", patchOperations=[{"op": "replace", "path": "/securityPolicy", "value": "TLS_1_2"}]
    )
    assert "Renewed" in subject(house.s_client("acm.example.com"))
    assert house.curl("acm.example.com")[0] == 200
    shown = house.rest.get_domain_name(domainName="acm.example.com")
    assert "PRIVATE KEY" not in repr(shown)


def test_no_key_leaves_by_the_front_door(house: House) -> None:
    """Private keys are told on the companions' inner socket only, whatever path a client asks for."""
    arn = house.certificate("secret.example.com")
    for path in (f"/certificates/{arn}", f"/certificates/{quote(arn, safe='')}"):
        for signed in ("acm", "s3", "sts"):
            scope = f"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{signed}/aws4_request, SignedHeaders=host"
            request = urllib.request.Request(house.server.url + path, headers={"Authorization": scope})
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    body = answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    body = error.read()
            assert b"PRIVATE KEY" not in body


def test_a_client_with_a_certificate_is_known(house: House) -> None:
    house.guard("mutual.example.com")
    status, body = house.curl("mutual.example.com", client=CLIENT)
    assert status == 200
    leaf = CLIENT.certificate
    serial = f"{leaf.serial_number:x}"
    pairs = re.findall("..", serial.zfill(len(serial) + len(serial) % 2))
    assert json.loads(body) == {
        "subjectDN": "CN=client,O=Example",
        "issuerDN": "CN=Example Root,O=Example",
        "serialNumber": ":".join(pairs),
        "validity.notBefore": f"{leaf.not_valid_before_utc:%b} {leaf.not_valid_before_utc.day:2} "
        f"{leaf.not_valid_before_utc:%H:%M:%S %Y} GMT",
        "validity.notAfter": f"{leaf.not_valid_after_utc:%b} {leaf.not_valid_after_utc.day:2} "
        f"{leaf.not_valid_after_utc:%H:%M:%S %Y} GMT",
    }


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize("who", ["nobody", "self-signed", "impostor", "expired"])
def test_strangers_do_not_pass_the_handshake(house: House, who: str, version: str) -> None:
    house.guard("mutual.example.com")
    pairs = {
        "self-signed": pki.make("client", organization="Example"),
        "impostor": pki.make("client", pki.make("Example Root", authority=True, organization="Example")),
        "expired": pki.make("client", ROOT, days=-1),
    }
    flags = [version]
    if who in pairs:
        file = str(house.file(f"{who}.pem", pairs[who].both))
        flags += ["-cert", file, "-key", file]
    said = house.s_client("mutual.example.com", *flags, sent=get("mutual.example.com"))
    assert "CONNECTED" in said
    assert "HTTP/1.1" not in said


def test_hosts_and_handshakes_agree(house: House) -> None:
    """A name with mutual TLS answers nobody over plain HTTP, under another SNI, or for another Host."""
    house.guard("mutual.example.com")
    house.guard("second.example.com")
    house.domain("open.example.com", house.certificate("open.example.com"))
    plain = urllib.request.Request(house.server.url, headers={"Host": "mutual.example.com"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(plain, timeout=20)
    assert caught.value.code == 403
    caught.value.close()
    file = str(house.file("client.pem", CLIENT.both))
    shown = ("-cert", file, "-key", file)
    for sni, host in (
        ("open.example.com", "mutual.example.com"),
        ("unknown.example.com", "mutual.example.com"),
        ("mutual.example.com", "second.example.com"),
        ("mutual.example.com", "open.example.com"),
        ("mutual.example.com", f"{house.api}.execute-api.localhost"),
        ("mutual.example.com", "localhost"),
    ):
        said = house.s_client(sni, *shown, sent=get(host))
        assert "HTTP/1.1 403 " in said, (sni, host, said)
        assert FORBIDDEN in said, (sni, host)
    assert "HTTP/1.1 200 " in house.s_client("mutual.example.com", *shown, sent=get("mutual.example.com"))


def test_no_session_is_resumed_into_a_name_with_mutual_tls(house: House) -> None:
    house.guard("mutual.example.com")
    house.domain("open.example.com", house.certificate("open.example.com"))
    for version in ("-tls1_2", "-tls1_3"):
        session = str(house.folder / f"session{version}")
        first = house.s_client("open.example.com", version, "-sess_out", session, sent=get("open.example.com"))
        assert "HTTP/1.1 200 " in first
        said = house.s_client("mutual.example.com", version, "-sess_in", session, sent=get("mutual.example.com"))
        assert "HTTP/1.1" not in said


def test_a_truststore_is_replaced_without_a_restart(house: House) -> None:
    house.guard("renewed.example.com")
    other = pki.make("Other Root", authority=True)
    client = pki.make("newcomer", other)
    assert house.curl("renewed.example.com", client=CLIENT)[0] == 200
    assert house.curl("renewed.example.com", client=client)[0] == 0
    version = house.truststore(other.pem + pki.make("old", authority=True, days=-1).pem)
    changed = house.rest.update_domain_name(
        domainName="renewed.example.com",
        patchOperations=[{"op": "replace", "path": "/mutualTlsAuthentication/truststoreVersion", "value": version}],
    )
    assert changed["mutualTlsAuthentication"]["truststoreWarnings"] == [
        "Certificate with subject CN=old: the certificate has expired"
    ]
    assert house.curl("renewed.example.com", client=CLIENT)[0] == 0
    assert house.curl("renewed.example.com", client=client)[0] == 200
    house.rest.update_domain_name(
        domainName="renewed.example.com",
        patchOperations=[{"op": "replace", "path": "/mutualTlsAuthentication/truststoreUri", "value": ""}],
    )
    assert house.curl("renewed.example.com")[0] == 200


def test_policies_decide_versions(house: House) -> None:
    policy = "SecurityPolicy_TLS13_1_3_2025_09"
    house.domain("strict.example.com", house.certificate("strict.example.com"), policy, endpointAccessMode="STRICT")
    assert house.curl("strict.example.com")[0] == 200
    assert house.curl("strict.example.com", "--tls-max", "1.2")[0] == 0
    assert "HTTP/1.1 403 " in house.s_client("other.example.com", sent=get("strict.example.com"))
    said = house.s_client("file.example.com", "-tls1_2", "-cipher", "AES128-SHA:ECDHE-RSA-AES128-SHA")
    assert "Cipher is (NONE)" in said


def test_what_stays_after_a_restart(own_server: Any, tmp_path: Path) -> None:
    """The companions begin empty; truststore and certificate of a name are kept with it."""
    port = free_port()
    server = own_server("--tls-port", str(port))
    house = House(server, port, tmp_path)
    house.guard("mutual.example.com")
    assert house.curl("mutual.example.com", client=CLIENT)[0] == 200
    server.stop()
    server.start()
    assert house.curl("mutual.example.com", client=CLIENT)[0] == 200
    assert subject(house.s_client("mutual.example.com")) == "mutual.example.com"
    assert house.curl("unknown.example.com")[0] == 0  # there is no certificate for it


_TELL = """
import io
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["authentication"])}
"""


def test_functions_of_http_apis_see_the_certificate(house: House) -> None:
    """Payload format 2.0; the domain name made and changed by apigatewayv2."""
    v2, functions = house.server.client("apigatewayv2"), house.server.client("lambda")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", _TELL)
    arn = functions.create_function(
        FunctionName="tell-certificate",
        Runtime="python3.11",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/any",
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=arn, StatementId="a", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    name = "functions.example.com"
    certificate = house.certificate(name)
    api = v2.create_api(Name="tell", ProtocolType="HTTP", Target=arn)["ApiId"]
    v2.create_domain_name(
        DomainName=name,
        DomainNameConfigurations=[{"CertificateArn": certificate, "EndpointType": "REGIONAL"}],
    )
    v2.create_api_mapping(DomainName=name, ApiId=api, Stage="$default")
    trust = {"TruststoreUri": "s3://trust/a/trust.pem", "TruststoreVersion": house.truststore(ROOT.pem)}
    changed = v2.update_domain_name(DomainName=name, MutualTlsAuthentication=trust)
    assert changed["MutualTlsAuthentication"] == trust
    assert house.curl(name)[0] == 0
    status, body = house.curl(name, client=CLIENT)
    assert status == 200, body
    shown = json.loads(body)["clientCert"]
    assert shown["clientCertPem"] == CLIENT.pem
    assert (shown["subjectDN"], shown["issuerDN"]) == ("CN=client,O=Example", "CN=Example Root,O=Example")
    assert set(shown) == {"clientCertPem", "subjectDN", "issuerDN", "serialNumber", "validity"}
    assert set(shown["validity"]) == {"notBefore", "notAfter"}


def test_in_production(own_server: Any, tmp_path: Path) -> None:
    """TLS on both ports; the truststore is a file of the operator's, the certificate the server's own."""
    (tmp_path / "server.pem").write_text(pki.make("localhost", hosts=("localhost",)).both)
    (tmp_path / "trust.pem").write_text(ROOT.pem)
    file, control = str(tmp_path / "server.pem"), free_port()
    flags = ("--profile", "production", "--control-port", str(control), "--tls-certificate", file, "--tls-key", file)
    keys = {"GATEWRIGHT_ACCESS_KEY_ID": "AKIDPRODUCTION", "GATEWRIGHT_SECRET_ACCESS_KEY": "secret"}
    trust = {"GATEWRIGHT_TRUSTSTORE_FILES": f"s3://trust/trust.pem={tmp_path / 'trust.pem'}"}
    server = own_server(*flags, ready_port=control, tls=file, env=keys | trust)
    rest = boto3.client(
        "apigateway",
        region_name="us-east-1",
        endpoint_url=f"https://localhost:{control}",
        aws_access_key_id="AKIDPRODUCTION",
        aws_secret_access_key="secret",
        verify=file,
    )
    house = House(server, server.port, tmp_path, rest)
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
    for name, trusted in (
        ("mutual.example.com", {"truststoreUri": "s3://trust/trust.pem"}),
        ("open.example.com", {}),
    ):
        more: Any = {"mutualTlsAuthentication": trusted} if trusted else {}
        house.domain(name, arn, **more)
    assert house.curl("open.example.com")[0] == 200
    assert house.curl("mutual.example.com")[0] == 0
    status, body = house.curl("mutual.example.com", client=CLIENT)
    assert (status, json.loads(body)["subjectDN"]) == (200, "CN=client,O=Example")
    assert house.curl("mutual.example.com", client=CLIENT, path="/_gatewright/health")[0] == 403
    on_control = House(server, control, tmp_path, rest, house.api)  # which knows no domain names
    assert on_control.curl("mutual.example.com")[0] == 501
    with pytest.raises(ClientError, match="could not be read"):
        rest.create_domain_name(
            domainName="other.example.com",
            regionalCertificateArn=arn,
            endpointConfiguration={"types": ["REGIONAL"]},
            mutualTlsAuthentication={"truststoreUri": "s3://trust/other.pem"},
        )
