"""Every subtype's call, as the service's own API reference has it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from gatewright.catalog import services
from gatewright.catalog.integration_subtypes import SUBTYPES
from gatewright.gateway.http_api.service_calls import BadParameterError, ServiceCall, make_call


def _call(subtype: str, **values: str) -> ServiceCall:
    return make_call(subtype, services.find(SUBTYPES[subtype].service, "us-east-1").service, values)


@pytest.mark.parametrize(
    ("subtype", "values", "target", "version", "document"),
    [
        (
            "EventBridge-PutEvents",
            {
                "Detail": '{"a":1}',
                "DetailType": "order",
                "Source": "shop",
                "Resources": '["r1","r2"]',
                "Time": "2024-01-01T00:00:00Z",
                "EventBusName": "bus",
                "TraceHeader": "t",
            },
            "AWSEvents.PutEvents",
            "1.1",
            {
                "Entries": [
                    {
                        "Detail": '{"a":1}',
                        "DetailType": "order",
                        "Source": "shop",
                        "EventBusName": "bus",
                        "TraceHeader": "t",
                        "Resources": ["r1", "r2"],
                        "Time": 1704067200.0,
                    }
                ]
            },
        ),
        (
            "Kinesis-PutRecord",
            {"StreamName": "s", "Data": "eA==", "PartitionKey": "k", "ExplicitHashKey": "1"},
            "Kinesis_20131202.PutRecord",
            "1.1",
            {"StreamName": "s", "Data": "eA==", "PartitionKey": "k", "ExplicitHashKey": "1"},
        ),
        (
            "StepFunctions-StartExecution",
            {"StateMachineArn": "arn", "Name": "n", "Input": "{}"},
            "AWSStepFunctions.StartExecution",
            "1.0",
            {"stateMachineArn": "arn", "name": "n", "input": "{}"},
        ),
        (
            "StepFunctions-StartSyncExecution",
            {"StateMachineArn": "arn", "TraceHeader": "t"},
            "AWSStepFunctions.StartSyncExecution",
            "1.0",
            {"stateMachineArn": "arn", "traceHeader": "t"},
        ),
        (
            "StepFunctions-StopExecution",
            {"ExecutionArn": "arn", "Cause": "c", "Error": "e"},
            "AWSStepFunctions.StopExecution",
            "1.0",
            {"executionArn": "arn", "cause": "c", "error": "e"},
        ),
    ],
)
def test_json_services(subtype: str, values: dict[str, str], target: str, version: str, document: Any) -> None:
    call = _call(subtype, **values)
    assert (call.method, call.target, json.loads(call.body)) == (b"POST", b"/", document)
    assert dict(call.headers) == {
        b"Content-Type": f"application/x-amz-json-{version}".encode(),
        b"X-Amz-Target": target.encode(),
    }


@pytest.mark.parametrize(
    ("subtype", "values", "form"),
    [
        (
            "SQS-SendMessage",
            {
                "QueueUrl": "http://q",
                "MessageBody": "é & b",
                "DelaySeconds": "3",
                "MessageAttributes": '{"city": {"DataType": "String", "StringValue": "Ulm"}}',
                "MessageGroupId": "g",
            },
            [
                ("Action", "SendMessage"),
                ("Version", "2012-11-05"),
                ("QueueUrl", "http://q"),
                ("MessageBody", "é & b"),
                ("DelaySeconds", "3"),
                ("MessageAttribute.1.Name", "city"),
                ("MessageAttribute.1.Value.DataType", "String"),
                ("MessageAttribute.1.Value.StringValue", "Ulm"),
                ("MessageGroupId", "g"),
            ],
        ),
        (
            "SQS-ReceiveMessage",
            {"QueueUrl": "http://q", "AttributeNames": '["All"]', "MessageAttributeNames": "a, b"},
            [
                ("Action", "ReceiveMessage"),
                ("Version", "2012-11-05"),
                ("QueueUrl", "http://q"),
                ("AttributeName.1", "All"),
                ("MessageAttributeName.1", "a"),
                ("MessageAttributeName.2", "b"),
            ],
        ),
        (
            "SQS-DeleteMessage",
            {"QueueUrl": "http://q", "ReceiptHandle": "h"},
            [("Action", "DeleteMessage"), ("Version", "2012-11-05"), ("QueueUrl", "http://q"), ("ReceiptHandle", "h")],
        ),
        (
            "SQS-PurgeQueue",
            {"QueueUrl": "http://q"},
            [("Action", "PurgeQueue"), ("Version", "2012-11-05"), ("QueueUrl", "http://q")],
        ),
    ],
)
def test_sqs(subtype: str, values: dict[str, str], form: list[tuple[str, str]]) -> None:
    call = _call(subtype, **values)
    assert (call.method, call.target, parse_qsl(call.body.decode())) == (b"POST", b"/", form)
    assert call.headers[0][1].startswith(b"application/x-www-form-urlencoded")


def test_app_config() -> None:
    values = {"Application": "a/b", "Environment": "e", "Configuration": "c", "ClientId": "me"}
    call = _call("AppConfig-GetConfiguration", **values)
    assert call.method == b"GET"
    assert call.target == b"/applications/a%2Fb/environments/e/configurations/c?client_id=me"
    call = _call("AppConfig-GetConfiguration", **values, ClientConfigurationVersion="3")
    assert call.target.endswith(b"?client_id=me&client_configuration_version=3")


@pytest.mark.parametrize(
    ("subtype", "values"),
    [
        (
            "AppConfig-GetConfiguration",
            {"Application": "a", "Environment": "e", "Configuration": "..", "ClientId": "me"},
        ),
        ("SQS-SendMessage", {"MessageAttributes": "{"}),
        ("SQS-SendMessage", {"MessageAttributes": "[1]"}),
        ("SQS-SendMessage", {"MessageAttributes": '{"a": 1}'}),
        ("SQS-ReceiveMessage", {"AttributeNames": "[1]"}),
        ("EventBridge-PutEvents", {"Resources": "[}"}),
        ("EventBridge-PutEvents", {"Time": "soon"}),
    ],
)
def test_values_that_the_action_cannot_take(subtype: str, values: dict[str, str]) -> None:
    with pytest.raises(BadParameterError):
        _call(subtype, **values)


def test_every_subtype_can_be_called() -> None:
    for name, subtype in SUBTYPES.items():
        assert _call(name, **dict.fromkeys(subtype.required, "x")).method
