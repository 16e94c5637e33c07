"""Whom a process reaches, by its settings: who holds a key, where requests for other services go."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from gatewright.app import reach
from gatewright.edge.planes import Plane
from gatewright.gateway.endpoints import Endpoints
from gatewright.net.base import Failure, Origin, UpstreamError, UpstreamResponse
from gatewright.net.upstream import UpstreamClient
from gatewright.settings import Settings
from gatewright.supervisor.channel import Spec
from gatewright.telemetry.base import Destination, Source
from gatewright.telemetry.delivery import NoAnswerError

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


async def _deliver(places: Endpoints, upstream: FakeUpstream, kind: Literal["logs", "firehose"]) -> tuple[int, bytes]:
    services = reach.LogServices(places, upstream)
    return await services.call(Destination(kind, "123456789012", "eu-west-1", "x"), "PutSomething", b"{}")


class FakeUpstream(UpstreamClient):
    """Remembers what it was asked, and answers."""

    def __init__(self, answer: UpstreamResponse | UpstreamError) -> None:
        super().__init__()
        self.answer = answer
        self.headers: list[dict[bytes, bytes]] = []

    async def request(self, origin: Origin, *asked: Any, **more: Any) -> UpstreamResponse:
        self.headers.append(dict(asked[2]))
        if isinstance(self.answer, UpstreamError):
            raise self.answer
        return self.answer


async def test_log_lines_reach_services_by_signed_calls(tmp_path: Path) -> None:
    settings = Settings(aws_endpoint_url="http://127.0.0.1:9")
    upstream = FakeUpstream(UpstreamResponse(200, [], b"{}"))
    places = reach.endpoints(settings, _spec(settings, tmp_path), upstream)
    assert await _deliver(places, upstream, "logs") == (200, b"{}")
    assert await _deliver(places, upstream, "firehose") == (200, b"{}")
    first, second = upstream.headers
    assert (first[b"X-Amz-Target"], first[b"Content-Type"]) == (
        b"Logs_20140328.PutSomething",
        b"application/x-amz-json-1.1",
    )
    assert second[b"X-Amz-Target"] == b"Firehose_20150804.PutSomething"
    assert b"/eu-west-1/logs/aws4_request" in first[b"Authorization"]
    upstream.answer = UpstreamError(Failure.REFUSED)
    with pytest.raises(NoAnswerError, match="refused"):
        await _deliver(places, upstream, "logs")
    await upstream.close()


async def test_why_log_lines_reach_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    upstream = FakeUpstream(UpstreamResponse(200, [], b"{}"))
    places = reach.endpoints(PRODUCTION, _spec(PRODUCTION, tmp_path), upstream)
    problem = reach.LogServices(places, upstream).problem(Destination("logs", "123456789012", "eu-west-1", "x"))
    assert "no credentials" in (problem or "")
    await upstream.close()


@pytest.mark.parametrize(("log_files", "files"), [(True, 1), (False, 0)])
async def test_where_a_workers_lines_go(tmp_path: Path, *, log_files: bool, files: int) -> None:
    settings = Settings(data_dir=str(tmp_path), companions=False, log_files=log_files)
    upstream = FakeUpstream(UpstreamResponse(200, [], b"{}"))
    spec = _spec(settings, tmp_path)
    lines = reach.lines(settings, spec, reach.endpoints(settings, spec, upstream), upstream)
    lines.open(Source("access", "api", "v1"), Destination("logs", "1", "us-east-1", "g")).write("x", 1.0)
    await lines.close()
    assert sum(name.endswith(".log") for _, _, names in os.walk(tmp_path) for name in names) == files
    await upstream.close()
