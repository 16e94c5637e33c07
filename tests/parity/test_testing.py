"""TestInvokeMethod against AWS's recorded answers (api.json, TestApigatewayTestInvoke)."""

from __future__ import annotations

import json
import re
import socket
from typing import Any

from tests.parity.recorded import Recording
from tests.unit.control.support import Control

_DATE = re.compile(r"^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4} : ")


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as the recorder kept it: the log by lines without dates, the latency as such."""
    lines = enumerate(answer["log"].split("\n"))
    log = {f"line{at:02}": _DATE.sub("DDD MMM dd hh:mm:ss UTC yyyy : ", line) for at, line in lines}
    return answer | {"log": log, "latency": "<latency>" if isinstance(answer["latency"], int) else answer["latency"]}


class Pets:
    """The recorded test's API: /pets and /pets/{petId}, all MOCK."""

    def __init__(self, plane: Control) -> None:
        self.plane = plane
        self.api_id, root = plane.api()
        self.pets = self._resource(root, "pets")
        self.pet = self._resource(self.pets, "{petId}")
        self._method(self.pets, "GET", '{"pets": "all the pets"}')
        for verb in ("GET", "POST"):
            self._method(self.pet, verb, json.dumps({"petId": "$input.params('petId')"}))

    def _resource(self, parent: str, part: str) -> str:
        made = self.plane.rest.create_resource(restApiId=self.api_id, parentId=parent, pathPart=part)
        return str(made["id"])

    def _method(self, resource: str, verb: str, template: str) -> None:
        at = {"restApiId": self.api_id, "resourceId": resource, "httpMethod": verb}
        self.plane.rest.put_method(**at, authorizationType="NONE")
        self.plane.rest.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
        self.plane.rest.put_method_response(**at, statusCode="200")
        self.plane.rest.put_integration_response(
            **at, statusCode="200", responseTemplates={"application/json": template}
        )

    def test(self, resource: str, path: str | None, verb: str = "GET", body: str | None = None) -> dict[str, Any]:
        asked = {"restApiId": self.api_id, "resourceId": resource, "httpMethod": verb}
        asked |= {"pathWithQueryString": path} if path else {}
        asked |= {"body": body} if body else {}
        return comparable(self.plane.rest.test_invoke_method(**asked))


def test_methods(plane: Control) -> None:
    aws = Recording("api.json", "TestApigatewayTestInvoke::test_invoke_test_method")
    pets = Pets(plane)
    key = "test-invoke-method"
    aws.match(f"{key}-get-pets", pets.test(pets.pets, "/pets"))
    aws.match(f"{key}-get-pets-bad-path", pets.test(pets.pets, "/random/test"))
    aws.match(f"{key}-get-pets-id", pets.test(pets.pet, "/pets/123"))
    aws.match(f"{key}-get-pets-id-no-path", pets.test(pets.pet, None))
    aws.match(f"{key}-get-pets-id-bad-path", pets.test(pets.pet, "/random/test"))
    aws.match(f"{key}-get-with-qs", pets.test(pets.pet, "/pets/123?foo=bar"))
    aws.match(f"{key}-post-with-body", pets.test(pets.pet, "/pets/123", "POST", '{"foo": "bar"}'))
    test, at = plane.rest.test_invoke_method, {"restApiId": pets.api_id, "resourceId": pets.pet}
    aws.refuses("resource-method-not-found", test, **at, httpMethod="PUT")
    aws.refuses("resource-id-not-found", test, **at | {"resourceId": "none"}, httpMethod="GET")
    aws.refuses("rest-api-not-found", test, **at | {"restApiId": "none"}, httpMethod="GET")
    aws.done()


def test_an_endpoint_that_is_not_there(plane: Control) -> None:
    aws = Recording("api.json", "TestApigatewayTestInvoke::test_failed_invoke_test_method")
    api_id, root = plane.api()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        at = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
        plane.rest.put_method(**at, authorizationType="NONE")
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        plane.rest.put_integration(**at, type="HTTP_PROXY", integrationHttpMethod="GET", uri=uri)
        answer = comparable(plane.rest.test_invoke_method(**at))
    # Recorded from an endpoint that AWS did not call at all; ours is called, and refuses.
    called = [line for line in answer["log"].values() if "Endpoint request" in line or "Sending request" in line]
    assert len(called) == 4
    kept = [line for line in answer["log"].values() if line not in called]
    aws.match("test-invoke-failure", answer | {"log": {f"line{at:02}": line for at, line in enumerate(kept)}})
    aws.done()
