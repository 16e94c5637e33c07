"""What several processes of a node, or commands beside it, open. Backends are imported when they are asked for."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.clock import SystemClock
from gatewright.settings import Settings
from gatewright.state.node_id import node_id
from gatewright.supervisor.channel import Spec

if TYPE_CHECKING:
    from gatewright.aws.service import Authenticate
    from gatewright.identity.registry import Registry
    from gatewright.state.base import Usage
    from gatewright.state.node import NodeState
    from gatewright.state.valkey.bus import ValkeyBus
    from gatewright.state.valkey.cluster import ClusterState
    from gatewright.store.base import Heard, Store

INSIDE = "inside.sock"  # in the run folder: where the companions, while they run, answer the node's own processes


def programs_dir(settings: Settings) -> Path:
    """Where published programs lie: control writes there, workers read."""
    return settings.data / "programs"


def state_dir(settings: Settings) -> Path:
    """Where the machine's shared state lies."""
    return settings.data / "state"


def worker_state(settings: Settings, worker: int) -> NodeState | ClusterState:
    """What a worker shares with others: of this node, or of many. Raises OSError, lmdb.Error, ValueError."""
    if settings.state_url is not None:
        from gatewright.state.valkey.cluster import ClusterState

        return ClusterState(settings.state_url, state_dir(settings), SystemClock(), worker, settings.workers)
    from gatewright.state.node import NodeState

    return NodeState(state_dir(settings), SystemClock(), worker, shared=settings.shares)


def spool_dir(settings: Settings) -> Path:
    """Where workers leave what control takes in."""
    return settings.data / "spool"


def node_name(settings: Settings) -> str:
    """What this node is called where many keep things together. Raises OSError."""
    return node_id(state_dir(settings))


def node_number(settings: Settings) -> bytes:
    """What the ids of this node's connections say of it: two bytes, or none where there is one node. Raises OSError."""
    if settings.state_url is None:
        return b""
    from gatewright.state.valkey.cluster import number_of

    return number_of(node_name(settings))


def worker_bus(settings: Settings, name: bytes) -> ValkeyBus | None:
    """How a worker of this name and those of other nodes reach one another. Raises OSError, ValueError."""
    if settings.state_url is None:
        return None
    from gatewright.state.valkey.bus import ValkeyBus

    return ValkeyBus(settings.state_url, SystemClock(), node_name(settings), name)


def open_usage(settings: Settings) -> Usage:
    """What has been used of quotas. Raises OSError, lmdb.Error, ValueError."""
    if settings.state_url is not None:
        from gatewright.state.valkey.usage import ValkeyUsage

        return ValkeyUsage(settings.state_url, SystemClock(), node_name(settings))
    from gatewright.state.machine.environment import Environment
    from gatewright.state.machine.usage import MachineUsage

    return MachineUsage(Environment(state_dir(settings)), settings.workers)


def open_store(settings: Settings, *, upgrade: bool = True) -> Store:
    """The durable store of this node. Raises StoreError when it cannot be used.

    `upgrade`: bring it to this version's schema if it is older; else that is a StoreError.
    """
    if settings.database_url is not None:
        from gatewright.store.postgres import PostgresStore

        return PostgresStore(settings.database_url, upgrade=upgrade)
    from gatewright.store.sqlite import SqliteStore

    return SqliteStore(settings.data / "gatewright.db", upgrade=upgrade)


def open_registry(settings: Settings, store: Store) -> Registry:
    """The credentials of this node."""
    from gatewright.identity.registry import Registry
    from gatewright.identity.vault import Vault

    return Registry(store, Vault(settings.credentials_file), SystemClock())


def publish_credentials(settings: Settings, store: Store) -> None:
    """What the workers of a node that does not run will know of credentials, from its first request on.

    They read it when they start, before control has compared it with the store. Raises OSError, StoreError.
    """
    from gatewright.deploy.publish import FilePublisher
    from gatewright.state.bell import NoBell

    FilePublisher(store, programs_dir(settings), NoBell()).publish_credentials()


def authenticator(settings: Settings) -> Authenticate:
    """Who calls the control plane: anybody in the local profile, the holder of the secret in production."""
    from gatewright.aws.authenticate import LocalAuthenticator, Secret, SignedAuthenticator

    if settings.local:
        return LocalAuthenticator(settings.account_id, settings.region)
    assert settings.access_key_id is not None
    assert settings.secret_access_key is not None
    secret = Secret(settings.secret_access_key, settings.account_id)
    known = {settings.access_key_id: secret}
    return SignedAuthenticator(known.get, SystemClock())


def sockets(spec: Spec) -> dict[str, socket.socket]:
    """The listeners that the supervisor has bound for a process, by name."""
    return {name: socket.socket(fileno=descriptor) for name, descriptor in spec.sockets.items()}


def listening(store: Store, heard: Heard) -> Callable[[], Awaitable[None]]:
    """Hear, on a thread of its own, what other nodes change; gives what ends it."""
    ending = threading.Event()
    thread = threading.Thread(target=store.listen, args=(heard, lambda: not ending.is_set()), daemon=True)
    thread.start()

    async def end() -> None:
        ending.set()
        await asyncio.to_thread(thread.join)

    return end
