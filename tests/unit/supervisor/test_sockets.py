"""The node's listeners: who may have them."""

from __future__ import annotations

import os
import resource
import socket
import stat
import tempfile
from pathlib import Path

import pytest

from gatewright.settings import Settings, SettingsError
from gatewright.supervisor import sockets


def test_one_node_per_data_folder(tmp_path: Path) -> None:
    held = sockets.lock(tmp_path / "data")
    with pytest.raises(SettingsError, match="in use by another"):
        sockets.lock(tmp_path / "data")
    os.close(held)
    os.close(sockets.lock(tmp_path / "data"))


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="data_dir"):
        sockets.lock(tmp_path / "file" / "data")


def test_the_run_folder_is_the_users_own(tmp_path: Path) -> None:
    folder = sockets.run_dir(tmp_path)
    assert folder == tmp_path / "run"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_long_path_gets_a_short_run_folder(tmp_path: Path) -> None:
    folder = sockets.run_dir(tmp_path / ("x" * 100))
    assert len(str(folder)) < 60
    folder.rmdir()


def test_a_link_in_place_of_the_run_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    data = tmp_path / ("x" * 100)
    folder = sockets.run_dir(data)
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o755)
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match="not a folder of this user's own"):
        sockets.run_dir(data)
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o755


def test_what_lies_in_the_data_folder_is_the_users_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)  # made by somebody before, perhaps for more than this
    (data / "programs").mkdir(mode=0o755)
    sockets.make_private(data)
    modes = {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in data.iterdir()}
    folders = dict.fromkeys(("programs", "functions", "logs", "state"), "0o700")
    assert modes == folders | {"gatewright.db": "0o600"}
    assert stat.S_IMODE(data.stat().st_mode) == 0o755
    sockets.make_private(data)


def test_workers_share_a_port() -> None:
    first, second = sockets.tcp_listeners("127.0.0.1", 0, 2)
    assert first.getsockname() == second.getsockname()
    first.close()
    second.close()


def test_a_port_that_is_taken_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "_PORT_WAIT", 0.0)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as another server of the same user would
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="Address already in use"):
            sockets.tcp_listeners("127.0.0.1", taken.getsockname()[1], 1)


def test_a_unix_listener_takes_the_place_of_a_dead_one(tmp_path: Path) -> None:
    path = tmp_path / "x.sock"
    sockets.unix_listener(path).close()
    listener = sockets.unix_listener(path)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
    listener.close()


def test_the_bound_of_open_files_is_raised() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 256), hard))
    try:
        sockets.allow_many()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(65536, hard), hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_tls_port_has_listeners_of_its_own(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), port=0, tls_port=0, workers=2)
    run = sockets.run_dir(tmp_path)
    listeners = sockets.open_all(settings, run)
    assert {name: len(listeners[name]) for name in ("public", "tls", "peer")} == {"public": 2, "tls": 2, "peer": 2}
    assert sockets.peer_path(run, 1).is_socket()
    assert len({sock.getsockname()[1] for name in ("public", "tls") for sock in listeners[name]}) == 2
    for each in listeners.values():
        for sock in each:
            sock.close()
    sockets.remove_unix(run)
    assert not list(run.glob("*.sock"))
