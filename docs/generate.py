"""Writes the parts of the documentation that the code knows: `make docs`. With `--check`: fails when one is stale.

Each part stands between two markers, `<!-- generated: NAME -->` and `<!-- end -->`, in the file that holds it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Set
from pathlib import Path
from typing import Any, get_args, get_origin

import click

from gatewright.aws import models
from gatewright.catalog.integration_subtypes import SUBTYPES
from gatewright.cli.main import cli
from gatewright.control.operations import OPERATIONS as CONTROL
from gatewright.control.rest.methods import TYPES as AUTHORIZATION_TYPES
from gatewright.deploy.methods import BUILDERS
from gatewright.functions.invoke import OPERATIONS as INVOKES
from gatewright.functions.operations import OPERATIONS as LAMBDA
from gatewright.functions.runtime import family
from gatewright.gateway.http_api.steps import GUARDS as ROUTE_GUARDS
from gatewright.gateway.steps.authorization import GUARDS
from gatewright.settings import describe

_DOCS = Path(__file__).resolve().parent
_ROOT = _DOCS.parent
_LIST = "[list](docs/operations.md)"


def _type(kind: Any) -> str:
    if get_origin(kind) is not None and all(isinstance(item, str) for item in get_args(kind)):
        return " \\| ".join(get_args(kind))
    names = {str: "text", int: "whole number", float: "number", bool: "true \\| false"}
    if type(None) in get_args(kind):
        return ", ".join([*(names[each] for each in get_args(kind) if each is not type(None)), "may be absent"])
    return names.get(kind, "table")


def settings_table() -> str:
    """Every setting: name, environment variable, type, default, meaning."""
    rows = ["| setting | environment | values | default | meaning |", "|---|---|---|---|---|"]
    for name, kind, default, text in describe():
        shown = "" if default in (None, {}) else f"`{str(default).lower() if kind is bool else default}`"
        rows.append(f"| `{name}` | `GATEWRIGHT_{name.upper()}` | {_type(kind)} | {shown} | {text} |")
    return "\n".join(rows)


def _handled() -> dict[str, Set[str]]:
    """The operations that are handled, by service."""
    by_handler = {each.handler: each.name for each in models.load("lambda").operations.values()}
    return {
        **{service: set(handlers) for service, handlers in CONTROL.items()},
        "lambda": {by_handler[name] for name in LAMBDA} | set(INVOKES),
    }


def _enum(service: str, shape: str, member: str) -> tuple[str, ...]:
    """The values that a service's model allows for a member of an operation's input."""
    place = models.load(service).operations[shape].input
    assert place is not None
    return next(each.shape.enum for each in place.members if each.name == member)


def supported() -> str:
    """What runs, from the tables that run it."""
    types = _enum("apigateway", "PutIntegration", "type")
    kinds = [kind for kind in AUTHORIZATION_TYPES if kind == "NONE" or kind in GUARDS]
    families = {family(runtime) for runtime in _enum("lambda", "CreateFunction", "Runtime")} - {None}
    rows = [
        ("", "runs", "not yet"),
        ("---", "---", "---"),
        *(
            (f"operations of `{service}`", f"{len(names)} of {len(models.load(service).operations)}", _LIST)
            for service, names in _handled().items()
        ),
        (
            "integrations of REST and WebSocket APIs",
            _words(BUILDERS),
            _words(kind for kind in types if kind not in BUILDERS),
        ),
        (
            "integrations of HTTP APIs",
            f"`HTTP_PROXY`, `AWS_PROXY`: functions, {len(SUBTYPES)} service integrations",
            "",
        ),
        ("authorization of routes", _words(("NONE", *ROUTE_GUARDS)), ""),
        ("authorization of methods", f"{_words(kinds)}; API keys", ""),
        ("settings of stages", "all: variables, canaries, caching, throttling, logs, metrics, traces", ""),
        ("Lambda runtimes", _words(sorted(str(name) for name in families)), ""),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def operations() -> str:
    """Every operation of every service, handled or not."""
    parts = []
    for service, names in _handled().items():
        every = sorted(models.load(service).operations)
        parts += [f"## {service}: {len(names)} of {len(every)}", ""]
        if names:
            parts += [f"Handled: {_words(sorted(names))}.", ""]
        parts += [f"Not handled: {_words(name for name in every if name not in names)}.", ""]
    return "\n".join(parts[:-1])


def commands() -> str:
    """Every command with its flags; those that are settings by name only."""
    settings = {name for name, *_ in describe()}
    parts = []
    for words, command in _commands("gatewright", cli):
        context = click.Context(command, info_name=words)
        usage = " ".join(command.collect_usage_pieces(context))
        parts += [f"## {words}", "", str(command.help), "", f"    {words} {usage}", ""]
        options = [each for each in command.params if isinstance(each, click.Option)]
        if own := [each for each in options if each.name not in settings]:
            parts += ["| flag | |", "|---|---|"]
            parts += [f"| `{'`, `'.join(each.opts)}` | {each.help} |" for each in own]
            parts += [""]
        if shared := [f"--{str(each.name).replace('_', '-')}" for each in options if each.name in settings]:
            parts += [f"Settings as flags: {_words(shared)}.", ""]
    return "\n".join(parts[:-1])


def _commands(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, each in command.commands.items():
        yield from _commands(f"{words} {name}", each)


def _words(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


PARTS: dict[str, tuple[Path, Callable[[], str]]] = {
    "settings": (_DOCS / "settings.md", settings_table),
    "supported": (_ROOT / "README.md", supported),
    "commands": (_DOCS / "command-line.md", commands),
    "operations": (_DOCS / "operations.md", operations),
}


def _filled(text: str, name: str, part: str) -> str:
    pattern = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"no place for the part {name}")
    return pattern.sub(lambda found: f"{found[1]}{part}\n{found[2]}", text)


def main(check: bool) -> int:
    """The exit code: 1 when `check` finds a stale part."""
    stale = []
    for name, (path, make) in PARTS.items():
        old = path.read_text()
        new = _filled(old, name, make())
        if new != old:
            stale.append(str(path.relative_to(_ROOT)))
            if not check:
                path.write_text(new)
    if check and stale:
        sys.stderr.write(f"stale, run `make docs`: {', '.join(stale)}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
