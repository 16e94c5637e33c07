"""Uses without their repetition."""

from __future__ import annotations

from gatewright.metering.base import Product, Use

PRODUCTS: dict[str, Product] = {"r": "REST", "h": "HTTP", "w": "WEBSOCKET"}


def use(
    api: str,
    item: str,
    amount: float,
    *,
    stage: str = "prod",
    region: str = "us-east-1",
    account: str = "123456789012",
    day: str = "2026-11-03",
) -> Use:
    """A use of an API whose first letter tells its type: r, h or w."""
    return Use(day, account, region, api, stage, PRODUCTS[api[0]], item, amount)
