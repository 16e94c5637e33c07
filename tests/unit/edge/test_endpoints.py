from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import pytest

from gatewright.edge.endpoints import NOBODY, NOWHERE, EndpointHost, VpcEndpoints
from gatewright.edge.target import Door, Target
from gatewright.net.networks import Networks


@dataclass
class Asked:
    """As much of a request as is read."""

    peer: str
    said: bytes | None = None

    def header(self, name: bytes) -> bytes | None:
        assert name == b"x-amzn-vpce-id"
        return self.said


def asked(peer: str, said: bytes | None = None) -> Any:
    return Asked(peer, said)


def endpoints() -> VpcEndpoints:
    return VpcEndpoints(Networks(["10.0.0.0/24"]), {"vpce-1": "vpc-1"}, lambda: 7.0)


@pytest.mark.parametrize(
    ("peer", "believed"), [("10.0.0.9", True), ("10.0.1.9", False), ("127.0.0.1", False), ("", False)]
)
def test_only_named_peers_are_believed(peer: str, believed: bool) -> None:
    target = Target("abc", b"/v1", door=Door.VPC_ENDPOINT)
    assert endpoints().believes(asked(peer)) is believed
    assert EndpointHost(target, endpoints()).target(asked(peer)) is (target if believed else NOWHERE)
    assert not NOBODY.believes(asked(peer))


def test_the_operator_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        one = endpoints()
        for _ in range(3):
            one.believes(asked("10.0.1.9"))
    assert [record.getMessage().partition(" ")[0] for record in caplog.records] == ["10.0.1.9"]


@pytest.mark.parametrize(("said", "endpoint"), [(None, None), (b"vpce-1", "vpce-1"), (b"x" * 65, None)])
def test_the_endpoint_that_a_header_names(said: bytes | None, endpoint: str | None) -> None:
    assert endpoints().said(asked("10.0.0.9", said)) == endpoint


def test_the_vpc_of_an_endpoint() -> None:
    assert [endpoints().vpc(each) for each in ("vpce-1", "vpce-2", None)] == ["vpc-1", None, None]
