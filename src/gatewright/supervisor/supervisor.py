"""The supervisor: starts the node's processes, restarts those that die, drains them in order on TERM.

    starting ──all ready──► running ──TERM/INT──► draining ──► stopped
        └── a process that dies before it was ever ready, twice ──► failed (the error is its last log line)

Order of draining: workers first (they finish what clients wait for, and may still need the others), then the rest.
A second signal, a second or more after the first, ends the draining. A companions process is started by the first
connection to its socket, as systemd's socket activation does it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from gatewright.settings import Settings
from gatewright.supervisor import sockets
from gatewright.supervisor.channel import Spec

log = logging.getLogger(__name__)

_QUICK_DEATH = 5.0  # seconds; a process that lived less is restarted with a growing pause
_KILL_AFTER = 5.0  # seconds beyond the drain time before KILL
_SAME_ORDER = 1.0  # seconds within which another signal is the same order, passed on by a parent or a terminal


class StartError(Exception):
    """A process could not be started; its own log line says why."""


@dataclass(slots=True)
class Child:
    """One process of the node, whichever incarnation."""

    role: str
    index: int
    listeners: dict[str, socket.socket]
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None
    line: socket.socket | None = None
    started: float = 0.0
    quick_deaths: int = 0
    ever_ready: bool = False

    @property
    def name(self) -> str:
        return f"{self.role} {self.index}" if self.role == "worker" else self.role


class Supervisor:
    """See the module."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._children: list[Child] = []
        self._watchers: dict[str, asyncio.Task[None]] = {}
        self._stop = asyncio.Event()
        self._told = 0.0  # when the first order to stop came
        self._hurry = asyncio.Event()
        self._failed: StartError | None = None
        self._lock = sockets.lock(settings.data)
        sockets.make_private(settings.data, database=settings.database_url is None)
        self._run = sockets.run_dir(settings.data)
        self._listeners = sockets.open_all(settings, self._run)
        self.port: int = self._listeners["public"][0].getsockname()[1]
        self.tls_port = self._listeners["tls"][0].getsockname()[1] if "tls" in self._listeners else None
        self.control_port: int = self._listeners.get("admin", self._listeners["public"])[0].getsockname()[1]

    @property
    def endpoint_url(self) -> str:
        """Where the AWS CLI and SDKs point: the control plane."""
        settings = self._settings
        host = settings.host if settings.local else settings.control_host
        port = self.port if settings.local else self.control_port
        host = f"[{host}]" if ":" in host else host
        return f"{'https' if settings.tls else 'http'}://{host}:{port}"

    async def run(self, on_ready: Callable[[Supervisor], None]) -> None:
        """Serve until TERM or INT. Raises StartError when a process cannot be started at all."""
        sockets.allow_many()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(name) is not signal.SIG_IGN:  # nohup, or a shell's background job
                loop.add_signal_handler(name, self._order)
        self._children = self._plan()
        for child in self._children:
            self._watch(child)
        if self._companions_wanted():
            self._activate_companions()
        try:
            if await self._all_ready():
                on_ready(self)
                await self._stop.wait()
        finally:
            await self._drain()
        if self._failed:
            raise self._failed

    def _order(self) -> None:
        """A signal to stop. One more, later, is from somebody who does not want to wait for the drain."""
        if not self._stop.is_set():
            self._told = time.monotonic()
            self._stop.set()
        elif time.monotonic() - self._told > _SAME_ORDER:
            self._hurry.set()

    def _plan(self) -> list[Child]:
        one = {name: listeners[0] for name, listeners in self._listeners.items()}
        children = [
            Child("control", 0, {name: one[name] for name in ("control", "bell", "credentials")}),
            Child("functions", 0, {name: one[name] for name in ("functions", "invoke")}),
        ]
        each = [name for name in (*sockets.TCP, sockets.PEER) if name in self._listeners]
        for index in range(self._settings.workers):
            children.append(Child("worker", index, {name: self._listeners[name][index] for name in each}))
        return children

    def _watch(self, child: Child) -> None:
        self._watchers[child.name] = asyncio.create_task(self._keep_alive(child), name=child.name)

    async def _all_ready(self) -> bool:
        waits = [asyncio.create_task(child.ready.wait()) for child in self._children]
        stop = asyncio.create_task(self._stop.wait())
        pending = set(waits)
        while pending and not stop.done():
            done, _ = await asyncio.wait({*pending, stop}, return_when=asyncio.FIRST_COMPLETED)
            pending -= done
        for task in (*pending, stop):
            task.cancel()
        return not pending

    # --- one child -----------------------------------------------------------------------------------------------

    async def _keep_alive(self, child: Child) -> None:
        while not self._stop.is_set():
            try:
                await self._start(child)
            except (OSError, RuntimeError) as error:  # no descriptors, processes, threads left: there may be again
                ended = f"could not be started: {error}"
            else:
                assert child.process is not None
                ended = f"(pid {child.process.pid}) ended with {reason(await child.process.wait())}"
            child.ready.clear()
            if self._stop.is_set():
                return
            log.warning("%s %s; starting it again", child.name, ended)
            if not self._may_restart(child):
                return
            await asyncio.sleep(pause_after(child.quick_deaths))

    def _may_restart(self, child: Child) -> bool:
        quick = time.monotonic() - child.started < _QUICK_DEATH
        child.quick_deaths = child.quick_deaths + 1 if quick else 0
        if child.ever_ready or child.quick_deaths < 2:
            return True
        self._failed = StartError(f"the {child.name} process does not start; its error is logged above")
        self._stop.set()
        return False

    async def _start(self, child: Child) -> None:
        child.started = time.monotonic()
        descriptors = {name: sock.fileno() for name, sock in child.listeners.items()}
        ours, theirs = socket.socketpair()
        with contextlib.ExitStack() as undo, theirs:
            undo.callback(ours.close)
            child.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "gatewright.cli.process",
                child.role,
                stdin=theirs.fileno(),
                pass_fds=list(descriptors.values()),
                start_new_session=True,  # Ctrl-C at the terminal is for the supervisor, which then drains
            )
            undo.pop_all()
        child.line = ours
        spec = Spec(
            role=child.role,
            index=child.index,
            settings=self._settings,
            run_dir=str(self._run),
            endpoint_url=self.endpoint_url,
            sockets=descriptors,
            again=child.ever_ready,
        )
        ours.setblocking(False)
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):  # it has died already, which its end will tell
            await loop.sock_sendall(ours, msgspec.json.encode(spec) + b"\n")
        self._watchers[f"{child.name} line"] = asyncio.create_task(self._listen(child, ours))

    async def _listen(self, child: Child, line: socket.socket) -> None:
        with contextlib.suppress(ConnectionError):
            while await asyncio.get_running_loop().sock_recv(line, 4096):
                child.ever_ready = True
                child.ready.set()
        line.close()

    # --- companions ----------------------------------------------------------------------------------------------

    def _companions_wanted(self) -> bool:
        settings = self._settings
        return settings.local and settings.companions and settings.aws_endpoint_url is None

    def _activate_companions(self) -> None:
        listener = self._listeners["companions"][0]
        loop = asyncio.get_running_loop()

        def first_connection() -> None:
            loop.remove_reader(listener)
            child = Child("companions", 0, {"companions": listener})
            self._children.append(child)
            self._watch(child)

        loop.add_reader(listener, first_connection)

    # --- the end -------------------------------------------------------------------------------------------------

    async def _drain(self) -> None:
        self._stop.set()
        asyncio.get_running_loop().remove_reader(self._listeners["companions"][0])
        for name in sockets.TCP:
            for sock in self._listeners.get(name, []):
                sock.close()
        limit = self._settings.drain_timeout + _KILL_AFTER
        await self._end([child for child in self._children if child.role == "worker"], limit)
        await self._end([child for child in self._children if child.role != "worker"], limit)
        for task in self._watchers.values():
            task.cancel()
        await asyncio.gather(*self._watchers.values(), return_exceptions=True)
        for listeners in self._listeners.values():
            for sock in listeners:
                sock.close()
        sockets.remove_unix(self._run)

    async def _end(self, children: list[Child], limit: float) -> None:
        processes = [child.process for child in children if child.process is not None]
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        ends = asyncio.gather(*(process.wait() for process in processes))
        hurry = asyncio.create_task(self._hurry.wait())
        await asyncio.wait((ends, hurry), timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not ends.done():
            late = [process for process in processes if process.returncode is None]
            why = "are not waited for" if self._hurry.is_set() else "did not end in time"
            log.warning("%d processes %s and are killed", len(late), why)
            for process in late:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
        await ends


def pause_after(deaths: int) -> float:
    """Seconds before a process that has died so often, each time soon after its start, is started again."""
    return min(0.1 * 2 ** min(deaths, 10), 5.0) if deaths > 1 else 0.0


def reason(code: int) -> str:
    """A return code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:  # a real-time signal has no name
        return f"signal {-code}"
