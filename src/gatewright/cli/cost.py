"""`gatewright cost`: what the traffic of a month would cost on AWS.

It is read from the store, beside a running node, which enters there every second what it has counted.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gatewright.cli.documents import opened
from gatewright.cli.options import load, settings_options
from gatewright.clock import SystemClock
from gatewright.metering.books import Told, tell
from gatewright.metering.caches import CacheHours
from gatewright.metering.ledger import LedgerUses
from gatewright.metering.prices import PriceError
from gatewright.metering.prices import load as load_prices
from gatewright.metering.report import Month, MonthError, make, month, to_json
from gatewright.metering.text import to_text
from gatewright.settings import Settings, SettingsError
from gatewright.store.base import StoreError


@click.command()
@click.option("--month", "name", metavar="YYYY-MM", help="A month (UTC); the running one when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--region", metavar="REGION", help="Show the APIs of a Region only.")
@click.option("--api", metavar="API", help="Show one API (its id or name) only.")
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
    except (MonthError, OSError, PriceError, SettingsError, StoreError) as error:
        raise click.ClickException(str(error)) from None
    report = make(
        told.uses,
        prices,
        when,
        free_tier=free_tier,
        region=region,
        api=api,
        names=told.names,
        private=told.private,
    )
    click.echo(json.dumps(to_json(report), indent=2) if as_json else to_text(report), nl=as_json)


def _told(settings: Settings, when: Month) -> Told:
    with opened(settings) as store:
        sources = (LedgerUses(store.ledger), CacheHours(store, SystemClock()))
        return tell(store, sources, when.first, when.last)
