from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.net.base import Header
from gatewright.net.networks import Networks, plain

PROXIES = Networks(["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"])


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.3", True),
        ("192.0.2.7", True),
        ("2001:db8::9", True),
        ("192.0.2.8", False),
        ("11.0.0.1", False),
        ("2001:db9::9", False),
        ("", False),
        ("somewhere", False),
        ("10.0.0.0/8", False),
    ],
)
def test_an_address_is_inside_or_not(address: str, inside: bool) -> None:
    assert [PROXIES.contains(address) for _ in range(2)] == [inside, inside]


def test_no_blocks_contain_nothing() -> None:
    assert not Networks(()).contains("127.0.0.1")
    assert not Networks(())
    assert PROXIES


@pytest.mark.parametrize("block", ["", "10.0.0.1/8", "all", "10.0.0.0/33"])
def test_what_is_no_block_is_refused(block: str) -> None:
    with pytest.raises(ValueError):
        Networks([block])


@pytest.mark.parametrize(
    ("lines", "client"),
    [
        ([], "10.0.0.1"),
        (["203.0.113.9"], "203.0.113.9"),
        (["1.1.1.1, 203.0.113.9"], "203.0.113.9"),  # the client wrote 1.1.1.1 itself
        (["1.1.1.1", "203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9, 10.9.9.9, 192.0.2.7"], "203.0.113.9"),
        (["203.0.113.9:4711"], "203.0.113.9"),
        (["[2001:db9::1]:4711"], "2001:db9::1"),
        (["2001:db9:0:0::1"], "2001:db9::1"),
        (["::ffff:203.0.113.9"], "203.0.113.9"),
        (["::ffff:cb00:7109"], "203.0.113.9"),
        (["10.5.5.5"], "10.5.5.5"),  # proxies only: the first of them
        (["203.0.113.9, unknown"], "10.0.0.1"),
        (["203.0.113.9, , 10.4.4.4"], "10.4.4.4"),
        (["203.0.113.9, \xff"], "10.0.0.1"),
    ],
)
def test_whom_proxies_ask_for(lines: list[str], client: str) -> None:
    headers: list[Header] = [(b"X-Forwarded-For", line.encode("latin-1")) for line in lines]
    assert PROXIES.client("10.0.0.1", [(b"Forwarded", b"for=9.9.9.9"), *headers]) == client


@given(st.text(alphabet=st.characters(codec="latin-1"), max_size=40))
def test_a_client_never_chooses_its_own_address(made_up: str) -> None:
    headers = [(b"x-forwarded-for", b"%b, 203.0.113.9" % made_up.encode("latin-1"))]
    assert PROXIES.client("10.0.0.1", headers) == "203.0.113.9"


@given(st.ip_addresses())
def test_addresses_are_written_in_one_way(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert PROXIES.client("10.0.0.1", [(b"x-forwarded-for", str(address).encode())]) == plain(str(address))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", ""),
    ],
)
def test_addresses_as_policies_name_them(address: str, shown: str) -> None:
    assert plain(address) == shown
