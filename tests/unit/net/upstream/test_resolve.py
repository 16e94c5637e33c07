from __future__ import annotations

import socket

import pytest

from gatewright.net.upstream.resolve import Resolver


@pytest.mark.parametrize(
    "name", ["localhost", "API.execute-api.localhost", "x.localhost.localstack.cloud", "localhost.", "a.b.localhost."]
)
async def test_names_under_localhost_are_loopback_without_dns(name: str) -> None:
    assert await Resolver().addresses(name) == ("127.0.0.1", "::1")


@pytest.mark.parametrize(("name", "address"), [("10.0.0.7", "10.0.0.7"), ("::1", "::1"), ("[::1]", "::1")])
async def test_addresses_stand_for_themselves(name: str, address: str) -> None:
    assert await Resolver().addresses(name) == (address,)


@pytest.mark.parametrize("name", ["name.invalid", "a" * 70 + ".test", "", "a..b"])
async def test_a_name_that_does_not_resolve_is_a_gaierror(name: str) -> None:
    with pytest.raises(socket.gaierror):
        await Resolver().addresses(name)


async def test_the_systems_answer_is_kept_for_a_while() -> None:
    resolver = Resolver()
    name = "127.1"  # no address by RFC 4291's or Python's grammar, but one to every system's resolver, without DNS
    first = await resolver.addresses(name)
    assert first == ("127.0.0.1",)
    assert await resolver.addresses(name) is first
