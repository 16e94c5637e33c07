"""What texts stand for."""

from __future__ import annotations

import pytest

from gatewright.language.policy import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10", 10), ("-1.5", -1.5), ("1e3", 1000), (" 7 ", 7), (".5", 0.5), ("+2.", 2)],
)
def test_numbers(text: str, expected: float) -> None:
    assert values.number(text) == expected


@pytest.mark.parametrize("text", ["", "x", "1,5", "1e9999", "NaN", "Infinity", "٣", "0x10", "1_0", "9" * 41])
def test_no_numbers(text: str) -> None:
    assert values.number(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:10.5Z", 10.5),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:30:00-0030", 0),
        ("1970-01-02", 86400),
        ("1970-02", 31 * 86400),
        ("1971", 365 * 86400),
        ("1970-01-01T00:01", 60),
        ("1767323045", 1767323045),
        ("1767323045.5", 1767323045.5),
    ],
)
def test_dates(text: str, expected: float) -> None:
    assert values.instant(text) == expected


@pytest.mark.parametrize(
    "text", ["", "1970-13-01", "1970-01-01T25:00Z", "yesterday", "0001-01-01T00:00:00+99:00", "0000"]
)
def test_no_dates(text: str) -> None:
    assert values.instant(text) is None


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("FALSE", False), ("1", None), ("", None)])
def test_booleans(text: str, expected: bool | None) -> None:
    assert values.boolean(text) is expected


@pytest.mark.parametrize(
    ("network", "address", "expected"),
    [
        ("203.0.113.0/24", "203.0.113.7", True),
        ("203.0.113.0/24", "203.0.114.7", False),
        ("203.0.113.5/24", "203.0.113.7", True),
        ("203.0.113.5", "203.0.113.5", True),
        ("0.0.0.0/0", "8.8.8.8", True),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:0:0:0:1", True),
        ("2001:db8:1234:5678::/64", "2001:db8:1234:5679::1", False),
        ("10.0.0.0/8", "::ffff:10.1.2.3", True),
        ("::ffff:10.0.0.0/104", "10.1.2.3", True),
        ("fe80::/10", "fe80::1%eth0", True),
    ],
)
def test_addresses(network: str, address: str, expected: bool) -> None:
    within, found = values.network(network), values.address(address)
    assert within is not None
    assert found is not None
    version, number = found
    assert (version == within.version and within.first <= number <= within.last) is expected


@pytest.mark.parametrize(
    "text", ["", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "10.0.0", "300.0.0.1", "10.0.0.1/", "010.0.0.1", "x"]
)
def test_no_networks(text: str) -> None:
    assert values.network(text) is None


@pytest.mark.parametrize("text", ["", "10.0.0.0/8", "10.0.0.1:80", "x", "010.0.0.1", "1" * 9999])
def test_no_addresses(text: str) -> None:
    assert values.address(text) is None


def test_binary() -> None:
    assert values.binary("aGk=") == b"hi"
    assert values.binary("aGk") is None
    assert values.binary("é") is None
