"""What settings mean."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.settings import Settings, SettingsError, describe, load


def test_every_setting_has_a_line_of_documentation() -> None:
    for name, _, _, text in describe():
        assert len(text) > 10, name


def test_own_limits_count_only_when_asked_for() -> None:
    settings = load({"limits": "own", "timeout_limit": 120_000, "payload_limit": 50_000_000}, environ={})
    assert (settings.max_timeout, settings.max_payload) == (120_000, 50_000_000)
    assert (Settings().max_timeout, Settings().max_payload) == (29_000, 10 * 1024 * 1024)


def test_an_alias_may_stand_for_the_default_stage_of_an_http_api() -> None:
    assert load(environ={"GATEWRIGHT_DOMAIN_ALIASES": "a.test=abc/$default"}).aliases == {"a.test": ("abc", "$default")}
    with pytest.raises(SettingsError):
        load(environ={"GATEWRIGHT_DOMAIN_ALIASES": "a.test=abc/$other"})


@pytest.mark.parametrize(
    ("flags", "limit"),
    [
        ({}, None),
        ({"account_rate_limit": "10000"}, (10000.0, 5000)),
        ({"account_rate_limit": "0.5"}, (0.5, 1)),
        ({"account_rate_limit": "0"}, (0.0, 0)),
        ({"account_rate_limit": 100.0, "account_burst_limit": 7}, (100.0, 7)),
    ],
)
def test_limits_of_an_account(flags: dict[str, Any], limit: tuple[float, int] | None) -> None:
    assert load(flags, environ={}).account_throttle == limit


@pytest.mark.parametrize("url", ["redis://valkey.internal", "rediss://u:p@h:6380/1", "unix:///run/valkey.sock?db=2"])
def test_state_may_be_shared_by_many_nodes(url: str) -> None:
    settings = load({"state": url}, environ={})
    assert settings.state_url == url
    assert not settings.shares
