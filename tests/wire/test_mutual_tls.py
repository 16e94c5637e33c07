"""TLS as clients speak it: one certificate per name, beside the plain port; by curl and openssl."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import pki
from tests.wire.support import Server, free_port, serving

ROOT = pki.make("Example Root", authority=True, organization="Example")
CLIENT = pki.make("client", ROOT, organization="Example")


class House:
    """A server with a TLS port, and files for its clients."""

    def __init__(self, server: Server, port: int, folder: Path) -> None:
        self.server = server
        self.port = port
        self.folder = folder
        self.rest = server.client("apigateway")
        self.api = self._mock_api()

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


def test_each_name_shows_its_own_certificate(house: House) -> None:
    assert subject(house.s_client("file.example.com")) == "file.example.com"
    assert subject(house.s_client("other.example.com")) == "default"
    status, _ = house.curl(f"{house.api}.execute-api.localhost", path="/v1/")
    assert status == 200
