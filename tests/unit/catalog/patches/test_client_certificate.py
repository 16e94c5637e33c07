from __future__ import annotations

from gatewright.catalog.patches.client_certificate import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {"/description": "r"}
    assert patched(TABLE, {}, "replace", "/description", "new") == {"description": "new"}
    assert "Must be one of: [/description]" in refusal(TABLE, {}, "replace", "/pemEncodedCertificate", "x")
