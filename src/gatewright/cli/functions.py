"""`gatewright functions`: folders on disk as Lambda functions of a running server (local profile)."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click

from gatewright.cli.env import endpoint_of
from gatewright.cli.options import load, settings_options

_PATH = "/_gatewright/functions"
_ENDINGS = (".py", "/__init__.py", ".js", ".mjs", ".cjs")
_VARIABLE = re.compile(r"[a-zA-Z]\w+", re.ASCII)  # Lambda's own pattern


@click.group()
def functions() -> None:
    """Folders on disk as Lambda functions."""


@functions.command()
@click.argument("name")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, resolve_path=True))
@click.option("--handler", required=True, help="File and function within DIR, for example app.handler.")
@click.option("--runtime", default=None, help="python3.x or nodejs20.x; found from the handler's file when not given.")
@click.option("--timeout", type=click.IntRange(1, 900), default=30, show_default=True, help="Seconds a call may take.")
@click.option("--memory", type=click.IntRange(128, 10240), default=128, show_default=True, help="Reported memory, MB.")
@click.option("--environment", "-e", multiple=True, metavar="NAME=VALUE", help="A variable of the function's.")
@settings_options(("host", "port"))
def add(
    name: str,
    folder: str,
    handler: str,
    runtime: str | None,
    timeout: int,
    memory: int,
    environment: tuple[str, ...],
    config: str | None,
    **flags: Any,
) -> None:
    """Serve DIR as the function NAME, reloaded on every change; API Gateway may invoke it."""
    order = {
        "name": name,
        "dir": folder,
        "handler": handler,
        "environment": dict(map(variable, environment)),
        "timeout": timeout,
        "memory": memory,
    }
    if runtime:
        order["runtime"] = runtime
    else:  # the server finds it from the handler's file
        check_handler(Path(folder), handler)
    answer = post(endpoint_of(load(config, flags)) + _PATH, order)
    click.echo(answer["FunctionArn"])


def check_handler(folder: Path, handler: str) -> None:
    """Raises click.ClickException when a handler does not name a function in a file of the folder."""
    module, _, function = handler.rpartition(".")
    if not module or not function:
        raise click.ClickException(f"a handler is FILE.FUNCTION, for example app.handler; not {handler!r}")
    places = (module, module.replace(".", "/"))
    if not any((folder / f"{place}{ending}").is_file() for place in places for ending in _ENDINGS):
        raise click.ClickException(f"no handler file {folder / module}.py, .js, .mjs or .cjs")


def variable(item: str) -> tuple[str, str]:
    """`NAME=VALUE` taken apart. Raises click.ClickException for what AWS would not take."""
    name, separator, value = item.partition("=")
    if not separator or _VARIABLE.fullmatch(name) is None:
        raise click.ClickException(
            f"--environment {item}: give NAME=VALUE, the name of letters, digits and _, at least two, beginning with "
            "a letter"
        )
    return name, value


def post(url: str, order: dict[str, Any]) -> dict[str, Any]:
    """Send an order to a running server. Raises click.ClickException with the server's own words."""
    request = urllib.request.Request(  # noqa: S310  the scheme is ours
        url, json.dumps(order).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        body = error.read().decode(errors="replace")
        try:
            fields = json.loads(body)
            body = fields.get("message") or fields.get("Message") or body
        except ValueError:
            pass
        raise click.ClickException(body) from None
    except OSError as error:
        raise click.ClickException(f"no server at {url}: {error}. Start one with `gatewright serve`.") from None
