from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gatewright.aws.authenticate import LocalAuthenticator
from gatewright.aws.base import HttpRequest
from gatewright.clock import FakeClock
from gatewright.control.operations import OPERATIONS
from gatewright.control.service import MOST_TESTS, ControlService
from gatewright.deploy.base import CompileError
from gatewright.settings import Settings
from gatewright.store.base import Changed, Heard, StoreError
from gatewright.store.sqlite import SqliteStore
from tests.unit.control.support import Bench, Control, patch, refused


def test_what_is_not_handled_says_so(plane: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    handlers = dict(OPERATIONS["apigatewayv2"])
    del handlers["ListPortals"]
    monkeypatch.setattr("gatewright.control.service.OPERATIONS", {**OPERATIONS, "apigatewayv2": handlers})
    assert refused(plane.v2.list_portals) == (
        501,
        "NotImplementedException",
        "Gatewright does not support ListPortals yet",
    )


def test_a_refused_call_leaves_nothing(plane: Control) -> None:
    """CreateDeployment writes the deployment before the stage is refused."""
    api_id, _ = plane.mock_api()
    status, _, _ = refused(plane.rest.create_deployment, restApiId=api_id, stageName="v1", variables={"a-b": "c"})
    assert status == 400
    assert plane.rest.get_deployments(restApiId=api_id)["items"] == []
    assert plane.published.calls == []


def test_stages_are_published_after_the_commit(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    first = plane.rest.create_deployment(restApiId=api_id, stageName="v1")["id"]
    assert plane.published.calls == [(api_id, "v1", first)]
    plane.rest.update_stage(restApiId=api_id, stageName="v1", patchOperations=[patch("replace", "/variables/a", "b")])
    plane.rest.create_resource(
        restApiId=api_id, parentId=plane.rest.get_rest_api(restApiId=api_id)["rootResourceId"], pathPart="p"
    )
    assert plane.published.calls == [(api_id, "v1", first)] * 2  # an edit of the API is not served until it is deployed
    plane.rest.delete_stage(restApiId=api_id, stageName="v1")
    assert plane.published.calls[2:] == [(api_id, "v1", None)]


def test_keys_of_plans_are_published_after_the_commit(plane: Control) -> None:
    """Each change of what a key may do; nothing for keys that are in no plan."""
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    key = plane.rest.create_api_key(name="k", enabled=True)["id"]
    plan = plane.rest.create_usage_plan(name="p", apiStages=[{"apiId": api_id, "stage": "v1"}])["id"]
    assert plane.published.usage == []

    def stages() -> list[str] | None:
        published = plane.published.usage[-1]
        return None if published is None else sorted(published["plans"][0]["stages"])

    plane.rest.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    assert stages() == [f"{api_id}:v1"]
    plane.rest.update_api_key(apiKey=key, patchOperations=[patch("replace", "/enabled", "false")])
    assert plane.published.usage[-1]["keys"][0]["enabled"] is False  # type: ignore[index]  # there is a document
    plane.rest.update_usage_plan(usagePlanId=plan, patchOperations=[patch("remove", "/apiStages", f"{api_id}:v1")])
    assert stages() == []
    plane.rest.update_usage_plan(usagePlanId=plan, patchOperations=[patch("add", "/apiStages", f"{api_id}:v1")])
    plane.rest.delete_stage(restApiId=api_id, stageName="v1")
    assert stages() == []
    plane.rest.delete_usage_plan_key(usagePlanId=plan, keyId=key)
    assert plane.published.usage[-1] is None
    plane.rest.import_api_keys(body=f"Name,Key,UsagePlanIds\nimported,{'k' * 30},{plan}\n".encode(), format="csv")
    assert stages() == []
    count = len(plane.published.usage)
    (imported,) = plane.rest.get_usage_plan_keys(usagePlanId=plan)["items"]
    plane.rest.delete_api_key(apiKey=imported["id"])
    assert plane.published.usage[count:] == [None]
    plane.rest.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    plane.rest.delete_usage_plan(usagePlanId=plan)
    assert plane.published.usage[-1] is None


def test_deleting_an_api_takes_its_stages_away(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    for stage in ("b", "a"):
        plane.rest.create_deployment(restApiId=api_id, stageName=stage)
    plane.rest.delete_rest_api(restApiId=api_id)
    assert plane.published.calls[2:] == [(api_id, "a", None), (api_id, "b", None)]


def test_accounts_and_regions_do_not_meet(plane: Control) -> None:
    api_id, _ = plane.api()
    for other in (plane.client(account="222222222222"), plane.client(region="eu-west-1")):
        assert other.get_rest_apis()["items"] == []
        assert refused(other.get_rest_api, restApiId=api_id)[0] == 404


class Unlucky:
    """A Publisher whose work fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def publish(self, account: str, region: str, api_id: str, stage: str) -> None:
        raise self._error

    def publish_domains(self) -> None:
        raise self._error

    def publish_usage(self) -> None:
        raise self._error

    def publish_all(self) -> None:
        raise NotImplementedError

    def republish(self, names: Sequence[str] | None) -> None:
        raise NotImplementedError


class Contended:
    """A Store whose transactions end badly: by default somebody else is always faster."""

    def __init__(self, store: SqliteStore, error: StoreError | None = None) -> None:
        self._store = store
        self.ledger = store.ledger
        self._error = error or Changed("another revision")
        self.ledger = store.ledger

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Any]:
        with self._store.transaction(write=write) as tx:
            yield tx
            raise self._error

    def listen(self, heard: Heard, wanted: Callable[[], bool]) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self._store.close()


def ask(service: ControlService, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    headers = [(b"Content-Type", b"application/json")]
    sent = b"" if body is None else json.dumps(body).encode()
    answer = service.handle(HttpRequest(method, path.encode(), b"", headers, sent))
    return answer.status, json.loads(answer.body or b"null")


@pytest.mark.parametrize("error", [CompileError("GET /", "no"), OSError("disk")])
def test_a_stage_that_cannot_be_published_is_reported(
    plane: Control, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    api_id, _ = plane.mock_api()
    authenticate = LocalAuthenticator("111111111111", "us-east-1")
    service = ControlService(plane.store, Unlucky(error), Settings(), FakeClock(), authenticate, Bench())
    with caplog.at_level(logging.ERROR):
        status, _ = ask(service, "POST", f"/restapis/{api_id}/deployments", {"stageName": "v1"})
    assert status == 201
    assert plane.rest.get_stage(restApiId=api_id, stageName="v1")["stageName"] == "v1"
    assert f"stage v1 of API {api_id}" in caplog.text


def test_domain_names_that_cannot_be_published_are_reported(plane: Control, caplog: pytest.LogCaptureFixture) -> None:
    authenticate = LocalAuthenticator("111111111111", "us-east-1")
    service = ControlService(plane.store, Unlucky(OSError("disk")), Settings(), FakeClock(), authenticate, Bench())
    arn = "arn:aws:acm:us-east-1:111111111111:certificate/1"
    asked = {"domainName": "api.example.com", "certificateArn": arn}
    assert ask(service, "POST", "/domainnames", asked)[0] == 201
    assert "the domain names could not be published" in caplog.text


def test_a_change_in_between_is_a_conflict(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "control.db")
    authenticate = LocalAuthenticator("111111111111", "us-east-1")
    service = ControlService(Contended(store), Unlucky(OSError()), Settings(), FakeClock(), authenticate, Bench())
    assert ask(service, "POST", "/restapis", {"name": "one"}) == (
        409,
        {"message": "Unable to complete operation due to concurrent modification. Please try again later."},
    )
    store.close()


def test_a_store_that_fails_is_said_to_the_operator(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = SqliteStore(tmp_path / "control.db")
    authenticate = LocalAuthenticator("111111111111", "us-east-1")
    contended = Contended(store, StoreError("the disk is full"))
    service = ControlService(contended, Unlucky(OSError()), Settings(), FakeClock(), authenticate, Bench())
    status, body = ask(service, "POST", "/restapis", {"name": "one"})
    assert (status, body["message"]) == (503, "The service is temporarily unavailable. Please try again later.")
    assert "the disk is full" in caplog.text
    store.close()


def test_tests_of_methods_leave_threads_for_other_calls(plane: Control) -> None:
    """Backends that do not answer: what more is tried meanwhile is refused, and nothing of it stays."""
    with socket.create_server(("127.0.0.1", 0)) as backend, ThreadPoolExecutor(MOST_TESTS) as threads:
        api_id, root = plane.api()
        at = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
        plane.rest.put_method(**at, authorizationType="NONE")
        uri = f"http://127.0.0.1:{backend.getsockname()[1]}/"
        plane.rest.put_integration(**at, type="HTTP_PROXY", integrationHttpMethod="GET", uri=uri)
        for _ in range(2):
            running = [threads.submit(plane.rest.test_invoke_method, **at) for _ in range(MOST_TESTS)]
            calls = [backend.accept()[0] for _ in running]
            assert refused(plane.rest.test_invoke_method, **at) == (
                429,
                "TooManyRequestsException",
                "Too Many Requests",
            )
            for call in calls:
                call.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                call.close()
            assert [each.result(20)["status"] for each in running] == [204] * MOST_TESTS
