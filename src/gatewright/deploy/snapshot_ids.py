"""A deployed snapshot in terms of the ids that its things have now, so that it can be compared with the API of today.

What has kept its id is the same, whatever became of it. What was made anew is the same by its name, or, where it has
none (integrations of HTTP and WebSocket APIs), by its content. Whoever names such an id names what it has become. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Body = Mapping[str, Any]
Ids = Mapping[str, str]  # deployed id → id now; itself for what is gone
_TARGET = "integrations/"


def renamed(deployed: Body, now: Body) -> Body:
    """The deployed snapshot with ids of today."""
    return _http(deployed, now) if "routes" in deployed else _rest(deployed, now)


def _rest(deployed: Body, now: Body) -> Body:
    authorizers = _ids(deployed, now, "authorizers", "id", lambda each: str(each.get("name")))
    validators = _ids(deployed, now, "requestValidators", "id", lambda each: str(each.get("name")))

    def method(body: Body) -> Body:
        return _mapped(_mapped(body, "authorizerId", authorizers), "requestValidatorId", validators)

    resources = [
        {**each, "resourceMethods": {verb: method(body) for verb, body in (each.get("resourceMethods") or {}).items()}}
        for each in deployed["resources"]
    ]
    lists = {"authorizers": authorizers, "requestValidators": validators}
    return {**deployed, "resources": resources} | _lists(deployed, lists, "id")


def _http(deployed: Body, now: Body) -> Body:
    authorizers = _ids(deployed, now, "authorizers", "AuthorizerId", lambda each: str(each.get("Name")))
    integrations = _ids(deployed, now, "integrations", "IntegrationId", _content)
    targets = {_TARGET + old: _TARGET + new for old, new in integrations.items()}
    routes = [_mapped(_mapped(each, "AuthorizerId", authorizers), "Target", targets) for each in deployed["routes"]]
    return (
        {**deployed, "routes": routes}
        | _lists(deployed, {"authorizers": authorizers}, "AuthorizerId")
        | _lists(deployed, {"integrations": integrations}, "IntegrationId")
        | _lists(deployed, {"integrationResponses": integrations}, "_integrationId")
    )


def _content(integration: Body) -> str:
    return json.dumps({name: value for name, value in integration.items() if name != "IntegrationId"}, sort_keys=True)


def _ids(deployed: Body, now: Body, member: str, own: str, name: Callable[[Body], str]) -> Ids:
    """What each id in a list of the snapshot has become; nothing becomes what another one is."""
    before: Sequence[Body] = deployed.get(member) or ()
    after: Sequence[Body] = now.get(member) or ()
    kept = {each[own] for each in before} & {each[own] for each in after}
    fresh = {name(each): str(each[own]) for each in after if each[own] not in kept}
    return {each[own]: each[own] if each[own] in kept else fresh.pop(name(each), each[own]) for each in before}


def _lists(deployed: Body, lists: Mapping[str, Ids], own: str) -> dict[str, Any]:
    return {
        member: [_mapped(each, own, ids) for each in deployed[member]]
        for member, ids in lists.items()
        if deployed.get(member)
    }


def _mapped(body: Body, member: str, ids: Ids) -> Body:
    return {**body, member: ids[body[member]]} if body.get(member) in ids else body
