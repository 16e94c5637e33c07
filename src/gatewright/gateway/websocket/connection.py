"""A connection's life: its handshake asks $connect, its messages run routes, its end tells $disconnect.

Messages of one connection run side by side: nobody waits for the one before, and answers come as they come (AWS says
so, too). What is kept of an idle connection is `Connection` and the socket's own state; everything else lives as long
as an event does. A deployment takes effect for messages at once (unverified for AWS); when the stage goes, its
connections are closed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from gatewright.clock import Clock
from gatewright.edge.target import Target
from gatewright.gateway.base import ConnectionInfo
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Answer
from gatewright.gateway.grants import Grant
from gatewright.gateway.running import advance
from gatewright.gateway.websocket import errors, execution_log, wills
from gatewright.gateway.websocket.answering import NOTHING, BinaryAnswer
from gatewright.gateway.websocket.base import Upgradable
from gatewright.gateway.websocket.client import Client
from gatewright.gateway.websocket.connections import LocalConnections
from gatewright.gateway.websocket.exchange import (
    CONNECTING,
    DISCONNECTING,
    MESSAGE,
    NO_JSON,
    Refused,
    SocketExchange,
)
from gatewright.gateway.websocket.live import Place, SocketLive, SocketPlan
from gatewright.gateway.websocket.view import SocketView
from gatewright.net.base import Channel
from gatewright.net.websocket import handshake
from gatewright.net.websocket.connection import WebSocketLimits
from gatewright.program.websocket import CONNECT

UNSUPPORTED: Final = 1003  # binary messages
MOST_WAITING: Final = (
    1 << 20
)  # bytes of one connection's messages that wait for their backends, before no more are read
_ENTRY: Final = 1024  # bytes that such a message takes besides
_NO_BINARY: Final = ""
_WITHOUT_ROUTE: Final = GatewayError(errors.FORBIDDEN)


class Connection(Client):
    """An open connection (`net.base.Session`, `base.Member`)."""

    __slots__ = ("_channel", "_clock", "_everything", "_home", "_registry", "_waiting", "active", "open")

    def __init__(
        self, client: Client, home: Place, registry: LocalConnections, clock: Clock, *, everything: bool = False
    ) -> None:
        """`everything`: see `WebSocketLimits`."""
        Client.__init__(self, client.id, client.domain, client.source_ip, client.user_agent, client.connected)
        self.grant = client.grant
        self.api_key = client.api_key
        self.active = client.connected
        self.open = False
        self._home = home
        self._registry = registry
        self._clock = clock
        self._everything = everything
        self._channel: Channel | None = None
        self._waiting = 0  # bytes of messages that wait for their backends

    # What the registry calls

    @property
    def place(self) -> tuple[str, str]:
        """API and stage."""
        return self._home.key

    def begin(self, channel: Channel) -> None:
        """The handshake has been answered."""
        self._channel = channel
        self.open = True
        self._registry.add(self, wills.write(self, self._home.key))
        live = self._home.live
        if live is not None:
            live.counters.minutes += 1

    def send(self, data: bytes) -> bool:
        """See `Member.send`."""
        channel = self._channel
        if channel is None or not self.open:
            return False
        if not channel.send(data):
            raise GatewayError(errors.THROTTLED, log="the client does not read what it is sent")
        self.active = self._clock.now()
        self._sent(len(data))
        return True

    def _sent(self, size: int) -> None:
        live = self._home.live
        if live is not None:
            live.counters.sent(size)

    def close(self, code: int, reason: str) -> bool:
        """See `Member.close`."""
        channel = self._channel
        if channel is None or not self.open:
            return False
        self.open = False
        channel.close(code, reason)
        return True

    def info(self) -> ConnectionInfo:
        return ConnectionInfo(self.connected, self.active, self.source_ip, self.user_agent)

    def minute(self) -> None:
        """See `Member.minute`."""
        live = self._home.live
        if live is not None:
            live.counters.minutes += 1
            self._idle(live, 1)

    def _idle(self, live: SocketLive, whole: int) -> None:
        """Count the minute that ends, if nothing was sent in it. `whole`: 1 when it was a whole one."""
        passed = int((self._clock.now() - int(self.connected)) / 60) - whole
        if self.active <= self.connected + 60 * passed:
            live.counters.idle_minutes += 1

    # What the socket calls

    def message(self, data: bytes, binary: bool) -> None:
        """See `net.base.Session.message`."""
        live = self._home.live
        if live is None or not self.open:
            return
        if binary and not self._everything:
            self.close(UNSUPPORTED, _NO_BINARY)
            return
        self.active = self._clock.now()
        live.counters.received(len(data))
        exchange = MessageExchange(self, live, data, self._clock)
        exchange.binary = binary
        try:
            plan = _select(exchange, live)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the client gets its answer
            exchange.fail(error)
            return
        if plan is None:
            exchange.fail(_WITHOUT_ROUTE)
        else:
            exchange.route = plan
            exchange.detail = plan.detail
            if plan.detail is not None:
                plan.detail.received(len(data))
            if self._registry.is_full:
                exchange.fail(GatewayError(errors.THROTTLED, log="too many messages wait for their backends"))
                return
            advance(exchange, plan.steps)
            if not exchange.finished:
                self._wait(exchange, len(data) + _ENTRY)

    def _wait(self, exchange: MessageExchange, size: int) -> None:
        """The message is under way. Of a client with many such no more are read for the time being."""
        exchange.held = size
        self._registry.waiting += size
        self._waiting += size
        if self._waiting > MOST_WAITING and self._channel is not None:
            self._channel.pause()

    def release(self, size: int) -> None:
        """One that was under way has been answered."""
        self._registry.waiting -= size
        self._waiting -= size
        if self._waiting <= MOST_WAITING and self._channel is not None:
            self._channel.resume()

    def answer(self, answer: Answer) -> bool:
        """Send what came of a message; False: nothing was sent. A client that asks and does not read is cut."""
        if not answer.body and (answer is NOTHING or not self._everything):
            return False
        channel = self._channel
        if channel is None or not self.open:
            return False
        self.active = self._clock.now()
        if not channel.send(answer.body, binary=isinstance(answer, BinaryAnswer)):
            channel.abort()
            return False
        self._sent(len(answer.body))
        return True

    def closed(self, code: int, reason: str) -> None:
        """See `net.base.Session.closed`."""
        self.open = False
        self._channel = None
        self._registry.remove(self.id)
        live = self._home.live
        if live is not None:
            self._idle(live, 0)
        if live is None or live.disconnect is None:
            _watch_end(self, live, (code, reason), self._clock)
            self._registry.told(self.id)
        else:
            self._registry.begin_end(partial(tell, self, live, (code, reason), self._clock, self._told))

    def _told(self) -> None:
        self._registry.end()
        self._registry.told(self.id)


def tell(client: Client, live: SocketLive, ended: tuple[int, str], clock: Clock, done: wills.Done) -> None:
    """Tell $disconnect, if there is one, of an end; `done` is called when that is over."""
    if live.disconnect is None:
        _watch_end(client, live, ended, clock)
        done()
        return
    exchange = EndExchange(client, live, ended, clock, done)
    exchange.route = live.disconnect
    advance(exchange, live.disconnect.steps)


def _watch_end(client: Client, live: SocketLive | None, ended: tuple[int, str], clock: Clock) -> None:
    """There is no $disconnect: only who watches the stage is told (unverified: that AWS's access log is, too)."""
    if live is not None and live.watch is not None:
        exchange = EndExchange(client, live, ended, clock, _nobody)
        exchange.status, exchange.sent, exchange.latency, exchange.ended_at = 200, 0, 0.0, clock.now()
        live.watch(exchange)


def _nobody() -> None:
    return


def _select(exchange: MessageExchange, live: SocketLive) -> SocketPlan | None:
    """The route of a message. Text that is no JSON, and what selects no route, is for $default."""
    if live.reads:
        found = exchange.document
        if found is NO_JSON:
            return live.default
        if live.members is not None:  # by far the most common: no need for the expression
            for name in live.members:
                found = found.get(name) if isinstance(found, dict) else None
            if isinstance(found, str):
                return live.routes.get(found) or live.default
    return live.routes.get(live.selection.evaluate(SocketView(exchange))) or live.default


class MessageExchange(SocketExchange):
    """A message of a client."""

    __slots__ = ("_connection", "finished", "held")

    def __init__(self, connection: Connection, live: SocketLive, data: bytes, clock: Clock) -> None:
        SocketExchange.__init__(self, connection, live, MESSAGE, data, clock)
        self._connection = connection
        self.finished = False
        self.held = 0  # see `Connection.release`

    def finish(self, answer: Answer) -> None:
        """Send what there is to send."""
        self.finished = True
        if self.held:
            self._connection.release(self.held)
        self.rendering = None  # which leads back here
        if self._connection.answer(answer) and self.detail is not None:
            self.detail.sent(len(answer.body))
        if self.log is not None:
            execution_log.end(self, answer.status, answer.body)
        self.over(answer.status, len(answer.body))

    def _answer(self, error: GatewayError) -> Answer:
        text = errors.frame(error, self.client.id, self.request_id.decode(), self.message_id)
        return Refused(error.status, b"", text)


class EndExchange(SocketExchange):
    """The end of a connection: nobody is there to be told what comes of it."""

    __slots__ = ("_done",)

    def __init__(
        self, client: Client, live: SocketLive, ended: tuple[int, str], clock: Clock, done: wills.Done
    ) -> None:
        SocketExchange.__init__(self, client, live, DISCONNECTING, b"", clock)
        self.ending = ended
        self._done = done

    def finish(self, answer: Answer) -> None:
        if self.log is not None:
            execution_log.end(self, answer.status, b"")
        self.over(answer.status)
        self._done()

    def _answer(self, error: GatewayError) -> Answer:
        return Refused(error.status, b"", b"")


class HandshakeExchange(SocketExchange):
    """A client that wants to connect. It is open when its $connect has said so, not before."""

    __slots__ = ("_handshake", "_home", "_limits", "_opening", "_registry")

    def __init__(
        self,
        request: Upgradable,
        target: Target,
        asked: handshake.Handshake,
        home: Place,
        live: SocketLive,
        registry: LocalConnections,
        limits: WebSocketLimits,
        clock: Clock,
    ) -> None:
        agent = request.header(b"user-agent")
        client = Client(
            registry.new_id(),
            target.domain or live.program.domain,
            request.client,
            None if agent is None else agent.decode("utf-8", "replace"),
            clock.now(),
        )
        SocketExchange.__init__(self, client, live, CONNECTING, b"", clock)
        self.request = request
        self._opening = request
        self.target = target
        self.header = request.header
        self.verb = CONNECT
        self._query = None
        self._handshake = asked
        self._home = home
        self._registry = registry
        self._limits = limits

    def finish(self, answer: Answer) -> None:
        """Open the connection, or refuse it."""
        status = answer.status
        if isinstance(answer, Refused):
            self._refuse(status, answer.head, answer.body)
        elif 200 <= status < 300:
            self._accept(answer.head)
        else:
            self._refuse(*errors.refusal(status, self.client.id, self.request_id.decode()))
        if self.log is not None:
            execution_log.end(self, status, b"")
        self.over(status)

    def _accept(self, chosen: bytes) -> None:
        client, asked = self.client, self._handshake
        grant: Grant | None = self.grant
        if grant is not None and grant.signer is not None:
            grant = replace(grant, signer=None)  # a connection keeps no secret of who has opened it
        client.grant = grant
        client.api_key = self.api_key
        protocol = chosen if chosen in asked.protocols else None
        limits = self._limits
        connection = Connection(client, self._home, self._registry, self.clock, everything=limits.everything)
        more = b"x-amzn-RequestId: %b\r\nx-amz-apigw-id: %b\r\n" % (self.request_id, self.extended_id)
        channel = self._opening.upgrade(handshake.head(asked, protocol, more), connection, limits)
        if channel is not None:
            connection.begin(channel)

    def _answer(self, error: GatewayError) -> Answer:
        return Refused(*errors.answer(error, self.client.id, self.request_id.decode()))

    def _refuse(self, status: int, head: bytes, body: bytes) -> None:
        ids = b"x-amzn-RequestId: %b\r\nx-amz-apigw-id: %b\r\n" % (self.request_id, self.extended_id)
        if self.serving.hint:
            ids += b"%b%b\r\n" % (self.serving.hint, self.request_id)
        self.request.respond(status, head, body, ids)
