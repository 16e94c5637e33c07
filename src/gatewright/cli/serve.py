"""`gatewright serve`: run a node in the foreground."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gatewright.cli.env import exports
from gatewright.cli.options import load, settings_options
from gatewright.compiled import StaleError, is_compiled
from gatewright.metering import prices
from gatewright.net.tls import TlsError, server_context
from gatewright.settings import Settings, SettingsError
from gatewright.supervisor.supervisor import StartError, Supervisor
from gatewright.telemetry import logs


@click.command()
@settings_options()
def serve(config: str | None, **flags: Any) -> None:
    """Serve APIs and their control plane until TERM or Ctrl-C."""
    settings = load(config, flags)
    run(settings, lambda node: click.echo(_banner(settings, node)))


def run(settings: Settings, on_ready: Callable[[Supervisor], None]) -> None:
    """Run a node; returns after it has drained. Raises click.ClickException when it cannot start."""
    _fill_standard_streams()
    logs.configure(settings.log_level, "supervisor")
    try:
        is_compiled()  # refuses to run what is not what was written
        if settings.tls_certificate and settings.tls_key:
            server_context(settings.tls_certificate, settings.tls_key)  # here once, before any process starts
        for file in settings.domain_certificates.values():
            server_context(file, file)
        if settings.prices is not None:
            prices.load(Path(settings.prices))
        node = Supervisor(settings)
        asyncio.run(node.run(on_ready))
    except (prices.PriceError, SettingsError, StaleError, StartError, TlsError) as error:
        raise click.ClickException(str(error)) from None


def _fill_standard_streams() -> None:
    """Started with closed streams, their numbers would go to sockets, and what is printed to clients."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115  for the life of the process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115


def _banner(settings: Settings, node: Supervisor) -> str:
    endpoint = node.endpoint_url
    scheme = endpoint.partition(":")[0]
    lines = [
        f"Gatewright is ready ({settings.profile} profile, workers: {settings.workers}).",
        "",
        f"  control plane   {endpoint}",
        f"  APIs            {scheme}://{{api-id}}.execute-api.localhost:{node.port}/{{stage}}/…",
        *([] if node.tls_port is None else [f"  with TLS        https://{settings.host}:{node.tls_port}"]),
        f"  data            {settings.data}",
        "",
        "  Point the AWS CLI, SDKs and Terraform here:",
    ]
    secret = "AWS_SECRET_ACCESS_KEY"  # noqa: S105  the variable's name
    for name, value in exports(settings, endpoint).items():
        lines.append(f"    export {name}={'…' if name == secret and not settings.local else value}")
    sys.stdout.flush()
    return "\n".join(lines) + "\n"
