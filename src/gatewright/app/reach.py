"""What edge workers and control reach: functions, other services, keys of callers, issuers of tokens."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from gatewright.app.common import INSIDE
from gatewright.aws.sigv4 import Credentials
from gatewright.catalog.services import Service, find
from gatewright.clock import SystemClock
from gatewright.companions.available import why_absent
from gatewright.edge.planes import Plane
from gatewright.gateway.base import Identities
from gatewright.gateway.endpoints import Endpoint, Endpoints
from gatewright.gateway.services import AwsServices, Map, Place
from gatewright.gateway.signed import host_of, origin_of
from gatewright.identity.companion_keys import CompanionKeys
from gatewright.identity.issuers import Issuers
from gatewright.identity.keyring import KeyRing
from gatewright.identity.keys import Find, Keys, KnownPairs, root
from gatewright.identity.places import Places
from gatewright.net.base import Header, Origin, Upstream, UpstreamError
from gatewright.net.upstream import UpstreamClient
from gatewright.settings import Settings
from gatewright.supervisor.channel import Spec
from gatewright.supervisor.sockets import peer_path
from gatewright.telemetry.base import Destination
from gatewright.telemetry.delivery import NoAnswerError
from gatewright.telemetry.lines import LinePlaces, NodeLines

LOG_CALL = 10.0  # seconds for a call that brings log lines
LOG_ANSWER = 1024 * 1024  # bytes


def upstream_client(settings: Settings) -> UpstreamClient:
    """What calls backends, functions, issuers and other processes of the node."""
    return UpstreamClient(connect_timeout=settings.connect_timeout, max_connections=settings.upstream_connections)


def planes(settings: Settings, run: Path) -> dict[Plane, Origin]:
    """Where requests that call no API are forwarded to."""
    planes = {plane: Origin("http", plane.value, 80, unix=str(run / f"{plane.value}.sock")) for plane in Plane}
    if settings.aws_endpoint_url is not None:
        planes[Plane.COMPANIONS] = origin_of(settings.aws_endpoint_url)
    return planes


def peers(settings: Settings, spec: Spec) -> list[Origin]:
    """Where each worker of the node answers the others."""
    run = Path(spec.run_dir)
    return [Origin("http", "worker", 80, unix=str(peer_path(run, index))) for index in range(settings.workers)]


def processes(settings: Settings, spec: Spec) -> dict[str, Origin | str]:
    """Where the node's other processes say that they live, or why one does not. Asking must not start companions."""
    run = Path(spec.run_dir)
    places: dict[str, Origin | str] = {
        "control": Origin("http", "control", 80, unix=str(run / "control.sock")),
        "functions": Origin("http", "functions", 80, unix=str(run / "invoke.sock")),
    }
    if settings.local and settings.companions and settings.aws_endpoint_url is None:
        inside = run / INSIDE
        started = Origin("http", "companions", 80, unix=str(inside))
        places["companions"] = started if inside.exists() else "not started"
    return places


def identities(settings: Settings, spec: Spec, upstream: UpstreamClient, ring: KeyRing | None = None) -> Identities:
    """What the data plane knows of callers. Without a ring (tests of methods ask nobody) no registered key."""
    sources: list[Find] = []
    if settings.access_key_id and settings.secret_access_key:
        sources.append({settings.access_key_id: root(settings.account_id, settings.secret_access_key)}.get)
    if ring is not None:
        sources.append(ring.find)
    if settings.local:
        sources.append(KnownPairs(settings.account_id).find)
        if settings.companions and settings.aws_endpoint_url is None:
            inside = Origin("http", "companions", 80, unix=str(Path(spec.run_dir) / INSIDE))
            sources.append(CompanionKeys(upstream, inside, SystemClock()).find)
    return Identities(SystemClock(), Keys(*sources), issuers(settings, spec, upstream))


def issuers(settings: Settings, spec: Spec, upstream: UpstreamClient) -> Issuers:
    """Who issues tokens, and where their documents are found."""
    pools = settings.local and why_absent(settings) is None
    companions = planes(settings, Path(spec.run_dir))[Plane.COMPANIONS] if pools else None
    return Issuers(upstream, Places(settings.issuer_urls, settings.local, companions), SystemClock())


def endpoints(settings: Settings, spec: Spec, upstream: UpstreamClient) -> Endpoints:
    """Where integrations find functions and other AWS services."""
    run = Path(spec.run_dir)
    host = host_of(origin_of(spec.endpoint_url))
    key, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    served = settings.local and settings.companions  # by this node

    def own(plane: str) -> Place:
        # The account of the API is the account of its calls: companions take a 12-digit key for one.
        return Place(
            Origin("http", plane, 80, unix=str(run / f"{plane}.sock")),
            host,
            lambda account: Credentials(account, "test"),
        )

    local = {"lambda": own("functions"), "api_gateway": own("control")} if settings.local else {}
    missing = why_absent(settings) if served else None
    if served and missing is None:
        local[""] = own("companions")
    return AwsServices(
        Map(
            credentials=Credentials(key, secret, os.environ.get("AWS_SESSION_TOKEN") or None)
            if key and secret
            else None,
            functions=Origin("http", "functions", 80, unix=str(run / "invoke.sock")),
            urls={name: origin_of(url) for name, url in settings.aws_endpoint_urls.items()},
            everything=None if settings.aws_endpoint_url is None else origin_of(settings.aws_endpoint_url),
            local=local,
            missing=missing,
        ),
        upstream,
        SystemClock(),
    )


class LogServices:
    """What brings log lines to AWS services (`telemetry.delivery.Api`): the same endpoints as integrations'."""

    def __init__(self, places: Endpoints, upstream: Upstream) -> None:
        self._places = places
        self._upstream = upstream

    def problem(self, destination: Destination) -> str | None:
        """Why every call would fail."""
        return self._endpoint(destination)[0].problem

    async def call(self, destination: Destination, action: str, body: bytes) -> tuple[int, bytes]:
        """See `telemetry.delivery.Api.call`."""
        endpoint, service = self._endpoint(destination)
        headers: Sequence[Header] = [
            (b"Content-Type", f"application/x-amz-json-{service.json_version}".encode()),
            (b"X-Amz-Target", f"{service.target}.{action}".encode()),
        ]
        if endpoint.sign is not None:
            headers = endpoint.sign(endpoint.origin, b"POST", b"/", headers, body)
        try:
            answer = await self._upstream.request(
                endpoint.origin, b"POST", b"/", headers, body, timeout=LOG_CALL, max_body=LOG_ANSWER
            )
        except UpstreamError as error:
            raise NoAnswerError(error.detail or str(error.failure)) from None
        return answer.status, answer.body

    def _endpoint(self, destination: Destination) -> tuple[Endpoint, Service]:
        service = find(destination.kind, destination.region)
        return self._places.service(service, destination.account), service.service


def lines(settings: Settings, spec: Spec, places: Endpoints, upstream: Upstream) -> NodeLines:
    """Where a worker's log lines go."""
    folder = settings.data / "logs"
    own = settings.access_log in ("aws", "stdout")
    return NodeLines(
        LinePlaces(
            locks=folder,
            folder=folder if settings.log_files else None,
            access=settings.access_log if own else str(Path(settings.access_log).absolute()),
            buffer=settings.log_buffer,
            file_size=settings.log_file_size,
            file_count=settings.log_file_count,
        ),
        LogServices(places, upstream),
        spec.index,
    )
