from __future__ import annotations

import json
import logging
from typing import Any

import orjson
import pytest
from botocore import xform_name
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.aws.base import AwsError, Caller, HttpRequest, HttpResponse, Operation, Params
from gatewright.aws.models import load
from gatewright.aws.service import Service

CALLER = Caller("123456789012", "eu-west-1", None, "arn:aws:iam::123456789012:root")


class Handler:
    """An Invoke that keeps what it was asked and gives what it was told to."""

    def __init__(self, result: Any = None) -> None:
        self.result = result
        self.calls: list[tuple[Operation, Caller, Params]] = []
        self.signing_names: list[str] = []

    def __call__(self, operation: Operation, caller: Caller, params: Params) -> Params | None:
        self.calls.append((operation, caller, params))
        if isinstance(self.result, BaseException):
            raise self.result
        result: Params | None = self.result
        return result

    def authenticate(self, request: HttpRequest, signing_name: str) -> Caller:
        self.signing_names.append(signing_name)
        if (b"X-Stranger", b"yes") in request.headers:
            raise AwsError("UnrecognizedClientException", "The security token included in the request is invalid.", 403)
        return CALLER


def control(handler: Handler) -> Service:
    return Service(["apigateway", "apigatewayv2"], handler, handler.authenticate)


def ask(service: Service, method: str, target: str, body: bytes = b"", *headers: tuple[bytes, bytes]) -> HttpResponse:
    path, _, query = target.encode().partition(b"?")
    return service.handle(HttpRequest(method, path, query, list(headers), body))


def header(response: HttpResponse, name: bytes) -> bytes | None:
    return next((value for key, value in response.headers if key.lower() == name.lower()), None)


def test_runs_an_operation() -> None:
    handler = Handler({"id": "abc", "name": "pets", "createdDate": 1_700_000_000.5, "_revision": 7, "tags": {}})
    response = ask(control(handler), "POST", "/restapis", b'{"name":"pets"}')
    assert response.status == 201
    assert orjson.loads(response.body) == {"id": "abc", "name": "pets", "createdDate": 1_700_000_000, "tags": {}}
    assert header(response, b"Content-Type") == b"application/json"
    ((operation, caller, params),) = handler.calls
    assert (operation.service, operation.name, operation.handler) == ("apigateway", "CreateRestApi", "create_rest_api")
    assert (caller, params) == (CALLER, {"name": "pets"})
    assert header(response, b"x-amzn-RequestId") == operation.request_id.encode()
    assert handler.signing_names == ["apigateway"]


def test_paths_under_v2_belong_to_v2() -> None:
    handler = Handler({"ApiId": "abc", "CreatedDate": 1_700_000_000})
    response = ask(control(handler), "GET", "/v2/apis/abc")
    assert handler.calls[0][0].service == "apigatewayv2"
    assert handler.calls[0][2] == {"ApiId": "abc"}
    assert orjson.loads(response.body) == {"apiId": "abc", "createdDate": "2023-11-14T22:13:20Z"}


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [("DELETE", "/restapis/a", 202, b""), ("DELETE", "/restapis/a/resources/b/methods/GET", 204, b""),
     ("DELETE", "/v2/apis/a", 204, b""), ("DELETE", "/v2/vpclinks/a", 202, b"{}"),
     ("GET", "/restapis", 200, b"{}")],
)  # fmt: skip
def test_a_handler_may_give_nothing(method: str, path: str, status: int, body: bytes) -> None:
    response = ask(control(Handler(None)), method, path)
    assert (response.status, response.body) == (status, body)


def test_lists_travel_as_item() -> None:
    response = ask(control(Handler({"items": [{"id": "a"}], "position": None})), "GET", "/restapis?limit=1")
    assert orjson.loads(response.body) == {"item": [{"id": "a"}]}


def test_errors_of_the_handler_are_shown() -> None:
    handler = Handler(AwsError("NotFoundException", "Invalid API identifier specified 123456789012:a"))
    response = ask(control(handler), "GET", "/restapis/a")
    assert response.status == 404
    assert header(response, b"x-amzn-ErrorType") == b"NotFoundException"
    assert orjson.loads(response.body) == {"message": "Invalid API identifier specified 123456789012:a"}


def test_faults_of_ours_are_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="gatewright.aws"):
        response = ask(control(Handler(RuntimeError("the secret place"))), "GET", "/restapis/a")
    assert response.status == 500
    assert header(response, b"x-amzn-ErrorType") == b"InternalFailure"
    assert b"secret" not in response.body
    request_id = header(response, b"x-amzn-RequestId")
    assert request_id is not None
    assert request_id.decode() in caplog.text
    assert "the secret place" in caplog.text


def test_a_result_that_cannot_be_written_is_a_fault_of_ours() -> None:
    assert ask(control(Handler({"createdDate": "soon"})), "GET", "/restapis/a").status == 500


def test_strangers_learn_nothing_of_their_request() -> None:
    handler = Handler()
    for path in ("/restapis/a", "/nothing"):
        response = ask(control(handler), "POST", path, b"{", (b"X-Stranger", b"yes"))
        assert response.status == 403
        assert header(response, b"x-amzn-ErrorType") == b"UnrecognizedClientException"
    assert handler.calls == []


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("GET", "/v2/nothing"), ("HEAD", "/restapis")])
def test_unknown_operations(method: str, path: str) -> None:
    handler = Handler()
    response = ask(control(handler), method, path)
    assert response.status == 404
    assert header(response, b"x-amzn-ErrorType") == b"UnknownOperationException"
    assert handler.calls == []


def test_lambda_answers_raw() -> None:
    handler = Handler({"StatusCode": 200, "Payload": b'{"a":1}', "ExecutedVersion": "$LATEST"})
    service = Service(["lambda"], handler, handler.authenticate)
    path = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Af/invocations"
    response = ask(service, "POST", path, b'{"x":', (b"x-amz-invocation-type", b"RequestResponse"))
    assert (response.status, response.body) == (200, b'{"a":1}')
    assert header(response, b"X-Amz-Executed-Version") == b"$LATEST"
    assert handler.calls[0][2] == {
        "FunctionName": "arn:aws:lambda:eu-west-1:123456789012:function:f",
        "InvocationType": "RequestResponse",
        "Payload": b'{"x":',
    }
    assert handler.signing_names == ["lambda"]


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)
NAMES = ("apigateway", "apigatewayv2", "apigatewaymanagementapi", "lambda")
EVERY = [operation for name in NAMES for operation in load(name).operations.values()]
ALL = Service(NAMES, Handler({}), Handler().authenticate)


@st.composite
def requests(draw: st.DrawFn) -> HttpRequest:
    """A request for some operation whose members hold anything."""
    operation = draw(st.sampled_from(EVERY))
    members = operation.input.members if operation.input else ()
    wires = [member.wire for member in members if member.location == "body"]
    body = draw(st.dictionaries(st.sampled_from(wires), JSON)) if wires else draw(JSON)
    keys = [member.wire for member in members if member.location == "querystring"]
    query = "&".join(f"{key}={draw(st.text('a1-,%+=&', max_size=4))}" for key in keys)
    segments = [draw(st.sampled_from(["a", "200", "%", "%2F"])) if "{" in each else each
                for each in operation.path.split("/")]  # fmt: skip
    sent = draw(st.sampled_from([json.dumps(body).encode(), b"", b"nul", b'"\\ud800"', b'{"\xff":1}']))
    headers = [(b"X-Amz-Log-Type", b"\xff"), (b"Accept", b"")]
    return HttpRequest(operation.method, "/".join(segments).encode(), query.encode(), headers, sent)


@settings(max_examples=300, deadline=None)
@given(requests())
def test_no_request_is_a_fault_of_ours(request: HttpRequest) -> None:
    assert ALL.handle(request).status < 500


def test_tells_its_operations() -> None:
    served = control(Handler()).operations()
    assert len(served) >= 227
    assert ("apigateway", "GetRestApis", "get_rest_apis") in served
    assert all(each.handler == xform_name(each.name) for each in served)
    assert len({(each.service, each.handler) for each in served}) == len(served)
