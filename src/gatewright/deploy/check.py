"""What would come of deploying every API as it is now, and what is amiss with what is deployed. Reads only.

    problem   it cannot be deployed, or what is deployed cannot be served, or something leads nowhere
    warning   it can be deployed, and calls will fail, or something has no effect
    note      worth knowing

Each API is frozen and compiled for each of its stages, as a deployment to that stage would do it, for stage variables
count; an API without stages is compiled once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gatewright.deploy import unsupported
from gatewright.deploy.failing import failing
from gatewright.deploy.invocations import Invocation, invocations
from gatewright.deploy.masking import without_passwords
from gatewright.deploy.problems import problems
from gatewright.deploy.stage_document import Program, Targets, assembled, compiled, document_of, without_effect
from gatewright.deploy.undeployed import Api, deployment_of, freeze_now, stages, undeployed
from gatewright.store.base import Body, Document, Key, Transaction

Kind = Literal["problem", "warning", "note"]
_NO_METHODS = "it has no methods: there is nothing to deploy"
_NO_ROUTES = "it has no routes: there is nothing to deploy"
_OPEN = "a private API without a resource policy: nobody could call it"
_FAILS = "every call of it would fail"
_UNSTAGED = "unstaged"

# Why a function cannot be called, and what to do; None: it can, or who knows.
Obstacle = Callable[[Invocation], "tuple[str, str] | None"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. `stages`: for which of them, all the same; none: for the API as such."""

    kind: Kind
    place: str  # a method, a route, …; "" for the whole
    message: str
    stages: tuple[str, ...] = ()
    advice: str = ""  # what to do, if the message does not say it


def check_api(tx: Transaction, api: Api, targets: Targets, obstacle: Obstacle = lambda _: None) -> list[Finding]:
    """Everything about one API. `targets`: addresses of VPC links, as the setting gives them."""
    now = freeze_now(tx, api)
    there = stages(tx, api)
    found = [*_whole(api, now), *_deployable(tx, api, now, there, targets, obstacle)]
    for stage in there:
        found += _stage(tx, api, stage, now, targets)
    return [*found, *_unused(now)]


def _whole(api: Api, now: Body) -> Iterator[Finding]:
    """What a deployment looks at before anything is compiled."""
    if api.is_rest:
        if not any(each.get("resourceMethods") for each in now["resources"]):
            yield Finding("problem", "", _NO_METHODS)
        if (now["api"].get("endpointConfiguration") or {}).get("types") == ["PRIVATE"] and not now["api"].get("policy"):
            yield Finding("problem", "", _OPEN, advice="set one: aws apigateway update-rest-api, path /policy")
        for line in unsupported.of_api(now["api"]):
            yield Finding("warning", "", line)
    elif not now["routes"]:
        yield Finding("problem", "", _NO_ROUTES)


def _deployable(
    tx: Transaction, api: Api, now: Body, there: list[Document], targets: Targets, obstacle: Obstacle
) -> Iterator[Finding]:
    """What compiling says, once for all stages for which it says the same."""
    said: dict[Finding, list[str]] = {}
    for stage in there or [_unstaged(api)]:
        errors, rest = problems(assembled(tx, stage, now, _UNSTAGED, targets))
        found = [Finding("problem", error.place, error.reason) for error in errors]
        if rest is not None and there:  # what the variables of a stage to come will be, nobody knows
            found += _doomed(compiled(rest), obstacle)
        for each in found:
            said.setdefault(each, []).append(stage.key.id)
    for each, names in said.items():
        yield each if len(names) >= len(there) else replace(each, stages=tuple(names))


def _doomed(program: Program, obstacle: Obstacle) -> Iterator[Finding]:
    """What can be deployed, and fails at every call."""
    for place, reason in failing(program):
        yield Finding("warning", place, f"{_FAILS}: {without_passwords(reason)}")
    for call in invocations(program):
        found = obstacle(call)
        if found is not None:
            yield Finding("warning", call.place, f"{_FAILS}: {found[0]}", advice=found[1])


def _unstaged(api: Api) -> Document:
    """Stands for a stage where there is none yet."""
    kind, member = ("stage", "stageName") if api.is_rest else ("api_stage", "StageName")
    return Document(Key(api.account, api.region, kind, api.id, _UNSTAGED), 0, {member: _UNSTAGED})


def _stage(tx: Transaction, api: Api, stage: Document, now: Body, targets: Targets) -> Iterator[Finding]:
    """What a stage serves, what it asks for in vain, and what it does not serve yet."""
    name = (stage.key.id,)
    if deployment_of(stage.body) is None:
        yield Finding("warning", "", "it has no deployment: it serves nothing", name)
        return
    document = document_of(tx, stage, targets)
    if document is None:
        yield Finding("problem", "", "its deployment is not there: it serves nothing", name, "deploy to it again")
        return
    for error in problems(document)[0]:
        message = f"what is deployed cannot be served, workers go on with what they had: {error.reason}"
        yield Finding("problem", error.place, message, name, "deploy to it again, once the API can be deployed")
    for line in without_effect(document):
        yield Finding("warning", "", line, name)
    number = sum(len(each.differences) for each in undeployed(tx, api, stage, now) if each.share is None)
    if number:
        what = "1 difference is" if number == 1 else f"{number} differences are"
        yield Finding("note", "", f"{what} not deployed", name, f"gatewright diff {api.id} '{stage.key.id}' shows them")


def _unused(now: Body) -> Iterator[Finding]:
    """Authorizers that guard nothing: perhaps something was meant to be guarded."""
    if "routes" in now:
        named = {route.get("AuthorizerId") for route in now["routes"]}
        made = [(each["AuthorizerId"], each["Name"]) for each in now.get("authorizers") or ()]
    else:
        methods = [method for each in now["resources"] for method in (each.get("resourceMethods") or {}).values()]
        named = {method.get("authorizerId") for method in methods}
        made = [(each["id"], each["name"]) for each in now.get("authorizers") or ()]
    for own, name in made:
        if own not in named:
            yield Finding("note", f"authorizer {name}", f"{'no route' if 'routes' in now else 'no method'} uses it")


# ---- Names ----


def check_domains(tx: Transaction, aliases: Mapping[str, tuple[str, str]]) -> dict[str, list[Finding]]:
    """What is amiss with domain names, by name. `aliases`: those of the settings, as (API, stage)."""
    found: dict[str, list[Finding]] = {}
    for domain in tx.scan("domain_name"):
        findings = list(_domain(tx, domain))
        if findings:
            found.setdefault(domain.body["domainName"], []).extend(findings)
    for name, (api, stage) in aliases.items():
        nowhere = _nowhere(tx, api, stage)
        if nowhere:
            found.setdefault(name, []).append(Finding("problem", "setting domain_aliases", nowhere))
    return found


def _domain(tx: Transaction, domain: Document) -> Iterator[Finding]:
    key, body = domain.key, domain.body
    mode = body.get("routingMode") or "BASE_PATH_MAPPING_ONLY"
    mappings = tx.list(key.account, key.region, "base_path_mapping", key.id) if mode != "ROUTING_RULE_ONLY" else []
    rules = tx.list(key.account, key.region, "routing_rule", key.id) if mode != "BASE_PATH_MAPPING_ONLY" else []
    if not mappings and not rules:
        yield Finding("warning", "", f"it leads nowhere: nothing that its routing mode {mode} uses is there")
    for each in mappings:
        nowhere = _nowhere(tx, each.body["restApiId"], each.body.get("stage"))
        if nowhere:
            yield Finding("problem", f"base path {each.body['basePath']}", nowhere)
    for each in rules:
        invoked = each.body["Actions"][0]["InvokeApi"]
        nowhere = _nowhere(tx, invoked["ApiId"], invoked["Stage"])
        if nowhere:
            yield Finding("problem", f"routing rule {each.body.get('RoutingRuleId', each.key.id)}", nowhere)


def _nowhere(tx: Transaction, api: str, stage: str | None) -> str | None:
    """Why nobody answers there."""
    found = [each for kind in ("rest_api", "api") for each in tx.find(kind, api)]
    if not found:
        return f"it leads nowhere: there is no API {api}"
    if stage is None:
        return None
    key = found[0].key
    kind = "stage" if key.kind == "rest_api" else "api_stage"
    if tx.get(Key(key.account, key.region, kind, api, stage)) is None:
        return f"it leads nowhere: API {api} has no stage {stage}"
    return None
