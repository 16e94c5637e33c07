"""Pages of the node's own: `/_gatewright/metrics`, as Prometheus reads it.

The edge passes on what it serves on the listeners of the control plane (edge/front.py).
"""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from gatewright.aws.base import HttpRequest, HttpResponse
from gatewright.control import exposition
from gatewright.control.measures import Measures
from gatewright.store.base import StoreError

METRICS = "/_gatewright/metrics"

logger = logging.getLogger("gatewright.control")

_PATIENCE = 1.0  # seconds for a worker to say how it is
_HEAD = [(b"content-type", b"application/json")]
_AT_ONCE = 8


class MetricsPage:
    """`workers`: the sockets on which each answers; `build`: see `compiled.build`."""

    def __init__(self, measures: Measures, workers: Sequence[Path], build: Mapping[str, Any]) -> None:
        self._measures = measures
        self._workers = workers
        self._build = build
        self._bound = exposition.Bound()

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Prometheus' text, or OpenMetrics to who asks for it."""
        try:
            families = self.families()
        except StoreError:
            logger.exception("metrics could not be read")
            return HttpResponse(503, _HEAD, b'{"message":"Service Unavailable"}')
        accepted = next((value for name, value in request.headers if name.lower() == b"accept"), b"")
        encode, kind = choose_encoder(accepted.decode("latin-1"))
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Families(families))
        return HttpResponse(200, [(b"content-type", kind.encode())], encode(registry))

    def families(self) -> list[Metric]:
        """All that there is to say now. Asks the workers: blocks, a second at most. Raises StoreError."""
        counted = self._bound.named(self._measures.ever())
        return [*exposition.figures(self._build, self._statuses()), *exposition.families(counted)]

    def _statuses(self) -> dict[int, Mapping[str, Any] | None]:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(enumerate(pool.map(status, self._workers)))


class _Families(Collector):
    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


class _UnixConnection(HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("worker", timeout=_PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def status(path: Path) -> Mapping[str, Any] | None:
    """What a worker says of itself; None: it does not answer."""
    connection = _UnixConnection(path)
    try:
        connection.request("GET", "/status")
        said = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return said if isinstance(said, dict) else None
