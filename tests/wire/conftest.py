"""Fixtures: one live server for all wire tests of a run, and one of its own for those that hurt it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.wire.support import Server, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks back on the whole run goes to its end."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server in the local profile, shared: leave it as you found it."""
    with serving(tmp_path_factory.mktemp("live") / "data", "--workers", "2") as server:
        yield server


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers that belong to this test alone: `own_server("--workers", "2")`."""
    with ExitStack() as stack:

        def start(*flags: str, **options: Any) -> Server:
            return stack.enter_context(serving(tmp_path / f"data{len(stack._exit_callbacks)}", *flags, **options))  # type: ignore[attr-defined]

        yield start


@pytest.fixture
def v2(live: Server) -> Any:
    """An apigatewayv2 client of the shared server."""
    return live.client("apigatewayv2")


@pytest.fixture
def http_api(v2: Any) -> Iterator[str]:
    """An empty HTTP API's id."""
    made = v2.create_api(Name="wire", ProtocolType="HTTP")["ApiId"]
    yield made
    v2.delete_api(ApiId=made)


@pytest.fixture
def websocket_api(v2: Any) -> Iterator[str]:
    """An empty WebSocket API's id."""
    expression = "$request.body.action"
    made = v2.create_api(Name="wire", ProtocolType="WEBSOCKET", RouteSelectionExpression=expression)["ApiId"]
    yield made
    v2.delete_api(ApiId=made)
