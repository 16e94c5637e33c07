"""`gatewright env`: what to export so that the AWS CLI, SDKs and Terraform speak to this server."""

from __future__ import annotations

import shlex
from typing import Any

import click

from gatewright.cli.options import load, settings_options
from gatewright.settings import Settings


def endpoint_of(settings: Settings) -> str:
    """The control plane's URL as the settings have it (a port of 0 is known only to the running server)."""
    host, port = (settings.host, settings.port) if settings.local else (settings.control_host, settings.control_port)
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.tls else 'http'}://{host}:{port}"


def exports(settings: Settings, endpoint_url: str) -> dict[str, str]:
    """The environment of a client of this server."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_REGION": settings.region,
        "AWS_ACCESS_KEY_ID": "test" if settings.local else settings.access_key_id or "",
        "AWS_SECRET_ACCESS_KEY": "test" if settings.local else settings.secret_access_key or "",
    }


@click.command()
@settings_options(
    ("profile", "host", "port", "control_host", "control_port", "region", "tls_certificate", "tls_key", "tls_port")
)
def env(config: str | None, **flags: Any) -> None:
    """Print the export lines for a shell: eval "$(gatewright env)"."""
    settings = load(config, flags)
    for name, value in exports(settings, endpoint_of(settings)).items():
        click.echo(f"export {name}={shlex.quote(value)}")
