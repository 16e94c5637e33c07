"""The function host: the application behind the public Lambda API and behind the edge workers' internal door.

Theory of operation. Invocations stay on the event loop and never wait for the store: `Registry` holds in memory what is
stored. Everything else (the other operations, folders, downloads) runs one after the other on a worker thread, through
the generic codec; what it has changed is read back there after its commit and installed on the loop before the
caller gets the answer. So what was answered is what the next invocation sees, and a host that is killed at any
moment starts again with exactly what it had acknowledged.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
from uuid_utils import uuid4

from gatewright.aws.base import AwsError, Caller, HttpRequest, HttpResponse, Operation, Params
from gatewright.aws.service import Service
from gatewright.clock import Clock
from gatewright.functions import documents, invoke
from gatewright.functions.admission import INTERNAL, Admission, Authenticate, from_elsewhere, no_function, plain
from gatewright.functions.code import CodeStore, zip_folder
from gatewright.functions.documents import Function
from gatewright.functions.downloads import PREFIX as DOWNLOADS
from gatewright.functions.downloads import Downloads
from gatewright.functions.environment import Listen, Surroundings
from gatewright.functions.events import Events, node_name
from gatewright.functions.folders import FolderWatch, add_folder, folders_of
from gatewright.functions.guard import Guard
from gatewright.functions.invocation import Invocation
from gatewright.functions.logs import FunctionLog
from gatewright.functions.names import FunctionKey, FunctionName
from gatewright.functions.operations import Call, Room, run
from gatewright.functions.outcomes import RESPONSE_LIMIT, Outcome, Refusal
from gatewright.functions.packages import Packages
from gatewright.functions.process import keep_descriptors_private
from gatewright.functions.registry import Registry
from gatewright.functions.scaling import Machine
from gatewright.functions.streaming import EventStream
from gatewright.net.base import Request
from gatewright.settings import Settings
from gatewright.store.base import Store, StoreError

FOLDERS = b"/_gatewright/functions"
UPLOAD_LIMIT = 70 * 1024 * 1024  # bytes: a zip of 50 MB in base64, and the rest of the request

log = logging.getLogger("gatewright.functions")


class FunctionHost:
    """An `App` for two listeners, "functions" (public) and "invoke" (internal).

    `endpoint_url` is where this server can be reached: download links and the handlers' AWS_ENDPOINT_URL lead there.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        data: Path,
        clock: Clock,
        authenticate: Authenticate,
        endpoint_url: str,
        listen: Listen,
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._authenticate = authenticate
        self._loop = asyncio.get_running_loop()
        self._worker = ThreadPoolExecutor(1, "functions-store")
        self._code = CodeStore(data / "functions")
        self._logs_folder = data / "logs" / "functions"
        self._logs: dict[FunctionKey, FunctionLog] = {}
        self._downloads = Downloads(endpoint_url, clock)
        shared_store = store if settings.database_url is not None else None
        self._packages = Packages(self._code, shared_store, clock)
        self._room = Room(store, self._packages, settings, clock, self._downloads.url)
        self._service = Service(["lambda"], self._run_operation, authenticate)
        self._changed: set[FunctionKey] = set()  # by the job that the worker has in hand
        self._guard = Guard()
        own = settings.max_payload if settings.limits == "own" else None
        self._request_limit = invoke.request_limit(own)
        shared = Surroundings(
            listen=listen,
            guard=self._guard,
            node=settings.node,
            endpoint_url=endpoint_url if settings.local else None,
            access_key=self._access_key,
            log_of=self._log_of,
            machine=Machine(),
            limit=max(RESPONSE_LIMIT, self._request_limit if own is not None else 0),
        )
        self._registry = Registry(
            shared, self._code, most=settings.function_processes, idle_seconds=settings.function_idle
        )
        self._events = Events(store, self._submit, clock, node=node_name(data) if shared_store is not None else None)
        self._watch = FolderWatch(self._registry.reload)
        self._admission = Admission(settings, self._registry, authenticate)
        self._tasks: set[asyncio.Task[None]] = set()

    # ---- Life ---

    async def start(self) -> None:
        """Load every function; processes start with their first invocation."""
        keep_descriptors_private()
        self._guard.start()
        functions = await self._loop.run_in_executor(self._worker, self._load)
        for function in functions:
            self._registry.install(function.key, function)
        self._watch_folders()
        await self._events.start()

    def _load(self) -> list[Function]:
        with self._store.transaction(write=False) as tx:
            functions = documents.load_all(tx)
        for function in functions:
            self._packages.fetch(function)
        self._code.sweep({f.key: f.packages for f in functions})
        return functions

    async def drain(self, timeout: float) -> None:
        """Let what is in hand finish for at most `timeout` seconds, then end every process."""
        ending = self._loop.time() + timeout
        while self._registry.busy and self._loop.time() < ending:
            await asyncio.sleep(0.02)
        await self._watch.close()
        closing = self._events.close()
        await self._registry.close()
        await closing
        await self._loop.run_in_executor(None, self._worker.shutdown)
        if self._tasks:
            await asyncio.gather(*self._tasks)
        self._guard.close()
        for each in self._logs.values():
            each.close()

    # ---- Other nodes ---

    def changed_elsewhere(self, names: Sequence[str] | None) -> None:
        """Take over the functions that another node has changed (None: look at all). On the loop."""
        keys = None if names is None else [key for key in map(documents.announced, names) if key is not None]
        if keys is None or keys:
            task = self._loop.create_task(self._take_over(keys))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _take_over(self, keys: list[FunctionKey] | None) -> None:
        try:
            changed = await self._loop.run_in_executor(self._worker, self._read, keys)
        except (StoreError, RuntimeError) as error:  # RuntimeError: the worker has been shut down
            log.error("functions that other nodes have changed are not known here: %s", error)
            return
        known = {function.key for function in self._registry.functions()}
        for key in known - changed.keys() if keys is None else ():
            self._registry.install(key, None)
        for key, function in changed.items():
            self._registry.install(key, function)
        self._watch_folders()
        for key in changed:
            await self._tidy(key)

    def _read(self, keys: list[FunctionKey] | None) -> dict[FunctionKey, Function | None]:
        with self._store.transaction(write=False) as tx:
            if keys is None:
                changed: dict[FunctionKey, Function | None] = {each.key: each for each in documents.load_all(tx)}
            else:
                changed = {key: documents.load(tx, key) for key in keys}
        for function in changed.values():
            if function is not None:
                self._packages.fetch(function)
        return changed

    # ---- App ---

    def admit(self, request: Request) -> int:
        return self._request_limit if invoke.is_invoke(request) else UPLOAD_LIMIT

    def handle(self, request: Request) -> None:
        if invoke.is_invoke(request):
            self._invoke(request)
        elif request.listener == INTERNAL:
            request.respond(404, b"", b"")
        else:
            task = self._loop.create_task(self._administer(request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    # ---- Invoke ---

    def _invoke(self, request: Request) -> None:
        request_id = str(uuid4())
        try:
            self._start_invocation(request, request_id)
        except invoke.RefusedError as refused:
            invoke.refuse(request, request_id, refused.refusal)
        except AwsError as error:  # from authentication
            invoke.refuse(request, request_id, Refusal(error.status, error.code, error.message))
        except Exception:  # one bad call must not spoil the rest
            log.exception("invocation %s failed", request_id)
            invoke.refuse(request, request_id, Refusal(500, "ServiceException", "An internal error occurred."))

    def _start_invocation(self, request: Request, request_id: str) -> None:
        name, live = self._admission.admit(request)
        streaming = invoke.is_streaming(request.path)
        options = invoke.options(request, streaming=streaming)
        payload = invoke.payload(request, options.kind, self._request_limit)
        version = live.version(name.qualifier)
        if version is None:
            raise no_function(name.arn)
        if options.kind == "DryRun":
            invoke.answer_empty(request, request_id, 204, version)
            return
        trace = invoke.trace_id(request.header(b"x-amzn-trace-id"), self._clock.now())

        flow = EventStream(request, request_id, version) if streaming else None

        def done(invocation: Invocation, result: Outcome | Refusal) -> None:
            tail = invocation.tail.value() if invocation.tail is not None else None
            if flow is not None and flow.gone:
                return
            if isinstance(result, Refusal):
                invoke.refuse(request, request_id, result)
            elif flow is not None:
                flow.end(result, tail)
            else:
                invoke.answer(request, request_id, version, result, tail)

        invocation = Invocation(request_id, name.arn, payload, trace, options.client_context, options.tail, done, flow)
        if options.kind == "Event":
            self._accept(request, name, invocation)
        else:
            self._registry.pool(live, version).submit(invocation)

    def _accept(self, request: Request, name: FunctionName, invocation: Invocation) -> None:
        def stored(well: bool) -> None:
            if well:
                invoke.answer_empty(request, invocation.request_id, 202, "")
            else:
                refusal = Refusal(500, "ServiceException", "The event could not be stored.")
                invoke.refuse(request, invocation.request_id, refusal)

        self._events.accept(name, invocation, stored)

    def _submit(self, name: FunctionName, invocation: Invocation) -> None:
        """Run an event's invocation, with whatever its qualifier stands for now."""
        live = self._registry.find(name.key)
        version = live.version(name.qualifier) if live is not None else None
        if live is None or version is None:
            invocation.done(invocation, no_function(name.arn).refusal)
        else:
            self._registry.pool(live, version).submit(invocation)

    # ---- Everything else ---

    async def _administer(self, request: Request) -> None:
        if from_elsewhere(request):
            request.respond(
                403, b"Content-Type: application/json\r\n", b'{"message":"Cross-origin requests are refused."}'
            )
            return
        try:
            work = self._work(request)
            response, changed = await self._loop.run_in_executor(self._worker, self._job, work)
            for key, function in changed.items():
                self._registry.install(key, function)
            if changed:
                self._watch_folders()
        except Exception:  # the caller learns nothing of it, the operator everything
            log.exception("%s %s failed", request.method, request.path.decode("latin-1"))
            response, changed = _json(500, {"message": "An internal error occurred."}), {}
        if request.too_large:
            response = _json(413, {"message": f"Request must be smaller than {UPLOAD_LIMIT} bytes"})
        head = b"".join(b"%b: %b\r\n" % header for header in response.headers)
        request.respond(response.status, head, response.body)
        for key in changed:
            await self._tidy(key)

    def _work(self, request: Request) -> Callable[[], HttpResponse]:
        message = plain(request)
        if request.path == FOLDERS and request.method == "POST":
            return lambda: self._add_folder(message)
        if request.path.startswith(DOWNLOADS.encode()) and request.method == "GET":
            return lambda: self._download(message)
        return lambda: self._service.handle(message)

    def _job(self, work: Callable[[], HttpResponse]) -> tuple[HttpResponse, dict[FunctionKey, Function | None]]:
        """On the worker: do it, then read back what it has changed."""
        self._changed.clear()
        response = work()
        changed: dict[FunctionKey, Function | None] = {}
        if self._changed:
            with self._store.transaction(write=False) as tx:
                changed = {key: documents.load(tx, key) for key in self._changed}
        return response, changed

    def _run_operation(self, operation: Operation, caller: Caller, params: Params) -> Params | None:
        call = Call(self._room, caller)
        result = run(operation, call, params)
        self._changed |= call.changed
        return result

    def _add_folder(self, message: HttpRequest) -> HttpResponse:
        if not self._settings.local:
            return _json(403, {"message": "Functions from folders exist in the local profile only."})
        try:
            call = Call(self._room, self._authenticate(message, "lambda"))
            document = add_folder(call, message.body)
        except AwsError as error:
            return _json(error.status, {"__type": error.code, "message": error.message})
        self._changed |= call.changed
        return _json(200, {k: v for k, v in document.items() if not k.startswith("_")})

    def _download(self, message: HttpRequest) -> HttpResponse:
        found = self._downloads.read(message.path.decode("latin-1"), message.query.decode("latin-1"))
        if found is None:
            return _json(403, {"message": "The link is not valid or has expired."})
        key, sha = found
        try:
            data = self._folder_zip(key) if sha == "folder" else self._code.zip_path(key, sha).read_bytes()
        except OSError:
            return _json(404, {"message": "The package is not there any more."})
        return HttpResponse(200, [(b"Content-Type", b"application/zip")], data)

    def _folder_zip(self, key: FunctionKey) -> bytes:
        with self._store.transaction(write=False) as tx:
            function = documents.load(tx, key)
        folder = function.latest.get("_folder") if function is not None else None
        if folder is None:
            raise FileNotFoundError(key.name)
        return zip_folder(Path(folder))

    async def _tidy(self, key: FunctionKey) -> None:
        """Remove the packages that a change has left without use, once no process runs from them."""
        await self._registry.retired(key)
        try:
            await self._loop.run_in_executor(self._worker, self._keep_used, key, self._registry.packages(key))
        except RuntimeError:  # the worker has been shut down: the next start sweeps
            return
        if self._registry.find(key) is None and (unused := self._logs.pop(key, None)) is not None:
            unused.close()

    def _keep_used(self, key: FunctionKey, served: set[str]) -> None:
        """`served`: what the registry runs; a change that is stored but not yet installed must not take it away."""
        with self._store.transaction(write=False) as tx:
            function = documents.load(tx, key)
        self._packages.keep(key, served, function.packages if function is not None else set())

    def _watch_folders(self) -> None:
        self._watch.watch(folders_of(self._registry.functions()))

    def _access_key(self, account: str) -> str | None:
        """In the local profile a 12-digit key names its account, and `test` stands for the default one."""
        if not self._settings.local:
            return None
        return "test" if account == self._settings.account_id else account

    def _log_of(self, key: FunctionKey) -> FunctionLog:
        found = self._logs.get(key)
        if found is None:
            home = key.account == self._settings.account_id and key.region == self._settings.region
            folder = self._logs_folder if home else self._logs_folder / key.account / key.region
            found = self._logs[key] = FunctionLog(folder, key.name)
        return found


def _json(status: int, body: Params) -> HttpResponse:
    return HttpResponse(status, [(b"Content-Type", b"application/json")], orjson.dumps(body))
