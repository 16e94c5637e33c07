"""UpdateUsagePlan.

A stage in a plan is named "api:stage". The throttle of one of its methods is kept under "/path/VERB"; in a patch path
the resource's slashes come escaped ("~1pets/GET") or plain ("//pets/GET", as Terraform writes it). The root's is kept
as it is written, "//VERB" or "/VERB" (unverified: which of them AWS means).

The paths of `remove` stand in AWS's order and AWS's spelling ("apidId" is its own; seen in a client's report).
https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateUsagePlan-Patch
"""

from __future__ import annotations

import json
from functools import partial

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Document, Effect, Operation, PatchError, Row, Table, listing, unescape

INVALID_STAGE = "Invalid API Stage specified"
# unverified: the words for numbers that are none
BURST = "Invalid burst limit specified: it must be a whole number that is not negative"
RATE = "Invalid rate limit specified: it must be a number that is not negative"
QUOTA_LIMIT = "Invalid quota limit specified: it must be a whole number greater than 0"
QUOTA_OFFSET = "Invalid quota offset specified: it must be a whole number that is not negative"
QUOTA_PERIOD = "Invalid quota period specified: it must be one of DAY, WEEK, MONTH"
THROTTLES = "Invalid throttle specified: it must be a JSON object of burstLimit and rateLimit by resource path and verb"
PERIODS = ("DAY", "WEEK", "MONTH")

_INT = 2**31 - 1
_NUMBERS: dict[str, e.Convert] = {
    "burstLimit": e.integer(0, _INT, BURST),
    "rateLimit": e.number(0.0, float(_INT), RATE),
}


def no_stage(api_id: str, stage: str, plan_id: str) -> str:
    """AWS's words for a stage that does not exist or is not in the plan (recorded for one that does not exist)."""
    return f"Invalid API Stage {{api: {api_id}, stage: {stage}}} specified for usageplan {plan_id}"


def throttle_key(path: str, verb: str) -> str:
    """The key of a method's throttle: "/path/VERB"."""
    plain = unescape(path)
    return f"{plain if plain.startswith('/') else '/' + plain}/{verb}"


def _split(value: str | None) -> tuple[str, str]:
    api_id, colon, stage = (value or "").partition(":")
    if not api_id or not stage or not colon:
        raise PatchError(INVALID_STAGE)
    return api_id, stage


def _find(plan: Document, named: str) -> Document:
    api_id, stage = _split(named)
    for each in plan.get("apiStages") or ():
        if (each["apiId"], each["stage"]) == (api_id, stage):
            return each  # type: ignore[no-any-return]  # documents are untyped
    raise PatchError(no_stage(api_id, stage, plan["id"]), "NotFoundException")


def _stages(plan: Document, _keys: tuple[str, ...], patch: Operation) -> None:
    """Adding one that is there changes nothing."""
    api_id, stage = _split(patch.value)
    stages = plan.setdefault("apiStages", [])
    here = [each for each in stages if (each["apiId"], each["stage"]) == (api_id, stage)]
    if patch.op == "remove":
        stages.remove(_find(plan, f"{api_id}:{stage}"))
    elif not here:
        stages.append({"apiId": api_id, "stage": stage})


def _throttles(plan: Document, keys: tuple[str, ...], patch: Operation) -> None:
    """All throttles of a stage's methods at once: a JSON object, or nothing to take them away."""
    stage = _find(plan, keys[0])
    if patch.op == "remove" or not patch.value:
        stage.pop("throttle", None)
        return
    try:
        stage["throttle"] = {key: _numbers(limits) for key, limits in json.loads(patch.value).items()}
    except (ValueError, TypeError, AttributeError):
        raise PatchError(THROTTLES) from None


def _numbers(limits: Document) -> Document:
    return {name: _NUMBERS[name](json.dumps(value)) for name, value in limits.items() if name in _NUMBERS}


def _method_of(keys: tuple[str, ...], root: str) -> str:
    """The key of the throttle that a path names; `root`: what stands for a path that the pattern does not take."""
    return f"{root}{keys[1]}" if root else throttle_key(keys[1], keys[2])


def _throttle(plan: Document, keys: tuple[str, ...], patch: Operation, root: str = "") -> None:
    """remove: the throttle of one method."""
    stage, key = _find(plan, keys[0]), _method_of(keys, root)
    if key not in (stage.get("throttle") or {}):
        raise PatchError(f"Invalid method throttle {key} specified", "NotFoundException")  # unverified wording
    del stage["throttle"][key]
    if not stage["throttle"]:
        del stage["throttle"]


_SET = ("add", "replace")


def _limit(name: str, root: str = "") -> Effect:
    def effect(plan: Document, keys: tuple[str, ...], patch: Operation) -> None:
        limits = _find(plan, keys[0]).setdefault("throttle", {}).setdefault(_method_of(keys, root), {})
        limits[name] = _NUMBERS[name](patch.value)

    return effect


def _wording(table: Table, patch: Operation, row: Row | None) -> PatchError:
    """The usual list, with this table's placeholders in AWS's brackets and without the second spellings."""
    shown = [
        Row(each.pattern.replace("{+", "<").replace("{", "<").replace("}", ">"), each.ops, each.effect)
        for each in table.rows
        if "//" not in each.pattern
    ]
    return listing(Table(tuple(shown), table.wording), patch, row)


_STAGE = "/apiStages/{apidId:stageName}/throttle"
# The ways to name a method below it, and what the key begins with when the method is the root's.
_METHODS = (
    (f"{_STAGE}//{{+resourcePath}}/{{httpMethod}}", ""),
    (f"{_STAGE}///{{httpMethod}}", "//"),
    (f"{_STAGE}//{{httpMethod}}", "/"),
    (f"{_STAGE}/{{+resourcePath}}/{{httpMethod}}", ""),
)

TABLE = Table(
    (
        Row("/name", ("replace",), e.member("name", convert=e.required("Usage Plan name must be non-empty"))),
        Row("/description", ("replace",), e.member("description")),
        Row("/apiStages", ("add", "remove"), _stages),
        Row("/quota", ("remove",), e.member("quota")),
        Row("/throttle", ("remove",), e.member("throttle")),
        Row("/productCode", ("add", "replace", "remove"), e.member("productCode")),
        Row("/throttle/rateLimit", _SET, e.member("throttle", "rateLimit", convert=_NUMBERS["rateLimit"])),
        Row("/throttle/burstLimit", _SET, e.member("throttle", "burstLimit", convert=_NUMBERS["burstLimit"])),
        Row("/quota/limit", _SET, e.member("quota", "limit", convert=e.integer(1, _INT, QUOTA_LIMIT))),
        Row("/quota/offset", _SET, e.member("quota", "offset", convert=e.integer(0, _INT, QUOTA_OFFSET))),
        Row("/quota/period", _SET, e.member("quota", "period", convert=e.choice(PERIODS, QUOTA_PERIOD))),
        *(Row(f"{method}/{name}", _SET, _limit(name, root)) for method, root in _METHODS for name in _NUMBERS),
        *(Row(method, ("remove",), partial(_throttle, root=root)) for method, root in _METHODS),
        Row(_STAGE, ("add", "replace", "remove"), _throttles),
    ),
    _wording,
)
