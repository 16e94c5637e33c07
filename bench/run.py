"""`make bench`: Gatewright beside nginx, in one interleaved run, on one core each.

The figure that counts is CPU per request of the system under test, as a ratio to nginx doing the like in the same run:
on a noisy machine requests per second drift, the ratio hardly does. Each case runs in rounds (nginx, Gatewright, nginx,
…); the median over the rounds is printed. Results go to bench/RESULTS.md. The peer of WebSocket APIs is picows.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import machine, routes, systems, talkers
from bench.deployment import deploy_latency
from bench.issuer import issuer
from bench.load import Figures, measure
from gatewright.compiled import is_compiled

_RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = (
    "| case | conn. | system | requests/s | p50 ms | p99 ms | CPU µs/request | ratio of CPU |\n"
    "|---|---:|---|---:|---:|---:|---:|---:|\n"
)


@dataclass(frozen=True)
class Case:
    """Two ways to answer the same: the peer's URL path (None: no peer) and Gatewright's."""

    name: str
    peer_path: str | None
    api_id: str
    path: str
    headers: tuple[str, ...] = ()  # Gatewright's


def _median(rounds: list[Figures]) -> Figures:
    def middle(field: str) -> float:
        return float(statistics.median(getattr(one, field) for one in rounds))

    errors = sum(one.errors for one in rounds)
    return Figures(rate=middle("rate"), p50=middle("p50"), p99=middle("p99"), cpu=middle("cpu"), errors=errors)


def _row(case: str, connections: int, system: str, one: Figures, ratio: float | None) -> str:
    errors = f" ({one.errors} errors)" if one.errors else ""
    shown = "" if ratio is None else f"{ratio:.2f}"
    return (
        f"| {case} | {connections} | {system}{errors} | {one.rate:,.0f} | {one.p50:.2f} | {one.p99:.2f} "
        f"| {one.cpu:.1f} | {shown} |"
    )


def _compare(
    case: Case, connections: int, gw: systems.Gatewright, peer: systems.System, args: argparse.Namespace
) -> Iterator[str]:
    ours: list[Figures] = []
    theirs: list[Figures] = []
    url = f"http://127.0.0.1:{gw.system.port}{case.path}"
    measure(url, gw.host(case.api_id), connections, 1, gw.system.pids, headers=case.headers)  # warm
    for _ in range(args.rounds):
        if case.peer_path is not None:
            peer_url = f"http://127.0.0.1:{peer.port}{case.peer_path}"
            theirs.append(measure(peer_url, "localhost", connections, args.seconds, peer.pids))
        ours.append(measure(url, gw.host(case.api_id), connections, args.seconds, gw.system.pids, headers=case.headers))
    if theirs:
        yield _row(case.name, connections, "nginx", _median(theirs), None)
    ratio = statistics.median(a.cpu / b.cpu for a, b in zip(ours, theirs, strict=True)) if theirs else None
    yield _row(case.name, connections, "Gatewright", _median(ours), ratio)


def _routes(work: Path, args: argparse.Namespace) -> Iterator[str]:
    """10 → 10,000 routes: two APIs on one server, in turn."""
    sizes = (10, 10_000)
    data = work / "routes"
    for size in sizes:
        routes.plant(data, f"routes{size}", size)
    with systems.gatewright(data) as gw:
        rounds: dict[int, list[Figures]] = {size: [] for size in sizes}
        for number in range(args.rounds + 1):
            for size in sizes:
                script = routes.script(work / f"routes{size}.lua", size)
                url = f"http://127.0.0.1:{gw.system.port}/v1/r0/42"
                figures = measure(url, gw.host(f"routes{size}"), 64, args.seconds, gw.system.pids, script)
                if number:  # the first round warms
                    rounds[size].append(figures)
        ratio = statistics.median(b.cpu / a.cpu for a, b in zip(rounds[10], rounds[10_000], strict=True))
        yield _row("10 routes", 64, "Gatewright", _median(rounds[10]), None)
        yield _row("10,000 routes", 64, "Gatewright", _median(rounds[10_000]), ratio)


def _run(work: Path, args: argparse.Namespace) -> Iterator[str]:
    with ExitStack() as stack:
        backend_port = stack.enter_context(systems.backend(work))
        peer = stack.enter_context(systems.peer(work, backend_port))
        gw = stack.enter_context(systems.gatewright(work / "data"))
        cases = [
            Case("MOCK", "/mock", gw.mock_api(), "/v1/mock"),
            Case("MOCK with a mapping template", None, gw.template_api(), "/v1/template?q=1"),
            Case("HTTP_PROXY 1 KB", "/proxy", gw.proxy_api(backend_port), "/v1/proxy"),
            Case("HTTP API proxy 1 KB", "/proxy", gw.http_proxy_api(backend_port), "/proxy"),
            Case("Lambda proxy (Python)", None, gw.lambda_api(), "/v1/lambda"),
            Case("HTTP API Lambda 2.0 (Python)", None, gw.http_lambda_api(), "/lambda"),
        ]
        idle = machine.resident_mib([gw.worker()])
        for case in cases:
            for connections in (1, 64):
                yield from _compare(case, connections, gw, peer, args)
        loaded = machine.resident_mib([gw.worker()])
        yield f"- Start to ready: {gw.start_seconds:.2f} s."
        yield f"- Memory of the worker: {idle:.0f} MiB idle, {loaded:.0f} MiB after the load."


_POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_bench"
_CONNECTIONS = 64


def _authorizers(work: Path, args: argparse.Namespace) -> Iterator[str]:
    """What it costs that somebody has to be known, when they are: the same route without and with it, in turn."""
    with ExitStack() as stack:
        backend_port = stack.enter_context(systems.backend(work))
        tokens, pool = stack.enter_context(issuer()), stack.enter_context(issuer(_POOL))
        environ = {"GATEWRIGHT_ISSUER_URLS": f"{pool.name}={pool.url}"}
        gw = stack.enter_context(systems.gatewright(work / "authorizers", environ=environ))
        mock = Case("MOCK", None, gw.mock_api(), "/v1/mock")
        proxy = Case("HTTP API proxy 1 KB", None, gw.http_proxy_api(backend_port), "/proxy")
        jwt, guarded = gw.jwt_api(backend_port, tokens.name), gw.http_guarded_api(backend_port)
        for bare, name, api_id, header in (
            (mock, "Lambda authorizer, kept", gw.guarded_api(), "token"),
            (mock, "user pool", gw.pool_api(pool.name), pool.token),
            (proxy, "JWT", jwt, f"Bearer {tokens.token}"),
            (proxy, "Lambda authorizer, kept", guarded, "token"),
        ):
            headers = (f"Authorization: {header}",)
            yield from _pair(bare, replace(bare, name=f"{bare.name}, {name}", api_id=api_id, headers=headers), gw, args)


def _plans(work: Path, args: argparse.Namespace) -> Iterator[str]:
    """What a key with a throttle and a quota costs, for one worker and for two that share them."""
    for workers in (1, 2):
        told = "" if workers == 1 else f", {workers} workers"
        with systems.gatewright(work / f"plans{workers}", "--workers", str(workers)) as gw:
            bare = Case(f"MOCK{told}", None, gw.mock_api(), "/v1/mock")
            api_id, key = gw.keyed_api()
            name = f"MOCK, API key with throttle and quota{told}"
            yield from _pair(bare, replace(bare, name=name, api_id=api_id, headers=(f"x-api-key: {key}",)), gw, args)


def _pair(bare: Case, protected: Case, gw: systems.Gatewright, args: argparse.Namespace) -> Iterator[str]:
    rounds: dict[str, list[Figures]] = {bare.name: [], protected.name: []}
    for number in range(args.rounds + 1):
        for case in (bare, protected):
            url = f"http://127.0.0.1:{gw.system.port}{case.path}"
            figures = measure(
                url, gw.host(case.api_id), _CONNECTIONS, args.seconds, gw.system.pids, headers=case.headers
            )
            if number:  # the first round warms
                rounds[case.name].append(figures)
    for name, seen in rounds.items():
        yield _row(name, _CONNECTIONS, "Gatewright", _median(seen), None)
    more = statistics.median(b.cpu - a.cpu for a, b in zip(*rounds.values(), strict=True))
    ratio = statistics.median(b.cpu / a.cpu for a, b in zip(*rounds.values(), strict=True))
    yield f"- {protected.name}: {more:.1f} µs of CPU per request more than without, {ratio:.2f} times."


def _caches(work: Path, args: argparse.Namespace) -> Iterator[str]:
    """What a kept answer costs beside one that is made without a backend, from memory and from the workers' file."""
    with ExitStack() as stack:
        backend_port = stack.enter_context(systems.backend(work))
        for workers in (1, 2):
            told = "" if workers == 1 else f", {workers} workers"
            data = work / f"caches{workers}"
            gw = stack.enter_context(systems.gatewright(data, "--workers", str(workers)))
            bare = Case(f"MOCK{told}", None, gw.mock_api(), "/v1/mock")
            kept = gw.cached(gw.proxy_api(backend_port))
            sealed = gw.cached(gw.proxy_api(backend_port), dataEncrypted="true")
            for name, api_id, path in (
                ("MOCK, kept", gw.cached(gw.mock_api()), "/v1/mock"),
                ("HTTP_PROXY 1 KB, kept", kept, "/v1/proxy"),
                ("HTTP_PROXY 1 KB, kept and encrypted", sealed, "/v1/proxy"),
            ):
                yield from _pair(bare, replace(bare, name=f"{name}{told}", api_id=api_id, path=path), gw, args)


def _telemetry(work: Path, args: argparse.Namespace) -> Iterator[str]:
    """What it costs to count, of each method too, and to write an access log of ten fields to files.

    Two servers in turn, one of which counts nothing.
    """
    with ExitStack() as stack:
        backend_port = stack.enter_context(systems.backend(work))
        silent = stack.enter_context(systems.gatewright(work / "silent", "--no-metrics"))
        seen = stack.enter_context(systems.gatewright(work / "seen"))
        for name, path in (("MOCK", "/v1/mock"), ("HTTP_PROXY 1 KB", "/v1/proxy")):

            def made(gw: systems.Gatewright, name: str = name) -> str:
                return gw.mock_api() if name == "MOCK" else gw.proxy_api(backend_port)

            yield from _beside(
                {
                    f"{name}, neither counted nor logged": (silent, made(silent)),
                    f"{name}, counted": (seen, made(seen)),
                    f"{name}, counted and logged": (seen, seen.seen(made(seen))),
                },
                path,
                args,
            )


def _beside(cases: Mapping[str, tuple[systems.Gatewright, str]], path: str, args: argparse.Namespace) -> Iterator[str]:
    """The same on several servers, by case: server and API's id. What each costs more than the first."""
    rounds: dict[str, list[Figures]] = {name: [] for name in cases}
    for number in range(args.rounds + 1):
        for name, (gw, api_id) in cases.items():
            url = f"http://127.0.0.1:{gw.system.port}{path}"
            figures = measure(url, gw.host(api_id), _CONNECTIONS, args.seconds, gw.system.pids)
            if number:  # the first round warms
                rounds[name].append(figures)
    first, *others = rounds
    yield _row(first, _CONNECTIONS, "Gatewright", _median(rounds[first]), None)
    for name in others:
        pairs = list(zip(rounds[first], rounds[name], strict=True))
        ratio = statistics.median(b.cpu / a.cpu for a, b in pairs)
        more = statistics.median(b.cpu - a.cpu for a, b in pairs)
        yield _row(name, _CONNECTIONS, "Gatewright", _median(rounds[name]), ratio)
        yield f"- {name}: {more:.1f} µs of CPU per request more than neither, {ratio:.2f} times."


_IDLE = 10_000


def _websocket(work: Path, args: argparse.Namespace) -> Iterator[str]:
    """Messages that are echoed, beside a bare picows; connections that say nothing."""
    files = machine.allow_files()
    flags = ("--max-connections", str(2 * _IDLE))
    with systems.gatewright(work / "websocket", *flags) as gw, systems.picows() as peer:
        host = gw.host(gw.echo_api())
        ours: list[Figures] = []
        theirs: list[Figures] = []
        for number in range(args.rounds + 1):
            pair = (
                talkers.measure("localhost", peer.port, "/", _CONNECTIONS, args.seconds, peer.pids),
                talkers.measure(host, gw.system.port, "/v1", _CONNECTIONS, args.seconds, gw.system.pids),
            )
            if number:  # the first round warms
                theirs.append(pair[0])
                ours.append(pair[1])
        ratio = statistics.median(a.cpu / b.cpu for a, b in zip(ours, theirs, strict=True))
        yield _row("WebSocket echo", _CONNECTIONS, "picows", _median(theirs), None)
        yield _row("WebSocket echo, two-way MOCK", _CONNECTIONS, "Gatewright", _median(ours), ratio)
        gw.close()  # a worker takes half as many connections as it may open files
        count = min(_IDLE, files // 2)
        worker = [gw.worker()]
        before = machine.resident_mib(worker)
        with talkers.idle(host, gw.system.port, "/v1", count):
            each = (machine.resident_mib(worker) - before) * 1024 / count
            used = machine.cpu_seconds(worker)
            time.sleep(10)
            share = (machine.cpu_seconds(worker) - used) / 10
        yield (
            f"- {count:,} idle WebSocket connections, with wills for $disconnect: {each:.1f} KiB of memory "
            f"of the worker for each, {share:.1%} of a core for all."
        )


def _deployments(work: Path, args: argparse.Namespace) -> Iterator[str]:
    """How long a deployment takes until every worker serves it."""
    for workers in (1, 4):
        with systems.gatewright(work / f"deploy{workers}", "--workers", str(workers)) as gw:
            taken = deploy_latency(gw)
        stale = f", {taken.stale} STALE answers" if taken.stale else ""
        yield f"- Deployment to serving, workers: {workers}: p50 {taken.p50:.0f} ms, p99 {taken.p99:.0f} ms{stale}."


_PARTS: Mapping[str, Callable[[Path, argparse.Namespace], Iterator[str]]] = {
    "cases": _run,
    "authorizers": _authorizers,
    "plans": _plans,
    "caches": _caches,
    "telemetry": _telemetry,
    "routes": _routes,
    "deployments": _deployments,
    "websocket": _websocket,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", choices=tuple(_PARTS), help="a part of it")
    parser.add_argument("--no-write", action="store_true", help="print, but leave RESULTS.md as it is")
    args = parser.parse_args()
    if missing := systems.missing_tools():
        sys.exit(f"missing: {', '.join(missing)}. On Debian or Ubuntu: apt-get install nginx-light wrk util-linux")
    lines = [
        f"Machine: {machine.describe()}.",
        f"Date: {datetime.datetime.now(tz=datetime.UTC).date().isoformat()}.",
        "",
    ]
    form = "compiled with mypyc (`make compiled`)" if is_compiled() else "run from source (`make pure`)"
    lines += [
        f"The request path is {form}.",
        "",
        f"{args.rounds} rounds of {args.seconds:g} s each, medians; one core for the system under test, one for load.",
        "",
    ]
    lines += _HEAD.splitlines()
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory(prefix="gatewright-bench-") as folder:
        work = Path(folder)
        tail: list[str] = []
        for name, part in _PARTS.items():
            if args.only in (None, name):
                for line in part(work, args):
                    print(line, flush=True)
                    (lines if line.startswith("|") else tail).append(line)
    if not args.no_write and args.only is None:
        _RESULTS.write_text(
            "# Benchmark results\n\n`make bench` writes this file.\n\n" + "\n".join([*lines, "", *tail]) + "\n"
        )


if __name__ == "__main__":
    main()
