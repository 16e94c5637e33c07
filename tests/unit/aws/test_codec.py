"""Every operation, both ways, against botocore's own serializer and parser."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize
import pytest
from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.eventstream import EventStreamBuffer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatewright.aws.base import AwsError, HttpRequest, Params
from gatewright.aws.codec import ServiceCodec
from gatewright.aws.models import load
from gatewright.aws.query import Query
from gatewright.aws.routing import Router
from gatewright.aws.shapes import Member, OperationModel, Shape

SERVICES = ("apigateway", "apigatewayv2", "apigatewaymanagementapi")
EVERY = [(service, name) for service in SERVICES for name in load(service).operations]
HANDFUL = settings(max_examples=4, deadline=None, database=None, suppress_health_check=list(HealthCheck))

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TOKEN = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=12)


@cache
def theirs(service: str) -> botocore.model.ServiceModel:
    return botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model(service, "service-2"), service)


@cache
def codec(service: str) -> ServiceCodec:
    return ServiceCodec(service)


@cache
def router(service: str) -> Router:
    return Router(load(service).operations.values())


def strings(shape: Shape, alphabet: st.SearchStrategy[str] = TEXT) -> st.SearchStrategy[str]:
    if shape.enum:
        return st.sampled_from(shape.enum)
    low, high = int(shape.minimum or 0), int(shape.maximum or 40)
    if shape.pattern and low:
        return st.text("abc123", min_size=low, max_size=high)
    if shape.pattern:
        return st.from_regex(re.compile(shape.pattern, re.ASCII), fullmatch=True).filter(lambda s: s.isprintable())
    return alphabet.map(lambda text: (text + "x" * low)[: max(high, low)])


def values(shape: Shape) -> st.SearchStrategy[Any]:
    low, high = shape.minimum, shape.maximum
    if shape.type == "structure":
        return structures(shape.members)
    if shape.type == "list":
        assert shape.element is not None
        return st.lists(values(shape.element), max_size=2)
    if shape.type == "map":
        assert shape.element is not None
        assert shape.key is not None
        return st.dictionaries(values(shape.key), values(shape.element), max_size=2)
    simple: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "integer": st.integers(int(-(2**31) if low is None else low), int(2**31 - 1 if high is None else high)),
        "long": st.integers(-(2**53), 2**53),
        "double": st.floats(allow_nan=False, allow_infinity=False),
        "timestamp": st.integers(0, 4_000_000_000),
        "blob": TEXT.filter(bool).map(str.encode),  # botocore shows raw answers as text
    }
    return simple[shape.type] if shape.type in simple else strings(shape)


def placed(member: Member, taken: frozenset[str]) -> st.SearchStrategy[Any]:
    """A value for a member, as its place on the wire can hold it."""
    shape = member.shape
    if member.location == "header":
        return strings(shape, TOKEN)
    if member.location == "uri":
        return strings(shape).filter(lambda text: text not in ("", ".", ".."))
    if member.location == "querystring" and shape.type == "list":
        return st.lists(TEXT.filter(lambda text: "," not in text), min_size=1, max_size=3)
    if member.location == "querystring" and shape.type == "map":
        return st.dictionaries(TOKEN.filter(lambda key: key not in taken), TEXT, min_size=1, max_size=3)
    return values(shape)


def structures(members: tuple[Member, ...], constants: tuple[tuple[str, str], ...] = ()) -> st.SearchStrategy[Params]:
    taken = frozenset(member.wire for member in members) | {key for key, _ in constants}
    required = {m.name: placed(m, taken) for m in members if m.required or m.location == "uri"}
    optional = {m.name: placed(m, taken) for m in members if m.name not in required and m.location != "statusCode"}
    return st.fixed_dictionaries(required, optional=optional)


def sent(service: str, name: str, params: Params) -> HttpRequest:
    """The request as botocore sends it."""
    serializer = botocore.serialize.create_serializer("rest-json", include_validation=False)
    request = serializer.serialize_to_request(params, theirs(service).operation_model(name))
    prepare_request_dict(request, endpoint_url="http://127.0.0.1:4566", context={}, user_agent="test")
    prepared = create_request_object(request).prepare()
    url = urlsplit(prepared.url)
    body = prepared.body or b""
    return HttpRequest(
        method=prepared.method,
        path=url.path.encode(),
        query=url.query.encode(),
        headers=[(_bytes(key), _bytes(value)) for key, value in prepared.headers.items()],
        body=body if isinstance(body, bytes) else bytes(body.read()) if hasattr(body, "read") else body.encode(),
    )


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def parsed(service: str, request: HttpRequest) -> tuple[OperationModel, Params]:
    query = Query(request.query)
    match = router(service).find(request.method, request.path, query)
    assert match is not None, f"{request.method} {request.path!r} leads nowhere"
    parser, _ = codec(service).of(match[0])
    return match[0], parser.parse(request, match[1], query)


def seen(shape: Shape, value: Any) -> Any:
    """A result as botocore shows it: timestamps are datetimes."""
    if shape.type == "structure":
        members = {member.name: member.shape for member in shape.members}
        return {name: seen(members[name], each) for name, each in value.items()}
    if shape.type == "list":
        assert shape.element is not None
        return [seen(shape.element, each) for each in value]
    if shape.type == "map":
        assert shape.element is not None
        return {key: seen(shape.element, each) for key, each in value.items()}
    return datetime.fromtimestamp(value, UTC) if shape.type == "timestamp" else value


@pytest.mark.parametrize(("service", "name"), EVERY, ids=lambda value: value)
def test_parses_what_botocore_sends(service: str, name: str) -> None:
    model = load(service).operations[name]

    @HANDFUL
    @given(structures(model.input.members if model.input else (), model.constants))
    def round_trip(params: Params) -> None:
        assert parsed(service, sent(service, name, params)) == (model, params)

    round_trip()


@pytest.mark.parametrize(("service", "name"), EVERY, ids=lambda value: value)
def test_writes_what_botocore_parses(service: str, name: str) -> None:
    model = load(service).operations[name]
    output = theirs(service).operation_model(name).output_shape
    parser = botocore.parsers.create_parser("rest-json")

    @HANDFUL
    @given(structures(model.output.members if model.output else ()))
    def round_trip(result: Params) -> None:
        status, headers, body = codec(service).of(model)[1].write({**result, "_internal": object()})
        assert status == model.status
        response = {"status_code": status, "headers": {k.decode(): v.decode() for k, v in headers}, "body": body}
        found = parser.parse(response, output)  # type: ignore[arg-type] # None is what botocore gives, too
        del found["ResponseMetadata"]
        if model.output is not None and model.output.payload == "body":  # raw; botocore shows it as text
            result = {"contentType": headers[0][1].decode(), **result} if "contentType" in found else result
            found["body"] = found["body"].encode()
            result = {"body": b"", **result}
        assert found == (seen(model.output, result) if model.output else {})

    round_trip()


def refused(service: str, method: str, target: str, body: bytes) -> AwsError:
    path, _, query = target.partition("?")
    with pytest.raises(AwsError) as caught:
        parsed(service, HttpRequest(method, path.encode(), query.encode(), [], body))
    return caught.value


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "Unable to parse the request body as JSON"),
        (b'{"name":"a"}x', "Unable to parse the request body as JSON"),
        (b"\xff", "Unable to parse the request body as JSON"),
        (b"[" * 100_000, "Unable to parse the request body as JSON"),
        (b"[]", "Start of list found where not expected"),
        (b"3", "Unexpected value type in payload"),
        (b'{"name":true}', "class java.lang.Boolean can not be converted to an String"),
        (
            b'{"name":3}',
            "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String",
        ),
    ],
)
def test_types_come_before_constraints(body: bytes, text: str) -> None:
    error = refused("apigateway", "POST", "/restapis", body)
    assert (error.code, error.message) == ("SerializationException", text)


def test_each_service_has_its_own_words() -> None:
    rest = refused("apigateway", "POST", "/restapis/a/authorizers", b"{}")
    assert rest.code == "ValidationException"
    assert rest.message == (
        "2 validation errors detected: "
        "Value null at 'createAuthorizerInput.name' failed to satisfy constraint: Member must not be null; "
        "Value null at 'createAuthorizerInput.type' failed to satisfy constraint: Member must not be null"
    )
    v2 = refused("apigatewayv2", "POST", "/v2/apis", b'{"protocolType":"HTTP"}')
    assert (v2.code, v2.message) == ("BadRequestException", "Invalid API name specified")
    host = refused("lambda", "GET", "/2015-03-31/functions/a%20b", b"")
    assert host.message.startswith("1 validation error detected: Value 'a b' at 'functionName' failed to satisfy")


def test_an_absent_body_is_no_empty_object() -> None:
    error = refused("apigateway", "PUT", "/restapis/a/resources/b/methods/GET/integration/responses/200", b"")
    assert (error.code, error.message) == ("BadRequestException", "Invalid request input")


def test_unknown_and_null_members_are_ignored() -> None:
    request = HttpRequest("POST", b"/restapis", b"", [], b'{"name":"a","new":1,"description":null}')
    assert parsed("apigateway", request)[1] == {"name": "a"}


def test_numbers_in_the_query_must_be_numbers() -> None:
    assert refused("apigateway", "GET", "/restapis?limit=x", b"").code == "SerializationException"


def test_a_status_member_sets_the_status() -> None:
    invoke = load("lambda").operations["Invoke"]
    status, headers, body = codec("lambda").of(invoke)[1].write({"StatusCode": 202, "FunctionError": "Unhandled"})
    assert (status, body) == (202, b"")
    assert (b"X-Amz-Function-Error", b"Unhandled") in headers


def test_an_event_stream_is_botocores() -> None:
    operation = load("lambda").operations["InvokeWithResponseStream"]
    events = [{"PayloadChunk": {"Payload": b"ab"}}, {"InvokeComplete": {"LogResult": "eA=="}}]
    status, headers, body = codec("lambda").of(operation)[1].write({"StatusCode": 200, "EventStream": events})
    assert status == 200
    assert (b"Content-Type", b"application/vnd.amazon.eventstream") in headers
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    found = [(dict(each.headers), each.payload) for each in buffer]  # type: ignore[call-overload] # stubs: headers are int
    assert [(headers[":event-type"], payload) for headers, payload in found] == [
        ("PayloadChunk", b"ab"),
        ("InvokeComplete", b'{"LogResult":"eA=="}'),
    ]
