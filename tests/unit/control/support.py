"""A control plane in this process, spoken to by the real SDK: botocore's bytes go in, the answer's bytes go back."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError

from gatewright.aws.authenticate import LocalAuthenticator
from gatewright.aws.base import HttpRequest, HttpResponse
from gatewright.clock import FakeClock, SystemClock
from gatewright.control.base import UnreachableError
from gatewright.control.service import ControlService
from gatewright.deploy import usage
from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.simulator import Simulator
from gatewright.net.base import Origin
from gatewright.net.upstream import UpstreamClient
from gatewright.program.records import Simulation, StageProgram
from gatewright.settings import Settings
from gatewright.state.base import Period
from gatewright.store.sqlite import SqliteStore
from tests import pki

ACCOUNT = "111111111111"
REGION = "us-east-1"


class Published:
    """A Publisher that keeps what it was told, and whether the store already had it then."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.calls: list[tuple[str, str, str | None]] = []  # api, stage, the deployment that the store had for it
        self.domains: list[int] = []  # how many there were whenever they were published
        self.usage: list[dict[str, Any] | None] = []  # the document of usage plans as it was then

    def publish(self, account: str, region: str, api_id: str, stage: str) -> None:
        with self._store.transaction(write=False) as tx:
            found = [each for each in tx.list(account, region, "stage", api_id) if each.key.id == stage]
        self.calls.append((api_id, stage, found[0].body["deploymentId"] if found else None))

    def publish_domains(self) -> None:
        with self._store.transaction(write=False) as tx:
            self.domains.append(len(tx.scan("domain_name")))

    def publish_usage(self) -> None:
        with self._store.transaction(write=False) as tx:
            self.usage.append(usage.collect(tx))

    def publish_all(self) -> None:
        raise NotImplementedError

    def republish(self, names: Sequence[str] | None) -> None:
        raise NotImplementedError


class _Raw(io.BytesIO):
    """A body as botocore reads it: at once, or (blobs) as a stream."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


class Bench:
    """Where methods are tried: an event loop in a thread of its own, begun with the first call."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def invoke(self, program: StageProgram, verb: str, simulation: Simulation) -> Mapping[str, Any]:
        with self._lock:
            if self._loop is None:
                self._begin()
        return self._simulator.invoke(program, verb, simulation)

    def authorize(self, program: StageProgram, simulation: Simulation) -> Mapping[str, Any]:
        with self._lock:
            if self._loop is None:
                self._begin()
        return self._simulator.authorize(program, simulation)

    def _begin(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

        async def connect() -> UpstreamClient:
            return UpstreamClient()

        self._upstream = asyncio.run_coroutine_threadsafe(connect(), self._loop).result(10)
        endpoints = OneEndpoint(Endpoint(Origin("http", "functions", 80, unix="/nonexistent/invoke.sock")))
        self._simulator = Simulator(self._loop, self._upstream, endpoints, SystemClock(), max_payload=10_485_760)

    def close(self) -> None:
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._upstream.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


ROOT = pki.make("root", authority=True, days=36500, since=5000)


class Believing:
    """An Outside for which every issuer is one, but for those whose name says otherwise.

    `objects` by URI and version; an object that is not among them is a good truststore, unless it is called missing.
    """

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str | None], bytes] = {}
        self.certificates: dict[str, str] = {}
        self.asked: list[tuple[str, str | None]] = []

    def object(self, account: str, region: str, uri: str, version: str | None) -> bytes:
        self.asked.append((uri, version))
        if "missing" in uri:
            raise UnreachableError("S3 answered 404")
        return self.objects.get((uri, version), ROOT.pem.encode())

    def certificate(self, arn: str) -> str | None:
        if "broken" in arn:
            raise UnreachableError("no answer")
        return self.certificates.get(arn)

    def get(self, url: str, *, timeout: float, max_body: int) -> tuple[int, bytes]:
        raise UnreachableError(url)

    def issuer_problems(self, names: Collection[str]) -> Mapping[str, str]:
        return {name: "no answer" for name in names if "dead" in name}


class Counts:
    """`state.base.Usage` with figures of the test's own."""

    def __init__(self) -> None:
        self.days: dict[str, dict[date, int]] = {}

    def used(self, name: str) -> Mapping[date, int]:
        return self.days.get(name, {})

    def changed(self) -> Iterator[tuple[str, Mapping[date, int]]]:
        raise NotImplementedError

    def again(self) -> None:
        raise NotImplementedError

    def lost(self) -> bool:
        return False

    def restore(self, name: str, days: Mapping[date, int], period: Period) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""


class Control:
    """The service with all that it stands on."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.clock = FakeClock()
        self.store = SqliteStore(folder / "control.db")
        self.published = Published(self.store)
        self.settings = Settings(**settings)
        authenticate = LocalAuthenticator(self.settings.account_id, self.settings.region)
        self.bench = Bench()
        self.outside = Believing()
        self.usage = Counts()
        self.service = ControlService(
            self.store, self.published, self.settings, self.clock, authenticate, self.bench, self.outside, self.usage
        )
        self.rest = self.client()
        self.v2 = self.client("apigatewayv2")

    def handle(self, method: str, path: str, body: bytes = b"") -> HttpResponse:
        """One raw request."""
        raw, _, query = path.partition("?")
        headers = [(b"Accept", b"application/json"), (b"Content-Type", b"application/json")]
        return self.service.handle(HttpRequest(method, raw.encode(), query.encode(), headers, body))

    def client(self, service: str = "apigateway", *, account: str = ACCOUNT, region: str = REGION) -> Any:
        """An SDK client whose requests end in the service, without the SDK's own checks of parameters."""
        client: Any = boto3.client(  # type: ignore[call-overload]  # the service is a variable here
            service,
            region_name=region,
            endpoint_url="http://control.test",
            aws_access_key_id=account,
            aws_secret_access_key="secret",
            config=Config(retries={"max_attempts": 0}, parameter_validation=False),
        )
        client.meta.events.register("before-send", self._send)
        return client

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        headers = [(name.encode(), _bytes(value)) for name, value in request.headers.items()]
        asked = HttpRequest(request.method, url.path.encode(), url.query.encode(), headers, _bytes(request.body or b""))
        answer = self.service.handle(asked)
        shown = HTTPHeaders.from_pairs([(name.decode(), value.decode()) for name, value in answer.headers])
        return AWSResponse(request.url, answer.status, shown, _Raw(answer.body))

    def close(self) -> None:
        self.bench.close()
        self.store.close()

    def api(self, **params: Any) -> tuple[str, str]:
        """A new API: its id and that of its root resource."""
        made = self.rest.create_rest_api(**{"name": "api"} | params)
        return made["id"], made["rootResourceId"]

    def mock_api(self, **params: Any) -> tuple[str, str]:
        """A new API with a MOCK method at its root."""
        api_id, root_id = self.api(**params)
        at = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "GET"}
        self.rest.put_method(**at, authorizationType="NONE")
        self.rest.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
        return api_id, root_id

    def http_api(self, **params: Any) -> str:
        """A new HTTP API with a route `GET /orders` to a URL; its id."""
        api_id: str = self.v2.create_api(**{"Name": "api", "ProtocolType": "HTTP"} | params)["ApiId"]
        self.v2.create_route(
            ApiId=api_id, RouteKey="GET /orders", Target=f"integrations/{self.url_integration(api_id)}"
        )
        return api_id

    def url_integration(self, api_id: str, **params: Any) -> str:
        """A new integration of an API with a URL; its id."""
        url = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "GET", "IntegrationUri": "http://backend.test/"}
        made: str = self.v2.create_integration(ApiId=api_id, **{"PayloadFormatVersion": "1.0"} | url | params)[
            "IntegrationId"
        ]
        return made

    def websocket_api(self, **params: Any) -> str:
        """A new WebSocket API without routes; its id."""
        given = {"Name": "chat", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"}
        made: str = self.v2.create_api(**given | params)["ApiId"]
        return made


def shown(answer: Any) -> dict[str, Any]:
    """An answer without what the SDK adds."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def bad(message: str) -> tuple[int, str, str]:
    """What `refused` gives for a BadRequestException."""
    return 400, "BadRequestException", message


def missing(message: str) -> tuple[int, str, str]:
    """What `refused` gives for a NotFoundException."""
    return 404, "NotFoundException", message


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@contextmanager
def control(folder: Path, **settings: Any) -> Iterator[Control]:
    """A control plane for the length of a block."""
    made = Control(folder, **settings)
    try:
        yield made
    finally:
        made.close()


def refused(operation: Any, **params: Any) -> tuple[int, str, str]:
    """Status, code and message of a call that must fail."""
    try:
        answer = operation(**params)
    except ClientError as error:
        response: Any = error.response
        return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]
    raise AssertionError(f"it was accepted: {answer}")


def patch(op: str, path: str, value: str | None = None, **more: str) -> dict[str, str]:
    """One patch operation."""
    return {"op": op, "path": path} | ({} if value is None else {"value": value}) | more
