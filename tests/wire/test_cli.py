"""Commands beside a running server: functions add, demo; and a server with TLS."""

from __future__ import annotations

import datetime
import json
import os
import re
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.wire.support import Server, free_port


def _gatewright(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gatewright", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _folder(path: Path, answer: str) -> None:
    path.mkdir(exist_ok=True)
    (path / "app.py").write_text(
        f"def handler(event, context):\n    return {{'statusCode': 200, 'body': '{answer}'}}\n"
    )


def test_a_folder_is_a_function_and_reloads(live: Server, tmp_path: Path) -> None:
    folder = tmp_path / "fn"
    _folder(folder, "one")
    added = _gatewright(
        "functions", "add", "folder-fn", str(folder), "--handler", "app.handler", "--port", str(live.port)
    )
    assert added.returncode == 0, added.stderr
    arn = added.stdout.strip()
    assert arn == "arn:aws:lambda:us-east-1:123456789012:function:folder-fn"

    api = live.client("apigateway")
    made = api.create_rest_api(name="folder")
    where = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "GET"}
    api.put_method(**where, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    api.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    api.create_deployment(restApiId=made["id"], stageName="v1")

    def answer() -> str:
        with urllib.request.urlopen(f"{live.url}/_aws/execute-api/{made['id']}/v1/", timeout=10) as reply:
            return str(reply.read().decode())

    assert answer() == "one"
    _folder(folder, "two")
    deadline = time.monotonic() + 15
    while answer() != "two":
        assert time.monotonic() < deadline, live.output()
        time.sleep(0.1)


def test_the_demo_prints_lines_that_work(tmp_path: Path) -> None:
    port = free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GATEWRIGHT_"))}
    command = [
        sys.executable,
        "-u",
        "-m",
        "gatewright",
        "demo",
        "--port",
        str(port),
        "--data-dir",
        str(tmp_path / "data"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean)
    assert process.stdout is not None
    assert process.stderr is not None
    errors = process.stderr
    threading.Thread(target=lambda: list(errors), daemon=True).start()
    lines: list[str] = []
    try:
        while not (lines and "Ctrl-C" in lines[-1]):
            line = process.stdout.readline()
            assert line, f"it ended: {lines}"
            lines.append(line)
        curls = [line.strip() for line in lines if line.strip().startswith("curl ")]
        assert len(curls) == 3
        answers = []
        for line in curls:
            local = re.sub(r"http://(demo\.execute-api\.localhost):(\d+)", r"-H 'Host: \1' http://127.0.0.1:\2", line)
            answers.append(
                json.loads(subprocess.check_output(["sh", "-c", local.replace("curl", "curl -sS")], text=True))
            )
        assert (answers[0]["hello"], answers[0]["from"]) == ("you", "python")
        assert (answers[1]["hello"], answers[1]["from"]) == ("you", "node")
        assert (answers[2]["path"], answers[2]["body"]) == ("/any/path", "some text")
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()
        process.stderr.close()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return folder / "cert.pem", folder / "key.pem"


def test_tls(own_server: Callable[..., Server], tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    flags = ("--tls-certificate", str(certificate), "--tls-key", str(key), "--no-companions")
    server = own_server(*flags, tls=str(certificate))
    trust = ssl.create_default_context(cafile=str(certificate))
    with urllib.request.urlopen(f"https://localhost:{server.port}/_gatewright/health", context=trust) as answer:
        assert json.load(answer)["status"] == "ok"
    done = _gatewright("status", "--port", str(server.port), *flags[:4])
    assert (done.returncode, done.stdout.startswith("ok, ready: Gatewright ")) == (0, True), done.stderr
    (tmp_path / "other").mkdir()
    other, key = _certificate(tmp_path / "other")
    done = _gatewright("status", "--port", str(server.port), "--tls-certificate", str(other), "--tls-key", str(key))
    assert (done.returncode, "certificate verify failed" in done.stderr) == (2, True)


def test_a_certificate_that_is_none_is_found_at_start(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("nonsense")
    file = str(tmp_path / "x.pem")
    words = (
        "serve",
        "--tls-certificate",
        file,
        "--tls-key",
        file,
        "--data-dir",
        str(tmp_path / "d"),
        "--port",
        str(free_port()),
    )
    done = _gatewright(*words)
    assert done.returncode == 1
    assert "x.pem" in done.stderr
