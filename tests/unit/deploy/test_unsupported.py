from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.unsupported import of_api


@pytest.mark.parametrize("member", [{"securityPolicy": "TLS_1_0"}, {"endpointAccessMode": "STRICT"}])
def test_what_an_api_asks_for_in_vain_is_told(member: dict[str, Any]) -> None:
    (line,) = of_api(member)
    assert line.startswith(" ".join(*member.items()))
    assert list(of_api({"securityPolicy": "TLS_1_2", "endpointAccessMode": "BASIC"})) == []
