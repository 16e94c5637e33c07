"""`gatewright credentials` against a running node, and what its workers then know."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.wire.support import Server


def command(data: Path, *words: str, check: bool = True) -> Any:
    """Run the real command; its answer as JSON, or what it says."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GATEWRIGHT_"))}
    words = ("credentials", *words, "--data-dir", str(data))
    done = subprocess.run([sys.executable, "-m", "gatewright", *words], env=clean, capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def _published(data: Path) -> list[str]:
    file = data / "programs" / "credentials.json"
    if not file.exists():
        return []
    return [each["accessKeyId"] for each in json.loads(file.read_bytes())["credentials"]]


def test_credentials_come_and_go_with_and_without_a_node(own_server: Callable[..., Server]) -> None:
    server = own_server("--workers", "2")
    first = command(server.data, "create", "alice")["AccessKey"]
    assert _published(server.data) == [first["AccessKeyId"]]
    assert [each["UserName"] for each in command(server.data, "list")["AccessKeyMetadata"]] == ["alice"]
    assert stat.S_IMODE((server.data / "credentials.key").stat().st_mode) == 0o600
    for file in server.data.rglob("*"):
        if file.is_file():
            assert first["SecretAccessKey"].encode() not in file.read_bytes()
    assert first["SecretAccessKey"] not in server.output()
    server.stop()
    second = command(server.data, "create", "bob")["AccessKey"]
    command(server.data, "delete", first["AccessKeyId"])
    server.start()
    assert _published(server.data) == [second["AccessKeyId"]]
    command(server.data, "delete", second["AccessKeyId"])
    assert _published(server.data) == []
    assert "no credential" in command(server.data, "delete", second["AccessKeyId"], check=False)


def test_no_path_through_the_front_door_tells_who_holds_a_key(live: Server) -> None:
    """The companions tell the workers, secret and all, on a socket that no request is passed on to."""
    iam = live.client("iam")
    iam.create_user(UserName="inside")
    key = iam.create_access_key(UserName="inside")["AccessKey"]
    name = key["AccessKeyId"]
    paths = (
        f"/keys/{name}",
        f"//keys/{name}",
        f"/./keys/{name}",
        f"/%6beys/{name}",
        f"/_gatewright/keys/{name}",
        f"/_gatewright/portals/../keys/{name}",
        f"/_gatewright/portal-hosts/../../keys/{name}",
        f"/_aws/keys/{name}",
        f"/x/../keys/{name}",
        f"/keys/{name}?Action=GetCallerIdentity",
        f"http://inside.sock/keys/{name}",
        f"http://companions/keys/{name}",
    )
    scopes = ("", "sts", "iam", "s3", "execute-api", "apigateway", "inside", "keys")
    for path in paths:
        for scope in scopes:
            for host in ("localhost", "companions.localhost", "iam.amazonaws.com"):
                answer = _raw(live.port, path, host, scope)
                assert answer.startswith(b"HTTP/1.1 "), (path, scope, host)
                assert key["SecretAccessKey"].encode() not in answer, (path, scope, host)
    assert key["SecretAccessKey"] not in live.output()


def _raw(port: int, path: str, host: str, scope: str) -> bytes:
    signed = f"Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{scope}/aws4_request, "
    signed += "SignedHeaders=host, Signature=0\r\n"
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{signed if scope else ''}Connection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sock:
        sock.sendall(head.encode())
        pieces = []
        while piece := sock.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)
