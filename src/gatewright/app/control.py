"""The control process: AWS's control-plane APIs on the store; publishes programs and rings the bell."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from starlette.routing import Route

from gatewright.app import common, reach
from gatewright.aws.rpc import RpcService
from gatewright.clock import SystemClock
from gatewright.compiled import build
from gatewright.control.admin import METRICS, MetricsPage
from gatewright.control.asgi import Handles, create_app
from gatewright.control.cloudwatch.operations import CloudWatch
from gatewright.control.explanations import Explanations
from gatewright.control.intake import Intake
from gatewright.control.measures import Measures
from gatewright.control.outside import LoopOutside
from gatewright.control.portal_pages import PortalPages
from gatewright.control.service import ControlService
from gatewright.control.usage_books import UsageBooks
from gatewright.deploy.publish import FilePublisher
from gatewright.gateway.depot import Depot
from gatewright.gateway.simulator import Simulator
from gatewright.gateway.tracing import KIND as SPAN
from gatewright.identity.desk import Desk
from gatewright.metering.caches import CacheHours
from gatewright.net.base import Origin
from gatewright.net.upstream import UpstreamClient
from gatewright.settings import Settings
from gatewright.state.bell import BellServer
from gatewright.store.base import Store, StoreError
from gatewright.supervisor.channel import Orders, Spec
from gatewright.supervisor.sockets import peer_path

if TYPE_CHECKING:
    from gatewright.control.metrics_export import MetricsExport
    from gatewright.control.span_export import SpanExport

INTAKE = 1.0  # seconds between looks at what workers have counted
TRIMMING = 3600.0  # seconds between looks at what is too old
BOOKKEEPING = 1.0  # seconds between looks at the use of quotas
LOOKING = 60.0  # seconds between looks at cache clusters
logger = logging.getLogger("gatewright.control")


async def run(spec: Spec, orders: Orders) -> None:
    """Serve AWS's control-plane APIs on a unix socket; done after a drain."""
    settings = spec.settings
    listeners = common.sockets(spec)
    store = await asyncio.to_thread(common.open_store, settings)
    bell = BellServer(listeners["bell"], settings.workers)
    publisher = FilePublisher(store, common.programs_dir(settings), bell, settings.vpc_link_targets)
    desk = Desk(listeners["credentials"], common.open_registry(settings, store), publisher.publish_credentials)
    upstream = reach.upstream_client(settings)
    tester, outside = _tester(settings, spec, upstream), _outside(settings, spec, upstream)
    usage = await asyncio.to_thread(common.open_usage, settings)
    books = UsageBooks(store, usage, SystemClock())
    await asyncio.to_thread(usage.lost)
    await asyncio.to_thread(books.restore)
    service = ControlService(
        store, publisher, settings, SystemClock(), common.authenticator(settings), tester, outside, usage
    )
    node = await asyncio.to_thread(common.node_name, settings)
    measures = Measures(store.ledger, node)
    sockets = [peer_path(Path(spec.run_dir), index) for index in range(settings.workers)]
    page = MetricsPage(measures, sockets, build())
    explanations = Explanations(reach.peers(settings, spec), upstream, store)
    server = _server(settings, service, store, measures, {METRICS: page}, explanations.routes())
    caches = CacheHours(store, SystemClock())
    await asyncio.to_thread(publisher.publish_all)
    await bell.start()
    await desk.start()
    listening = common.listening(store, publisher.republish)
    keeping = asyncio.create_task(_keep(books), name="usage")
    spans, metrics = _span_export(settings), _metrics_export(settings, page, node)
    exporting = None if metrics is None else asyncio.create_task(_export(metrics, settings.otlp_interval))
    takers = {} if spans is None else {SPAN: lambda record: spans.add(record.record)}
    intake = Intake(store.ledger, common.spool_dir(settings), node, SystemClock(), takers)
    over = asyncio.Event()
    taking = asyncio.create_task(_take_in(intake, settings.metrics_retention, over), name="intake")
    looking = asyncio.create_task(_look(caches), name="caches")
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
    over.set()  # the workers have ended: what they have counted last is there
    await taking
    if spans is not None:
        await asyncio.to_thread(spans.close)
    if exporting is not None and metrics is not None:
        exporting.cancel()
        await asyncio.to_thread(metrics.export)
        await asyncio.to_thread(metrics.close)
    looking.cancel()
    await asyncio.to_thread(books.flush)
    await asyncio.to_thread(usage.close)
    await bell.close()
    await asyncio.to_thread(store.close)


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the supervisor's orders end us, not signals


def _server(
    settings: Settings,
    service: ControlService,
    store: Store,
    measures: Measures,
    pages: Mapping[str, Handles],
    more: Sequence[Route],
) -> _Server:
    handlers = CloudWatch(measures, SystemClock()).handlers()
    metrics = RpcService("cloudwatch", handlers, common.authenticator(settings))
    config = uvicorn.Config(
        create_app(service, PortalPages(store, SystemClock()), metrics, pages=pages, more=more),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=310,
        timeout_graceful_shutdown=int(settings.drain_timeout),
    )
    return _Server(config)


def _span_export(settings: Settings) -> SpanExport | None:
    """OpenTelemetry is imported where it is used: it is large, and need not be installed."""
    if settings.otlp_endpoint is None:
        return None
    from gatewright.control.span_export import SpanExport

    return SpanExport.to(settings.otlp_endpoint, settings.otlp_headers)


def _metrics_export(settings: Settings, page: MetricsPage, node: str) -> MetricsExport | None:
    if settings.otlp_endpoint is None:
        return None
    from gatewright.control.metrics_export import MetricsExport

    return MetricsExport.to(settings.otlp_endpoint, settings.otlp_headers, page.families, SystemClock(), node)


async def _export(metrics: MetricsExport, interval: float) -> None:
    while True:
        await asyncio.sleep(interval)
        await asyncio.to_thread(metrics.export)


def _tester(settings: Settings, spec: Spec, upstream: UpstreamClient) -> Simulator:
    return Simulator(
        asyncio.get_running_loop(),
        upstream,
        reach.endpoints(settings, spec, upstream),
        SystemClock(),
        max_payload=settings.max_payload,
        identities=reach.identities(settings, spec, upstream),
    )


def _outside(settings: Settings, spec: Spec, upstream: UpstreamClient) -> LoopOutside:
    inside = Origin("http", "companions", 80, unix=str(Path(spec.run_dir) / common.INSIDE)) if settings.local else None
    depot = Depot(reach.endpoints(settings, spec, upstream), upstream, inside)
    return LoopOutside(asyncio.get_running_loop(), upstream, reach.issuers(settings, spec, upstream), depot)


async def _take_in(intake: Intake, retention: int, over: asyncio.Event) -> None:
    """Take in what workers have counted, every second or in a tenth of the time; once more at the end.

    What is old is forgotten every hour.
    """
    trimmed = -TRIMMING
    while not over.is_set():
        began = SystemClock.monotonic()
        await asyncio.to_thread(intake.look)
        pause = max(INTAKE, 9 * (SystemClock.monotonic() - began))
        if SystemClock.monotonic() - trimmed > TRIMMING:
            trimmed = SystemClock.monotonic()
            await asyncio.to_thread(intake.trim, retention)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await over.wait()
    while await asyncio.to_thread(intake.look):
        pass


async def _keep(books: UsageBooks) -> None:
    """Enter the use of quotas into the durable store, every few seconds."""
    while True:
        await asyncio.sleep(BOOKKEEPING)
        await asyncio.to_thread(books.check)
        await asyncio.sleep(BOOKKEEPING)
        await asyncio.to_thread(books.check)
        await asyncio.to_thread(books.flush)


async def _look(caches: CacheHours) -> None:
    """Enter the hours of cache clusters, every minute."""
    while True:
        try:
            await asyncio.to_thread(caches.look)
        except StoreError as error:
            logger.error("the hours of cache clusters could not be entered: %s", error)
        await asyncio.sleep(LOOKING)
