"""`gatewright check`: whether every API could be deployed, and what is amiss with what is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import click

from gatewright.cli.documents import reading
from gatewright.cli.exits import clean, trouble
from gatewright.cli.options import load, settings_options
from gatewright.deploy.check import Finding, check_api, check_domains
from gatewright.deploy.invocations import Invocation
from gatewright.deploy.undeployed import Api, apis, find_api
from gatewright.functions.permitted import Permissions
from gatewright.settings import Settings, SettingsError
from gatewright.store.base import StoreError, Transaction

_KINDS = ("problem", "warning", "note")
Findings = list[tuple[Api, list[Finding]]]
Names = Mapping[str, list[Finding]]


@click.command()
@click.argument("api", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option("--strict", is_flag=True, help="Count warnings as problems.")
@settings_options(("data_dir",))
def check(api: str | None, as_json: bool, strict: bool, config: str | None, **flags: Any) -> None:
    """Check that every API (or API, by id or name) could be deployed, without deploying it.

    Exit code: 0, all could; 1, there are problems; 2, trouble.
    """
    with trouble(SettingsError, StoreError, OSError, LookupError):
        settings = load(config, flags)
        with reading(settings) as tx:
            wanted = apis(tx) if api is None else [find_api(tx, api)]
            found = [(each, _checked(tx, each, settings)) for each in wanted]
            names = check_domains(tx, settings.aliases) if api is None else {}
    counts = count(found, names)
    if as_json:
        click.echo(json.dumps(told(found, names, counts), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(text(found, names, counts)))
    sys.exit(1 if counts["problem"] or (strict and counts["warning"]) else 0)


def _checked(tx: Transaction, api: Api, settings: Settings) -> list[Finding]:
    """What is found about an API; about its functions only where this node has them."""
    functions = Permissions(tx, required=settings.lambda_permissions)
    own = "lambda" not in settings.aws_endpoint_urls

    def obstacle(call: Invocation) -> tuple[str, str] | None:
        return functions.obstacle(call.function_arn, call.source_arn, api.account, api.region) if own else None

    return check_api(tx, api, settings.vpc_link_targets, obstacle)


def count(found: Findings, names: Names) -> dict[str, int]:
    """How many findings of each kind."""
    every = [finding.kind for findings in (*(each for _, each in found), *names.values()) for finding in findings]
    return {kind: every.count(kind) for kind in _KINDS}  # type: ignore[arg-type]  # a kind is one of them


def told(found: Findings, names: Names, counts: Mapping[str, int]) -> dict[str, Any]:
    """What was found, for programs."""
    return {
        "counts": counts,
        "apis": [
            {
                "id": api.id,
                "name": api.name,
                "type": api.type,
                "account": api.account,
                "region": api.region,
                "findings": [_finding(each) for each in findings],
            }
            for api, findings in found
        ],
        "domainNames": [
            {"name": name, "findings": [_finding(each) for each in findings]} for name, findings in names.items()
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "place": finding.place,
        "stages": list(finding.stages),
        "message": finding.message,
        "advice": finding.advice,
    }


def text(found: Findings, names: Names, counts: Mapping[str, int]) -> Iterator[str]:
    """What was found, in lines: nothing of what is well."""
    for api, findings in found:
        if findings:
            yield f"{api.name} ({api.id}), {api.type}"
            yield from _lines(findings)
    for name, findings in names.items():
        yield f"domain name {name}"
        yield from _lines(findings)
    checked = "1 API" if len(found) == 1 else f"{len(found)} APIs"
    sums = ", ".join(f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in counts.items() if number)
    yield f"{checked} checked: {sums or 'all is well'}"


def _lines(findings: list[Finding]) -> Iterator[str]:
    for each in sorted(findings, key=lambda finding: _KINDS.index(finding.kind)):
        where = [f"stage {' '.join(each.stages)}"] if len(each.stages) == 1 else []
        where = [f"stages {', '.join(each.stages)}"] if len(each.stages) > 1 else where
        place = ": ".join([*where, each.place] if each.place else where)
        message = f"{place}: {each.message}" if place else each.message
        yield f"  {each.kind:<8} {clean(message)}"
        if each.advice:
            yield f"           {clean(each.advice)}"
