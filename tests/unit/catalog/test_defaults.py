from __future__ import annotations

import pytest

from gatewright.catalog import defaults


@pytest.mark.parametrize(
    ("types", "kind", "expected"),
    [
        (None, None, {"types": ["EDGE"], "ipAddressType": "ipv4"}),
        (["REGIONAL"], None, {"types": ["REGIONAL"], "ipAddressType": "ipv4"}),
        (["PRIVATE"], None, {"types": ["PRIVATE"], "ipAddressType": "dualstack"}),
        (["EDGE"], "dualstack", {"types": ["EDGE"], "ipAddressType": "dualstack"}),
    ],
)
def test_endpoint(types: list[str] | None, kind: str | None, expected: dict[str, object]) -> None:
    assert defaults.endpoint(types, kind) == expected


def test_a_default_is_the_callers_own() -> None:
    defaults.integration("r")["cacheKeyParameters"].append("x")
    assert defaults.integration("r")["cacheKeyParameters"] == []
