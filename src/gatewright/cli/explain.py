"""`gatewright explain`: what happened to a request, and why."""

from __future__ import annotations

import http.client
import json
import re
import socket
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import click

from gatewright.cli.exits import TroubleError, clean, trouble
from gatewright.cli.options import load, settings_options
from gatewright.settings import Settings, SettingsError
from gatewright.supervisor import sockets

_PATH = "/_gatewright/explain"
_PATIENCE = 15.0  # seconds; control waits five for its workers
_WIDTH = 100
_SIGNS = {"passed": "✓", "refused": "✗", "not reached": "·"}
_DASHED = re.compile(r"-[A-Za-z0-9_-]{14}=")  # an extended id
Body = dict[str, Any]


class WithId(click.Command):
    """An id may begin with a dash, and is no option for all that."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = [each for each in args if _DASHED.fullmatch(each)]
        others = [each for each in args if each not in named]
        return super().parse_args(ctx, [*others, "--", *named] if named else args)


@click.command(cls=WithId)
@click.argument("request_id", required=False)
@click.option("--last", is_flag=True, help="Explain the last request (that --status and --api fit); without an id.")
@click.option("--list", "as_list", is_flag=True, help="List the last requests instead, newest first.")
@click.option("--status", default="", metavar="CODE", help="Only requests answered so: 403, 4xx, 5xx, or error.")
@click.option("--api", default="", metavar="API", help="Only requests to this API (its id or name).")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Lines of --list.")
@click.option("--json", "as_json", is_flag=True, help="Print all that is known, as JSON.")
@settings_options(("data_dir",))
def explain(
    request_id: str | None,
    last: bool,
    as_list: bool,
    status: str,
    api: str,
    limit: int,
    as_json: bool,
    config: str | None,
    **flags: Any,
) -> None:
    """Tell what happened to a request, why it failed, and what to do about it.

    REQUEST_ID is what the answer had in x-amzn-RequestId, x-amz-apigw-id or Apigw-Requestid (of a WebSocket message:
    the requestId of its error). Without one: --last or --list. Exit code: 0, here it is; 1, no such request is kept;
    2, trouble.
    """
    if request_id is None and not (last or as_list):
        raise click.UsageError("give a REQUEST_ID, or --last, or --list")
    with trouble(SettingsError, OSError):
        settings = load(config, flags)
        node = Node(settings)
        if request_id is None:
            asked = {"status": status, "api": api, "limit": str(limit if as_list else 1)}
            said = node.ask(f"{_PATH}?{urlencode(asked)}")[1]
            if as_list:
                click.echo(json.dumps(said, indent=2) if as_json else "\n".join(listed(said)))
                return
            found = said["requests"]
            request_id = found[0]["requestId"] if found else ""
        code, said = node.ask(f"{_PATH}/{quote(request_id, safe='')}") if request_id else (404, said)
    if code != 200:
        _absent(said, request_id)
    explanation = said["explanation"]
    click.echo(json.dumps(explanation, indent=2, ensure_ascii=False) if as_json else "\n".join(text(explanation)))


def _absent(said: Body, request_id: str) -> None:
    """Ends the command with 1."""
    click.echo("\n".join(unknown(said, request_id)), err=True)
    raise click.exceptions.Exit(1)


class Node:
    """A running node, asked over the unix socket of its control process."""

    def __init__(self, settings: Settings) -> None:
        self._data = settings.data
        self._socket = sockets.run_dir(settings.data) / "control.sock" if settings.data.exists() else None

    def ask(self, target: str) -> tuple[int, Body]:
        """Status and body. Raises TroubleError when no node runs here."""
        connection = _Unix(str(self._socket), timeout=_PATIENCE)
        try:
            connection.request("GET", target, headers={"Host": "localhost"})
            answer = connection.getresponse()
            return answer.status, dict(json.load(answer))
        except (FileNotFoundError, ConnectionRefusedError):
            raise TroubleError(
                f"no node runs with data_dir {self._data}: start one with `gatewright serve`, or give its --data-dir"
            ) from None
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise TroubleError(f"the running node did not answer: {error}") from None
        finally:
            connection.close()


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


# ---- For people ----


def unknown(said: Body, request_id: str) -> Iterator[str]:
    """Why a request cannot be told of."""
    if not said.get("most"):
        yield "This node keeps no requests. Turn it on with the setting explain (how many each worker keeps):"
        yield "  gatewright serve --explain 1000"
        return
    yield f"No request {request_id} is kept." if request_id else "No such request is kept."
    if not said["kept"]:
        yield "None has come yet, since this node was started."
        return
    since = _time(said["since"])
    yield f"{said['kept']} requests are kept, since {since} UTC; there were {said['total']} in all."
    yield "List them with `gatewright explain --list`. More are kept with the setting explain"
    yield f"(now {said['most']} for each worker)."


def listed(said: Body) -> Iterator[str]:
    """The last requests, a line each."""
    if not said["requests"]:
        yield from unknown(said, "")
        return
    for each in said["requests"]:
        where = f"{each['name'] or each['api']}/{each['stage']}" if each["stage"] else each["api"]
        error = f"  {each['error']}" if each["error"] else ""
        yield clean(f"{_time(each['at'])}  {each['status']}  {each['requestId']}  {where}  {each['request']}{error}")


def text(said: Body) -> Iterator[str]:
    """An explanation in lines."""
    yield clean(f"{said['request']}  →  {said['verdict']}")
    yield ""
    yield from (clean(line) for line in _facts(said))
    if said["steps"]:
        yield ""
        yield from _steps(said["steps"])
    if said["why"]:
        yield ""
        yield "Why"
        yield from (line for each in said["why"] for line in _wrapped(each, "  "))
    for exhibit in said["exhibits"]:
        yield ""
        yield clean(f"  {exhibit['title']}")
        yield from (clean(f"    | {line}") for line in exhibit["text"].split("\n"))
    if said["fix"]:
        yield ""
        yield "What to do"
        for number, fix in enumerate(said["fix"], 1):
            yield from _wrapped(fix["text"], "     ", f"  {number}. ")
            yield from (clean(f"       {line}") for line in (fix["command"] or "").split("\n") if line)
    if said["docs"]:
        yield ""
        yield "AWS's documentation"
        yield from (f"  {page}" for page in said["docs"])


def _facts(said: Body) -> Iterator[str]:
    api, client, timing = said["api"], said["client"], said["timing"]
    took = f", took {timing['latencyMs']:.1f} ms"
    yield f"  at       {_time(said['at'])} UTC{took}"
    ids = said["request_id"]
    if said["extended_request_id"] != ids:
        ids += f"  (extended: {said['extended_request_id']})"
    yield f"  id       {ids}"
    if "stage" in api:
        name = f"{api['name']} ({api['id']})" if api["name"] else api["id"]
        yield f"  api      {_PRODUCTS.get(api['type'], '')}{name}, stage {api['stage']}, {api['region']}"
    else:
        yield f"  api      {api['id']} was asked for"
    agent = f", {client['userAgent']}" if client["userAgent"] else ""
    yield f"  client   {client['ip']}{agent}"


_PRODUCTS = {"REST": "REST API ", "HTTP": "HTTP API ", "WEBSOCKET": "WebSocket API "}


def _steps(said: list[Body]) -> Iterator[str]:
    width = max(len(each["step"]) for each in said)
    for each in said:
        words = each["words"] or each["outcome"]
        begins = f"  {_SIGNS[each['outcome']]} {each['step']:<{width}}  "
        yield from _wrapped(words, " " * len(begins), begins)


def _wrapped(said: str, indent: str, first: str | None = None) -> Iterator[str]:
    """Lines of at most _WIDTH columns; what begins with blanks is indented further."""
    more = len(said) - len(said.lstrip())
    lines = textwrap.wrap(
        said.strip(),
        _WIDTH,
        initial_indent=(indent if first is None else first) + " " * more,
        subsequent_indent=indent + " " * more,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (clean(line) for line in lines)


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
