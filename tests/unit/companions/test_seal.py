"""A sealed process talks to itself and its machine's loopback only."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gatewright.companions.seal import is_local

SCRIPT = """
import socket, sys
from gatewright.companions.seal import seal
seal()
with socket.create_server(("127.0.0.1", 0)) as listener:
    socket.create_connection(("localhost", listener.getsockname()[1])).close()
attempts = {
    "address": lambda: socket.create_connection(("192.0.2.1", 9), timeout=1),
    "name": lambda: socket.create_connection(("example.com", 80), timeout=1),
    "look-up": lambda: socket.gethostbyname("example.com"),
    "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 9)),
    "docker": lambda: socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock"),
}
for name, attempt in attempts.items():
    try:
        attempt()
    except PermissionError as error:
        print(name, str(error).startswith("companions stay on this machine"))
"""


def test_a_sealed_process() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    names = ["address", "name", "look-up", "datagram", "docker"]
    assert done.stdout.splitlines() == [f"{name} True" for name in names]


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        (b"localhost", True),
        ("sqs.localhost", True),
        ("", True),
        (None, True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("fe80::1%eth0", False),
        ("localhost.example.com", False),
        ("sqs.us-east-1.amazonaws.com", False),
        (7, False),
    ],
)
def test_is_local(host: object, local: bool) -> None:
    assert is_local(host) is local
