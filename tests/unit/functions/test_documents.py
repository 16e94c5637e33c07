"""The documents of a function, stored and read back."""

from __future__ import annotations

from pathlib import Path

from gatewright.functions import documents
from gatewright.functions.documents import child_key, function_key
from gatewright.functions.names import FunctionKey
from gatewright.store.sqlite import SqliteStore

KEY = FunctionKey("123456789012", "us-east-1", "f")
OTHER = FunctionKey("999999999999", "eu-west-1", "f")


def test_a_function_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "db")
    with store.transaction() as tx:
        tx.insert(function_key(KEY), {"_zip": "c"})
        tx.insert(function_key(OTHER), {"_folder": "/x"})
        for version in ("2", "10", "1"):
            tx.insert(child_key(KEY, documents.VERSION, version), {"Version": version, "_zip": version})
        tx.insert(child_key(KEY, documents.ALIAS, "live"), {"FunctionVersion": "2"})
        tx.insert(child_key(KEY, documents.POLICY, documents.UNQUALIFIED), {"Statement": [{"Sid": "s"}]})
    with store.transaction() as tx:
        found = documents.load(tx, KEY)
        assert found is not None
        assert list(found.versions) == ["1", "2", "10"]
        assert found.packages == {"c", "1", "2", "10"}
        assert (found.statements(None), found.statements("live")) == ([{"Sid": "s"}], [])
        assert found.configuration("$LATEST") == {"_zip": "c"}
        assert found.configuration("3") is None
        assert {f.key for f in documents.load_all(tx)} == {KEY, OTHER}
        documents.delete_all(tx, KEY)
    with store.transaction(write=False) as tx:
        assert documents.load(tx, KEY) is None
        assert tx.scan(documents.VERSION) == tx.scan(documents.ALIAS) == tx.scan(documents.POLICY) == []
        assert documents.load(tx, OTHER) is not None
    store.close()
