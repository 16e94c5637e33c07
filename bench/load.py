"""Load from wrk, and what it cost the system under test."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import machine

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Figures:
    """One measurement. Times in ms, CPU in µs per request of the system under test."""

    rate: float
    p50: float
    p99: float
    cpu: float
    errors: int


def measure(
    url: str,
    host: str,
    connections: int,
    seconds: float,
    under_test: Sequence[int],
    script: Path | None = None,
    headers: Sequence[str] = (),
) -> Figures:
    """Load `url` from the other core for a while. Raises RuntimeError when wrk gives no figures."""
    before = machine.cpu_seconds(under_test)
    command = [*machine.pin(machine.LOAD), "wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    command += ["-H", f"Host: {host}", *(["-s", str(script)] if script else []), url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = machine.cpu_seconds(under_test)
    return _read(done.stdout, after - before)


def _read(text: str, cpu: float) -> Figures:
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    count = re.search(r"(\d+) requests in", text)
    if rate is None or count is None:
        raise RuntimeError(f"wrk gave no figures:\n{text}")
    requests = int(count[1])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    socket_errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    errors = (int(bad[1]) if bad else 0) + (sum(map(int, socket_errors.groups())) if socket_errors else 0)
    return Figures(
        rate=float(rate[1]),
        p50=_latency(text, "50%"),
        p99=_latency(text, "99%"),
        cpu=cpu / max(requests, 1) * 1e6,
        errors=errors,
    )


def _latency(text: str, percentile: str) -> float:
    found = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s|m)\b", text)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0
