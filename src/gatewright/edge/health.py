"""How the node is: `/_gatewright/ready` for load balancers, `/_gatewright/health` for people and monitors.

Any worker answers for all. It asks the others over their sockets (edge/inside.py), all at once, and nobody longer than
PATIENCE in all; whoever asks meanwhile gets the same answer, so that many who ask cost what one does.

The node is ready when every worker serves, and those in touch with control serve the same revision: that of its latest
deployment. While one is being loaded they differ for a moment, which is waited for. Without control there is nothing
newer to serve: a node that serves is ready. Health asks the other processes too; any answer shows that one lives.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from gatewright.edge.inside import JSON
from gatewright.net.base import Origin, Request, Upstream, UpstreamError, UpstreamResponse

PATIENCE: Final = 1.0  # seconds for the workers, and again for the processes
_AGAIN: Final = 0.05  # seconds until workers that differ are asked again
_LEAST: Final = 0.1  # seconds that the last question gets
_LARGEST: Final = 64 * 1024
_UNREACHABLE: Final = "unreachable"

Status = dict[str, Any]  # what a worker says of itself: "index", "pid", "ready", "control", "revision" and figures
Processes = Callable[[], Mapping[str, "Origin | str"]]  # where each answers, or why it does not


class Health:
    """See the module. `own`: what this worker says of itself; `workers`: where each is asked, by its index."""

    def __init__(
        self,
        own: Callable[[], Status],
        workers: Sequence[Origin],
        processes: Processes,
        upstream: Upstream,
        build: Mapping[str, Any],
    ) -> None:
        self._own = own
        self._workers = workers
        self._processes = processes
        self._upstream = upstream
        self._build = dict(build)
        self._waiting: list[Callable[[list[Status]], None]] = []
        self._until = 0.0

    def ready(self, request: Request) -> None:
        """200 when the whole node is ready, else 503."""

        def found(workers: list[Status]) -> None:
            ready = is_ready(workers)
            said = {"ready": ready, "revision": self._own()["revision"]}
            request.respond(200 if ready else 503, JSON, json.dumps(said).encode())

        self._look(found)

    def health(self, request: Request) -> None:
        """Always 200: that somebody answers is an answer, too."""

        def found(workers: list[Status]) -> None:
            self._ask_processes(lambda processes: self._tell(request, workers, processes))

        self._look(found)

    def _tell(self, request: Request, workers: list[Status], processes: dict[str, str]) -> None:
        own, ready = self._own(), is_ready(workers)
        well = ready and _UNREACHABLE not in processes.values()
        said = {"status": "ok" if well else "degraded", "ready": ready} | self._build
        said |= {"worker": own["index"], "pid": own["pid"], "revision": own["revision"]}
        said |= {"workers": workers, "processes": processes}
        request.respond(200, JSON, json.dumps(said).encode())

    # ---- Workers ----

    def _look(self, found: Callable[[list[Status]], None]) -> None:
        self._waiting.append(found)
        if len(self._waiting) == 1:
            self._until = asyncio.get_running_loop().time() + PATIENCE
            self._ask_workers()

    def _ask_workers(self) -> None:
        own = self._own()
        others = [index for index in range(len(self._workers)) if index != own["index"]]

        def done(answers: list[bytes | None]) -> None:
            told = {index: _status(index, answer) for index, answer in zip(others, answers, strict=True)}
            self._answered([told.get(index, own) for index in range(len(self._workers))])

        time = max(self._until - asyncio.get_running_loop().time(), _LEAST)
        self._ask([(self._workers[index], b"/status") for index in others], done, time)

    def _answered(self, workers: list[Status]) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() + _AGAIN < self._until and not is_ready(workers) and all(each["ready"] for each in workers):
            loop.call_later(_AGAIN, self._ask_workers)
            return
        waiting, self._waiting = self._waiting, []
        for found in waiting:
            found(workers)

    # ---- Processes ----

    def _ask_processes(self, found: Callable[[dict[str, str]], None]) -> None:
        places = self._processes()
        asked = [(name, place) for name, place in places.items() if isinstance(place, Origin)]

        def done(answers: list[bytes | None]) -> None:
            said = {name: place for name, place in places.items() if isinstance(place, str)}
            for (name, _), answer in zip(asked, answers, strict=True):
                said[name] = _UNREACHABLE if answer is None else "ok"
            found({name: said[name] for name in places})

        self._ask([(place, b"/_gatewright/health") for _, place in asked], done, PATIENCE)

    # ---- Both ----

    def _ask(
        self, questions: list[tuple[Origin, bytes]], done: Callable[[list[bytes | None]], None], time: float
    ) -> None:
        """Ask all at once. `done` gets each answer's body; None: there was none within `time` seconds."""
        answers: list[bytes | None] = [None] * len(questions)
        left = Left(len(questions))
        if not questions:
            done(answers)
            return

        def ask(number: int, origin: Origin, path: bytes) -> None:
            def answered(result: UpstreamResponse | UpstreamError) -> None:
                answers[number] = result.body if isinstance(result, UpstreamResponse) else None
                left.number -= 1
                if not left.number:
                    done(answers)

            self._upstream.fetch(origin, b"GET", path, (), b"", answered, timeout=time, max_body=_LARGEST)

        for number, (origin, path) in enumerate(questions):
            ask(number, origin, path)


class Left:
    """How many answers are still to come."""

    def __init__(self, number: int) -> None:
        self.number = number


def is_ready(workers: Sequence[Status]) -> bool:
    """Whether every worker serves, and the same. See the module."""
    revisions = {each["revision"] for each in workers if each["control"]}
    return all(each["ready"] for each in workers) and len(revisions) <= 1


def _status(index: int, answer: bytes | None) -> Status:
    """What a worker has said; one that has not serves nobody, as far as can be known."""
    try:
        if answer is not None:
            said: Status = json.loads(answer)
            if said["index"] == index and {"ready", "control", "revision"} <= said.keys():
                return said
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    return {"index": index, "pid": None, "ready": False, "control": False, "revision": None}
