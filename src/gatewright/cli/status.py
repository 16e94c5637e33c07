"""`gatewright status`: how a running node is."""

from __future__ import annotations

import json
import ssl
import sys
import urllib.request
from typing import Any

import click

from gatewright.cli.env import endpoint_of
from gatewright.cli.exits import TroubleError, trouble
from gatewright.cli.options import load, settings_options
from gatewright.settings import Settings

_PATIENCE = 10.0  # seconds; the node itself answers within two or three


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what the node says, as JSON.")
@settings_options(("profile", "host", "port", "control_host", "control_port", "tls_certificate", "tls_key", "tls_port"))
def status(as_json: bool, config: str | None, **flags: Any) -> None:
    """Print how the running node is. Exit code: 0, all is well; 1, something is not; 2, nobody answers."""
    with trouble():
        said = _ask(load(config, flags))
    click.echo(json.dumps(said, indent=2) if as_json else "\n".join(lines(said)))
    sys.exit(0 if said["status"] == "ok" else 1)


def lines(said: dict[str, Any]) -> list[str]:
    """What a node says of itself, for people."""
    how = "compiled" if said["compiled"] else "from source"
    commit = f", commit {said['commit']}" if said["commit"] else ""
    ready = "ready" if said["ready"] else "not ready"
    return [
        f"{said['status']}, {ready}: Gatewright {said['version']} ({how}, Python {said['python']}{commit})",
        *(_worker(each) for each in said["workers"]),
        *(f"{name:<12}{state}" for name, state in said["processes"].items()),
    ]


def _worker(said: dict[str, Any]) -> str:
    name = f"worker {said['index']}"
    if said["pid"] is None:
        return f"{name:<12}does not answer"
    ready = "ready" if said["ready"] else "not ready"
    alone = "" if said["control"] else ", without control"
    figures = f"requests {said['requests']}, connections {said['connections']}"
    lost = f", log lines dropped {said['log_lines_dropped']}" if said.get("log_lines_dropped") else ""
    return f"{name:<12}{ready}, revision {said['revision']}{alone}, {figures}{lost}, pid {said['pid']}"


def _ask(settings: Settings) -> dict[str, Any]:
    """Raises TroubleError when nobody answers, or somebody else does."""
    url = endpoint_of(settings) + "/_gatewright/health"
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE, context=_trust(settings)) as answer:  # noqa: S310  ours
            said: dict[str, Any] = json.load(answer)
        if {"workers", "processes"} <= said.keys():
            return said
        problem = "this is no Gatewright"
    except (OSError, ValueError, AttributeError) as error:
        problem = str(error)
    raise TroubleError(f"no answer from {url}: {problem}")


def _trust(settings: Settings) -> ssl.SSLContext | None:
    """Only the node's own certificate is trusted, under whatever name: the address is the settings', too."""
    if not settings.tls:
        return None
    context = ssl.create_default_context(cafile=settings.tls_certificate)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False
    return context
