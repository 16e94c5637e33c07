"""WebSocket APIs: the life of connections, the routes of messages, and what their clients hear."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.net.base import Failure, UpstreamResponse
from tests.plays.stage import API, INVOKE, Sent
from tests.plays.websocket import DOMAIN, HANDSHAKE, SocketClient, SocketPlay
from tests.plays.websocket_documents import backend, function, mock, response, route, socket_document

_ECHO = mock(
    200,
    response(template="$context.requestOverride.path.body"),
    RequestTemplates={"$default": '#set($context.requestOverride.path.body = $input.body){"statusCode":200}'},
)


# The handshake


def test_a_connection_without_a_route_is_accepted() -> None:
    client = SocketPlay(route("talk", mock())).connect().opened()
    head = client.handshake.head
    assert head.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in head
    assert b"Sec-WebSocket-Protocol" not in head


def test_connect_is_asked_first_and_the_answer_waits_for_it() -> None:
    play = SocketPlay(route("$connect", function()), variables={"a": "b"})
    client = play.connect("/v1?x=1&x=2&y=%20", [("User-Agent", "browser"), ("X-Mine", "1"), ("X-Mine", "2")])
    assert client.handshake.session is None
    assert play.open == set()
    event = client.event
    context = event["requestContext"]
    connection_id = context["connectionId"]
    assert len(connection_id) == 16
    assert connection_id.endswith("=")
    assert context["requestId"] == context["extendedRequestId"]
    assert event == {
        "headers": {
            "Host": DOMAIN,
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "User-Agent": "browser",
            "X-Mine": "2",
            "X-Amzn-Trace-Id": event["headers"]["X-Amzn-Trace-Id"],
            "X-Forwarded-For": "203.0.113.7",
            "X-Forwarded-Port": "443",
            "X-Forwarded-Proto": "https",
        },
        "multiValueHeaders": {
            name: ["1", "2"] if name == "X-Mine" else [value] for name, value in event["headers"].items()
        },
        "queryStringParameters": {"x": "2", "y": " "},
        "multiValueQueryStringParameters": {"x": ["1", "2"], "y": [" "]},
        "stageVariables": {"a": "b"},
        "requestContext": {
            "routeKey": "$connect",
            "eventType": "CONNECT",
            "extendedRequestId": context["requestId"],
            "requestTime": context["requestTime"],
            "messageDirection": "IN",
            "stage": "v1",
            "connectedAt": context["requestTimeEpoch"],
            "requestTimeEpoch": context["requestTimeEpoch"],
            "identity": {"userAgent": "browser", "sourceIp": "203.0.113.7"},
            "requestId": context["requestId"],
            "domainName": DOMAIN,
            "connectionId": connection_id,
            "apiId": "abcdefghij",
        },
        "isBase64Encoded": False,
    }
    headers = dict(client.backend.headers)
    assert headers["x-gatewright-source-arn"].endswith(":abcdefghij/v1/$connect")
    client.function_returns({"statusCode": 200, "body": "ignored"})
    client.opened()
    assert play.open == {connection_id}


def test_the_function_chooses_among_the_protocols_offered() -> None:
    play = SocketPlay(route("$connect", function()))
    offers = [("Sec-WebSocket-Protocol", "a, b")]
    client = play.connect(headers=offers)
    client.function_returns({"statusCode": 200, "headers": {"sec-websocket-protocol": "b", "X-Other": "no"}})
    assert b"\r\nSec-WebSocket-Protocol: b\r\n" in client.opened().handshake.head
    assert b"X-Other" not in client.handshake.head
    client = play.connect(headers=offers)
    client.function_returns({"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "c"}})
    assert b"Sec-WebSocket-Protocol" not in client.opened().handshake.head


@pytest.mark.parametrize(
    ("returned", "status", "message"),
    [
        ({"statusCode": 401, "body": "ignored"}, 401, "Unauthorized"),
        ({"statusCode": 301}, 301, "Moved Permanently"),
        ({"statusCode": 501}, 501, "Not Implemented"),
        ({"statusCode": "403"}, 403, "Forbidden"),
        ({"body": "x"}, 502, "Internal server error"),
        (None, 502, "Internal server error"),
        ("text", 502, "Internal server error"),
        ({"statusCode": "x"}, 502, "Internal server error"),
    ],
)
def test_what_connect_answers_is_the_status(returned: Any, status: int, message: str) -> None:
    client = SocketPlay(route("$connect", function())).connect()
    client.function_returns(returned)
    client.refused(status, message)


def test_a_function_that_fails_is_a_bad_gateway() -> None:
    client = SocketPlay(route("$connect", function())).connect()
    client.backend_answers(200, {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage": "no"}')
    assert client.refused(502, "Internal server error")["x-amzn-ErrorType"] == "InternalServerErrorException"


def test_a_function_that_takes_too_long() -> None:
    client = SocketPlay(route("$connect", function(TimeoutInMillis=50))).connect()
    assert client.backend.timeout == 0.05
    client.backend_fails(Failure.TIMEOUT)
    client.refused(504, "Endpoint request timed out")


@pytest.mark.parametrize(("integration", "status"), [(mock(200), 101), (mock(403), 403), (mock(0), 500)])
def test_a_mock_decides_by_its_status(integration: Any, status: int) -> None:
    if status == 500:
        integration |= {"RequestTemplates": {"$default": "{}"}}
    client = SocketPlay(route("$connect", integration)).connect()
    if status == 101:
        client.opened()
    else:
        assert client.status == status


def test_an_http_backend_decides_by_its_status() -> None:
    play = SocketPlay(
        route(
            "$connect",
            backend(
                "HTTP_PROXY",
                "http://a.test/{who}",
                RequestParameters={
                    "integration.request.path.who": "route.request.querystring.who",
                    "integration.request.header.X-Agent": "route.request.header.X-Mine",
                    "integration.request.querystring.id": "context.connectionId",
                },
            ),
        )
    )
    client = play.connect("/v1?who=me", [("X-Mine", "yes")])
    assert client.backend.target.startswith("/me?who=me&id=")
    assert client.backend_headers["x-agent"] == "yes"
    client.backend_answers(204, {"Sec-WebSocket-Protocol": "none"})
    client.opened()
    client = play.connect("/v1?who=you")
    client.backend_answers(400)
    client.refused(400, "Bad Request")
    play.connect("/v1?who=..").refused(400, "Bad Request")


def test_a_proxy_gets_the_handshake_and_mappings_write_over_it() -> None:
    mappings = {
        "integration.request.header.Sec-WebSocket-Version": "'0'",
        "integration.request.querystring.b": "'mapped'",
    }
    play = SocketPlay(
        route("$connect", backend("HTTP_PROXY", "http://a.test/in?x=1", RequestParameters=mappings)),
        route("$default", backend("HTTP_PROXY", "http://a.test/")),
    )
    client = play.connect(
        "/v1?a=%20&b=2&X-Amz-Signature=abc",
        [
            ("Cookie", "c=d"),
            ("X-Many", "1"),
            ("X-Many", "2"),
            ("Via", "proxy"),
            ("X-Amzn-Apigateway-Api-Id", "forged"),
            ("X-Amzn-Trace-Id", "Root=forged"),
            ("Authorization", "AWS4-HMAC-SHA256 signed"),
        ],
    )
    assert client.backend.target == "/in?x=1&a=%20&b=mapped"
    headers = sorted((name.lower(), value) for name, value in client.backend.headers)
    trace = dict(headers)["x-amzn-trace-id"]
    assert headers == [
        ("accept", "application/json"),
        ("cookie", "c=d"),
        ("host", "a.test"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "0"),
        ("user-agent", f"AmazonAPIGateway_{API}"),
        ("x-amzn-apigateway-api-id", API),
        ("x-amzn-trace-id", trace),
        ("x-forwarded-for", "203.0.113.7"),
        ("x-forwarded-port", "443"),
        ("x-forwarded-proto", "https"),
        ("x-many", "1"),
        ("x-many", "2"),
    ]
    assert client.backend.body == b""
    client.backend_answers(200)
    client.opened().says("x")
    assert client.backend.target == "/"
    assert "cookie" not in client.backend_headers


def test_a_mapped_backend_gets_nothing_of_the_handshake() -> None:
    client = SocketPlay(route("$connect", backend("HTTP", "http://a.test/in"))).connect("/v1?a=b", [("Cookie", "c")])
    assert client.backend.target == "/in"
    assert "cookie" not in client.backend_headers


@pytest.mark.parametrize(
    ("call", "status", "message"),
    [
        ({"url": "/v2"}, 403, "Forbidden"),
        ({"url": "/"}, 403, "Forbidden"),
        ({"url": "/v1/more"}, 403, "Forbidden"),
        ({"region": "eu-west-1"}, 403, "Forbidden"),
        ({"verb": "POST"}, 403, "Forbidden"),
        ({"handshake": HANDSHAKE[:1]}, 426, "Upgrade Required"),
        ({"handshake": HANDSHAKE[:3]}, 400, "Bad Request"),
        ({"url": "/v1?" + "x" * 4096}, 414, "Request URI too long"),
    ],
)
def test_what_is_no_handshake_of_a_stage(call: Any, status: int, message: str) -> None:
    headers = SocketPlay(route("talk", mock())).connect(**call).refused(status, message)
    assert headers["Content-Type"] == "application/json"
    assert ("Upgrade" in headers) == (status == 426)


def test_the_default_endpoint_may_be_disabled() -> None:
    SocketPlay(route("talk"), api={"DisableExecuteApiEndpoint": True}).connect().refused(403, "Forbidden")


@pytest.mark.parametrize("url", ["/v1", "/v1/", "/%76%31"])
def test_a_stage_has_several_spellings(url: str) -> None:
    SocketPlay(route("talk", mock())).connect(url).opened()


@pytest.mark.parametrize("url", ["/$default", "/%24default", "/$default/"])
def test_a_stage_may_be_called_default(url: str) -> None:
    play = SocketPlay(route("talk", mock()), stage={"StageName": "$default"})
    play.connect(url).opened()
    play.connect("/").refused(403, "Forbidden")


def test_required_parameters() -> None:
    declared = {"route.request.querystring.a": {"Required": True}, "route.request.header.B": {"Required": True}}
    play = SocketPlay(route("$connect", RequestParameters=declared))
    play.connect("/v1?a=").refused(400, "Missing required request parameters: [B, a]")
    play.connect("/v1?a=1", [("b", "x")]).opened()


def test_a_client_that_has_left_meanwhile_opens_nothing() -> None:
    play = SocketPlay(route("$connect", function()), route("$disconnect", function()))
    client = play.connect(gone=True)
    client.function_returns({"statusCode": 200})
    assert play.open == set()


# Messages


def test_routes_are_selected_by_the_message() -> None:
    def says(text: str) -> Any:
        return mock(200, response(template=text))

    play = SocketPlay(
        route("join", says("joined"), two_way=True),
        route("[a, b]", says("list"), two_way=True),
        route("$default", says("default"), two_way=True),
        route("$connect"),
    )
    client = play.connect().opened()
    for message in ('{"action": "join"}', '{"action": ["a", "b"]}', '{"action": "other"}', "no json", "", "[]", "7"):
        client.says(message)
    client.says('{"action": "$connect"}')
    client.says('{"action": "$default"}')
    assert client.heard == ["joined", "list", *["default"] * 7]


def test_a_message_without_a_route_is_forbidden() -> None:
    client = SocketPlay(route("talk", mock()), route("$connect"), route("$disconnect", mock())).connect().opened()
    client.says('{"action": "$disconnect"}')
    (text,) = client.heard
    request_id = json.loads(text)["requestId"]
    assert text == f'{{"message": "Forbidden", "connectionId":"{client.id}", "requestId":"{request_id}"}}'


def test_a_static_expression_selects_without_looking() -> None:
    play = SocketPlay(
        route("one", mock(200, response(template="1")), two_way=True), api={"RouteSelectionExpression": "one"}
    )
    client = play.connect().opened()
    client.says("no json")
    assert client.heard == ["1"]


def test_a_message_as_a_function_gets_it() -> None:
    play = SocketPlay(route("$default", function()), variables={"a": "b"})
    client = play.connect(headers=[("User-Agent", "browser")]).opened()
    play.clock.advance(5)
    client.says("hällo")
    event = client.event
    context = event["requestContext"]
    assert event == {
        "stageVariables": {"a": "b"},
        "requestContext": {
            "routeKey": "$default",
            "messageId": context["messageId"],
            "eventType": "MESSAGE",
            "extendedRequestId": context["requestId"],
            "requestTime": context["requestTime"],
            "messageDirection": "IN",
            "stage": "v1",
            "connectedAt": context["requestTimeEpoch"] - 5000,
            "requestTimeEpoch": context["requestTimeEpoch"],
            "identity": {"userAgent": "browser", "sourceIp": "203.0.113.7"},
            "requestId": context["requestId"],
            "domainName": DOMAIN,
            "connectionId": client.id,
            "apiId": "abcdefghij",
        },
        "body": "hällo",
        "isBase64Encoded": False,
    }
    assert context["messageId"][8:] == client.id[8:]
    client.function_returns({"statusCode": 200, "body": "nobody hears it"})
    assert client.heard == []


@pytest.mark.parametrize(
    ("returned", "heard"),
    [
        ({"statusCode": 200, "body": "answer"}, "answer"),
        ({"statusCode": 200, "body": '{"a": 1}'}, '{"a": 1}'),
        ({"statusCode": 200}, None),
        ({"statusCode": 200, "body": ""}, None),
        ({"statusCode": 500, "body": "x"}, "error"),
        ({"body": "x"}, "error"),
        ({"statusCode": 200, "body": {"a": 1}}, "error"),
        ("text", "error"),
    ],
)
def test_what_a_two_way_function_says(returned: Any, heard: str | None) -> None:
    client = SocketPlay(route("$default", function(), two_way=True)).connect().opened()
    client.says("x")
    client.function_returns(returned)
    if heard == "error":
        assert client.error["message"] == "Internal server error"
    else:
        assert client.heard == ([] if heard is None else [heard])


@pytest.mark.parametrize("two_way", [False, True])
def test_a_function_that_fails_is_told_on_one_way_routes_too(two_way: bool) -> None:
    client = SocketPlay(route("$default", function(), two_way=two_way)).connect().opened()
    client.says("x")
    client.backend_answers(200, {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage": "no"}')
    (text,) = client.heard
    request_id = json.loads(text)["requestId"]
    assert text == f'{{"message": "Internal server error", "connectionId":"{client.id}", "requestId":"{request_id}"}}'
    client.says("x")
    client.function_returns({"statusCode": 500})
    assert len(client.heard) == (2 if two_way else 1)


def test_one_way_answers_are_not_looked_at() -> None:
    client = SocketPlay(route("$default", function())).connect().opened()
    client.says("x")
    client.backend_answers(200, body=b"no json")
    assert client.heard == []


def test_a_backend_that_takes_too_long() -> None:
    client = SocketPlay(route("$default", function())).connect().opened()
    client.says("x")
    client.backend_fails(Failure.TIMEOUT)
    assert client.error["message"] == "Endpoint request timed out"


def test_an_echo_by_a_mock() -> None:
    client = SocketPlay(route("$default", _ECHO, two_way=True)).connect().opened()
    client.says("hällo")
    client.says("you")
    assert client.heard == ["hällo", "you"]


def test_templates_see_the_message_and_its_context() -> None:
    template = (
        "$context.connectionId $context.routeKey $context.eventType $context.stage $stageVariables.a "
        "$context.identity.sourceIp $context.requestTimeEpoch.length() $context.nothing"
    )
    play = SocketPlay(route("$default", mock(200, response(template=template)), two_way=True), variables={"a": "b"})
    client = play.connect().opened()
    client.says("x")
    assert client.heard == [f"{client.id} $default MESSAGE v1 b 203.0.113.7 13 "]


def test_mapped_requests_and_answers() -> None:
    integration = backend(
        "HTTP",
        "http://a.test/rooms/{room}",
        response("/2\\d\\d/", "$input.path('$.text')!"),
        response("/404/", ResponseTemplates={"404": "nobody", "$default": "else"},
                 TemplateSelectionExpression="${integration.response.statuscode}"),
        response("$default"),
        RequestTemplates={"say": "$input.path('$.text')", "$default": "other"},
        TemplateSelectionExpression="$request.body.kind",
        RequestParameters={
            "integration.request.path.room": "route.request.body.room",
            "integration.request.header.X-Text": "'fixed'",
            "integration.request.querystring.q": "route.request.body.list[0]",
        },
    )  # fmt: skip
    client = SocketPlay(route("$default", integration, two_way=True)).connect().opened()
    client.says('{"kind": "say", "room": "a b", "text": "hi", "list": ["x", "y"]}')
    headers = client.backend_saw("POST", "/rooms/a%20b?q=x", body=b"hi")
    assert (headers["x-text"], headers["content-type"]) == ("fixed", "application/json")
    client.backend_answers(201, body=b'{"text": "there"}')
    for status, body in ((404, b"{}"), (500, b"went wrong")):
        client.says('{"kind": "x", "room": "r"}')
        client.backend_saw("POST", "/rooms/r", body=b"other")
        client.backend_answers(status, body=body)
    assert client.heard == ["there!", "nobody", "went wrong"]


@pytest.mark.parametrize(
    ("expression", "templates"),
    [
        (None, {"200": "{}", "500": "no"}),
        (None, {"$default": "{}", "application/json": "no"}),
        (None, {"application/json": "{}", "text/plain": "no"}),
        (None, {"\\$default": "{}"}),
        ("\\$default", {"\\$default": "{}"}),
        ("\\$default", {"$default": "{}", "\\$default": "no"}),
        ("200", {"200": "{}", "$default": "no"}),
        ("$request.body.kind", {"a": "{}", "$default": "no"}),
        ("$request.body.none", {"a": "no", "$default": "{}"}),
    ],
)
def test_templates_of_answers(expression: str | None, templates: dict[str, str]) -> None:
    chosen = {} if expression is None else {"TemplateSelectionExpression": expression}
    integration = mock(200, response("/2\\d{2}/", ResponseTemplates=templates, **chosen))
    client = SocketPlay(route("$default", integration, two_way=True)).connect().opened()
    client.says('{"kind": "a"}')
    assert client.heard == ["{}"]


def test_templates_of_requests_may_be_keyed_as_their_expression_is_written() -> None:
    integration = mock(
        200,
        response(template="ok"),
        RequestTemplates={"\\$default": '{"statusCode":200}'},
        TemplateSelectionExpression="\\$default",
    )
    client = SocketPlay(route("$default", integration, two_way=True)).connect().opened()
    client.says("x")
    assert client.heard == ["ok"]


def test_an_answer_that_no_response_takes() -> None:
    client = SocketPlay(route("$default", backend("HTTP", "http://a.test/"), two_way=True)).connect().opened()
    client.says("x")
    client.backend_answers(200)
    assert client.error["message"] == "Internal server error"


def test_a_proxy_passes_messages_and_answers() -> None:
    client = SocketPlay(route("$default", backend("HTTP_PROXY", "http://a.test/"), two_way=True)).connect().opened()
    client.says("plain")
    client.backend_saw("POST", "/", body=b"plain")
    client.backend_answers(500, body=b"as it is")
    assert client.heard == ["as it is"]


@pytest.mark.parametrize(
    ("behaviour", "templates", "passes"),
    [
        ("WHEN_NO_MATCH", {"a": "x"}, True),
        ("WHEN_NO_MATCH", {}, True),
        ("WHEN_NO_TEMPLATES", {"a": "x"}, False),
        ("WHEN_NO_TEMPLATES", {}, True),
        ("NEVER", {}, False),
    ],
)
def test_messages_without_a_template(behaviour: str, templates: dict[str, str], passes: bool) -> None:
    integration = backend("HTTP", "http://a.test/", PassthroughBehavior=behaviour, RequestTemplates=templates)
    client = SocketPlay(route("$default", integration)).connect().opened()
    client.says("x")
    if passes:
        client.backend_saw("POST", "/", body=b"x")
    else:
        assert client.error["message"] == "Unsupported Media Type"


def test_conversions() -> None:
    integration = backend(
        "HTTP",
        "http://a.test/",
        response("/200/", ContentHandlingStrategy="CONVERT_TO_TEXT"),
        response("$default", ContentHandlingStrategy="CONVERT_TO_BINARY"),
        ContentHandlingStrategy="CONVERT_TO_BINARY",
    )
    client = SocketPlay(route("$default", integration, two_way=True)).connect().opened()
    client.says("/wAB")
    client.backend_saw("POST", "/", body=b"\xff\x00\x01")
    client.backend_answers(200, body=b"\xff\x00\x01")
    client.says("/wAB")
    client.backend_answers(201, body=b"/wAB")
    assert client.handshake.channel.sent == [(b"/wAB", False), (b"\xff\x00\x01", True)]
    client.says("no base64!")
    assert "Internal server error" in client.heard[-1]


def test_a_function_behind_mappings() -> None:
    integration = backend(
        "AWS",
        INVOKE,
        response("/bad.*/", "sorry: $input.path('$.errorMessage')"),
        response("$default"),
        RequestTemplates={"$default": '{"said": $input.json("$.text"), "by": "$context.connectionId"}'},
    )
    client = SocketPlay(route("$default", integration, two_way=True), route("quiet", integration)).connect().opened()
    client.says('{"text": "hi"}')
    assert client.event == {"said": "hi", "by": client.id}
    client.backend_answers(200, body=b'"fine"')
    client.says("{}")
    client.backend_answers(200, {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage": "bad thing"}')
    assert client.heard == ['"fine"', "sorry: bad thing"]
    client.says('{"action": "quiet"}')
    client.backend_answers(200, {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage": "bad thing"}')
    assert len(client.heard) == 3


def test_a_service() -> None:
    integration = backend(
        "AWS",
        "arn:aws:apigateway:us-east-1:dynamodb:action/PutItem",
        response("$default", "done"),
        RequestTemplates={"$default": '{"TableName": "t"}'},
    )
    client = SocketPlay(route("$default", integration, two_way=True)).connect().opened()
    client.says("x")
    headers = client.backend_saw("POST", "/", body=b'{"TableName": "t"}')
    assert headers["x-amz-target"] == "DynamoDB_20120810.PutItem"
    client.backend_answers(200, body=b"{}")
    assert client.heard == ["done"]


_MODEL = {"Name": "Said", "Schema": '{"type": "object", "required": ["text"]}'}


@pytest.mark.parametrize(
    ("members", "message", "fits"),
    [
        ({"RequestModels": {"$default": "Said"}}, '{"text": 1}', True),
        ({"RequestModels": {"$default": "Said"}}, "{}", False),
        ({"RequestModels": {"a": "Said"}}, "{}", True),
        ({"RequestModels": {"a": "Said"}, "ModelSelectionExpression": "$request.body.k"}, '{"k": "a"}', False),
        ({"RequestModels": {"a": "Said"}, "ModelSelectionExpression": "$request.body.k"}, '{"k":"a","text":1}', True),
        ({"RequestModels": {"a": "Said"}, "ModelSelectionExpression": "$request.body.k"}, '{"k":"b","text":1}', False),
    ],
)
def test_models(members: Any, message: str, fits: bool) -> None:
    play = SocketPlay(route("$default", function(), **members), models=[_MODEL])
    client = play.connect().opened()
    called = client.says(message)
    assert (called is not None) == fits
    if not fits:
        (text,) = client.heard
        message_id = json.loads(text)["messageId"]
        assert text == (
            f'{{"message" : "Bad request body", "connectionId": "{client.id}", "messageId": "{message_id}"}}'
        )


def test_binary_messages_are_refused() -> None:
    play = SocketPlay(route("$default", function()))
    client = play.connect().opened()
    assert client.says(b"\x00") is None
    assert client.handshake.channel.ended == (1003, "")
    assert client.says("more") is None


def test_a_route_without_an_integration() -> None:
    client = SocketPlay(route("$default")).connect().opened()
    client.says("x")
    assert client.error["message"] == "Internal server error"


# The end


def test_templates_and_mappings_of_disconnect_know_why() -> None:
    template = (
        '{"code": "$context.disconnectStatusCode", "reason": "$util.escapeJavaScript($context.disconnectReason)"}'
    )
    members = {"RequestParameters": {"integration.request.header.code": "context.disconnectStatusCode"}}
    told = backend("HTTP", "http://backend.test/", RequestTemplates={"$default": template}, **members)
    client = SocketPlay(route("$disconnect", told)).connect().opened()
    client.leaves(4001, '"bye"')
    assert json.loads(client.backend.body) == {"code": "4001", "reason": '"bye"'}
    assert client.backend_headers["code"] == "4001"


def test_disconnect_is_told_why() -> None:
    play = SocketPlay(route("$disconnect", function()))
    client = play.connect().opened()
    connection_id = client.id
    client.leaves(1005, "Client-side close frame status not set")
    event = client.event
    context = event["requestContext"]
    headers = {"Host": DOMAIN, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
    assert event == {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "requestContext": {
            "routeKey": "$disconnect",
            "disconnectStatusCode": 1005,
            "eventType": "DISCONNECT",
            "extendedRequestId": context["requestId"],
            "requestTime": context["requestTime"],
            "messageDirection": "IN",
            "disconnectReason": "Client-side close frame status not set",
            "stage": "v1",
            "connectedAt": context["connectedAt"],
            "requestTimeEpoch": context["requestTimeEpoch"],
            "identity": {"sourceIp": "203.0.113.7"},
            "requestId": context["requestId"],
            "domainName": DOMAIN,
            "connectionId": connection_id,
            "apiId": "abcdefghij",
        },
        "isBase64Encoded": False,
    }
    assert play.open == set()
    client.backend_answers(500)
    assert client.heard == []


def test_answers_for_those_who_have_left_go_nowhere() -> None:
    client = SocketPlay(route("$default", function(), two_way=True)).connect().opened()
    client.says("x")
    left = client.sent
    client.leaves()
    assert left is not None
    client.sent = left
    client.function_returns({"statusCode": 200, "body": "late"})
    assert client.heard == []


# From behind, and from the control plane


def test_connections_are_reached_by_id() -> None:
    play = SocketPlay(route("$default", mock()))
    client = play.connect(headers=[("User-Agent", "browser")]).opened()
    place = ("abcdefghij", "v1", client.id)
    play.clock.advance(3)
    assert play.connections.send(*place, b"hello")
    assert client.heard == ["hello"]
    info = play.connections.info(*place)
    assert info is not None
    assert (info.last_active - info.connected_at, info.source_ip, info.user_agent) == (3, "203.0.113.7", "browser")
    assert play.connections.close(*place)
    assert client.handshake.channel.ended == (1000, "Connection Closed Normally")
    assert not play.connections.send(*place, b"late")


def test_a_deployment_holds_for_connections_that_are_open() -> None:
    play = SocketPlay(route("$default", mock(200, response(template="old")), two_way=True))
    client = play.connect().opened()
    client.says("x")
    play.install(socket_document(route("$default", mock(200, response(template="new")), two_way=True)))
    client.says("x")
    assert client.heard == ["old", "new"]


def test_connections_go_with_their_stage() -> None:
    play = SocketPlay(route("$default", mock(200, response(template="old")), two_way=True))
    client = play.connect().opened()
    play.gateway.install("abcdefghij@v1", None)
    assert client.handshake.channel.ended == (1001, "Going away")
    client.says("x")
    client.leaves(1001, "Going away")
    assert client.heard == []
    assert play.connect().status == 403
    assert play.gateway.installed() == []


def test_what_is_counted() -> None:
    play = SocketPlay(route("$default", mock(200, response(template="x")), two_way=True))
    client: SocketClient = play.connect().opened()
    client.says("x")
    play.connect("/v1", [], verb="POST")
    counters = play.counters.stage("abcdefghij", "v1")
    assert (counters.count, counters.connects, counters.client_errors) == (2, 1, 0)
    assert (counters.messages, counters.message_units, counters.bytes_in, counters.bytes_out) == (2, 2, 1, 1)
    assert (counters.minutes, counters.idle_minutes) == (1, 0)


def test_minutes_of_connections_are_counted_while_they_are_open() -> None:
    play = SocketPlay(route("$default", mock()))
    client: SocketClient = play.connect().opened()
    counters = play.counters.stage("abcdefghij", "v1")

    def wait(seconds: int) -> tuple[int, int]:
        for _ in range(seconds):
            play.clock.advance(1.0)
            play.connections.tick(play.clock.now())
        return counters.minutes, counters.idle_minutes

    play.connections.tick(play.clock.now())
    assert wait(59) == (1, 0)
    assert wait(1) == (2, 1)
    assert wait(30) == (2, 1)
    client.says("x")
    assert wait(60) == (3, 1)
    assert wait(60) == (4, 2)
    client.leaves(1000, "")
    assert (counters.minutes, counters.idle_minutes) == (4, 3)


# Messages that wait for their backends


def _answered(sent: Sent | None) -> None:
    assert sent is not None
    sent.done(UpstreamResponse(200, [], b'{"statusCode": 200, "body": "done"}'))


def test_of_a_client_with_much_under_way_no_more_is_read() -> None:
    client = SocketPlay(route("$default", function(), two_way=True)).connect().opened()

    def read() -> bool:
        return not client.handshake.channel.paused

    waiting = [client.says("x" * 100_000) for _ in range(10)]
    assert read()
    waiting += [client.says("x" * 100_000) for _ in range(2)]
    assert not read()
    for each in waiting[:2]:
        _answered(each)
    assert read()
    for each in waiting[2:]:
        _answered(each)
    assert client.heard == ["done"] * 12
    many = [client.says("x") for _ in range(2000)]
    assert not read()
    client.leaves()
    for each in many:
        _answered(each)
    assert len(client.heard) == 12


def test_what_waits_of_all_clients_is_bounded() -> None:
    play = SocketPlay(route("$default", function(), two_way=True), route("echo", _ECHO, two_way=True))
    play.connections.most = 300_000
    one, two = play.connect().opened(), play.connect().opened()
    waiting = [one.says("x" * 100_000), two.says("x" * 100_000), one.says("x" * 100_000)]
    assert two.says("x") is None
    assert two.error["message"] == "Too Many Requests"
    for each in waiting:
        _answered(each)
    _answered(two.says("x"))
    assert one.heard == ["done"] * 2
    assert two.heard[1:] == ["done"] * 2
    assert play.connections.waiting == 0
    two.says('{"action": "echo"}')  # what is answered at once waits for nobody
    assert two.heard[-1] == '{"action": "echo"}'
