"""First-class integrations of HTTP APIs with the companions' services: what arrives is seen through boto3."""

from __future__ import annotations

import base64
import json
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest

from tests.wire.http_api_support import Api, echo
from tests.wire.support import Server

ROLE = "arn:aws:iam::123456789012:role/apigw"


class Services(Api):
    """An HTTP API whose routes call AWS services, all as the same role."""

    def action(self, key: str, subtype: str, parameters: dict[str, str], **members: Any) -> None:
        made = self.v2.create_integration(
            ApiId=self.id,
            IntegrationType="AWS_PROXY",
            IntegrationSubtype=subtype,
            PayloadFormatVersion="1.0",
            CredentialsArn=ROLE,
            RequestParameters=parameters,
            **members,
        )
        self.route(key, f"integrations/{made['IntegrationId']}")


@pytest.fixture
def api(live: Server) -> Services:
    made = Services(live)
    made.stage()
    return made


def _name(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def _text(body: bytes, name: str) -> str:
    """The text of an element of an XML answer, whatever its namespace."""
    found = [each.text for each in ET.fromstring(body).iter() if each.tag.rpartition("}")[2] == name]
    assert found
    return found[0] or ""


def test_the_life_of_a_message(live: Server, api: Services) -> None:
    sqs = live.client("sqs")
    queue = sqs.create_queue(QueueName=_name("q"))["QueueUrl"]
    where = {"QueueUrl": queue}
    send = {
        "MessageBody": "$request.body.text",
        "MessageAttributes": '{"kind": {"DataType": "String", "StringValue": "${request.header.x-kind}"}}',
        "DelaySeconds": "$request.querystring.delay",
    }
    api.action("POST /messages", "SQS-SendMessage", where | send)
    receive = {"MaxNumberOfMessages": "1", "MessageAttributeNames": '["All"]', "AttributeNames": '["All"]'}
    api.action("GET /messages", "SQS-ReceiveMessage", where | receive)
    api.action("DELETE /messages", "SQS-DeleteMessage", where | {"ReceiptHandle": "$request.header.handle"})
    api.action("DELETE /all", "SQS-PurgeQueue", where)

    status, body, headers = api.call("POST", "/messages", '{"text": "é & <b>"}'.encode(), {"x-kind": "greeting"})
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/xml")
    assert _text(body, "MessageId")
    status, body, _ = api.call("GET", "/messages")
    assert (status, _text(body, "Body"), _text(body, "StringValue")) == (200, "é & <b>", "greeting")
    assert api.call("DELETE", "/messages", headers={"handle": _text(body, "ReceiptHandle")})[0] == 200
    counted = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    numbers = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    assert [counted[name] for name in numbers] == ["0", "0"]
    api.call("POST", "/messages", b'{"text": "1"}', {"x-kind": "a"})
    assert api.call("DELETE", "/all")[0] == 200
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    assert api.call("POST", "/messages", b"{}")[:2] == (400, b'{"message":"Bad Request"}')
    assert api.call("DELETE", "/messages", headers={"handle": "none"})[0] >= 400  # the service's own answer


def test_an_event(live: Server, api: Services) -> None:
    events, sqs, name = live.client("events"), live.client("sqs"), _name("bus")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.create_event_bus(Name=name)
    events.put_rule(Name=name, EventBusName=name, EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "1", "Arn": arn}])
    parameters = {
        "Source": "shop",
        "DetailType": "${request.path.kind}.made",
        "Detail": "$request.body",
        "EventBusName": name,
        "Resources": '["arn:aws:s3:::b"]',
        "Time": "2024-01-02T03:04:05Z",
    }
    api.action("POST /events/{kind}", "EventBridge-PutEvents", parameters)
    status, body, _ = api.call("POST", "/events/order", b'{"id": 7}')
    assert (status, json.loads(body)["FailedEntryCount"]) == (200, 0)
    event = json.loads(sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"])
    assert (event["detail-type"], event["detail"], event["resources"]) == ("order.made", {"id": 7}, ["arn:aws:s3:::b"])
    assert event["time"].startswith("2024-01-02T03:04:05")


def test_a_record(live: Server, api: Services) -> None:
    kinesis, name = live.client("kinesis"), _name("stream")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    parameters = {"StreamName": name, "Data": "$request.body.data", "PartitionKey": "$request.path.key"}
    api.action("POST /records/{key}", "Kinesis-PutRecord", parameters)
    body = json.dumps({"data": base64.b64encode(b"hello").decode()}).encode()
    status, answer, _ = api.call("POST", "/records/k1", body)
    assert (status, "SequenceNumber" in json.loads(answer)) == (200, True)
    shard = kinesis.get_shard_iterator(
        StreamName=name, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )
    record = kinesis.get_records(ShardIterator=shard["ShardIterator"])["Records"][0]
    assert (record["Data"], record["PartitionKey"]) == (b"hello", "k1")


def test_state_machines(live: Server, api: Services) -> None:
    states = live.client("stepfunctions")
    definition = json.dumps({"StartAt": "W", "States": {"W": {"Type": "Pass", "End": True}}})
    role = "arn:aws:iam::123456789012:role/states"
    machine = states.create_state_machine(name=_name("m"), definition=definition, roleArn=role)["stateMachineArn"]
    run = {"StateMachineArn": machine, "Name": "$request.querystring.name", "Input": "$request.body"}
    api.action("POST /start", "StepFunctions-StartExecution", run)
    stop = {"ExecutionArn": "$request.body.arn", "Cause": "enough", "Error": "E"}
    api.action("POST /stop", "StepFunctions-StopExecution", stop)
    status, body, _ = api.call("POST", "/start?name=first", b'{"n": 1}')
    assert status == 200
    execution = json.loads(body)["executionArn"]
    found = states.describe_execution(executionArn=execution)
    assert (found["name"], json.loads(found["input"])) == ("first", {"n": 1})
    status, body, _ = api.call("POST", "/stop", json.dumps({"arn": execution}).encode())
    assert status == 200
    assert states.describe_execution(executionArn=execution)["status"] == "ABORTED"


def test_what_the_service_refuses_reaches_the_client(live: Server, api: Services) -> None:
    api.action("POST /start", "StepFunctions-StartExecution", {"StateMachineArn": "$request.body.arn"})
    status, body, headers = api.call(
        "POST", "/start", b'{"arn": "arn:aws:states:us-east-1:123456789012:stateMachine:x"}'
    )
    assert (status, json.loads(body)["__type"]) == (400, "StateMachineDoesNotExist")
    assert headers["apigw-requestid"]


def test_what_the_companions_do_not_have_goes_where_the_operator_says(
    own_server: Callable[..., Server],
) -> None:
    with echo() as backend:
        server = own_server(env={"AWS_ENDPOINT_URL_APPCONFIG": backend, "AWS_ENDPOINT_URL_SFN": backend})
        api = Services(server)
        api.stage()
        parameters = {"Application": "shop", "Environment": "$request.path.env", "Configuration": "c", "ClientId": "me"}
        api.action("GET /{env}", "AppConfig-GetConfiguration", parameters)
        machine = "arn:aws:states:us-east-1:123456789012:stateMachine:m"
        sync = {"StateMachineArn": machine, "Input": "$request.body"}
        api.action("POST /run", "StepFunctions-StartSyncExecution", sync)
        seen = api.seen("GET", "/prod")
        assert seen["line"] == "GET /applications/shop/environments/prod/configurations/c?client_id=me"
        assert "/us-east-1/appconfig/aws4_request" in seen["headers"]["authorization"]
        assert seen["headers"]["x-amz-security-token"]  # of the role
        seen = api.seen("POST", "/run", b'{"n": 1}')
        assert seen["headers"]["x-amz-target"] == "AWSStepFunctions.StartSyncExecution"
        assert "/us-east-1/states/aws4_request" in seen["headers"]["authorization"]
        assert json.loads(seen["body"]) == {"stateMachineArn": machine, "input": '{"n": 1}'}
