"""What a stage does not serve yet: its deployment's snapshot beside the API as it is now. Reads only.

Also the way from what people call an API (its id, or its name where only one is called so) to its documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gatewright.deploy.differences import Difference, compare
from gatewright.deploy.freeze import freeze, freeze_api
from gatewright.store.base import Body, Document, Key, Transaction

_KINDS = ("rest_api", "api")


@dataclass(frozen=True, slots=True)
class Api:
    """An API of either product. `type`: REST, HTTP or WEBSOCKET."""

    account: str
    region: str
    id: str
    name: str
    type: str
    body: Body

    @property
    def is_rest(self) -> bool:
        return self.type == "REST"


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment beside the API of now. `share`: percent of a canary's traffic; None: this is no canary.

    `deployment` is None when the stage has none yet: all there is would be new.
    """

    stage: str
    share: float | None
    deployment: str | None
    created: float | None  # epoch seconds
    differences: list[Difference]


def apis(tx: Transaction) -> list[Api]:
    """All there are, ordered by account, Region and id."""
    found = [_api(each) for kind in _KINDS for each in tx.scan(kind)]
    return sorted(found, key=lambda api: (api.account, api.region, api.id))


def find_api(tx: Transaction, called: str) -> Api:
    """The API with this id, or with this name. Raises LookupError, in words, for none or several."""
    by_id = [_api(each) for kind in _KINDS for each in tx.find(kind, called)]
    found = by_id or [api for api in apis(tx) if api.name == called]
    if not found:
        raise LookupError(f"there is no API with the id or name {called}")
    if len(found) > 1:
        places = ", ".join(f"{api.id} ({api.type}, account {api.account}, {api.region})" for api in found)
        raise LookupError(f"several APIs are called {called}; give the id of one of them: {places}")
    return found[0]


def freeze_now(tx: Transaction, api: Api) -> Body:
    """What a deployment made now would keep."""
    return (freeze if api.is_rest else freeze_api)(tx, api.account, api.region, api.id)


def stages(tx: Transaction, api: Api) -> list[Document]:
    """The stages of an API, ordered by name."""
    return tx.list(api.account, api.region, "stage" if api.is_rest else "api_stage", api.id)


def find_stage(tx: Transaction, api: Api, name: str) -> Document:
    """Raises LookupError, in words."""
    found = stages(tx, api)
    for each in found:
        if each.key.id == name:
            return each
    there = ", ".join(each.key.id for each in found)
    raise LookupError(
        f"{api.name} ({api.id}) has no stage {name}" + (f"; its stages: {there}" if there else "; it has none")
    )


def undeployed(tx: Transaction, api: Api, stage: Document, now: Body | None = None) -> Iterator[Deployed]:
    """A stage's deployment beside the API as it is now, and that of its canary. `now`: as `freeze_now` has it."""
    now = freeze_now(tx, api) if now is None else now
    served = deployment_of(stage.body)
    yield _beside(tx, api, stage.key, served, None, now)
    canary = stage.body.get("canarySettings") or {}
    if canary.get("deploymentId") not in (None, served):
        yield _beside(tx, api, stage.key, canary["deploymentId"], canary.get("percentTraffic") or 0.0, now)


def deployment_of(stage: Body) -> str | None:
    """The deployment that a stage serves, if it has one."""
    return stage.get("deploymentId") or stage.get("DeploymentId") or None


def snapshot(tx: Transaction, stage: Key, deployment: str | None) -> Body:
    """What a deployment keeps; nothing for none."""
    found = tx.get(Key(stage.account, stage.region, "snapshot", stage.parent, deployment or ""))
    return {} if found is None else found.body


def _beside(tx: Transaction, api: Api, stage: Key, deployment: str | None, share: float | None, now: Body) -> Deployed:
    kind = "deployment" if api.is_rest else "api_deployment"
    made = tx.get(Key(stage.account, stage.region, kind, stage.parent, deployment or ""))
    created = None if made is None else made.body.get("createdDate", made.body.get("CreatedDate"))
    return Deployed(stage.id, share, deployment, created, compare(snapshot(tx, stage, deployment), now))


def _api(document: Document) -> Api:
    key, body = document.key, document.body
    name = body.get("name") or body.get("Name") or key.id
    return Api(key.account, key.region, key.id, name, body.get("ProtocolType", "REST"), body)
