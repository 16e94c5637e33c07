"""The document in which workers find credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewright.deploy import credentials
from gatewright.deploy.base import CompileError
from gatewright.store.base import Key
from tests.unit.deploy.support import open_store


def test_what_is_collected_is_what_is_read(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    bodies = [{"accessKeyId": f"AKIA{number}", "_secret": "1:x"} for number in range(2)]
    with store.transaction() as tx:
        assert credentials.collect(tx) is None
        for body, account in zip(bodies, ("000011112222", "123456789012"), strict=True):
            tx.insert(Key(account, "", "credential", "", body["accessKeyId"]), body)
        document = credentials.collect(tx)
    store.close()
    assert credentials.read(document) == bodies
    assert credentials.read(None) == ()


@pytest.mark.parametrize("document", [{}, {"format": 2, "type": "CREDENTIALS"}, {"format": 1, "credentials": []}])
def test_what_is_no_such_document(document: dict[str, object]) -> None:
    with pytest.raises(CompileError, match="unknown format"):
        credentials.read(document)
