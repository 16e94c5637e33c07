"""`gatewright credentials` against a running node, and what its workers then know."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.wire.rest_support import Api
from tests.wire.signed import call, guarded
from tests.wire.support import Server, free_port

SECRETS = {"GATEWRIGHT_ACCESS_KEY_ID": "AKIDEXAMPLE", "GATEWRIGHT_SECRET_ACCESS_KEY": "very-secret-key"}
ROOT = {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "very-secret-key"}
EXAMPLE = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY"  # everybody knows it from AWS's documentation
UNKNOWN = (403, "UnrecognizedClientException", '{"message":"The security token included in the request is invalid."}')


def policy(effect: str, *resources: str) -> str:
    """An identity policy."""
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resources}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


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


@pytest.fixture(scope="module")
def api(live: Server) -> Iterator[Api]:
    """GET /orders and GET /other with AWS_IAM."""
    made = guarded(Api(live), "/orders", "/other")
    yield made
    made.client.delete_rest_api(restApiId=made.id)


def _arn(api: Api, path: str) -> str:
    return f"arn:aws:execute-api:us-east-1:123456789012:{api.id}/v1/GET{path}"


def test_in_production_a_key_is_good_until_it_is_deleted(own_server: Callable[..., Server]) -> None:
    control = free_port()
    flags = ("--profile", "production", "--control-port", str(control), "--workers", "2")
    server = own_server(*flags, env=SECRETS, ready_port=control)
    client = boto3.client(
        "apigateway",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{control}",
        aws_access_key_id=ROOT["AccessKeyId"],
        aws_secret_access_key=ROOT["SecretAccessKey"],
    )
    api = guarded(Api(server, client), "/orders", "/other")
    key = command(server.data, "create", "alice", "--policy", policy("Allow", _arn(api, "/orders")))["AccessKey"]
    for _ in range(8):  # on both workers
        assert call(api, "/orders", key) == (200, "", "arn:aws:iam::123456789012:user/alice 123456789012")
    status, kind, body = call(api, "/other", key)
    assert (status, kind) == (403, "AccessDeniedException")
    assert "because no identity-based policy allows the execute-api:Invoke action" in body
    assert call(api, "/orders", key | {"SecretAccessKey": "x" * 40})[:2] == (403, "InvalidSignatureException")
    assert call(api, "/orders", key | {"SessionToken": "x"}) == UNKNOWN
    command(server.data, "delete", key["AccessKeyId"])
    for _ in range(8):
        assert call(api, "/orders", key) == UNKNOWN
    assert call(api, "/other", ROOT)[0] == 200
    for known in ("test", "123456789012"):  # in the local profile only
        assert call(api, "/other", {"AccessKeyId": known, "SecretAccessKey": "test"}) == UNKNOWN
    command(server.data, "create", "bob", "--account", "000011112222", "--policy", policy("Allow", "*"))
    assert command(server.data, "list")["AccessKeyMetadata"][0]["Arn"] == "arn:aws:iam::000011112222:user/bob"


def test_keys_of_iam_users(live: Server, api: Api) -> None:
    """Each worker remembers for a moment what it has heard, so changes are waited for."""
    denied = (403, "AccessDeniedException")
    iam = live.client("iam")
    iam.create_user(UserName="caller", Path="/team/")
    key = iam.create_access_key(UserName="caller")["AccessKey"]
    assert call(api, "/orders", key)[:2] == denied
    iam.put_user_policy(UserName="caller", PolicyName="p", PolicyDocument=policy("Allow", _arn(api, "/*")))
    allowed = (200, "", "arn:aws:iam::123456789012:user/team/caller 123456789012")
    _until(lambda: all(call(api, "/orders", key) == allowed for _ in range(8)))
    assert call(api, "/orders", key | {"SecretAccessKey": "x"})[:2] == (403, "InvalidSignatureException")
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=policy("Allow", _arn(api, "/other")))
    iam.put_user_permissions_boundary(UserName="caller", PermissionsBoundary=boundary["Policy"]["Arn"])
    _until(lambda: all(call(api, "/orders", key)[:2] == denied for _ in range(8)))
    _until(lambda: all(call(api, "/other", key)[0] == 200 for _ in range(8)))
    iam.update_access_key(UserName="caller", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    _until(lambda: all(call(api, "/other", key) == UNKNOWN for _ in range(8)))


def test_keys_of_sts(live: Server, api: Api) -> None:
    iam, sts = live.client("iam"), live.client("sts")
    role = iam.create_role(RoleName="callers", AssumeRolePolicyDocument=policy("Allow"))["Role"]["Arn"]
    iam.put_role_policy(RoleName="callers", PolicyName="p", PolicyDocument=policy("Allow", _arn(api, "/*")))
    wide = sts.assume_role(RoleArn=role, RoleSessionName="wide")["Credentials"]
    who = "arn:aws:sts::123456789012:assumed-role/callers/wide 123456789012"
    assert call(api, "/orders", wide) == (200, "", who)
    assert call(api, "/orders", {name: wide[name] for name in ("AccessKeyId", "SecretAccessKey")}) == UNKNOWN
    assert call(api, "/orders", wide | {"SessionToken": wide["SessionToken"][:-1]}) == UNKNOWN
    narrow = sts.assume_role(
        RoleArn=role, RoleSessionName="narrow", PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"}]
    )["Credentials"]
    assert call(api, "/orders", narrow)[:2] == (403, "AccessDeniedException")
    root = sts.get_session_token()["Credentials"]
    assert call(api, "/orders", root) == (200, "", "arn:aws:iam::123456789012:root 123456789012")
    federated = sts.get_federation_token(Name="bob", Policy=policy("Allow", _arn(api, "/other")))["Credentials"]
    assert call(api, "/orders", federated)[:2] == (403, "AccessDeniedException")
    assert call(api, "/other", federated)[0] == 200
    assert call(api, "/other", {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": EXAMPLE}) == UNKNOWN


def _until(holds: Callable[[], bool]) -> None:
    """What changes in IAM counts within a moment."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


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
