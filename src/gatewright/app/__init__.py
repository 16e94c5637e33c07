"""The composition root: the only room that names concrete backends. One module for each process of a node.

    worker      edge worker: net's server and client, the data plane, the front door
    control     AWS's control-plane APIs on the store; publishes programs and rings the bell
    functions   the function host on the store
    companions  other AWS services for local use
    common      what several of them, or commands, open: the store, credentials, sockets
    reach       what workers and control reach: functions, other services, keys, issuers of tokens

A process imports the module of its own role only: an edge worker stays small without botocore and SQLAlchemy.
"""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable

from gatewright.supervisor.channel import Orders, Spec

Role = Callable[[Spec, Orders], Awaitable[None]]
ROLES = ("worker", "control", "functions", "companions")


def role(name: str) -> Role:
    """What a process of this name does until it is told to stop. Raises ValueError for a name that is no role."""
    if name not in ROLES:
        raise ValueError(f"no role is called {name}")
    run: Role = importlib.import_module(f"{__name__}.{name}").run
    return run
