"""Credentials in the store: what is made, what is refused, what the database holds of a secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gatewright.identity.registry import Registry, RegistryError
from gatewright.identity.vault import VaultError
from tests.unit.identity.support import ACCOUNT, House, policy


def test_a_credential_looks_like_aws_s(house: House) -> None:
    given = [{"name": "read", "document": policy()}]
    body, secret = house.registry.create(ACCOUNT, "alice", given, {"team": "blue"})
    assert re.fullmatch(r"AKIA[A-Z2-7]{16}", body["accessKeyId"])
    assert re.fullmatch(r"[A-Za-z0-9+/]{40}", secret)
    assert re.fullmatch(r"AIDA[A-Z2-7]{17}", body["userId"])
    assert body == {
        "accessKeyId": body["accessKeyId"],
        "userName": "alice",
        "userId": body["userId"],
        "arn": f"arn:aws:iam::{ACCOUNT}:user/alice",
        "status": "Active",
        "createDate": 1_700_000_000,
        "tags": {"team": "blue"},
        "policies": given,
        "_secret": body["_secret"],
    }
    assert house.registry.list() == [body]
    assert house.vault.open(body["accessKeyId"], body["_secret"]) == secret


def test_the_database_holds_no_secret(house: House, tmp_path: Path) -> None:
    _, secret = house.registry.create(ACCOUNT, "alice")
    for file in tmp_path.iterdir():
        assert secret.encode() not in file.read_bytes()


def test_keys_of_one_user_share_the_user_id(house: House) -> None:
    first, one = house.registry.create(ACCOUNT, "alice")
    second, two = house.registry.create(ACCOUNT, "alice")
    bob, _ = house.registry.create(ACCOUNT, "bob")
    elsewhere, _ = house.registry.create("000011112222", "alice")
    assert first["userId"] == second["userId"]
    assert len({first["userId"], bob["userId"], elsewhere["userId"]}) == 3
    assert (first["accessKeyId"], one) != (second["accessKeyId"], two)


def test_a_deleted_key_is_gone(house: House) -> None:
    body, _ = house.registry.create(ACCOUNT, "alice")
    house.registry.delete(body["accessKeyId"])
    assert house.registry.list() == []
    with pytest.raises(RegistryError, match=f"no credential {body['accessKeyId']}"):
        house.registry.delete(body["accessKeyId"])


def test_no_new_key_to_the_vault_while_secrets_lie_under_the_old_one(house: House, tmp_path: Path) -> None:
    house.registry.create(ACCOUNT, "alice")
    (tmp_path / "credentials.key").unlink()
    fresh = House(tmp_path)
    try:
        with pytest.raises(VaultError, match="missing: restore it"):
            fresh.registry.create(ACCOUNT, "bob")
        fresh.vault.create()
        with pytest.raises(VaultError, match="another key"):
            fresh.registry.create(ACCOUNT, "bob")
    finally:
        fresh.store.close()
    assert not [each for each in house.registry.list() if each["userName"] == "bob"]


@pytest.mark.parametrize(
    ("account", "user", "message"),
    [
        ("12345678901", "alice", "12 digits"),
        ("1234567890123", "alice", "12 digits"),
        ("١٢٣٤٥٦٧٨٩٠١٢", "alice", "12 digits"),
        (ACCOUNT, "", "1 to 64"),
        (ACCOUNT, "a" * 65, "1 to 64"),
        (ACCOUNT, "a/b", "1 to 64"),
        (ACCOUNT, "a:b", "1 to 64"),
        (ACCOUNT, "a b", "1 to 64"),
        (ACCOUNT, "a*", "1 to 64"),
        (ACCOUNT, "é", "1 to 64"),
        (ACCOUNT, "alice\n", "1 to 64"),
    ],
)
def test_names_that_no_user_has(house: House, account: str, user: str, message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        house.registry.create(account, user)
    assert not house.vault.exists


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        ([{"name": "p", "document": "{"}], "policy p:"),
        ([{"name": "p", "document": "[]"}], "policy p:"),
        ([{"name": "p", "document": policy("Permit")}], "policy p:"),
        ([{"name": "p", "document": policy().replace('"Action"', '"Principal": "*", "Action"')}], "policy p:"),
        ([{"name": "p/q", "document": policy()}], "1 to 128"),
        ([{"name": "", "document": policy()}], "1 to 128"),
        ([{"name": "p", "document": policy()}] * 2, "twice"),
        ([{"name": "p", "document": policy(resource="x" * 6200)}], "6144"),
        ([{"name": f"p{n}", "document": policy()} for n in range(21)], "at most 20"),
    ],
)
def test_policies_that_are_refused(house: House, policies: list[dict[str, str]], message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        house.registry.create(ACCOUNT, "alice", policies)
    assert house.registry.list() == []


@pytest.mark.parametrize("tags", [{"": "v"}, {"n" * 129: "v"}, {"n": "v" * 257}, {str(n): "v" for n in range(51)}])
def test_tags_that_are_refused(house: House, tags: dict[str, str]) -> None:
    with pytest.raises(RegistryError, match="tag"):
        house.registry.create(ACCOUNT, "alice", tags=tags)


def test_white_space_does_not_count(house: House) -> None:
    body, _ = house.registry.create(ACCOUNT, "alice", [{"name": "p", "document": policy() + " " * 9000}])
    assert body["policies"][0]["document"].endswith(" ")
    assert isinstance(house.registry, Registry)
