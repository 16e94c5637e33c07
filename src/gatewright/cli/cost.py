"""`gatewright cost`: what the traffic of a month would cost on AWS.

A running node tells what it has counted up to now; of a stopped one the command opens the store.
"""

from __future__ import annotations

import contextlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gatewright.app import common
from gatewright.cli.options import load, settings_options
from gatewright.metering.books import BooksError, Told, ask
from gatewright.metering.prices import PriceError
from gatewright.metering.prices import load as load_prices
from gatewright.metering.report import Month, MonthError, make, month, to_json
from gatewright.metering.text import to_text
from gatewright.settings import Settings, SettingsError
from gatewright.store.base import StoreError
from gatewright.supervisor import sockets


@click.command()
@click.option("--month", "name", metavar="YYYY-MM", help="A month (UTC); the running one when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--region", metavar="REGION", help="Show the APIs of a Region only.")
@click.option("--api", metavar="ID", help="Show one API only.")
@click.option("--free-tier", is_flag=True, help="Take off what new accounts get for nothing in their first year.")
@settings_options(("data_dir", "prices"))
def cost(
    name: str | None,
    as_json: bool,
    region: str | None,
    api: str | None,
    free_tier: bool,
    config: str | None,
    **flags: Any,
) -> None:
    """Print what a month's traffic would cost on AWS, and as the other types of API."""
    settings = load(config, flags)
    try:
        when = month(name, datetime.now(UTC).date())
        prices = load_prices(None if settings.prices is None else Path(settings.prices))
        told = _told(settings, when)
    except (BooksError, MonthError, OSError, PriceError, SettingsError, StoreError) as error:
        raise click.ClickException(str(error)) from None
    report = make(told.uses, prices, when, free_tier=free_tier, region=region, api_id=api, names=told.names)
    click.echo(json.dumps(to_json(report), indent=2) if as_json else to_text(report), nl=as_json)


def _told(settings: Settings, when: Month) -> Told:
    data = settings.data
    if not data.exists():
        raise SettingsError(f"data_dir {data} does not exist")
    if data.stat().st_uid != os.geteuid():  # files of another's making would be closed to the node
        raise SettingsError(f"data_dir {data} belongs to another user: run this command as that user")
    with contextlib.suppress(ConnectionRefusedError):  # no node runs here
        return ask(sockets.run_dir(data) / "control.sock", when.first, when.last)
    return _alone(settings, when)


def _alone(settings: Settings, when: Month) -> Told:
    """Without a node; none can start meanwhile."""
    held = sockets.lock(settings.data)
    try:
        sockets.make_private(settings.data, database=settings.database_url is None)
        store = common.open_store(settings)
        try:
            return common.open_books(settings, store).tell(when.first, when.last)
        finally:
            store.close()
    finally:
        os.close(held)
