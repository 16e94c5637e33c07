"""Whom a process reaches, by its settings: who holds a key, where requests for other services go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from gatewright.app import reach
from gatewright.edge.planes import Plane
from gatewright.net.base import Origin
from gatewright.settings import Settings
from gatewright.supervisor.channel import Spec

OWN = Settings(access_key_id="AKIAOWN", secret_access_key="secret", companions=False)
PRODUCTION = Settings(profile="production", access_key_id="AKIAOWN", secret_access_key="secret")


def _spec(settings: Settings, run: Path) -> Spec:
    return Spec(role="worker", index=0, settings=settings, run_dir=str(run), endpoint_url="http://h:1", sockets={})


def _with_client(settings: Settings, act: Callable[[Any], Any]) -> Any:
    async def play() -> Any:
        upstream = reach.upstream_client(settings)
        try:
            return act(upstream)
        finally:
            await upstream.close()

    return asyncio.run(play())


@pytest.mark.parametrize(
    ("settings", "key", "account"),
    [
        (OWN, "AKIAOWN", "123456789012"),
        (OWN, "test", "123456789012"),
        (OWN, "210987654321", "210987654321"),
        (OWN, "AKIAOTHER", None),
        (PRODUCTION, "AKIAOWN", "123456789012"),
        (PRODUCTION, "test", None),
        (PRODUCTION, "210987654321", None),
        (PRODUCTION, "", None),
    ],
)
def test_known_pairs_are_known_in_the_local_profile_only(
    settings: Settings, key: str, account: str | None, tmp_path: Path
) -> None:
    def find(upstream: Any) -> Any:
        keys = reach.identities(settings, _spec(settings, tmp_path), upstream).keys
        assert keys is not None
        return keys.find(key)

    holder = _with_client(settings, find)
    assert not isinstance(holder, Awaitable)
    assert (holder and holder.principal.account) == account


def test_requests_for_other_services_go_to_the_companions_or_where_the_settings_say(tmp_path: Path) -> None:
    planes = reach.planes(Settings(), tmp_path)
    assert {origin.unix for origin in planes.values()} == {str(tmp_path / f"{plane.value}.sock") for plane in Plane}
    elsewhere = reach.planes(Settings(aws_endpoint_url="http://127.0.0.1:9"), tmp_path)
    assert (elsewhere[Plane.COMPANIONS].unix, elsewhere[Plane.COMPANIONS].port) == (None, 9)
    assert elsewhere[Plane.CONTROL] == planes[Plane.CONTROL]


def test_where_processes_are_asked_how_they_are(tmp_path: Path) -> None:
    local = Settings()
    found = reach.processes(local, _spec(local, tmp_path))
    assert list(found) == ["control", "functions", "companions"]
    assert found["companions"] == "not started"
    (tmp_path / "inside.sock").touch()
    assert isinstance(reach.processes(local, _spec(local, tmp_path))["companions"], Origin)
    for settings in (OWN, PRODUCTION, Settings(aws_endpoint_url="http://elsewhere")):
        assert list(reach.processes(settings, _spec(settings, tmp_path))) == ["control", "functions"]
