"""Access logs: a line for each exchange of a stage that wants one, in the format that its owner wrote.

When a program is installed the format becomes a list of texts, in which those of variables are filled in per exchange:
what the program knows stands there already, and values that no client can choose are not looked at again. One line per
request of REST and HTTP APIs, refused or not; per handshake, message and end of a connection of WebSocket APIs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatewright.gateway.access_format import NONE, escape_for, parse
from gatewright.gateway.access_quick import USER_AGENT, quick
from gatewright.gateway.access_variables import REST, Function, Read
from gatewright.gateway.base import Telemetry
from gatewright.gateway.context import PROTOCOL, granted
from gatewright.gateway.exchange import Exchange, Watch
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.records import StageProgram
from gatewright.program.websocket import WebSocketProgram
from gatewright.telemetry.base import Destination, Source, Writer

Program = StageProgram | HttpApiProgram | WebSocketProgram

# Values that are safe in every format: no client, and nobody's backend, has chosen them.
_SAFE: Final = frozenset(
    {
        "accountId",
        "apiId",
        "stage",
        "deploymentId",
        "isCanaryRequest",
        "resourceId",
        "protocol",
        "requestId",
        "extendedRequestId",
        "requestTime",
        "requestTimeEpoch",
        "status",
        "responseLength",
        "responseLatency",
        "integrationLatency",
        "integrationStatus",
        "integration.latency",
        "integration.integrationStatus",
        "integration.status",
        "dataProcessed",
        "eventType",
        "messageId",
        "messageDirection",
        "connectionId",
        "connectedAt",
        "error.responseType",
        "authorizer.integrationLatency",
        "authorizer.latency",
        "authorizer.status",
        "endpointType",
        "identity.sourceIp",
    }
)
_REMEMBERED, _LONGEST = 512, 256  # values, and characters of one
_QUOTED: Final = "error.messageString"  # a JSON string already


def build(program: StageProgram, telemetry: Telemetry | None) -> Watch | None:
    """Writes the access log of a stage of a REST API; None: it has none."""
    log = open_log(program, telemetry, REST)
    return None if log is None else log.watch


def open_log(program: Program, telemetry: Telemetry | None, table: Mapping[str, Read]) -> AccessLog | None:
    """The access log of a stage, whichever product the API is. `table`: the variables that there are."""
    log = program.telemetry.access_log
    if log is None or telemetry is None or telemetry.lines is None:
        return None
    canary = isinstance(program, StageProgram) and bool(program.is_canary)
    destination = destination_of(log.destination, log.format, canary=canary)
    if destination is None:
        return None
    writer = telemetry.lines.open(Source("access", program.api_id, program.stage, canary), destination)
    return AccessLog(Format(program, log.format.rstrip("\n"), table), writer)


def destination_of(arn: str, form: str, *, canary: bool = False) -> Destination | None:
    """Where lines of this format go; None: the ARN is neither of a log group nor of a Firehose stream.

    The canary of a stage has a log group of its own. A new line at the end of a format is for records of Firehose.
    """
    parts = arn.split(":")
    if len(parts) >= 7 and parts[2] == "logs":
        return Destination("logs", parts[4], parts[3], f"{parts[6]}/Canary" if canary else parts[6])
    if len(parts) == 6 and parts[2] == "firehose":
        end = "\n" if form.endswith("\n") else ""
        return Destination("firehose", parts[4], parts[3], parts[5].removeprefix("deliverystream/"), end)
    return None


class Field:
    """A variable and its place. `kind`: its number for `quick`; 0: `read` reads it. `foreign`: it may be anything."""

    __slots__ = ("foreign", "index", "kind", "read")

    def __init__(self, index: int, read: Read, foreign: bool) -> None:
        self.index = index
        self.kind = read if isinstance(read, int) else 0
        self.read: Function = _nothing if isinstance(read, int) else read
        self.foreign = foreign


def _nothing(exchange: Exchange) -> str | None:
    return None


class Format:
    """A format, ready for exchanges of one program."""

    __slots__ = ("_agents", "_escape", "_fields", "_parts", "_safe")

    def __init__(self, program: Program, text: str, table: Mapping[str, Read]) -> None:
        known = _known(program)
        escape = escape_for(text)
        parts: list[str] = [""]
        fields: list[Field] = []
        for before, name in parse(text):
            parts[-1] += before
            found, rest = _find(name, table)
            if name in known:
                parts[-1] += known[name]
            elif found is None:
                parts[-1] += f"{NONE}{rest}" if name else ""
            else:
                fields.append(Field(len(parts), found, _is_foreign(name, text)))
                parts += [NONE, rest]
        self._parts = parts
        self._fields = fields
        self._escape = escape
        # Values that come again and again, made safe.
        self._safe: dict[str, str] = {}
        self._agents: dict[bytes, str] = {}  # by the header: equal heads are one object, which knows its hash

    def line(self, exchange: Exchange) -> str:
        """The line for an exchange that has ended."""
        parts = self._parts.copy()
        for field in self._fields:
            kind = field.kind
            if kind == USER_AGENT:
                parts[field.index] = self._agent(exchange)
                continue
            try:
                value = quick(kind, exchange) if kind else field.read(exchange)
            except AttributeError:  # it has not come so far
                continue
            if value:
                parts[field.index] = self._made_safe(value) if field.foreign else value
        return "".join(parts)

    def _agent(self, exchange: Exchange) -> str:
        raw = exchange.header(b"user-agent")
        if not raw:
            return NONE
        safe = self._agents.get(raw)
        if safe is None:
            safe = self._escape(raw.decode("utf-8", "replace"))
            if len(raw) <= _LONGEST:
                if len(self._agents) >= _REMEMBERED:
                    self._agents.clear()
                self._agents[raw] = safe
        return safe

    def _made_safe(self, value: str) -> str:
        safe = self._safe.get(value)
        if safe is not None:
            return safe
        safe = self._escape(value)
        if len(value) <= _LONGEST:
            if len(self._safe) >= _REMEMBERED:
                self._safe.clear()
            self._safe[value] = safe
        return safe


def _known(program: Program) -> dict[str, str]:
    """What is the same for all exchanges."""
    known = {"accountId": program.account, "apiId": program.api_id, "stage": program.stage}
    if not isinstance(program, WebSocketProgram):
        known["protocol"] = PROTOCOL
    return known


def _find(name: str, table: Mapping[str, Read]) -> tuple[Read | None, str]:
    """What reads a variable, and text that was taken for a part of its name: `$context.stage-$context.path`."""
    if name in table:
        return table[name], ""
    if name.startswith(("authorizer.", "identity.")):
        return _granted(name), ""
    shorter, hyphen, rest = name.partition("-")
    return table.get(shorter), f"{hyphen}{rest}"


def _granted(name: str) -> Function:
    return lambda exchange: granted(exchange.grant, name)


def _is_foreign(name: str, text: str) -> bool:
    """Whether a value must be made safe."""
    return name not in _SAFE and (name != _QUOTED or text.lstrip().startswith("<"))


class AccessLog:
    """The access log of one stage."""

    __slots__ = ("_form", "_writer")

    def __init__(self, form: Format, writer: Writer) -> None:
        self._form = form
        self._writer = writer

    def watch(self, exchange: Exchange) -> None:
        """See `watching`."""
        self._writer.write(self._form.line(exchange), exchange.ended_at)
