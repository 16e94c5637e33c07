"""Whether API Gateway could call a function."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gatewright.functions import documents
from gatewright.functions.documents import child_key, function_key
from gatewright.functions.names import FunctionKey
from gatewright.functions.permitted import Permissions
from gatewright.functions.policy import GATEWAY, INVOKE, statement
from gatewright.store.base import Store
from gatewright.store.sqlite import SqliteStore

ACCOUNT, REGION = "123456789012", "us-east-1"
KEY = FunctionKey(ACCOUNT, REGION, "f")
SOURCE = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:abc/v1/GET/"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = SqliteStore(tmp_path / "db")
    allowed = statement(KEY.arn, "s", INVOKE, GATEWAY, source_arn=SOURCE)
    with store.transaction() as tx:
        tx.insert(function_key(KEY), {})
        tx.insert(child_key(KEY, documents.VERSION, "1"), {"Version": "1"})
        tx.insert(child_key(KEY, documents.ALIAS, "live"), {"FunctionVersion": "1"})
        tx.insert(child_key(KEY, documents.POLICY, documents.UNQUALIFIED), {"Statement": [allowed]})
    yield store
    store.close()


@pytest.mark.parametrize(
    ("arn", "source", "reason", "advice"),
    [
        (KEY.arn, SOURCE, None, ""),
        (KEY.arn, None, None, ""),
        (f"{KEY.arn}:live", None, None, ""),
        (f"{KEY.arn}:1", SOURCE, f"API Gateway may not invoke function {KEY.arn}:1", "--qualifier 1"),
        (KEY.arn, f"{SOURCE}x", f"API Gateway may not invoke function {KEY.arn}", f"--source-arn '{SOURCE}x'"),
        (f"{KEY.arn}:9", SOURCE, f"function {KEY.arn} has no version or alias 9", ""),
        (f"{KEY.arn}g", SOURCE, f"there is no function {KEY.arn}g", "create-function"),
        ("no name", SOURCE, "Invalid function name: no name", ""),
    ],
)
def test_what_is_in_the_way(store: Store, arn: str, source: str | None, reason: str | None, advice: str) -> None:
    with store.transaction(write=False) as tx:
        found = Permissions(tx, required=True).obstacle(arn, source, ACCOUNT, REGION)
    assert (found and found[0]) == reason
    assert found is None or advice in found[1]


def test_permissions_may_be_off(store: Store) -> None:
    with store.transaction(write=False) as tx:
        functions = Permissions(tx, required=False)
        for _ in range(2):
            assert functions.obstacle(f"{KEY.arn}:1", SOURCE, ACCOUNT, REGION) is None
            assert functions.obstacle(f"{KEY.arn}g", SOURCE, ACCOUNT, REGION) is not None
