"""Options derived from the settings model: every setting is a flag, with the model's own documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeVar, get_args, get_origin

import click

from gatewright import settings as model
from gatewright.settings import Settings, SettingsError

F = TypeVar("F", bound=Callable[..., Any])

# Secrets do not belong on a command line, where every user of the machine can read them; nor do tables.
_NO_FLAG = frozenset({"access_key_id", "secret_access_key", "database_url", *model.TABLES})


def settings_options(only: Iterable[str] | None = None) -> Callable[[F], F]:
    """Give a command `--config` and a flag per setting (or for those named)."""
    wanted = None if only is None else frozenset(only)

    def decorate(command: F) -> F:
        for name, kind, default, text in reversed(list(model.describe())):
            if name not in _NO_FLAG and (wanted is None or name in wanted):
                command = _option(name, kind, default, text)(command)
        return click.option("--config", metavar="FILE", help="TOML file with settings.")(command)

    return decorate


def _option(name: str, kind: Any, default: Any, text: str) -> Callable[[F], F]:
    flag = "--" + name.replace("_", "-")
    suffix = "" if default is None else f"  [default: {str(default).lower() if kind is bool else default}]"
    if kind is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", name, default=None, help=text + suffix)
    if get_origin(kind) is Literal:
        return click.option(flag, name, type=click.Choice(get_args(kind)), default=None, help=text + suffix)
    types: dict[Any, Any] = {int: int, float: float}
    return click.option(flag, name, type=types.get(kind, str), default=None, help=text + suffix)


def load(config: str | None, flags: dict[str, Any]) -> Settings:
    """Settings from all sources. Raises click.ClickException, which ends the command with a clear line."""
    try:
        return model.load(flags, config=config)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
