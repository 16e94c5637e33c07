"""The desk: what `gatewright credentials` asks of a running node, over a unix socket for the node's user alone.

One order for each connection: a line of JSON, answered by a line `{"result": …}` or `{"error": "…"}`. The answer comes
when every worker of the node goes by the change: a key whose deletion was answered is refused everywhere. No request of
a client is ever passed on to this socket. Without a running node the command carries out its order itself.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gatewright.identity.registry import Registry, RegistryError
from gatewright.identity.vault import VaultError
from gatewright.store.base import Body, StoreError

log = logging.getLogger("gatewright.identity")

_LIMIT = 4 * 1024 * 1024  # bytes of one order; 20 policies of 6,144 characters and their white space are far less
_PATIENCE = 10.0  # seconds to send an order
_ANSWER_PATIENCE = 30.0  # seconds that an answer may take: the store's lock, then the workers
_LOOK = "Look with `gatewright credentials list` what it has done."
_KEEP_NAME: dict[str, Any] = {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}

Publish = Callable[[], Mapping[str, str]]  # to all workers; returns what they could not load, with the reason


class OrderError(Exception):
    """An order that was not carried out, or not wholly; the message is for the operator."""


class PolicyText(msgspec.Struct, forbid_unknown_fields=True):
    """A policy of a new credential."""

    name: str
    document: str


class Create(msgspec.Struct, tag="create", forbid_unknown_fields=True):
    """Make a key for a user; the result holds its secret."""

    account: str
    user: str
    policies: Sequence[PolicyText] = ()
    tags: dict[str, str] = {}


class List(msgspec.Struct, tag="list", forbid_unknown_fields=True):
    """Tell every credential, without secrets."""


class Delete(msgspec.Struct, tag="delete", forbid_unknown_fields=True):
    """Delete a key."""

    access_key: str


Order = Create | List | Delete
_orders = msgspec.json.Decoder(Order)


def carry_out(registry: Registry, order: Order) -> Any:
    """Do what an order says. Raises OrderError; the store is then as it was."""
    try:
        if isinstance(order, Create):
            policies = [{"name": each.name, "document": each.document} for each in order.policies]
            body, secret = registry.create(order.account, order.user, policies, order.tags)
            return _shown(body) | {"secretAccessKey": secret}
        if isinstance(order, Delete):
            registry.delete(order.access_key)
            return {}
        return [_shown(each) for each in registry.list()]
    except (RegistryError, VaultError, StoreError) as error:
        raise OrderError(str(error)) from None


def _shown(body: Body) -> Body:
    return {name: value for name, value in body.items() if not name.startswith("_")}


class Desk:
    """The node's side, in the control process."""

    def __init__(self, sock: socket.socket, registry: Registry, publish: Publish) -> None:
        self._sock = sock
        self._registry = registry
        self._publish = publish
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, sock=self._sock, limit=_LIMIT, **_KEEP_NAME)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                line = await reader.readline()
            if line.endswith(b"\n"):
                writer.write(await asyncio.to_thread(self._answer, line))
                await writer.drain()
        except (ConnectionError, TimeoutError, ValueError) as error:
            log.warning("an order to the credentials was not heard to its end: %r", error)
        finally:
            writer.close()

    def _answer(self, line: bytes) -> bytes:
        try:
            answer = {"result": self._obey(_orders.decode(line))}
        except (OrderError, msgspec.DecodeError) as error:
            answer = {"error": str(error)}
        except Exception:
            log.exception("an order to the credentials failed")
            answer = {"error": "the order failed; the server's log says why"}
        return msgspec.json.encode(answer) + b"\n"

    def _obey(self, order: Order) -> Any:
        result = carry_out(self._registry, order)
        if isinstance(order, List):
            return result
        done = _told(order, result)
        log.info("credentials: %s", done)
        try:
            failed = self._publish()
        except (OSError, StoreError) as error:
            failed = {"": str(error)}
        if failed:
            reason = next(iter(failed.values()))
            raise OrderError(f"{done}, durably, but not every worker goes by it: {reason}. Restart the node.")
        return result


def _told(order: Create | Delete, result: Any) -> str:
    if isinstance(order, Delete):
        return f"{order.access_key} was deleted"
    return f"{result['accessKeyId']} was made for {result['arn']}"


def send(path: Path, order: Order) -> Any:
    """Have the running node carry out an order. Blocks. Raises OrderError, ConnectionError when no node runs."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(_ANSWER_PATIENCE)
        try:
            sock.connect(str(path))
        except FileNotFoundError:
            raise ConnectionRefusedError from None
        try:
            sock.sendall(msgspec.json.encode(order) + b"\n")
            with sock.makefile("rb") as answers:
                answer = answers.readline()
        except OSError as error:
            raise OrderError(f"the running node did not answer: {error}. {_LOOK}") from None
    if not answer.endswith(b"\n"):
        raise OrderError(f"the running node did not answer to the end. {_LOOK}")
    said = msgspec.json.decode(answer)
    if "error" in said:
        raise OrderError(said["error"])
    return said["result"]
