from __future__ import annotations

import pytest

from gatewright.edge.condition_keys import KEYS, context_of
from gatewright.edge.target import Door, Target
from tests.plays.stage import FakeRequest

CLIENT = "203.0.113.7"
HEADERS = [("User-Agent", "curl/8"), ("Referer", "https://a.example/é"), ("User-Agent", "other")]


def values(target: Target, headers: list[tuple[str, str]] = HEADERS) -> dict[str, str]:
    context = context_of(FakeRequest("GET", "/v1/a", headers, b""), target, lambda: 1_700_000_000.9)
    found = {key: context(key) for key in KEYS}
    assert all(each is None or len(each) == 1 for each in found.values())
    return {key: each[0] for key, each in found.items() if each is not None}


_ALWAYS = {
    "aws:currenttime": "2023-11-14T22:13:20Z",
    "aws:epochtime": "1700000000",
    "aws:securetransport": "true",
}


def test_a_caller_from_the_internet() -> None:
    assert values(Target("abc", b"/v1")) == _ALWAYS | {
        "aws:sourceip": CLIENT,
        "aws:useragent": "curl/8",
        "aws:referer": "https://a.example/é",
    }


@pytest.mark.parametrize("door", [Door.VPC_ENDPOINT, Door.PRIVATE_DOMAIN])
def test_a_caller_behind_an_endpoint_has_another_address(door: Door) -> None:
    target = Target("abc", b"/v1", vpce_id="vpce-1", vpc_id="vpc-1", door=door)
    assert values(target, []) == _ALWAYS | {
        "aws:vpcsourceip": CLIENT,
        "aws:sourcevpce": "vpce-1",
        "aws:sourcevpc": "vpc-1",
    }


@pytest.mark.parametrize("door", [Door.EXECUTE_API, Door.DOMAIN, Door.ALIAS])
def test_by_other_doors_nobody_comes_from_an_endpoint(door: Door) -> None:
    assert not {"aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip"} & values(Target("abc", b"/v1", door=door)).keys()


def test_plain_http_and_a_unix_socket() -> None:
    request = FakeRequest("GET", "/v1/a", [], b"")
    request.scheme, request.peer = "http", ""
    context = context_of(request, Target("abc", b"/v1"), lambda: 0.0)
    assert (context("aws:securetransport"), context("aws:sourceip")) == (("false",), None)


@pytest.mark.parametrize("key", ["aws:SourceIp", "aws:principalarn", "aws:sourcearn", "execute-api:other", ""])
def test_other_keys_are_not_there(key: str) -> None:
    assert context_of(FakeRequest("GET", "/", [], b""), Target("abc", b"/"), lambda: 0.0)(key) is None
