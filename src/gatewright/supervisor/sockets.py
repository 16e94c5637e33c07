"""The listening sockets of a node. The supervisor owns them, so that they outlive any process that serves them:
a killed worker's waiting connections are served by the one that takes its place."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import resource
import socket
import stat
import tempfile
import time
from pathlib import Path

from gatewright.settings import Settings, SettingsError

UNIX = ("control", "functions", "invoke", "bell", "companions", "credentials")
TCP = ("public", "admin", "tls")
PEER = "peer"  # one for each worker, by its number: what the other workers ask it
_BACKLOG = 4096
_FILES = 65536
_PORT_WAIT = 2.0  # seconds
_LONGEST_UNIX_PATH = 100  # sun_path holds 108 bytes


def lock(data: Path) -> int:
    """Take the data folder for this node; the descriptor must be kept. Raises SettingsError when it is in use."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SettingsError(f"data_dir {data}: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise SettingsError(
            f"data_dir {data} is in use by another gatewright serve; stop it or use --data-dir"
        ) from None
    return descriptor


def run_dir(data: Path) -> Path:
    """A folder for unix sockets that only this user can enter."""
    folder = data / "run"
    if len(str(folder / "companions.sock")) > _LONGEST_UNIX_PATH:
        name = hashlib.sha256(str(data).encode()).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"gatewright-{os.getuid()}-{name}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()  # of the name itself: in a folder that others write to it could be their link
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise SettingsError(f"{folder} is not a folder of this user's own")
        folder.chmod(0o700)
    except OSError as error:
        raise SettingsError(f"{folder}: {error.strerror}") from None
    return folder


def make_private(data: Path, *, database: bool = True) -> None:
    """Let only this user read what the node keeps, also where the data folder itself was made by others.

    Functions' variables and code lie here. SQLite gives its other files the database's mode. Raises SettingsError.
    """
    try:
        for name in ("programs", "functions", "logs", "state"):
            (data / name).mkdir(mode=0o700, exist_ok=True)
            (data / name).chmod(0o700)
        if database:
            file = data / "gatewright.db"
            file.touch(mode=0o600)
            file.chmod(0o600)
    except OSError as error:
        raise SettingsError(f"data_dir {data}: {error.strerror}") from None


def unix_listener(path: Path) -> socket.socket:
    """A listening unix socket in place of whatever was left there."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.bind(str(path))
    sock.listen(_BACKLOG)
    sock.setblocking(False)
    return sock


def allow_many() -> None:
    """Let the node's processes open as many files as the system allows without asking; the usual 1024 are few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def tcp_listeners(host: str, port: int, count: int) -> list[socket.socket]:
    """`count` sockets that share a port (SO_REUSEPORT: the kernel spreads connections). Port 0: any free one.

    Raises SettingsError when the port is taken.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise SettingsError(f"host {host}: {error.strerror}") from None
    if port:
        _wait_until_free(family, address, host, port)
    listeners = []
    for _ in range(count):
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            sock.bind(address)
        except OSError as error:
            raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror}") from None
        address = sock.getsockname()
        sock.listen(_BACKLOG)
        sock.setblocking(False)
        listeners.append(sock)
    return listeners


def _wait_until_free(family: int, address: tuple[object, ...], host: str, port: int) -> None:
    # SO_REUSEPORT would share a port with another server of this user without a word, so try without it first.
    # The processes of a server that was killed a moment ago may need a second to be gone.
    deadline = time.monotonic() + _PORT_WAIT
    while True:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror}") from None
        time.sleep(0.05)


def remove_unix(run: Path) -> None:
    """Take the unix sockets' names away, at the end."""
    for name in UNIX:
        (run / f"{name}.sock").unlink(missing_ok=True)
    for path in run.glob(f"{PEER}-*.sock"):
        path.unlink(missing_ok=True)


def peer_path(run: Path, worker: int) -> Path:
    """Where a worker answers the others."""
    return run / f"{PEER}-{worker}.sock"


def open_all(settings: Settings, run: Path) -> dict[str, list[socket.socket]]:
    """Every listener of the node by name: one for each worker on the TCP ports and among workers, else one."""
    listeners = {"public": tcp_listeners(settings.host, settings.port, settings.workers)}
    if not settings.local:
        listeners["admin"] = tcp_listeners(settings.control_host, settings.control_port, settings.workers)
    if settings.tls_port is not None:
        listeners["tls"] = tcp_listeners(settings.host, settings.tls_port, settings.workers)
    for name in UNIX:
        listeners[name] = [unix_listener(run / f"{name}.sock")]
    listeners[PEER] = [unix_listener(peer_path(run, worker)) for worker in range(settings.workers)]
    return listeners
