"""`gatewright credentials`: access keys for callers of APIs with AWS_IAM authorization.

A running node carries the orders out itself, so that its workers go by them at once; of a stopped one the command opens
the store. Answers are JSON with the names of IAM's CreateAccessKey and ListAccessKeys.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gatewright.app import common
from gatewright.cli.options import load, settings_options
from gatewright.identity.desk import Create, Delete, List, Order, OrderError, PolicyText, carry_out, send
from gatewright.settings import Settings, SettingsError
from gatewright.store.base import StoreError
from gatewright.supervisor import sockets

_OTHERS = re.compile(r"[^\w+=,.@-]", re.ASCII)
_SETTINGS = ("data_dir", "credentials_key")


@click.group()
def credentials() -> None:
    """Access keys of callers, with their policies."""


@credentials.command()
@click.argument("user")
@click.option("--policy", "-p", "policies", multiple=True, metavar="FILE|JSON", help="An IAM policy: what USER may do.")
@click.option("--tag", "-t", "tags", multiple=True, metavar="NAME=VALUE", help="A tag of USER (aws:PrincipalTag).")
@click.option("--account", metavar="DIGITS", help="Account of USER; the settings' account_id when not given.")
@click.option("--env", "as_env", is_flag=True, help="Print export lines for a shell instead of JSON.")
@settings_options(_SETTINGS)
def create(
    user: str,
    policies: tuple[str, ...],
    tags: tuple[str, ...],
    account: str | None,
    as_env: bool,
    config: str | None,
    **flags: Any,
) -> None:
    """Make an access key for USER and print it with its secret, which is not shown again."""
    settings = load(config, flags)
    texts = [_policy(text, number) for number, text in enumerate(policies, 1)]
    order = Create(account or settings.account_id, user, texts, dict(_tag(item) for item in tags))
    made = _carry_out(settings, order)
    if as_env:
        click.echo(f"export AWS_ACCESS_KEY_ID={made['accessKeyId']}")
        click.echo(f"export AWS_SECRET_ACCESS_KEY={made['secretAccessKey']}")
    else:
        key = _metadata(made) | {"SecretAccessKey": made["secretAccessKey"]}
        click.echo(json.dumps({"AccessKey": key}, indent=2))
    if not texts:
        click.echo("Without a policy this key may call only what a resource policy allows it.", err=True)


@credentials.command("list")
@settings_options(_SETTINGS)
def list_(config: str | None, **flags: Any) -> None:
    """Print every access key, without secrets."""
    found = _carry_out(load(config, flags), List())
    click.echo(json.dumps({"AccessKeyMetadata": [_metadata(each) for each in found]}, indent=2))


@credentials.command()
@click.argument("access_key_id")
@settings_options(_SETTINGS)
def delete(access_key_id: str, config: str | None, **flags: Any) -> None:
    """Delete an access key: what is signed with it is refused from now on."""
    _carry_out(load(config, flags), Delete(access_key_id))


def _metadata(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "UserName": body["userName"],
        "AccessKeyId": body["accessKeyId"],
        "Status": body["status"],
        "CreateDate": datetime.fromtimestamp(body["createDate"], UTC).isoformat(),
        "Arn": body["arn"],
        "UserId": body["userId"],
        "Tags": body["tags"],
        "Policies": [each["name"] for each in body["policies"]],
    }


def _policy(text: str, number: int) -> PolicyText:
    """A policy from a file, or given as JSON. Raises click.ClickException."""
    if text.lstrip().startswith("{"):
        return PolicyText(f"policy-{number}", text)
    file = Path(text.removeprefix("file://"))
    try:
        return PolicyText(_OTHERS.sub("-", file.stem)[:128], file.read_text())
    except OSError as error:
        raise click.ClickException(f"--policy {text}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"--policy {text}: this file is no text") from None


def _tag(item: str) -> tuple[str, str]:
    name, separator, value = item.partition("=")
    if not separator or not name:
        raise click.ClickException(f"--tag {item}: give NAME=VALUE")
    return name, value


def _carry_out(settings: Settings, order: Order) -> Any:
    """Raises click.ClickException with the reason when it is not done."""
    try:
        return _ordered(settings, order)
    except (OrderError, SettingsError, StoreError, OSError) as error:
        raise click.ClickException(str(error)) from None


def _ordered(settings: Settings, order: Order) -> Any:
    data = settings.data
    if data.exists():
        if data.stat().st_uid != os.geteuid():  # files of another's making would be closed to the node
            raise SettingsError(f"data_dir {data} belongs to another user: run this command as that user")
        with contextlib.suppress(ConnectionRefusedError):  # no node runs here
            return send(sockets.run_dir(data) / "credentials.sock", order)
    elif not isinstance(order, Create):
        raise SettingsError(f"data_dir {data} does not exist")
    return _alone(settings, order)


def _alone(settings: Settings, order: Order) -> Any:
    """Without a node; none can start meanwhile."""
    held = sockets.lock(settings.data)
    try:
        sockets.make_private(settings.data, database=settings.database_url is None)
        store = common.open_store(settings)
        try:
            result = carry_out(common.open_registry(settings, store), order)
            common.publish_credentials(settings, store)
            return result
        finally:
            store.close()
    finally:
        os.close(held)
