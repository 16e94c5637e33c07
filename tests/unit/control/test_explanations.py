from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette

from gatewright.control.explanations import Explanations
from gatewright.net.base import Failure, Header, Origin, UpstreamError, UpstreamResponse
from gatewright.store.base import Store
from tests.plays.stage import ACCOUNT, API, FakeUpstream
from tests.unit.deploy.support import REGION, ROOT, deploy, key, open_store

Body = dict[str, Any]
WORKERS = [Origin("http", "worker", 80, unix=f"/run/{number}") for number in (0, 1)]


class Workers(FakeUpstream):
    """Each worker by its socket: what it answers to whom; None: it does not."""

    def __init__(self, said: Mapping[str, Body | None]) -> None:
        super().__init__()
        self._said = said
        self.asked: list[bytes] = []

    async def request(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: Sequence[Header] = (),
        body: bytes = b"",
        *,
        timeout: float = 30.0,
        max_body: int = 10 * 1024 * 1024,
    ) -> UpstreamResponse:
        self.asked.append(target)
        said = self._said.get(str(origin.unix))
        if said is None:
            raise UpstreamError(Failure.CLOSED)
        return UpstreamResponse(200, [], json.dumps(said).encode())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    with store.transaction() as tx:
        deploy(tx, ROOT)
    yield store
    store.close()


ABOUT = {"kept": 3, "most": 10, "since": 5.0, "total": 7}


class Answer:
    def __init__(self, status: int, body: bytes) -> None:
        self.status_code = status
        self.body = body

    def json(self) -> Body:
        said: Body = json.loads(self.body)
        return said


class Client:
    """Speaks ASGI."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    def get(self, target: str) -> Answer:
        return asyncio.run(self._get(target))

    async def _get(self, target: str) -> Answer:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "method": "GET",
            "path": unquote(path),
            "raw_path": target.encode(),
            "query_string": query.encode(),
            "headers": [(b"host", b"localhost")],
        }
        sent: list[MutableMapping[str, Any]] = []

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": b""}

        await self._app(scope, receive, send)
        return Answer(sent[0]["status"], sent[1]["body"])


def client(store: Store, first: Body | None, second: Body | None = None) -> tuple[Client, Workers]:
    workers = Workers({"/run/0": first, "/run/1": second})
    return Client(Starlette(routes=Explanations(WORKERS, workers, store).routes())), workers


def explanation(topic: str = "", **api: Any) -> Body:
    told = {"id": API, "method": "GET", "path": "/new", "stage": "v1", "account": ACCOUNT, "region": REGION} | api
    return {"topic": topic, "api": told, "why": ["first", "second"], "fix": [], "error": {}}


def put(store: Store, kind: str, parent: str, id: str, body: Body) -> None:
    with store.transaction() as tx:
        tx.put(key(kind, parent, id), body)


def complete(store: Store, said: Body) -> Body:
    asked, _ = client(store, None, ABOUT | {"explanation": said})
    answer = asked.get("/_gatewright/explain/some%2Fid=")
    assert answer.status_code == 200
    found: Body = answer.json()["explanation"]
    return found


def test_whoever_has_it_is_found(store: Store) -> None:
    said = explanation()
    asked, workers = client(store, ABOUT | {"explanation": None}, ABOUT | {"explanation": said})
    answer = asked.get("/_gatewright/explain/abc=")
    assert answer.json() == {"kept": 6, "most": 10, "total": 14, "workers": 2, "since": 5.0, "explanation": said}
    assert workers.asked == [b"/explain/abc="] * 2


def test_nobody_has_it(store: Store) -> None:
    asked, _ = client(store, ABOUT | {"explanation": None}, None)
    answer = asked.get("/_gatewright/explain/abc")
    assert answer.status_code == 404
    assert answer.json()["kept"] == 3
    asked, _ = client(store, None)
    assert asked.get("/_gatewright/explain/abc").json()["most"] == 0


def test_lists_of_all_workers_are_one(store: Store) -> None:
    first = ABOUT | {"requests": [{"at": 3}, {"at": 1}]}
    asked, workers = client(store, first, ABOUT | {"requests": [{"at": 2}]})
    answer = asked.get("/_gatewright/explain?limit=2&status=4xx")
    assert [each["at"] for each in answer.json()["requests"]] == [3, 2]
    assert workers.asked[0] == b"/explain?limit=2&status=4xx"


@pytest.mark.parametrize("limit", ["%C2%B2", "9" * 5000, "x"])
def test_a_limit_that_is_none_does_not_count(store: Store, limit: str) -> None:
    asked, _ = client(store, ABOUT | {"requests": [{"at": 3}]})
    assert asked.get(f"/_gatewright/explain?limit={limit}").status_code == 200


def test_a_method_that_was_not_deployed(store: Store) -> None:
    put(store, "resource", API, "new", {"id": "new", "path": "/new", "resourceMethods": {"GET": {}}})
    found = complete(store, explanation("route"))
    assert found["why"][1] == (
        "The API has the method GET /new, but it was not deployed to the stage: this is why it is not there."
    )
    assert found["fix"][0]["command"] == f"aws apigateway create-deployment --rest-api-id {API} --stage-name v1"
    assert found["fix"][1]["command"] == f"gatewright diff {API} 'v1'"
    assert len(complete(store, explanation("route", method="PUT"))["why"]) == 2
    assert len(complete(store, explanation("route", path="/nothing"))["why"]) == 2


def test_a_route_that_was_not_deployed(store: Store) -> None:
    put(store, "api", "", "web", {"ApiId": "web", "Name": "web", "ProtocolType": "HTTP"})
    put(store, "route", "web", "r1", {"RouteId": "r1", "RouteKey": "GET /new"})
    found = complete(store, explanation("route", id="web"))
    assert "the route GET /new" in found["why"][1]
    assert "apigatewayv2 create-deployment --api-id web" in found["fix"][0]["command"]


def test_stages_as_the_store_has_them(store: Store) -> None:
    assert complete(store, explanation("stage"))["why"][-1] == f"API {API} (api) has the stages: v1."
    assert len(complete(store, explanation("stage", id="nobody"))["why"]) == 2


def test_an_api_that_serves_nothing(store: Store) -> None:
    put(store, "rest_api", "", "bare", {"id": "bare", "name": "bare"})
    found = complete(store, explanation("api", id="bare"))
    assert found["why"] == ["API bare (bare) exists, but it has no stage: nothing of it is served."]
    assert found["fix"][0]["command"].endswith("--rest-api-id bare --stage-name v1")
    assert "none of them has a deployment" in complete(store, explanation("api"))["why"][0]
    put(store, "api", "", "web", {"ApiId": "web", "Name": "web", "ProtocolType": "HTTP"})
    assert "--auto-deploy" in complete(store, explanation("api", id="web"))["fix"][0]["command"]
    assert complete(store, explanation("api", id="nobody"))["why"] == ["first", "second"]


def test_keys_that_workers_do_not_know(store: Store) -> None:
    put(store, "api_key", "", "k1", {"id": "k1", "name": "ada", "value": "0123456789abcdefghij", "enabled": False})
    said = explanation("key") | {"error": {"why": {"sent": "**************efghij"}}}
    assert complete(store, said)["why"][-1] == "The key ada (k1) ends like it, and is disabled."
    put(store, "api_key", "", "k2", {"id": "k2", "name": "bob", "value": "999999lonely", "enabled": True})
    lonely = complete(store, explanation("key") | {"error": {"why": {"sent": "******lonely"}}})
    assert "The key bob (k2) ends like it, and is in no usage plan" in lonely["why"][-1]
    assert lonely["fix"][0]["command"].endswith("--key-id k2")
    assert len(complete(store, explanation("key") | {"error": {"why": {"sent": "***zzzzzz"}}})["why"]) == 2
    assert len(complete(store, explanation("key"))["why"]) == 2
