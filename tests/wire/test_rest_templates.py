"""Mapping templates over the wire: made with boto3, served by a live server, in front of the companions."""

from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from tests.wire.support import Server
from tests.wire.test_rest_aws_services import JSON, Api


@pytest.fixture(scope="module")
def api(live: Server) -> Api:
    return Api(live)


def _mock(api: Api, path: str, request: str, response: str | None = None) -> dict[str, str]:
    at = {"restApiId": api.id, "resourceId": api.resource(path), "httpMethod": "GET"}
    api.rest.put_method(**at, authorizationType="NONE")
    api.rest.put_integration(**at, type="MOCK", requestTemplates={JSON: request})
    api.rest.put_method_response(**at, statusCode="200")
    templates = {} if response is None else {JSON: response}
    api.rest.put_integration_response(**at, statusCode="200", responseTemplates=templates)
    return at


def test_a_mock_reads_its_request_and_overrides_its_answer(api: Api) -> None:
    request = """#set($context.responseOverride.header.X-Made = "by $context.httpMethod")
#if($input.params('teapot') == 'yes')#set($context.responseOverride.status = 418)#end
{"statusCode": 200}"""
    _mock(api, "/pets/{id}", request, """{"id": "$input.params('id')", "stage": "$context.stage"}""")
    api.deploy()
    assert api.call("GET", "/pets/7") == (200, b'{"id": "7", "stage": "v1"}')
    assert api.call("GET", "/pets/7?teapot=yes")[0] == 418


def test_a_template_feeds_dynamodb_and_reads_its_answer(live: Server, api: Api) -> None:
    dynamodb, table = live.client("dynamodb"), f"t-{uuid.uuid4().hex[:8]}"
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    put = f"""{{"TableName": "{table}", "Item": {{
"id": {{"S": "$context.requestId"}}, "text": {{"S": $input.json('$.text')}}}}}}"""
    made = {"200": {"responseTemplates": {JSON: '{"id": "$context.requestId"}'}}}
    api.method("POST", "/notes", "dynamodb:action/PutItem", put, responses=made)
    listed = """[#foreach($note in $input.path('$.Items'))"$note.text.S"#if($foreach.hasNext),#end#end]"""
    scan = {"200": {"responseTemplates": {JSON: listed}}}
    api.method("GET", "/notes", "dynamodb:action/Scan", {"TableName": table}, responses=scan)
    api.deploy()
    for text in ("one", 'two "quoted"'):
        status, body = api.call("POST", "/notes", json.dumps({"text": text}).encode(), {"Content-Type": JSON})
        assert status == 200
        item = dynamodb.get_item(TableName=table, Key={"id": {"S": json.loads(body)["id"]}})["Item"]
        assert item["text"] == {"S": text}
    status, body = api.call("GET", "/notes")
    assert status == 200
    assert body.count(b",") == 1


def test_a_form_for_sqs_is_made_from_the_body(live: Server, api: Api) -> None:
    sqs, name = live.client("sqs"), f"q-{uuid.uuid4().hex[:8]}"
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    form = "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"
    form_type = {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"}
    said = "$input.path('$.SendMessageResponse.SendMessageResult.MessageId')"
    made = {"200": {"responseTemplates": {JSON: said}}}
    api.method("POST", "/queue", f"sqs:path/123456789012/{name}", form, parameters=form_type, responses=made)
    api.deploy()
    status, body = api.call("POST", "/queue", b"a & b = c", {"Content-Type": JSON})
    message = sqs.receive_message(QueueUrl=queue)["Messages"][0]
    assert (status, message["Body"], message["MessageId"]) == (200, "a & b = c", body.decode())


def test_no_template_for_the_type_is_415(api: Api) -> None:
    api.method("POST", "/strict", "sqs:path/1/q", "$input.body", passthroughBehavior="NEVER")
    api.deploy()
    assert api.call("POST", "/strict", b"<x/>", {"Content-Type": "text/xml"}) == (
        415,
        b'{"message": "Unsupported Media Type"}',
    )


def test_a_template_that_fails_says_where_in_the_log(api: Api) -> None:
    at = _mock(api, "/fails", '{"statusCode": 200}\n#foreach($i in [1..100000000])x#end')
    api.deploy()
    assert api.call("GET", "/fails") == (500, b'{"message": "Internal server error"}')
    tried = api.rest.test_invoke_method(**at)
    assert tried["status"] == 500
    assert "Unable to transform request" in tried["log"]
    assert "line 2" in tried["log"]


def test_a_template_that_does_not_parse_is_refused_at_deployment(live: Server) -> None:
    api = Api(live)
    _mock(api, "/broken", '{"statusCode": 200}', "one\n#if(")
    wanted = r"GET /broken: integration response 200, responseTemplates application/json: .*line 2, column"
    with pytest.raises(ClientError, match=wanted) as refusal:
        api.deploy()
    assert refusal.value.response["Error"]["Code"] == "BadRequestException"
