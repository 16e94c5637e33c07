"""How the store is named where people read."""

from __future__ import annotations

import pytest

from gatewright.state.valkey.address import client, shown


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("redis://user:hush@host:6379/0", "redis://host:6379/0"),
        ("rediss://:hush@[::1]:6380/2?ssl_ca_certs=x", "rediss://[::1]:6380/2"),
        ("unix://user:hush@/run/valkey.sock?db=1", "unix:///run/valkey.sock"),
        ("redis://host", "redis://host"),
    ],
)
def test_no_password_is_shown(url: str, text: str) -> None:
    assert shown(url) == text


def test_a_client_does_not_show_it_either() -> None:
    with client("redis://user:hush@127.0.0.1:1/0", 0.1) as made:
        assert "hush" not in repr(made)
