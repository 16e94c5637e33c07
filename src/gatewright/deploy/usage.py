"""Usage plans and API keys of a node, published beside its programs: one file, for all stages.

Only keys that are in a plan lie in it: without one a key opens nothing. Their values are not sealed; the file is its
owner's alone, as all programs are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gatewright.catalog import periods
from gatewright.deploy.base import CompileError
from gatewright.program.throttle import Throttle
from gatewright.program.usage import ApiKey, Ceiling, Membership, Plan, PlanQuota
from gatewright.store.base import Body, Transaction

NAME = "usage"
FORMAT = 1
_TYPE = "USAGE"
_Owner = tuple[str, str]  # account, Region


def collect(tx: Transaction) -> dict[str, Any] | None:
    """The document to publish; None when no plan has a key."""
    plans = {((each.key.account, each.key.region), each.key.id): each.body for each in tx.scan("usage_plan")}
    joined: dict[tuple[_Owner, str], list[Body]] = {}
    for each in tx.scan("usage_plan_key"):
        owner = (each.key.account, each.key.region)
        if (owner, each.key.parent) in plans:
            joined.setdefault((owner, each.key.id), []).append(_joined(each.key.parent, each.body))
    if not joined:
        return None
    keys = []
    for each in tx.scan("api_key"):
        owner = (each.key.account, each.key.region)
        memberships = joined.get((owner, each.key.id))
        if memberships:
            keys.append(_owned(owner) | _key(each.body) | {"plans": memberships})
    told = [_owned(owner) | _plan(body) for (owner, _), body in plans.items()]
    return {"format": FORMAT, "type": _TYPE, "plans": told, "keys": keys}


def _owned(owner: _Owner) -> Body:
    return {"account": owner[0], "region": owner[1]}


def _joined(plan: str, body: Body) -> Body:
    found: Body = {"id": plan, "joined": body["_joined"]}
    if body.get("_ceiling"):
        found["ceiling"] = body["_ceiling"]
    return found


def _key(body: Body) -> Body:
    members = ("id", "value", "name", "enabled", "customerId")
    return {name: body[name] for name in members if body.get(name) is not None}


def _plan(body: Body) -> Body:
    stages = {
        f"{each['apiId']}:{each['stage']}": {"throttle": each["throttle"]} if each.get("throttle") else {}
        for each in body["apiStages"]
    }
    return {name: body[name] for name in ("id", "throttle", "quota") if body.get(name)} | {"stages": stages}


def read(document: Mapping[str, Any] | None) -> Sequence[ApiKey]:
    """The enabled keys of a published document, none of None. Raises CompileError."""
    if document is None:
        return ()
    if document.get("format") != FORMAT or document.get("type") != _TYPE:
        raise CompileError("", f"document of usage plans of unknown format {document.get('format')!r}")
    try:
        plans = {(each["account"], each["region"], each["id"]): _read_plan(each) for each in document["plans"]}
        days: dict[int, date] = {}
        return [_read_key(each, plans, days) for each in document["keys"] if each["enabled"]]
    except (KeyError, TypeError, ValueError) as error:
        raise CompileError("", f"malformed document of usage plans: {error!r}") from error


def _read_plan(body: Mapping[str, Any]) -> Plan:
    quota = body.get("quota")
    return Plan(
        id=body["id"],
        throttle=_read_throttle(body.get("throttle")),
        quota=quota and PlanQuota(int(quota["limit"]), quota["period"], int(quota.get("offset") or 0)),
        stages={
            stage: {
                _method(key): throttle
                for key, figures in (settings.get("throttle") or {}).items()
                if (throttle := _read_throttle(figures)) is not None
            }
            for stage, settings in body["stages"].items()
        },
    )


def _method(key: str) -> str:
    """ "{resource path}/{verb}"; the root's may be written with one slash less."""
    return f"/{key}" if key.count("/") == 1 else key


def _read_throttle(figures: Mapping[str, Any] | None) -> Throttle | None:
    """unverified: without a rate nothing is limited, without a burst the bucket holds the tokens of a second."""
    if not figures or figures.get("rateLimit") is None:
        return None if not figures or figures.get("burstLimit") != 0 else Throttle(0.0, 0)
    rate = float(figures["rateLimit"])
    burst = figures.get("burstLimit")
    return Throttle(rate, math.ceil(rate) if burst is None else int(burst))


def _read_key(body: Mapping[str, Any], plans: Mapping[tuple[str, str, str], Plan], days: dict[int, date]) -> ApiKey:
    account, region = body["account"], body["region"]
    memberships = []
    for each in body["plans"]:
        joined = int(each["joined"])
        day = days.get(joined)
        if day is None:
            day = days[joined] = periods.day_of(joined)
        ceiling = each.get("ceiling")
        memberships.append(
            Membership(
                plan=plans[account, region, each["id"]],
                joined=day,
                ceiling=ceiling and Ceiling(date.fromisoformat(ceiling["since"]), int(ceiling["limit"])),
            )
        )
    return ApiKey(
        owner=(account, region),
        id=body["id"],
        value=body["value"],
        name=body.get("name") or "",
        customer=body.get("customerId"),
        memberships=tuple(memberships),
    )
