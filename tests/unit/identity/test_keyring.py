"""The credentials in a worker: found, forgotten, refused when they cannot be opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatewright.identity.keyring import KeyRing
from gatewright.identity.vault import Vault
from gatewright.language.policy.base import Effect, Principal, Query
from tests.unit.identity.support import ACCOUNT, RESOURCE, House, policy


def _ring(house: House, **changes: Any) -> KeyRing:
    ring = KeyRing(house.vault)
    ring.load([each | changes for each in house.registry.list()])
    return ring


def test_a_holder_is_who_the_credential_says(house: House) -> None:
    given = [{"name": "read", "document": policy()}]
    body, secret = house.registry.create(ACCOUNT, "alice", given, {"team": "blue"})
    ring = _ring(house)
    holder = ring.find(body["accessKeyId"])
    assert holder is not None
    assert holder.secret_key == secret
    assert holder.principal == Principal(
        "User", ACCOUNT, body["arn"], user_id=body["userId"], user_name="alice", tags={"team": "blue"}
    )
    assert (holder.token, holder.expires, holder.boundary, holder.session) == (None, None, None, None)
    assert ring.find(body["accessKeyId"]) is holder
    assert ring.find(body["accessKeyId"].lower()) is None


@pytest.mark.parametrize(
    ("documents", "effect"),
    [
        ([], Effect.NEITHER),
        ([policy()], Effect.ALLOW),
        ([policy(action="s3:*")], Effect.NEITHER),
        ([policy(), policy("Deny", resource=RESOURCE)], Effect.DENY),
        ([policy("Deny", resource=RESOURCE), policy()], Effect.DENY),
    ],
)
def test_what_its_policies_say(house: House, documents: list[str], effect: Effect) -> None:
    given = [{"name": f"p{number}", "document": text} for number, text in enumerate(documents)]
    body, _ = house.registry.create(ACCOUNT, "alice", given)
    holder = _ring(house).find(body["accessKeyId"])
    assert holder is not None
    query = Query("execute-api:Invoke", RESOURCE, holder.principal, lambda name: None)
    assert holder.decide(query).effect is effect


def test_a_deleted_key_is_found_no_more_and_the_others_stay_open(house: House) -> None:
    first, _ = house.registry.create(ACCOUNT, "alice")
    second, _ = house.registry.create(ACCOUNT, "bob")
    ring = _ring(house)
    kept = ring.find(second["accessKeyId"])
    assert ring.find(first["accessKeyId"]) is not None
    house.registry.delete(first["accessKeyId"])
    ring.load(house.registry.list())
    assert ring.find(first["accessKeyId"]) is None
    assert ring.find(second["accessKeyId"]) is kept
    ring.load([])
    assert ring.find(second["accessKeyId"]) is None


def test_a_credential_that_has_changed_is_read_anew(house: House) -> None:
    body, _ = house.registry.create(ACCOUNT, "alice", [{"name": "p", "document": policy()}])
    ring = _ring(house)
    before = ring.find(body["accessKeyId"])
    ring.load([body | {"policies": []}])
    after = ring.find(body["accessKeyId"])
    assert before is not None
    assert after is not None
    assert (len(before.policies or ()), after.policies) == (1, ())
    ring.load([body | {"status": "Inactive"}])
    assert ring.find(body["accessKeyId"]) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"_secret": "1:AAAA"},
        {"_secret": ""},
        {"policies": [{"name": "a", "document": policy()}, {"name": "b", "document": "{"}]},
    ],
)
def test_what_cannot_be_opened_is_nobody_s_key(
    house: House, changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    body, secret = house.registry.create(ACCOUNT, "alice", [{"name": "p", "document": policy()}])
    ring = _ring(house, **changes)
    for _ in range(3):
        assert ring.find(body["accessKeyId"]) is None
    assert len(caplog.records) == 1  # whoever knows the key's id does not fill the log
    assert body["accessKeyId"] in caplog.text
    assert secret not in caplog.text


def test_a_secret_that_was_moved_to_another_credential_opens_nothing(house: House) -> None:
    first, _ = house.registry.create(ACCOUNT, "alice")
    second, _ = house.registry.create(ACCOUNT, "admin", [{"name": "all", "document": policy("Allow", "*")}])
    ring = KeyRing(house.vault)
    ring.load([second | {"_secret": first["_secret"]}])
    assert ring.find(second["accessKeyId"]) is None


def test_a_key_file_that_comes_back_is_used(house: House, tmp_path: Path) -> None:
    body, _ = house.registry.create(ACCOUNT, "alice")
    key = tmp_path / "credentials.key"
    text = key.read_bytes()
    key.unlink()
    ring = KeyRing(Vault(key))
    ring.load(house.registry.list())
    assert ring.find(body["accessKeyId"]) is None
    key.write_bytes(text)
    key.chmod(0o600)
    assert ring.find(body["accessKeyId"]) is not None
