"""The response cache over real sockets: one for all workers, emptied for all of them before a flush returns."""

from __future__ import annotations

import http.client
import uuid
from collections.abc import Callable, Iterator

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.wire.rest_support import Api
from tests.wire.support import Server

MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
WARNING = "199 Cache-control headers were ignored because the caller was unauthorized."
FRESH = {"Cache-Control": "max-age=0"}


def ask(
    server: Server, api: Api, path: str = "/", headers: dict[str, str] | None = None
) -> tuple[int, str, dict[str, str]]:
    """One request on a connection of its own, so that any worker may get it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", f"/v1{path}", headers={"Host": api.host} | (headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


def bodies(server: Server, api: Api, path: str = "/", times: int = 12) -> set[str]:
    """What so many requests were answered. Every answer that is made, and not kept, is another one."""
    answers = {ask(server, api, path)[:2] for _ in range(times)}
    assert {status for status, _ in answers} == {200}
    return {body for _, body in answers}


def made(server: Server, marker: str = "") -> Api:
    """GET / and POST / answer with the request's id; GET /kept/{id} does, too, by its path."""
    api = Api(server)
    for path, verb, keys in (("/", "GET", []), ("/", "POST", []), ("/kept/{id}", "GET", ["method.request.path.id"])):
        api.method(path, verb, MOCK | {"cacheKeyParameters": keys})
        place = {"restApiId": api.id, "resourceId": api.resource(path), "httpMethod": verb}
        api.client.put_method_response(**place, statusCode="200")
        templates = {"application/json": f'"{marker}$context.requestId"'}
        api.client.put_integration_response(**place, statusCode="200", responseTemplates=templates)
    return api.deploy()


def update(api: Api, **values: str) -> None:
    """Patches of the stage by path, `_` for `/`; of all methods unless the path is the stage's."""
    patches = []
    for name, value in values.items():
        path = f"/{name}" if name.startswith("cacheCluster") else f"/*/*/caching/{name}"
        patches.append({"op": "replace", "path": path, "value": value})
    api.client.update_stage(restApiId=api.id, stageName="v1", patchOperations=patches)


@pytest.fixture
def api(live: Server) -> Iterator[Api]:
    api = made(live)
    yield api
    api.client.delete_rest_api(restApiId=api.id)


def test_all_workers_answer_from_one_cache_until_it_is_flushed(live: Server, api: Api) -> None:
    assert len(bodies(live, api)) == 12
    update(api, cacheClusterEnabled="true")
    assert len(bodies(live, api)) == 12, "methods have to be told"
    update(api, enabled="true")
    first = bodies(live, api)
    assert len(first) == 1
    for _ in range(3):
        flushed = api.client.flush_stage_cache(restApiId=api.id, stageName="v1")
        assert flushed["ResponseMetadata"]["HTTPStatusCode"] == 202
        second = bodies(live, api)
        assert len(second) == 1
        assert second != first
        first = second
    assert len(bodies(live, api, "/kept/1") | bodies(live, api, "/kept/2")) == 2
    update(api, ttlInSeconds="0")
    assert len(bodies(live, api)) == 12
    update(api, ttlInSeconds="300", cacheClusterEnabled="false")
    assert len(bodies(live, api)) == 12
    update(api, cacheClusterEnabled="true")
    assert bodies(live, api) != second, "a cache that was taken away is empty when it comes back"
    api.deploy()
    third = bodies(live, api)
    assert len(third) == 1
    api.deploy()
    assert bodies(live, api) != third, "a deployment begins anew"


def test_who_may_have_an_answer_renewed(live: Server, api: Api) -> None:
    place = {"restApiId": api.id, "resourceId": api.resource("/"), "httpMethod": "GET"}
    patch = {"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}
    api.client.update_method(**place, patchOperations=[patch])
    api.deploy()
    update(api, cacheClusterEnabled="true", enabled="true")

    def signed(**headers: str) -> dict[str, str]:
        request = AWSRequest("GET", f"http://{api.host}/v1/", headers=headers)
        SigV4Auth(Credentials("test", "test"), "execute-api", "us-east-1").add_auth(request)
        return dict(request.headers.items())

    kept = ask(live, api, headers=signed())[1]
    assert ask(live, api, headers=signed())[1] == kept
    assert ask(live, api)[0] == 403, "the cache protects nothing by itself"
    status, renewed, headers = ask(live, api, headers=signed(**FRESH))
    assert (status, headers.get("Warning")) == (200, None)
    assert renewed != kept
    assert ask(live, api, headers=signed())[1] == renewed

    # A method that anybody may call knows no caller who could be allowed to.
    kept = ask(live, api, "/kept/1")[1]
    status, same, headers = ask(live, api, "/kept/1", FRESH)
    assert (status, same, headers["Warning"]) == (200, kept, WARNING)
    update(api, unauthorizedCacheControlHeaderStrategy="SUCCEED_WITHOUT_RESPONSE_HEADER")
    status, same, headers = ask(live, api, "/kept/1", FRESH)
    assert (status, same, headers.get("Warning")) == (200, kept, None)
    update(api, unauthorizedCacheControlHeaderStrategy="FAIL_WITH_403")
    status, refusal, headers = ask(live, api, "/kept/1", FRESH)
    assert (status, headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")
    assert "execute-api:InvalidateCache" in refusal
    update(api, requireAuthorizationForCacheControl="false")
    assert ask(live, api, "/kept/1", FRESH)[1] != kept


@pytest.mark.parametrize("encrypted", ["false", "true"])
def test_what_lies_on_disk(live: Server, encrypted: str) -> None:
    marker = uuid.uuid4().hex
    api = made(live, marker)
    update(api, cacheClusterEnabled="true", enabled="true", dataEncrypted=encrypted)
    assert len(bodies(live, api)) == 1
    shown = any(marker.encode() in file.read_bytes() for file in live.data.glob("state/caches/*/data.mdb"))
    assert shown is (encrypted == "false")
    assert "_cacheKey" not in api.client.get_stage(restApiId=api.id, stageName="v1")
    api.client.delete_rest_api(restApiId=api.id)


def test_one_worker_keeps_its_cache_to_itself(own_server: Callable[..., Server]) -> None:
    server = own_server("--workers", "1")
    api = made(server)
    update(api, cacheClusterEnabled="true", enabled="true")
    first = bodies(server, api)
    api.client.flush_stage_cache(restApiId=api.id, stageName="v1")
    second = bodies(server, api)
    assert (len(first), len(second), first == second) == (1, 1, False)
