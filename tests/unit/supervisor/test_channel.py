"""The line between the supervisor and a process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys

import msgspec
import pytest

from gatewright.settings import Settings
from gatewright.supervisor.channel import Orders, Spec

_SPEC = Spec(
    role="worker",
    index=3,
    settings=Settings(port=1),
    run_dir="/r",
    endpoint_url="http://127.0.0.1:1",
    sockets={"public": 9},
)


def test_orders_arrive_whole_and_standard_input_is_then_empty() -> None:
    ours, theirs = socket.socketpair()
    code = "from gatewright.supervisor.channel import receive; import sys; spec, line = receive();"
    code += "print(repr(sys.stdin.read())); print(spec)"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=theirs.fileno(), stdout=subprocess.PIPE)
    theirs.close()
    ours.sendall(msgspec.json.encode(_SPEC) + b"\n")
    output, _ = child.communicate(timeout=20)
    ours.close()
    assert output.decode().splitlines() == ["''", repr(_SPEC)]


def test_a_process_without_a_supervisor_says_so() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    done = subprocess.run(
        [sys.executable, "-m", "gatewright.cli.process", "worker"],
        stdin=theirs.fileno(),
        capture_output=True,
        check=False,
    )
    theirs.close()
    assert done.returncode == 2
    assert b"gatewright serve" in done.stderr


@pytest.mark.parametrize("how", ["signal", "end of the line"])
async def test_the_order_to_stop(how: str) -> None:
    ours, theirs = socket.socketpair()
    orders = Orders(theirs)
    orders.start()
    orders.ready()
    assert json.loads(ours.recv(100)) == {"ready": True}
    if how == "signal":
        os.kill(os.getpid(), signal.SIGTERM)
    else:
        ours.close()
    await asyncio.wait_for(orders.stopped(), 5)
    assert orders.orphaned is (how != "signal")
    loop = asyncio.get_running_loop()
    loop.remove_reader(theirs)
    loop.remove_signal_handler(signal.SIGTERM)
    loop.remove_signal_handler(signal.SIGINT)
    ours.close()
    theirs.close()
