"""The composition root: the only file that names concrete backends. One function for each process of a node.

    worker      edge worker: net's server and client, the data plane, the front door
    control     AWS's control-plane APIs on the store; publishes programs and rings the bell
    functions   the function host on the store
    companions  other AWS services for local use

Rooms are imported by the role that needs them: an edge worker stays small without botocore and SQLAlchemy.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright import __version__
from gatewright.clock import SystemClock
from gatewright.compiled import is_compiled
from gatewright.settings import Settings
from gatewright.supervisor.channel import Orders, Spec

if TYPE_CHECKING:
    from gatewright.aws.service import Authenticate
    from gatewright.control.usage_books import UsageBooks
    from gatewright.edge.domains import Domain
    from gatewright.edge.front import Answer
    from gatewright.edge.planes import Plane
    from gatewright.gateway.base import Identities
    from gatewright.gateway.endpoints import Endpoints
    from gatewright.identity.issuers import Issuers
    from gatewright.identity.keyring import KeyRing
    from gatewright.identity.registry import Registry
    from gatewright.net.base import Origin, Request
    from gatewright.net.certificates import Certificates
    from gatewright.net.http1.limits import Limits
    from gatewright.net.http1.server import Http1Server
    from gatewright.net.upstream import UpstreamClient
    from gatewright.program.http_api import HttpApiProgram
    from gatewright.program.records import StageProgram
    from gatewright.store.base import Heard, Store

Role = Callable[[Spec, Orders], Awaitable[None]]
INSIDE = "inside.sock"  # in the run folder: where the companions, while they run, answer the node's own processes
BOOKKEEPING = 2.0  # seconds between entries of the use of quotas
CERTIFICATE_LOOK = 5.0  # seconds between looks at the files of certificates


def programs_dir(settings: Settings) -> Path:
    """Where published programs lie: control writes there, workers read."""
    return settings.data / "programs"


def state_dir(settings: Settings) -> Path:
    """Where the machine's shared state lies."""
    return settings.data / "state"


def open_store(settings: Settings) -> Store:
    """The durable store of this node. Raises StoreError when it cannot be used."""
    if settings.database_url is not None:
        from gatewright.store.postgres import PostgresStore

        return PostgresStore(settings.database_url)
    from gatewright.store.sqlite import SqliteStore

    return SqliteStore(settings.data / "gatewright.db")


def open_registry(settings: Settings, store: Store) -> Registry:
    """The credentials of this node."""
    from gatewright.identity.registry import Registry
    from gatewright.identity.vault import Vault

    return Registry(store, Vault(settings.credentials_file), SystemClock())


def publish_credentials(settings: Settings, store: Store) -> None:
    """What the workers of a node that does not run will know of credentials, from its first request on.

    They read it when they start, before control has compared it with the store. Raises OSError, StoreError.
    """
    from gatewright.deploy.publish import FilePublisher
    from gatewright.state.bell import NoBell

    FilePublisher(store, programs_dir(settings), NoBell()).publish_credentials()


def authenticator(settings: Settings) -> Authenticate:
    """Who calls the control plane: anybody in the local profile, the holder of the secret in production."""
    from gatewright.aws.authenticate import LocalAuthenticator, Secret, SignedAuthenticator

    if settings.local:
        return LocalAuthenticator(settings.account_id, settings.region)
    assert settings.access_key_id is not None
    assert settings.secret_access_key is not None
    secret = Secret(settings.secret_access_key, settings.account_id)
    known = {settings.access_key_id: secret}
    return SignedAuthenticator(known.get, SystemClock())


# --- the edge worker -------------------------------------------------------------------------------------------------


async def worker(spec: Spec, orders: Orders) -> None:
    """Serve the public ports; done after a drain."""
    from gatewright.deploy.heap import Heap
    from gatewright.deploy.load import Loader
    from gatewright.edge.elsewhere import Elsewhere
    from gatewright.edge.endpoints import VpcEndpoints
    from gatewright.edge.front import Front
    from gatewright.edge.guard import Guard
    from gatewright.edge.planes import HostForms
    from gatewright.gateway.base import Traffic
    from gatewright.gateway.gateway import Gateway
    from gatewright.gateway.signed import origin_of
    from gatewright.identity.keyring import KeyRing
    from gatewright.identity.vault import Vault
    from gatewright.net.http1.server import Http1Server
    from gatewright.net.networks import Networks
    from gatewright.state.bell import BellClient
    from gatewright.state.node import NodeState
    from gatewright.telemetry.counters import Counters

    settings, run = spec.settings, Path(spec.run_dir)
    upstream = _upstream(settings)
    counters = Counters()
    endpoints = _endpoints(settings, spec, upstream)
    ring = KeyRing(Vault(settings.credentials_file))
    state = NodeState(state_dir(settings), SystemClock(), spec.index, shared=settings.shares)
    gateway = Gateway(
        upstream,
        endpoints,
        counters,
        SystemClock(),
        max_payload=settings.max_payload,
        identities=_identities(settings, spec, upstream, ring),
        traffic=Traffic(SystemClock(), state),
    )
    heap = Heap(asyncio.get_running_loop())

    def install(name: str, program: StageProgram | HttpApiProgram | None) -> None:
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

    loader = Loader(programs_dir(settings), install, lead, ring.load)
    bell = BellClient(str(run / "bell.sock"), lambda names: loader.load_all() if names is None else loader.load(names))

    compiled = is_compiled()

    def status() -> dict[str, Any]:
        return {
            "version": __version__,
            "compiled": compiled,
            "worker": spec.index,
            "pid": os.getpid(),
            "ready": bell.settled.is_set(),
            "revision": bell.revision,
            "requests": counters.total(),
        }

    front = Front(
        gateway,
        upstream,
        _planes(settings, run),
        everything=frozenset({"public"} if settings.local else {"admin"}),
        apis=frozenset({"public"}),
        guard=Guard(settings.trusted, any_host=not settings.local),
        status=status,
        companions_missing=_companions_missing(settings),
        hosts=hosts,
        elsewhere=Elsewhere({name: origin_of(url) for name, url in settings.aws_endpoint_urls.items()}),
    )
    server = Http1Server(front, _limits(settings), Networks(settings.proxies))
    loader.load_all()
    heap.settle()
    await _listen(settings, spec, server, certificates)
    looking = asyncio.create_task(_look_again(certificates, server))
    state.start()
    bell.start()
    await _first(bell.settled.wait(), orders.stopped())
    orders.ready()
    await orders.stopped()
    looking.cancel()
    await server.drain(0.5 if orders.orphaned else settings.drain_timeout)
    await state.close()
    await bell.close()
    await upstream.close()


def _certificates(settings: Settings) -> Certificates | None:
    """What TLS shows to clients; None where nobody speaks it. Raises TlsError."""
    if settings.tls_certificate is None and settings.tls_port is None:
        return None
    from gatewright.net.certificates import Certificates

    certificate, key = settings.tls_certificate, settings.tls_key
    default = None if certificate is None or key is None else (certificate, key)
    return Certificates(default, settings.domain_certificates)


async def _listen(settings: Settings, spec: Spec, server: Http1Server, certificates: Certificates | None) -> None:
    """Domain names are served on the ports of APIs; the control plane's own port knows the operator's files alone."""
    for name, sock in _sockets(spec).items():
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


def _limits(settings: Settings) -> Limits:
    from gatewright.net.http1.limits import Limits

    return Limits(
        connections=min(settings.max_connections, max(1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)),
        held=settings.max_buffered,
        header_timeout=settings.header_timeout,
        body_timeout=settings.body_timeout,
        idle_timeout=settings.idle_timeout,
    )


def _sockets(spec: Spec) -> dict[str, socket.socket]:
    return {name: socket.socket(fileno=descriptor) for name, descriptor in spec.sockets.items()}


def _planes(settings: Settings, run: Path) -> dict[Plane, Origin]:
    """Where requests that call no API are forwarded to."""
    from gatewright.edge.planes import Plane
    from gatewright.gateway.signed import origin_of
    from gatewright.net.base import Origin

    planes = {plane: Origin("http", plane.value, 80, unix=str(run / f"{plane.value}.sock")) for plane in Plane}
    if settings.aws_endpoint_url is not None:
        planes[Plane.COMPANIONS] = origin_of(settings.aws_endpoint_url)
    return planes


def _upstream(settings: Settings) -> UpstreamClient:
    from gatewright.net.upstream import UpstreamClient

    return UpstreamClient(connect_timeout=settings.connect_timeout, max_connections=settings.upstream_connections)


def _companions_missing(settings: Settings) -> Callable[[Request], Answer] | None:
    """How to answer requests for other AWS services when nobody serves them."""
    from gatewright.companions.available import why_absent
    from gatewright.companions.refusal import refuse

    reason = why_absent(settings)
    return None if reason is None else lambda request: refuse(request, reason)


def _identities(settings: Settings, spec: Spec, upstream: UpstreamClient, ring: KeyRing | None = None) -> Identities:
    """What the data plane knows of callers. Without a ring (tests of methods ask nobody) no registered key."""
    from gatewright.gateway.base import Identities
    from gatewright.identity.companion_keys import CompanionKeys
    from gatewright.identity.keys import Find, Keys, KnownPairs, root
    from gatewright.net.base import Origin

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
    return Identities(SystemClock(), Keys(*sources), _issuers(settings, spec, upstream))


def _issuers(settings: Settings, spec: Spec, upstream: UpstreamClient) -> Issuers:
    """Who issues tokens, and where their documents are found."""
    from gatewright.companions.available import why_absent
    from gatewright.edge.planes import Plane
    from gatewright.identity.issuers import Issuers
    from gatewright.identity.places import Places

    pools = settings.local and why_absent(settings) is None
    companions = _planes(settings, Path(spec.run_dir))[Plane.COMPANIONS] if pools else None
    return Issuers(upstream, Places(settings.issuer_urls, settings.local, companions), SystemClock())


def _endpoints(settings: Settings, spec: Spec, upstream: UpstreamClient) -> Endpoints:
    """Where integrations find functions and other AWS services."""
    from gatewright.aws.sigv4 import Credentials
    from gatewright.companions.available import why_absent
    from gatewright.gateway.services import AwsServices, Map, Place
    from gatewright.gateway.signed import host_of, origin_of
    from gatewright.net.base import Origin

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


async def _first(*waits: Awaitable[Any]) -> None:
    """Return when one of these has."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


# --- control ---------------------------------------------------------------------------------------------------------


async def control(spec: Spec, orders: Orders) -> None:
    """Serve AWS's control-plane APIs on a unix socket; done after a drain."""
    import uvicorn

    from gatewright.control.asgi import create_app
    from gatewright.control.outside import LoopOutside
    from gatewright.control.portal_pages import PortalPages
    from gatewright.control.service import ControlService
    from gatewright.control.usage_books import UsageBooks
    from gatewright.deploy.publish import FilePublisher
    from gatewright.gateway.depot import Depot
    from gatewright.gateway.simulator import Simulator
    from gatewright.identity.desk import Desk
    from gatewright.net.base import Origin
    from gatewright.state.bell import BellServer
    from gatewright.state.machine.environment import Environment
    from gatewright.state.machine.usage import MachineUsage

    settings = spec.settings
    listeners = _sockets(spec)
    store = await asyncio.to_thread(open_store, settings)
    bell = BellServer(listeners["bell"], settings.workers)
    publisher = FilePublisher(store, programs_dir(settings), bell, settings.vpc_link_targets)
    desk = Desk(listeners["credentials"], open_registry(settings, store), publisher.publish_credentials)
    upstream = _upstream(settings)
    tester = Simulator(
        asyncio.get_running_loop(),
        upstream,
        _endpoints(settings, spec, upstream),
        SystemClock(),
        max_payload=settings.max_payload,
        identities=_identities(settings, spec, upstream),
    )
    inside = Origin("http", "companions", 80, unix=str(Path(spec.run_dir) / INSIDE)) if settings.local else None
    depot = Depot(_endpoints(settings, spec, upstream), upstream, inside)
    outside = LoopOutside(asyncio.get_running_loop(), upstream, _issuers(settings, spec, upstream), depot)
    usage = await asyncio.to_thread(lambda: MachineUsage(Environment(state_dir(settings)), settings.workers))
    books = UsageBooks(store, usage, SystemClock())
    await asyncio.to_thread(books.restore)
    service = ControlService(store, publisher, settings, SystemClock(), authenticator(settings), tester, outside, usage)

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # the supervisor's orders end us, not signals

    server = Server(
        uvicorn.Config(
            create_app(service, PortalPages(store, SystemClock())),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_keep_alive=310,
            timeout_graceful_shutdown=int(settings.drain_timeout),
        )
    )
    await asyncio.to_thread(publisher.publish_all)
    await bell.start()
    await desk.start()
    listening = _listening(store, publisher.republish)
    keeping = asyncio.create_task(_keep(books), name="usage")
    serving = asyncio.create_task(server.serve(sockets=[listeners["control"]]))
    orders.ready()
    stopped = asyncio.create_task(orders.stopped())
    await asyncio.wait((stopped, serving), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    server.should_exit = True
    await serving
    await desk.close()
    await upstream.close()
    await listening()
    keeping.cancel()
    await asyncio.to_thread(books.flush)
    await asyncio.to_thread(usage.close)
    await bell.close()
    await asyncio.to_thread(store.close)


async def _keep(books: UsageBooks) -> None:
    """Enter the use of quotas into the durable store, every few seconds."""
    while True:
        await asyncio.sleep(BOOKKEEPING)
        await asyncio.to_thread(books.flush)


def _listening(store: Store, heard: Heard) -> Callable[[], Awaitable[None]]:
    """Hear, on a thread of its own, what other nodes change; gives what ends it."""
    ending = threading.Event()
    thread = threading.Thread(target=store.listen, args=(heard, lambda: not ending.is_set()), daemon=True)
    thread.start()

    async def end() -> None:
        ending.set()
        await asyncio.to_thread(thread.join)

    return end


def _hand_over(
    loop: asyncio.AbstractEventLoop, heard: Callable[[Sequence[str] | None], None], names: Sequence[str] | None
) -> None:
    """What a thread has heard, to whom it concerns on the loop."""
    with contextlib.suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(heard, names)


# --- functions -------------------------------------------------------------------------------------------------------


async def functions(spec: Spec, orders: Orders) -> None:
    """Serve the Lambda API and run handlers; done after a drain."""
    from gatewright.functions.serving import FunctionServer

    settings = spec.settings
    store = await asyncio.to_thread(open_store, settings)
    server = FunctionServer(settings, store, settings.data, SystemClock(), authenticator(settings), spec.endpoint_url)
    listeners = _sockets(spec)
    await server.start(listeners["functions"], listeners["invoke"])
    loop = asyncio.get_running_loop()
    listening = _listening(store, lambda names: _hand_over(loop, server.host.changed_elsewhere, names))
    orders.ready()
    await orders.stopped()
    await listening()
    await server.drain(0.5 if orders.orphaned else settings.drain_timeout)
    await asyncio.to_thread(store.close)


# --- companions ------------------------------------------------------------------------------------------------------


async def companions(spec: Spec, orders: Orders) -> None:
    """Serve other AWS services from moto."""
    from gatewright.companions.server import serve
    from gatewright.supervisor.sockets import unix_listener

    inside = Path(spec.run_dir) / INSIDE
    orders.ready()
    try:
        await serve(spec.sockets["companions"], spec.settings, orders.stopped(), unix_listener(inside))
    finally:
        inside.unlink(missing_ok=True)


ROLES: Mapping[str, Role] = {"worker": worker, "control": control, "functions": functions, "companions": companions}
