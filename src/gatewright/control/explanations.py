"""What the workers of this node know of past requests, and what only the store knows besides.

    GET /_gatewright/explain                  the last requests of all workers, newest first (?limit, ?status, ?api)
    GET /_gatewright/explain/{request id}     one of them, explained; 404 with how many are kept when nobody has it

Workers find the words (`gateway.explain`); what they cannot know is added here: that a route or an API exists and was
not deployed, that a key is there, but disabled or in no plan. For `gatewright explain`, over control's unix socket,
and in the local profile for whoever may ask the control plane.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatewright.deploy.undeployed import Api, find_api, stages
from gatewright.net.base import Origin, Upstream, UpstreamError
from gatewright.program.route_table import RouteTable
from gatewright.program.trie import Trie
from gatewright.store.base import Document, Store, StoreError, Transaction

PATH = "/_gatewright/explain"
_NUMBER = re.compile("[0-9]{1,9}")
_PATIENCE = 5.0  # seconds for a worker
_LARGEST = 8 * 1024 * 1024  # bytes of a worker's answer

log = logging.getLogger("gatewright.control")
Body = dict[str, Any]


class Explanations:
    """Asks the workers. Belongs to control's event loop."""

    def __init__(self, workers: Sequence[Origin], upstream: Upstream, store: Store) -> None:
        self._workers = workers
        self._upstream = upstream
        self._store = store

    def routes(self) -> list[Route]:
        """What create_app serves."""
        return [Route(PATH, self._list), Route(f"{PATH}/{{id:path}}", self._one)]

    async def _list(self, request: Request) -> Response:
        answers = await self._ask(b"/explain?" + request.url.query.encode())
        limit = request.query_params.get("limit", "")
        found = [each for answer in answers for each in answer.get("requests", ())]
        found.sort(key=lambda each: -each["at"])
        return _json(200, _about(answers) | {"requests": found[: int(limit) if _NUMBER.fullmatch(limit) else 20]})

    async def _one(self, request: Request) -> Response:
        named = request.scope["raw_path"].split(b"?", 1)[0].removeprefix(PATH.encode() + b"/")
        answers = await self._ask(b"/explain/" + named)
        found = next((each["explanation"] for each in answers if each.get("explanation")), None)
        if found is None:
            return _json(404, _about(answers) | {"message": "No request with this id is kept."})
        more = await asyncio.to_thread(self._complete, found)
        return _json(200, _about(answers) | {"explanation": more})

    async def _ask(self, target: bytes) -> list[Body]:
        """What each worker that answers says."""
        return [each for each in await asyncio.gather(*(self._of(worker, target) for worker in self._workers)) if each]

    async def _of(self, worker: Origin, target: bytes) -> Body | None:
        try:
            answer = await self._upstream.request(worker, b"GET", target, timeout=_PATIENCE, max_body=_LARGEST)
            said: Body = json.loads(answer.body)
        except (UpstreamError, ValueError) as error:
            log.warning("a worker was asked for its requests and did not answer: %s", error)
            return None
        return said

    def _complete(self, explanation: Body) -> Body:
        """Blocks."""
        more = _TOPICS.get(explanation.get("topic", ""))
        if more is None:
            return explanation
        try:
            with self._store.transaction(write=False) as tx:
                more(tx, explanation)
        except StoreError as error:
            log.warning("an explanation could not be completed: %s", error)
        return explanation


def _about(answers: Sequence[Body]) -> Body:
    since = [each["since"] for each in answers if each.get("since") is not None]
    return {
        "kept": sum(each.get("kept", 0) for each in answers),
        "most": max((each.get("most", 0) for each in answers), default=0),
        "total": sum(each.get("total", 0) for each in answers),
        "workers": len(answers),
        "since": min(since, default=None),
    }


def _json(status: int, said: Body) -> Response:
    return Response(json.dumps(said, ensure_ascii=False), status, media_type="application/json")


# What only the store knows


def _undeployed_route(tx: Transaction, explanation: Body) -> None:
    """The API has the route by now, and the stage does not serve it."""
    told = explanation["api"]
    api = _api(tx, told["id"])
    found = None if api is None else _has_route(tx, api, told["method"], told["path"])
    if api is None or found is None:
        return
    why = f"The API has {found}, but it was not deployed to the stage: this is why it is not there."
    explanation["why"].insert(1, why)
    explanation["fix"] = [
        {"text": "Deploy the API.", "command": _deploy(api, told["stage"])},
        {"text": "See what else is not deployed yet.", "command": f"gatewright diff {api.id} '{told['stage']}'"},
    ]


def _has_route(tx: Transaction, api: Api, verb: str, path: str) -> str | None:
    """The route that the API as it is now has for a request, in words."""
    if api.type == "HTTP":
        keys = [each.body["RouteKey"] for each in tx.list(api.account, api.region, "route", api.id)]
        match = RouteTable((key, key) for key in keys).match(verb, path.encode())
        return None if match is None else f"the route {match[0]}"
    resources = tx.list(api.account, api.region, "resource", api.id) if api.is_rest else []
    methods = {each.body["path"]: each.body.get("resourceMethods") or {} for each in resources}
    found = Trie((each, each) for each in methods).match(path.encode())
    if found is None:
        return None
    return next((f"the method {each} {found[0]}" for each in (verb, "ANY") if each in methods[found[0]]), None)


def _missing_stage(tx: Transaction, explanation: Body) -> None:
    """The stages as they are in the store: one may be there without ever having been deployed."""
    api = _api(tx, explanation["api"]["id"])
    if api is None:
        return
    named = [each.key.id for each in stages(tx, api)]
    explanation["why"].append(f"{_called(api)} has the stages: {', '.join(named) or 'none'}.")


def _missing_api(tx: Transaction, explanation: Body) -> None:
    """An API that is there, and has no stage that could be called."""
    api = _api(tx, explanation["api"]["id"])
    if api is None:
        return
    named: list[Document] = stages(tx, api)
    if named:
        explanation["why"] = [
            f"{_called(api)} exists, with the stages {', '.join(each.key.id for each in named)}, but none of them "
            "has a deployment: nothing is served."
        ]
        name = named[0].key.id
    else:
        explanation["why"] = [f"{_called(api)} exists, but it has no stage: nothing of it is served."]
        name = "v1" if api.is_rest else "$default"
    explanation["fix"] = [{"text": "Deploy it.", "command": _deploy(api, name, new=not named)}]


def _key(tx: Transaction, explanation: Body) -> None:
    """Workers know enabled keys that are in a plan. What was sent is known here by its last characters."""
    ending = str(explanation["error"].get("why", {}).get("sent") or "").lstrip("*")
    told = explanation["api"]
    keys = tx.list(told["account"], told["region"], "api_key") if ending else []
    for each in keys:
        if not str(each.body.get("value", "")).endswith(ending):
            continue
        named = f"The key {each.body.get('name') or each.key.id} ({each.key.id}) ends like it"
        if not each.body.get("enabled"):
            explanation["why"].append(f"{named}, and is disabled.")
        elif not tx.find("usage_plan_key", each.key.id):
            explanation["why"].append(f"{named}, and is in no usage plan: a key opens only the stages of its plans.")
            command = (
                f"aws apigateway create-usage-plan-key --usage-plan-id PLAN --key-type API_KEY --key-id {each.key.id}"
            )
            explanation["fix"].insert(0, {"text": "Put the key into a plan that has this stage.", "command": command})


def _api(tx: Transaction, api_id: str) -> Api | None:
    try:
        return find_api(tx, api_id)
    except LookupError:
        return None


def _called(api: Api) -> str:
    return f"API {api.id} ({api.name})" if api.name else f"API {api.id}"


def _deploy(api: Api, stage: str, *, new: bool = False) -> str:
    if api.is_rest:
        return f"aws apigateway create-deployment --rest-api-id {api.id} --stage-name {stage}"
    if new:
        return f"aws apigatewayv2 create-stage --api-id {api.id} --stage-name '{stage}' --auto-deploy"
    return f"aws apigatewayv2 create-deployment --api-id {api.id} --stage-name '{stage}'"


_TOPICS: dict[str, Callable[[Transaction, Body], None]] = {
    "route": _undeployed_route,
    "stage": _missing_stage,
    "api": _missing_api,
    "key": _key,
}
