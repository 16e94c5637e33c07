"""What processes share: the store of the settings, roles by name, who may call the control plane."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from gatewright import app
from gatewright.app import common
from gatewright.aws.authenticate import LocalAuthenticator, SignedAuthenticator
from gatewright.settings import Settings
from gatewright.store.sqlite import SqliteStore
from gatewright.supervisor.channel import Spec


def test_a_node_without_a_database_of_others_has_its_own_file(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path))
    store = common.open_store(settings)
    try:
        assert isinstance(store, SqliteStore)
        assert (tmp_path / "gatewright.db").exists()
        assert common.open_registry(settings, store).list() == []
    finally:
        store.close()


def test_production_asks_for_signatures() -> None:
    assert isinstance(common.authenticator(Settings()), LocalAuthenticator)
    signed = Settings(profile="production", access_key_id="AKIAOWN", secret_access_key="secret")
    assert isinstance(common.authenticator(signed), SignedAuthenticator)


def test_sockets_are_those_that_were_handed_down() -> None:
    mine, other = socket.socketpair()
    spec = Spec(role="x", index=0, settings=Settings(), run_dir="", endpoint_url="", sockets={"a": mine.detach()})
    with other, common.sockets(spec)["a"] as handed:
        handed.sendall(b"x")
        assert other.recv(1) == b"x"


@pytest.mark.parametrize("name", app.ROLES)
def test_each_role_is_a_module(name: str) -> None:
    assert app.role(name).__module__ == f"gatewright.app.{name}"


@pytest.mark.parametrize("name", ["", "common", "reach", "..cli", "worker.run"])
def test_nothing_else_is_a_role(name: str) -> None:
    with pytest.raises(ValueError, match="no role"):
        app.role(name)
