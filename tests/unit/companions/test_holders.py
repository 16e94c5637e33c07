"""Who holds keys of the companions' IAM and STS, asked of a running companions process over its inner socket."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from tests.unit.companions.conftest import Companions, process

ACCOUNT = "123456789012"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def policy(action: str) -> str:
    """A policy that is told from others by its action."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})


class House:
    """The companions, and the socket on which the node's own processes ask."""

    def __init__(self, companions: Companions, path: Path) -> None:
        self.iam = companions.client("iam")
        self.client = companions.client
        self._path = str(path)

    def find(self, key: str) -> Any:
        connection = http.client.HTTPConnection("companions")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self._path)
        connection.request("GET", f"/keys/{key}")
        answer = connection.getresponse()
        said = json.loads(answer.read())
        connection.close()
        assert answer.status == (404 if said is None else 200)
        return said

    def user(self, **more: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
        name = f"u-{uuid4().hex[:8]}"
        user = self.iam.create_user(UserName=name, **more)["User"]
        return name, user, self.iam.create_access_key(UserName=name)["AccessKey"]

    def managed(self, action: str) -> str:
        name = f"p-{uuid4().hex[:8]}"
        return str(self.iam.create_policy(PolicyName=name, PolicyDocument=policy(action))["Policy"]["Arn"])

    def actions(self, texts: list[str] | None) -> list[str] | None:
        return None if texts is None else [json.loads(text)["Statement"][0]["Action"] for text in texts]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    path = tmp_path_factory.mktemp("i") / "i.sock"
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket(socket.AF_UNIX) as inside:
        inside.bind(str(path))
        inside.listen()
        with process(listener, inside):
            companions = Companions(f"http://127.0.0.1:{listener.getsockname()[1]}")
            companions.client("sts").get_caller_identity()
            yield House(companions, path)


def test_a_user_with_all_that_counts(house: House) -> None:
    name, user, key = house.user(Path="/team/", Tags=[{"Key": "team", "Value": "blue"}])
    group = f"g-{name}"
    house.iam.create_group(GroupName=group)
    house.iam.create_group(GroupName=f"other-{name}")
    house.iam.add_user_to_group(GroupName=group, UserName=name)
    house.iam.put_user_policy(UserName=name, PolicyName="i", PolicyDocument=policy("x:Inline"))
    house.iam.attach_user_policy(UserName=name, PolicyArn=house.managed("x:Attached"))
    house.iam.put_group_policy(GroupName=group, PolicyName="g", PolicyDocument=policy("x:GroupInline"))
    house.iam.attach_group_policy(GroupName=group, PolicyArn=house.managed("x:GroupAttached"))
    house.iam.put_group_policy(GroupName=f"other-{name}", PolicyName="g", PolicyDocument=policy("x:Other"))
    found = house.find(key["AccessKeyId"])
    assert found["secret_key"] == key["SecretAccessKey"]
    assert found["principal"] == {
        "type": "User",
        "account": ACCOUNT,
        "arn": f"arn:aws:iam::{ACCOUNT}:user/team/{name}",
        "user_id": user["UserId"],
        "user_name": name,
        "tags": {"team": "blue"},
    }
    assert house.actions(found["policies"]) == ["x:Inline", "x:Attached", "x:GroupInline", "x:GroupAttached"]
    assert (found["boundary"], found.get("session"), found.get("token")) == (None, None, None)


def test_of_a_managed_policy_the_default_version_counts(house: House) -> None:
    name, _, key = house.user()
    arn = house.managed("x:First")
    house.iam.attach_user_policy(UserName=name, PolicyArn=arn)
    house.iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy("x:Second"))
    assert house.actions(house.find(key["AccessKeyId"])["policies"]) == ["x:First"]
    house.iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert house.actions(house.find(key["AccessKeyId"])["policies"]) == ["x:Second"]


def test_an_inactive_or_deleted_key_is_nobody_s(house: House) -> None:
    name, _, key = house.user()
    house.iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert house.find(key["AccessKeyId"]) is None
    house.iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Active")
    assert house.find(key["AccessKeyId"]) is not None
    house.iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    assert house.find(key["AccessKeyId"]) is None


def test_a_user_s_boundary(house: House) -> None:
    boundary = house.managed("x:Boundary")
    name, _, key = house.user(PermissionsBoundary=boundary)
    assert house.actions(house.find(key["AccessKeyId"])["boundary"]) == ["x:Boundary"]
    house.iam.delete_user_permissions_boundary(UserName=name)
    assert house.find(key["AccessKeyId"])["boundary"] is None
    house.iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=boundary)
    assert house.actions(house.find(key["AccessKeyId"])["boundary"]) == ["x:Boundary"]
    house.iam.delete_policy(PolicyArn=boundary)
    assert house.find(key["AccessKeyId"])["boundary"] == []  # a boundary that is gone allows nothing
    for arguments in (
        {"UserName": name, "PermissionsBoundary": boundary},
        {"UserName": "nobody", "PermissionsBoundary": boundary},
    ):
        with pytest.raises(ClientError) as caught:
            house.iam.put_user_permissions_boundary(**arguments)
        assert caught.value.response["Error"]["Code"] == "NoSuchEntity"
    with pytest.raises(ClientError, match="nobody cannot be found"):
        house.iam.delete_user_permissions_boundary(UserName="nobody")


def _role(house: House, **more: Any) -> str:
    name = f"r-{uuid4().hex[:8]}"
    arn = house.iam.create_role(RoleName=name, Path="/p/", AssumeRolePolicyDocument=TRUST, **more)["Role"]["Arn"]
    house.iam.put_role_policy(RoleName=name, PolicyName="i", PolicyDocument=policy("x:Role"))
    return str(arn)


def test_a_role_s_session(house: House) -> None:
    arn = _role(house, PermissionsBoundary=house.managed("x:Boundary"), Tags=[{"Key": "a", "Value": "role"}])
    before = time.time()
    made = house.client("sts").assume_role(
        RoleArn=arn,
        RoleSessionName="work",
        Policy=policy("x:Session"),
        PolicyArns=[{"arn": house.managed("x:SessionManaged")}, {"arn": "arn:aws:iam::123456789012:policy/none"}],
        Tags=[{"Key": "a", "Value": "session"}, {"Key": "b", "Value": "c"}],
        DurationSeconds=900,
    )
    found = house.find(made["Credentials"]["AccessKeyId"])
    assert found["secret_key"] == made["Credentials"]["SecretAccessKey"]
    assert found["token"] == made["Credentials"]["SessionToken"]
    assert before + 890 < found["expires"] < time.time() + 901
    principal = found["principal"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", principal.pop("token_issued"))
    assert principal == {
        "type": "AssumedRole",
        "account": ACCOUNT,
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{arn.rpartition('/')[2]}/work",
        "role_arn": arn,
        "user_id": made["AssumedRoleUser"]["AssumedRoleId"],
        "tags": {"a": "session", "b": "c"},
        "mfa": False,
    }
    assert house.actions(found["policies"]) == ["x:Role"]
    assert house.actions(found["boundary"]) == ["x:Boundary"]
    assert house.actions(found["session"]) == ["x:Session", "x:SessionManaged"]


def test_a_session_without_policies_is_not_limited_and_one_with_lost_ones_may_do_nothing(house: House) -> None:
    arn = _role(house)
    sts = house.client("sts")
    made = sts.assume_role(RoleArn=arn, RoleSessionName="ab")["Credentials"]
    assert house.find(made["AccessKeyId"])["session"] is None
    lost = [{"arn": "arn:aws:iam::123456789012:policy/none"}]
    made = sts.assume_role(RoleArn=arn, RoleSessionName="ab", PolicyArns=lost)["Credentials"]
    assert house.find(made["AccessKeyId"])["session"] == []


def test_a_session_of_a_role_that_is_not_there_may_do_nothing(house: House) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/nobody"
    made = house.client("sts").assume_role(RoleArn=arn, RoleSessionName="ab")["Credentials"]
    found = house.find(made["AccessKeyId"])
    assert (found["policies"], found["boundary"]) == ([], None)


def test_sessions_with_web_identities(house: House) -> None:
    arn = _role(house)
    made = house.client("sts").assume_role_with_web_identity(
        RoleArn=arn, RoleSessionName="ab", WebIdentityToken="x" * 20, PolicyArns=[{"arn": house.managed("x:Web")}]
    )["Credentials"]
    assert house.actions(house.find(made["AccessKeyId"])["session"]) == ["x:Web"]


def test_a_user_s_session_token(house: House) -> None:
    name, user, key = house.user()
    house.iam.put_user_policy(UserName=name, PolicyName="i", PolicyDocument=policy("x:Inline"))
    sts = house.client("sts", key["AccessKeyId"])
    made = sts.get_session_token(DurationSeconds=900)["Credentials"]
    assert made["Expiration"].timestamp() < time.time() + 901
    found = house.find(made["AccessKeyId"])
    assert (found["secret_key"], found["token"]) == (made["SecretAccessKey"], made["SessionToken"])
    assert found["expires"] == made["Expiration"].timestamp()
    assert found["principal"].pop("token_issued")
    assert found["principal"] == {
        "type": "User",
        "account": ACCOUNT,
        "arn": user["Arn"],
        "user_id": user["UserId"],
        "user_name": name,
        "tags": {},
        "mfa": False,
    }
    assert house.actions(found["policies"]) == ["x:Inline"]
    assert found["session"] is None
    identity = house.client("sts", made["AccessKeyId"]).get_caller_identity()
    assert (identity["Arn"], identity["UserId"], identity["Account"]) == (user["Arn"], user["UserId"], ACCOUNT)
    assert house.find(key["AccessKeyId"])["secret_key"] == key["SecretAccessKey"]
    house.iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    assert house.find(made["AccessKeyId"]) is None


@pytest.mark.parametrize(("key", "account"), [("test", ACCOUNT), ("000011112222", "000011112222")])
def test_a_root_s_session_token(house: House, key: str, account: str) -> None:
    made = house.client("sts", key).get_session_token()["Credentials"]
    found = house.find(made["AccessKeyId"])
    assert found["policies"] is None
    assert found["principal"]["arn"] == f"arn:aws:iam::{account}:root"
    assert (
        house.client("iam", made["AccessKeyId"])
        .create_user(UserName=f"u-{uuid4().hex[:8]}")["User"]["Arn"]
        .split(":")[4]
        == account
    )


def test_a_federated_user_may_do_what_both_allow(house: House) -> None:
    name, _, key = house.user()
    house.iam.put_user_policy(UserName=name, PolicyName="i", PolicyDocument=policy("x:Inline"))
    sts = house.client("sts", key["AccessKeyId"])
    tags = [{"Key": "a", "Value": "b"}]
    made = sts.get_federation_token(Name="bob", Policy=policy("x:Session"), Tags=tags)
    assert made["FederatedUser"] == {
        "FederatedUserId": f"{ACCOUNT}:bob",
        "Arn": f"arn:aws:sts::{ACCOUNT}:federated-user/bob",
    }
    found = house.find(made["Credentials"]["AccessKeyId"])
    assert found["principal"].pop("token_issued")
    assert found["principal"] == {
        "type": "FederatedUser",
        "account": ACCOUNT,
        "arn": f"arn:aws:sts::{ACCOUNT}:federated-user/bob",
        "user_id": f"{ACCOUNT}:bob",
        "tags": {"a": "b"},
        "mfa": False,
    }
    assert (house.actions(found["policies"]), house.actions(found["session"])) == (["x:Inline"], ["x:Session"])
    bare = sts.get_federation_token(Name="bob")["Credentials"]
    assert house.find(bare["AccessKeyId"])["session"] == []


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "test", ACCOUNT, "ASIA0000000000000000", "", "..", "%00", "*"])
def test_keys_that_nobody_was_given(house: House, key: str) -> None:
    assert house.find(key) is None


def test_a_session_of_an_unknown_key_is_nobody_s(house: House) -> None:
    made = house.client("sts", "AKIAIOSFODNN7EXAMPLE").get_session_token()["Credentials"]
    assert house.find(made["AccessKeyId"]) is None
    again = house.client("sts", made["AccessKeyId"]).get_federation_token(Name="bob")["Credentials"]
    assert house.find(again["AccessKeyId"]) is None
