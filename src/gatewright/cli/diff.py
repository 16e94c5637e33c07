"""`gatewright diff`: what a stage does not serve yet."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from gatewright.cli.documents import reading
from gatewright.cli.exits import clean, trouble
from gatewright.cli.options import load, settings_options
from gatewright.deploy.differences import ABSENT, Difference, Member
from gatewright.deploy.undeployed import Api, Deployed, find_api, find_stage, undeployed
from gatewright.settings import SettingsError
from gatewright.store.base import Document, StoreError

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_LONG = 100  # characters of a value on one line


@click.command()
@click.argument("api")
@click.argument("stage")
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@settings_options(("data_dir",))
def diff(api: str, stage: str, as_json: bool, config: str | None, **flags: Any) -> None:
    """Print what differs between API (its id or name) as it is now and what STAGE serves.

    Exit code: 0, nothing; 1, something, which the next deployment will change; 2, trouble.
    """
    with trouble(SettingsError, StoreError, OSError, LookupError), reading(load(config, flags)) as tx:
        found = find_api(tx, api)
        document = find_stage(tx, found, stage)
        beside = list(undeployed(tx, found, document))
    if as_json:
        click.echo(json.dumps(told(found, beside), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(text(found, document, beside)))
    sys.exit(1 if any(each.differences for each in beside) else 0)


def told(api: Api, beside: list[Deployed]) -> dict[str, Any]:
    """The comparison for programs."""
    return {
        "api": {"id": api.id, "name": api.name, "type": api.type, "account": api.account, "region": api.region},
        "stage": beside[0].stage,
        "same": not any(each.differences for each in beside),
        "deployments": [
            {
                "id": each.deployment,
                "createdDate": each.created,
                "canaryPercentTraffic": each.share,
                "differences": [_difference(difference) for difference in each.differences],
            }
            for each in beside
        ],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    members = [
        {"path": each.path}
        | ({} if each.before is ABSENT else {"before": each.before})
        | ({} if each.after is ABSENT else {"after": each.after})
        for each in difference.members
    ]
    return {"change": difference.change, "noun": difference.noun, "name": difference.name, "members": members}


# ---- For people ----


def text(api: Api, stage: Document, beside: list[Deployed]) -> Iterator[str]:
    """The comparison in lines."""
    for each in beside:
        yield f"{api.name} ({api.id}), {_served(each)}: {_sum(each)}"
        for difference in each.differences:
            yield f"{_SIGNS[difference.change]} {difference.noun} {clean(difference.name)}"
            for member in difference.members:
                yield from _member(member)
    if any(each.differences for each in beside):
        yield from _way(api, stage)


def _served(each: Deployed) -> str:
    who = f"stage {each.stage}" if each.share is None else f"canary of {each.stage} ({each.share:g} % of requests)"
    if each.deployment is None:
        return f"{who}, without a deployment"
    made = "" if each.created is None else f" of {datetime.fromtimestamp(each.created, UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f"{who}, deployment {each.deployment}{made}"


def _sum(each: Deployed) -> str:
    number = len(each.differences)
    return f"{number} difference{'s' if number > 1 else ''}" if number else "the same"


def _way(api: Api, stage: Document) -> Iterator[str]:
    """How the differences come to be served."""
    yield ""
    name = stage.key.id
    if stage.body.get("AutoDeploy"):
        reason = stage.body.get("LastDeploymentStatusMessage") or "nothing has changed since it deploys itself"
        yield f"Stage {name} deploys itself, and has not: {reason}"
    elif api.is_rest:
        yield f"To have it served: aws apigateway create-deployment --rest-api-id {api.id} --stage-name {name}"
    else:
        yield f"To have it served: aws apigatewayv2 create-deployment --api-id {api.id} --stage-name '{name}'"


def _member(member: Member) -> Iterator[str]:
    before, after = _lines(member.before), _lines(member.after)
    if before == after:  # masked, or the same JSON written in other ways
        before, after = _raw(member.before), _raw(member.after)
    if len(before) > 1 or len(after) > 1:
        yield f"    {clean(member.path)}:"
        yield from (f"      {clean(line)}" for line in _changes(before, after))
    elif before and after:
        hidden = before == after
        yield f"    {clean(member.path)}: " + ("changed, not shown" if hidden else f"{before[0]} → {after[0]}")
    else:
        yield f"    {clean(member.path)}: {'- ' if before else '+ '}{(before or after)[0]}"


def _changes(before: list[str], after: list[str]) -> Iterator[str]:
    """The lines that differ, with a few around them."""
    for number, line in enumerate(difflib.unified_diff(before, after, n=2, lineterm="")):
        if number > 2:  # after the names of the files and the place of the first change
            yield "…" if line.startswith("@@") else line


def _lines(value: Any) -> list[str]:
    """A value to be read; JSON within a string (policies, models) is laid out."""
    if isinstance(value, str):
        try:
            inner = json.loads(value)
        except ValueError:
            inner = None
        if isinstance(inner, dict | list):
            return json.dumps(inner, indent=2, ensure_ascii=False).split("\n")
    return _raw(value)


def _raw(value: Any) -> list[str]:
    if value is ABSENT:
        return []
    if isinstance(value, str) and ("\n" in value or len(value) > _LONG):
        return value.splitlines()
    return [clean(json.dumps(value, ensure_ascii=False))]
