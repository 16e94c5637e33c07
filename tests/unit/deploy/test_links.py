from __future__ import annotations

from gatewright.deploy import links


def test_the_link_of_an_integration() -> None:
    through = {"connectionType": "VPC_LINK", "connectionId": "${stageVariables.link}"}
    assert links.link_of(through, {"link": "abc123"}) == "abc123"
    assert links.link_of(through, {}) == ""
    assert links.link_of(through | {"connectionId": "def456"}, {}) == "def456"
    assert links.link_of({"connectionType": "INTERNET", "connectionId": "x"}, {}) is None
