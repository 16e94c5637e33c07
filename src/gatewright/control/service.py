"""The control plane as one service: HTTP request in, HTTP answer out, one transaction per call in between.

A handler reads and writes inside the transaction and names the stages that its changes touch; they are published after
the commit, so that a stage never serves what is not durable. What would not compile is refused before the commit. What
may take long (TestInvokeMethod) runs after the transaction as well.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

from gatewright.aws.base import AwsError, Caller, HttpRequest, HttpResponse, Operation
from gatewright.aws.service import Authenticate, Service
from gatewright.catalog.patch import PatchError
from gatewright.clock import Clock
from gatewright.control import errors
from gatewright.control.base import MethodTester, Outside
from gatewright.control.call import Call, Params
from gatewright.control.operations import OPERATIONS, Handler
from gatewright.deploy import domains, usage
from gatewright.deploy.base import CompileError, Publisher
from gatewright.deploy.document import program_name
from gatewright.settings import Settings
from gatewright.state.base import Usage
from gatewright.store.base import AlreadyExists, Changed, Store, StoreError

_READING = ("Get", "List", "Export", "TestInvoke")  # operations that change no document
# Tests of methods at a time. Each keeps a thread until its backend has answered; there are `asgi.THREADS`, and backends
# may call the control plane themselves.
MOST_TESTS = 8
_UNAVAILABLE = "The service is temporarily unavailable. Please try again later."

log = logging.getLogger("gatewright.control")


class ControlService:
    """All operations of the control plane. Blocks: call it from worker threads; safe to share among them."""

    def __init__(
        self,
        store: Store,
        publisher: Publisher,
        settings: Settings,
        clock: Clock,
        authenticate: Authenticate,
        tester: MethodTester,
        outside: Outside | None = None,
        usage: Usage | None = None,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._settings = settings
        self._clock = clock
        self._tester = tester
        self._outside = outside
        self._usage = usage
        self._tests = threading.BoundedSemaphore(MOST_TESTS)
        self._service = Service(tuple(OPERATIONS), self.invoke, authenticate)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request. Never raises."""
        return self._service.handle(request)

    def invoke(self, operation: Operation, caller: Caller, params: Params) -> Params | None:
        """Run one operation on checked parameters. Raises AwsError."""
        handler = OPERATIONS[operation.service].get(operation.name)
        if handler is None:
            raise AwsError("NotImplementedException", f"Gatewright does not support {operation.name} yet", 501)
        result, call = self._transact(handler, operation, caller, params)
        if call.after is not None:
            finish = call.after()
            late, call = self._transact(lambda later, _: finish(later), operation, caller, {})
            result = late if result is None else result
        for api_id, stage in sorted(call.publish):
            self._publish(caller, api_id, stage, operation.request_id)
        if call.publish_domains:
            self._publish_beside("domain names", self._publisher.publish_domains, operation.request_id)
        if call.publish_usage:
            self._publish_beside("usage plans", self._publisher.publish_usage, operation.request_id)
        return result if call.run is None else self._test(call.run)

    def _test(self, run: Callable[[MethodTester], Mapping[str, Any]]) -> Params:
        if not self._tests.acquire(blocking=False):
            raise AwsError("TooManyRequestsException", "Too Many Requests", 429)
        try:
            return dict(run(self._tester))
        finally:
            self._tests.release()

    def _transact(
        self, handler: Handler, operation: Operation, caller: Caller, params: Params
    ) -> tuple[Params | None, Call]:
        try:
            with self._store.transaction(write=not operation.name.startswith(_READING)) as tx:
                call = Call(
                    tx,
                    caller,
                    self._settings,
                    now=int(self._clock.now()),
                    request_id=operation.request_id,
                    below=secrets.randbelow,
                    outside=self._outside,
                    usage=self._usage,
                )
                result = handler(call, _without_null_items(params))
                tx.announce(_changed(call))
                return result, call
        except PatchError as error:
            raise AwsError(error.code, error.message) from None
        except (Changed, AlreadyExists):
            raise errors.conflict(errors.CONCURRENT) from None
        except StoreError as error:
            log.error("request %s: %s: %s", operation.request_id, operation.name, error)
            raise AwsError("ServiceUnavailableException", _UNAVAILABLE, 503) from None

    def _publish(self, caller: Caller, api_id: str, stage: str, request_id: str) -> None:
        """The change is durable: what fails here leaves the old program running and is the operator's to know."""
        try:
            self._publisher.publish(caller.account, caller.region, api_id, stage)
        except CompileError as error:
            log.error(
                "request %s: stage %s of API %s still serves its last program: %s", request_id, stage, api_id, error
            )
        except (OSError, StoreError):
            log.exception("request %s: stage %s of API %s could not be published", request_id, stage, api_id)

    def _publish_beside(self, what: str, publish: Callable[[], None], request_id: str) -> None:
        """Likewise for what is published for all stages of the node."""
        try:
            publish()
        except (OSError, StoreError):
            log.exception("request %s: the %s could not be published", request_id, what)


def _changed(call: Call) -> list[str]:
    """The programs that other nodes must publish anew once this call has committed."""
    names = [program_name(api_id, stage) for api_id, stage in sorted(call.publish)]
    beside = ((call.publish_domains, domains.NAME), (call.publish_usage, usage.NAME))
    return names + [name for changed, name in beside if changed]


def _without_null_items(value: Any) -> Any:
    """Parameters without the nulls that a list may hold; null values of maps stay, they mean something to AWS."""
    if isinstance(value, dict):
        return {name: _without_null_items(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_null_items(item) for item in value if item is not None]
    return value
