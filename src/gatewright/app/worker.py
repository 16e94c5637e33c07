"""An edge worker: serves the public ports from its programs."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from gatewright.app import common, reach
from gatewright.clock import SystemClock
from gatewright.companions.available import why_absent
from gatewright.companions.refusal import refuse
from gatewright.compiled import build
from gatewright.deploy.heap import Heap
from gatewright.deploy.load import Loader, Program
from gatewright.edge.domains import Domain
from gatewright.edge.elsewhere import Elsewhere
from gatewright.edge.endpoints import VpcEndpoints
from gatewright.edge.front import Answer, Front
from gatewright.edge.guard import Guard
from gatewright.edge.health import Health
from gatewright.edge.inside import Inside, Telling
from gatewright.edge.planes import HostForms
from gatewright.gateway.base import Telemetry, Traffic
from gatewright.gateway.explain import app as explaining
from gatewright.gateway.gateway import Gateway
from gatewright.gateway.seen import Ring
from gatewright.gateway.signed import origin_of
from gatewright.gateway.usage import KeyTable
from gatewright.gateway.websocket.connections import LocalConnections
from gatewright.gateway.websocket.nodes import ClusterConnections, NodeApp
from gatewright.gateway.websocket.peers import PATH, NodeConnections, PeerApp, home
from gatewright.identity.keyring import KeyRing
from gatewright.identity.vault import Vault
from gatewright.net.base import Request
from gatewright.net.certificates import Certificates
from gatewright.net.http1.limits import Limits
from gatewright.net.http1.server import Http1Server
from gatewright.net.networks import Networks
from gatewright.net.websocket.connection import WebSocketLimits
from gatewright.program.throttle import Throttle
from gatewright.program.usage import ApiKey
from gatewright.settings import Settings
from gatewright.state.bell import BellClient
from gatewright.state.machine.wills import Wills
from gatewright.supervisor.channel import Orders, Spec
from gatewright.supervisor.sockets import PEER
from gatewright.telemetry.counters import Counters
from gatewright.telemetry.spool import SpoolWriter
from gatewright.telemetry.spooling import Spooling

log = logging.getLogger(__name__)

ENDS = 3.0  # seconds for the $disconnect routes of the connections that a drain closes
SETTLED_AT_ONCE = 50  # ends of connections that $disconnect is told of
CERTIFICATE_LOOK = 5.0  # seconds between looks at the files of certificates


async def run(spec: Spec, orders: Orders) -> None:
    """Serve the public ports; done after a drain."""
    settings = spec.settings
    upstream = reach.upstream_client(settings)
    counters = Counters(on=settings.metrics)
    spool = SpoolWriter(common.spool_dir(settings), spec.index)
    endpoints = reach.endpoints(settings, spec, upstream)
    ring = KeyRing(Vault(settings.credentials_file))
    limit = settings.account_throttle
    state = common.worker_state(settings, spec.index)
    keys = KeyTable(state.buckets, state.quotas)
    wills = Wills(common.state_dir(settings), SystemClock(), spec.index, settings.workers)
    left = wills.left()
    number = common.node_number(settings)
    connections = LocalConnections(home(spec.index, number), wills)
    connections.most = settings.max_buffered
    workers = reach.peers(settings, spec)
    lines = reach.lines(settings, spec, endpoints, upstream)
    near = NodeConnections(connections, spec.index, workers, upstream)
    bus = common.worker_bus(settings, home(spec.index, number))
    kept = Ring(settings.explained, hint=settings.local) if settings.explained else None
    gateway = Gateway(
        upstream,
        endpoints,
        counters,
        SystemClock(),
        max_payload=settings.max_payload,
        identities=reach.identities(settings, spec, upstream, ring),
        traffic=Traffic(
            SystemClock(),
            state,
            account=None if limit is None else Throttle(*limit),
            keys=keys,
            headers=settings.rate_limit_headers,
            cache_per_caller=settings.cache_per_caller,
            cache_one_call=settings.cache_one_call,
        ),
        connections=connections,
        websocket_limits=_websocket_limits(settings),
        telemetry=Telemetry(SystemClock(), lines, spool, traces=settings.otlp_endpoint is not None, ring=kept),
        reach=near if bus is None else ClusterConnections(near, number, bus),
    )
    heap = Heap(asyncio.get_running_loop())

    def admit(published: Sequence[ApiKey]) -> None:
        keys.load(published)
        heap.changed()

    def install(name: str, program: Program | None) -> None:
        gateway.install(name, program)
        heap.changed()

    entrance = VpcEndpoints(Networks(settings.endpoint_peers), settings.vpc_endpoints, SystemClock.now)
    hosts = HostForms(settings.aliases, regional=settings.local, endpoints=entrance)
    certificates = _certificates(settings)

    def lead(domains: Sequence[Domain]) -> None:
        hosts.serve(domains)
        if certificates is not None:
            certificates.serve([domain.spoken() for domain in domains])
            server.retire_strangers()

    loader = Loader(common.programs_dir(settings), install, lead, ring.load, admit)
    bell = BellClient(
        str(Path(spec.run_dir) / "bell.sock"), lambda names: loader.load_all() if names is None else loader.load(names)
    )

    status = _status(spec, bell, counters, lambda: len(server.connections), connections.__len__, lines.dropped)
    front = Front(
        gateway,
        upstream,
        reach.planes(settings, Path(spec.run_dir)),
        everything=frozenset({"public"} if settings.local else {"admin"}),
        apis=frozenset({"public"}),
        guard=Guard(settings.trusted, any_host=not settings.local),
        health=Health(status, workers, partial(reach.processes, settings, spec), upstream, build()),
        companions_missing=_companions_missing(settings),
        hosts=hosts,
        elsewhere=Elsewhere({name: origin_of(url) for name, url in settings.aws_endpoint_urls.items()}),
        control=frozenset({b"explain"} if settings.local else ()),
    )
    server = Http1Server(front, _limits(settings), Networks(settings.proxies))
    told = Telling(lambda: json.dumps(status()).encode())
    explained = explaining.ExplainApp(kept, gateway.programs)
    peers = Http1Server(
        Inside(
            {PATH: PeerApp(connections, settings.websocket_message_limit), b"status": told, explaining.PATH: explained}
        )
    )
    loader.load_all()
    heap.settle()
    listeners = common.sockets(spec)
    await peers.listen(listeners.pop(PEER))
    await _listen(settings, listeners, server, certificates)
    looking = asyncio.create_task(_look_again(certificates, server))
    spooling = Spooling(counters, spool, SystemClock(), connections.tick)
    counting = asyncio.create_task(spooling.run())
    state.start()
    if bus is not None:
        bus.start(NodeApp(connections).answer)
    bell.start()
    await _first(bell.settled.wait(), orders.stopped())
    orders.ready()
    settling = asyncio.create_task(_settle(gateway, wills, left))
    await orders.stopped()
    looking.cancel()
    settling.cancel()
    await server.drain(0.5 if orders.orphaned else settings.drain_timeout)
    await connections.settled(0.5 if orders.orphaned else ENDS)
    await peers.drain(0.5)
    if bus is not None:
        await bus.close()
    spooling.end()
    await counting
    wills.close()  # what is still under way is told again after the next start
    await state.close()
    await bell.close()
    await lines.close()
    await upstream.close()


def _status(
    spec: Spec,
    bell: BellClient,
    counters: Counters,
    open_connections: Callable[[], int],
    open_websockets: Callable[[], int],
    dropped: Callable[[], Mapping[str, int]],
) -> Callable[[], dict[str, Any]]:
    """What health and readiness say of this worker."""

    def status() -> dict[str, Any]:
        # The successor of a worker has what is served from disk. Who starts first waits for control, which may have
        # something newer.
        return {
            "index": spec.index,
            "pid": os.getpid(),
            "ready": bell.settled.is_set() or (spec.again and not bell.connected),
            "control": bell.connected,
            "revision": bell.revision,
            "requests": counters.total(),
            "connections": open_connections(),
            "websockets": open_websockets(),
            "log_lines_dropped": sum(dropped().values()),
        }

    return status


def _certificates(settings: Settings) -> Certificates | None:
    """What TLS shows to clients; None where nobody speaks it. Raises TlsError."""
    if settings.tls_certificate is None and settings.tls_port is None:
        return None

    certificate, key = settings.tls_certificate, settings.tls_key
    default = None if certificate is None or key is None else (certificate, key)
    return Certificates(default, settings.domain_certificates)


async def _listen(
    settings: Settings, listeners: Mapping[str, socket.socket], server: Http1Server, certificates: Certificates | None
) -> None:
    """Domain names are served on the ports of APIs; the control plane's own port knows the operator's files alone."""
    for name, sock in listeners.items():
        if certificates is None or (settings.tls_port is not None and name != "tls"):
            await server.listen(sock, None, name)
        else:
            choose = certificates.choose_own if name == "admin" else certificates.choose
            server.listen_tls(sock, choose, "public" if name == "tls" else name)


async def _look_again(certificates: Certificates | None, server: Http1Server) -> None:
    """Certificates in files are renewed by others, who tell nobody."""
    while certificates is not None:
        await asyncio.sleep(CERTIFICATE_LOOK)
        certificates.refresh()
        server.retire_strangers()


async def _settle(gateway: Gateway, wills: Wills, left: list[tuple[bytes, bytes]]) -> None:
    """Tell of the connections that a killed worker has left, some at a time. Who is killed meanwhile tells again."""
    if left:
        log.warning("%d WebSocket connections were cut off: their $disconnect routes are called", len(left))
    room = asyncio.Semaphore(SETTLED_AT_ONCE)
    for key, will in left:
        await room.acquire()

        def done(key: bytes = key) -> None:
            wills.settle(key)
            room.release()

        gateway.execute(will, done)


def _limits(settings: Settings) -> Limits:
    return Limits(
        connections=min(settings.max_connections, max(1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)),
        held=settings.max_buffered,
        header_timeout=settings.header_timeout,
        body_timeout=settings.body_timeout,
        idle_timeout=settings.idle_timeout,
    )


def _websocket_limits(settings: Settings) -> WebSocketLimits:
    return WebSocketLimits(
        frame=settings.websocket_frame_limit,
        message=settings.websocket_message_limit,
        sent_frame=settings.websocket_frame_limit,
        idle=settings.websocket_idle_timeout,
        life=settings.websocket_duration,
        everything=settings.websocket_messages == "any",
        unread=max(WebSocketLimits().unread, 4 * settings.websocket_message_limit),
    )


def _companions_missing(settings: Settings) -> Callable[[Request], Answer] | None:
    """How to answer requests for other AWS services when nobody serves them."""
    reason = why_absent(settings)
    return None if reason is None else lambda request: refuse(request, reason)


async def _first(*waits: Awaitable[Any]) -> None:
    """Return when one of these has."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
