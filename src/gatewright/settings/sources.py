"""Where settings come from; later sources win: defaults, TOML file, environment, command line."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from gatewright.settings.checks import check, loopback
from gatewright.settings.model import TABLES, Settings, SettingsError

ENV_PREFIX = "GATEWRIGHT_"


def load(
    flags: Mapping[str, Any] | None = None, *, config: str | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Join all sources into checked settings. `flags` whose value is None were not given. Raises SettingsError."""
    env = os.environ if environ is None else environ
    given: dict[str, Any] = {}
    config = config or env.get(ENV_PREFIX + "CONFIG")
    if config:
        given |= _from_file(Path(config))
    given |= _from_environment(env)
    given |= {k: v for k, v in (flags or {}).items() if v is not None}
    try:
        settings = msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings: {error}") from None
    check(settings)
    return _without_itself(settings)


def _without_itself(settings: Settings) -> Settings:
    """Forget endpoints of other services that are this very node: a shell that has evaluated `gatewright env`."""

    def itself(text: str) -> bool:
        url = urlsplit(text)
        return url.port == settings.port and url.hostname is not None and loopback(url.hostname)

    one = settings.aws_endpoint_url
    return msgspec.structs.replace(
        settings,
        aws_endpoint_url=None if one is None or itself(one) else one,
        aws_endpoint_urls={name: url for name, url in settings.aws_endpoint_urls.items() if not itself(url)},
    )


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except OSError as error:
        raise SettingsError(f"configuration file {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"configuration file {path}: {error}") from None


def _from_environment(env: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if url := env.get("AWS_ENDPOINT_URL"):
        given["aws_endpoint_url"] = url
    urls = {
        name.removeprefix("AWS_ENDPOINT_URL_").lower(): value
        for name, value in env.items()
        if name.startswith("AWS_ENDPOINT_URL_") and value
    }
    if urls:
        given["aws_endpoint_urls"] = urls
    for name, value in env.items():
        if name.startswith(ENV_PREFIX) and name != ENV_PREFIX + "CONFIG":
            key = name.removeprefix(ENV_PREFIX).lower()
            given[key] = _table(value) if key in TABLES else value
    return given


def _table(value: str) -> dict[str, str]:
    """`name=value,name=value` as a table."""
    pairs = [item.partition("=") for item in value.split(",") if item]
    return {name.strip(): url.strip() for name, _, url in pairs}
