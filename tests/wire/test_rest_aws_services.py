"""Integrations of type AWS with the services of the companions: what arrives there is seen through boto3."""

from __future__ import annotations

import http.client
import io
import json
import uuid
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.wire.support import Server

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/apigw"
JSON = "application/json"
FORM = {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"}
FAILED = '{"failed": true}'


class Api:
    """A REST API whose methods call AWS services; 4xx of a service becomes 502."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.rest = server.client("apigateway")
        made = self.rest.create_rest_api(name=f"aws-{uuid.uuid4().hex[:8]}")
        self.id, self.root = made["id"], made["rootResourceId"]
        self._paths: dict[str, str] = {"": self.root}

    def resource(self, path: str) -> str:
        if path not in self._paths:
            parent, _, part = path.rpartition("/")
            made = self.rest.create_resource(restApiId=self.id, parentId=self.resource(parent), pathPart=part)
            self._paths[path] = made["id"]
        return str(self._paths[path])

    def method(
        self,
        verb: str,
        path: str,
        uri: str,
        template: Any = None,
        *,
        parameters: Mapping[str, str] | None = None,
        backend_verb: str = "POST",
        responses: Mapping[str, Mapping[str, Any]] | None = None,
        credentials: str | None = ROLE,
        **more: Any,
    ) -> None:
        at = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": verb}
        read = [source for source in (parameters or {}).values() if source.startswith("method.request.")]
        declared = {source: False for source in read if not source.startswith("method.request.body")}
        self.rest.put_method(**at, authorizationType="NONE", requestParameters=declared)
        if template is not None:
            more["requestTemplates"] = {JSON: template if isinstance(template, str) else json.dumps(template)}
        if credentials is not None:
            more["credentials"] = credentials
        self.rest.put_integration(
            **at,
            type="AWS",
            integrationHttpMethod=backend_verb,
            uri=f"arn:aws:apigateway:us-east-1:{uri}",
            requestParameters=dict(parameters or {}),
            **more,
        )
        for status, response in (responses or {"200": {}, "502": {"selectionPattern": "[45]\\d\\d"}}).items():
            self.rest.put_method_response(**at, statusCode=status)
            self.rest.put_integration_response(**at, statusCode=status, **response)

    def deploy(self) -> Api:
        self.rest.create_deployment(restApiId=self.id, stageName="v1")
        return self

    def call(
        self, verb: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request(verb, f"/restapis/{self.id}/v1/_user_request_{path}", body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def api(live: Server) -> Api:
    return Api(live)


def _name(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def _received(sqs: Any, queue: str) -> list[str]:
    bodies: list[str] = []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        bodies += [message["Body"] for message in messages]
    return sorted(bodies)


def test_sqs_by_path_by_query_and_by_json(live: Server, api: Api) -> None:
    sqs, name = live.client("sqs"), _name("q")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    api.method("POST", "/sqs", f"sqs:path/{ACCOUNT}/{name}", "Action=SendMessage&MessageBody=form", parameters=FORM)
    query = {
        "integration.request.querystring.QueueUrl": f"'{queue}'",
        "integration.request.querystring.MessageBody": "method.request.querystring.text",
    }
    api.method("GET", "/sqs", "sqs:action/SendMessage", parameters=query)
    api.method("PUT", "/sqs", "sqs:action/SendMessage", {"QueueUrl": queue, "MessageBody": "json"})
    api.method("DELETE", "/sqs", "sqs:action/SendMessage", {"QueueUrl": f"{queue}-not-there", "MessageBody": "x"})
    api.deploy()
    assert b"SendMessageResult" in api.call("POST", "/sqs")[1]
    assert api.call("GET", "/sqs?text=a%20query%26b")[0] == 200
    status, body = api.call("PUT", "/sqs")
    assert (status, sorted(json.loads(body))) == (200, ["MD5OfMessageBody", "MessageId"])
    assert api.call("DELETE", "/sqs")[0] == 502
    assert _received(sqs, queue) == ["a query&b", "form", "json"]
    tried = api.rest.test_invoke_method(restApiId=api.id, resourceId=api.resource("/sqs"), httpMethod="PUT")
    assert tried["status"] == 200
    assert "X-Amz-Target=AmazonSQS.SendMessage" in tried["log"]
    assert _received(sqs, queue) == ["json"]


def test_dynamodb(live: Server, api: Api) -> None:
    dynamodb, table = live.client("dynamodb"), _name("t")
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"id": {"S": "1"}, "text": {"S": "hi"}}
    api.method("PUT", "/item", "dynamodb:action/PutItem", {"TableName": table, "Item": item})
    api.method("GET", "/item", "dynamodb:action/GetItem", {"TableName": table, "Key": {"id": {"S": "1"}}})
    api.method("POST", "/item", "dynamodb:action/GetItem")  # the client's own body
    api.deploy()
    assert api.call("PUT", "/item")[0] == 200
    assert dynamodb.get_item(TableName=table, Key={"id": {"S": "1"}})["Item"] == item
    status, body = api.call("GET", "/item")
    assert (status, json.loads(body)["Item"]) == (200, item)
    own = json.dumps({"TableName": table, "Key": {"id": {"S": "none"}}}).encode()
    assert api.call("POST", "/item", own, {"Content-Type": JSON})[0] == 200
    assert api.call("POST", "/item", b"{}", {"Content-Type": JSON})[0] == 502


def test_s3_objects_by_path_and_by_subdomain(live: Server, api: Api) -> None:
    s3, bucket = live.client("s3"), _name("b")
    s3.create_bucket(Bucket=bucket)
    places = {
        "integration.request.path.bucket": "method.request.path.bucket",
        "integration.request.path.key": "method.request.path.key",
        "integration.request.header.Content-Type": "method.request.header.Content-Type",
    }
    for verb in ("GET", "PUT"):
        for prefix, uri in (("/path", "s3:path/{bucket}/{key}"), ("/sub", "{bucket}.s3:path/{key}")):
            api.method(verb, prefix + "/{bucket}/{key+}", uri, parameters=places, backend_verb=verb)
    api.deploy()
    for prefix in ("/path", "/sub"):
        key, sent = f"{prefix[1:]}/a b.txt", f"in {prefix}".encode()
        url = f"{prefix}/{bucket}/{key.replace(' ', '%20')}"
        assert api.call("PUT", url, sent, {"Content-Type": "text/plain"})[0] == 200
        found = s3.get_object(Bucket=bucket, Key=key)
        assert (found["Body"].read(), found["ContentType"]) == (sent, "text/plain")
        assert api.call("GET", url) == (200, sent)
    assert api.call("GET", f"/path/{bucket}/none")[0] == 502


def test_sns_reaches_its_subscribers(live: Server, api: Api) -> None:
    sns, sqs, name = live.client("sns"), live.client("sqs"), _name("t")
    queue, topic = sqs.create_queue(QueueName=name)["QueueUrl"], sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}",
        Attributes={"RawMessageDelivery": "true"},
    )
    query = {
        "integration.request.querystring.TopicArn": f"'{topic}'",
        "integration.request.querystring.Message": "method.request.header.X-Message",
    }
    api.method("POST", "/sns", "sns:action/Publish", parameters=query)
    form = f"Action=Publish&Version=2010-03-31&TopicArn={topic}&Message=form"
    api.method("PUT", "/sns", "sns:path//", form, parameters=FORM)
    api.deploy()
    assert api.call("POST", "/sns", headers={"X-Message": "query"})[0] == 200
    assert api.call("PUT", "/sns")[0] == 200
    assert _received(sqs, queue) == ["form", "query"]


def test_step_functions(live: Server, api: Api) -> None:
    states, name = live.client("stepfunctions"), _name("m")
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    machine = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)["stateMachineArn"]
    api.method("POST", "/start", "states:action/StartExecution", {"stateMachineArn": machine, "input": '{"a": 1}'})
    api.deploy()
    status, body = api.call("POST", "/start")
    assert status == 200
    started = json.loads(body)["executionArn"]
    assert states.describe_execution(executionArn=started)["input"] == '{"a": 1}'


def test_kinesis(live: Server, api: Api) -> None:
    kinesis, stream = live.client("kinesis"), _name("s")
    kinesis.create_stream(StreamName=stream, ShardCount=1)
    record = {"StreamName": stream, "Data": "aGVsbG8=", "PartitionKey": "1"}
    api.method("POST", "/record", "kinesis:action/PutRecord", record)
    api.deploy()
    status, body = api.call("POST", "/record")
    assert (status, json.loads(body)["ShardId"]) == (200, "shardId-000000000000")
    shard = kinesis.get_shard_iterator(
        StreamName=stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    assert [each["Data"] for each in kinesis.get_records(ShardIterator=shard)["Records"]] == [b"hello"]


def test_eventbridge_delivers_to_its_targets(live: Server, api: Api) -> None:
    events, sqs, name = live.client("events"), live.client("sqs"), _name("rule")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"}])
    entry = {"Source": name, "DetailType": "made", "Detail": '{"a": 1}'}
    api.method("POST", "/event", "events:action/PutEvents", {"Entries": [entry]})
    api.deploy()
    status, body = api.call("POST", "/event")
    assert (status, json.loads(body)["FailedEntryCount"]) == (200, 0)
    assert [json.loads(each)["detail"] for each in _received(sqs, queue)] == [{"a": 1}]


def test_ssm(live: Server, api: Api) -> None:
    ssm, name = live.client("ssm"), f"/{_name('p')}"
    ssm.put_parameter(Name=name, Value="secret", Type="String")
    api.method("GET", "/parameter", "ssm:action/GetParameter", {"Name": name})
    api.method("PUT", "/parameter", "ssm:action/PutParameter", {"Name": name, "Value": "new", "Overwrite": True})
    query = {"integration.request.querystring.Name": "method.request.querystring.name"}
    api.method("POST", "/parameter", "ssm:action/GetParameter", parameters=query)
    api.deploy()
    status, body = api.call("POST", f"/parameter?name={name}")  # as API Gateway calls SSM: the query protocol
    said = json.loads(body)["GetParameterResponse"]
    assert (status, said["GetParameterResult"]["Parameter"]["Value"]) == (200, "secret")
    assert sorted(said) == ["GetParameterResult", "ResponseMetadata"]
    status, body = api.call("POST", "/parameter?name=/none")
    assert (status, json.loads(body)["Error"]["Code"]) == (502, "ParameterNotFound")
    status, body = api.call("GET", "/parameter")
    assert (status, json.loads(body)["Parameter"]["Value"]) == (200, "secret")
    assert api.call("PUT", "/parameter")[0] == 200
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == "new"


def test_the_role_is_assumed_in_its_own_account(live: Server, api: Api) -> None:
    other = "111122223333"
    sts = "sts:action/GetCallerIdentity"
    api.method("GET", "/who", sts, credentials=f"arn:aws:iam::{other}:role/theirs")
    api.method("PUT", "/who", sts)
    api.deploy()
    assert f"arn:aws:sts::{other}:assumed-role/theirs/BackplaneAssumeRoleSession".encode() in api.call("GET", "/who")[1]
    assert f"arn:aws:sts::{ACCOUNT}:assumed-role/apigw/".encode() in api.call("PUT", "/who")[1]
    name = _name("q")
    api.method(
        "POST", "/who", "sqs:action/CreateQueue", {"QueueName": name}, credentials=f"arn:aws:iam::{other}:role/r"
    )
    api.deploy()
    assert api.call("POST", "/who")[0] == 200
    assert live.client("sqs", key=other).get_queue_url(QueueName=name)["QueueUrl"].endswith(f"/{other}/{name}")


def test_a_function_behind_mappings(live: Server, api: Api) -> None:
    functions, name = live.client("lambda"), _name("f")
    source = """
def handler(event, context):
    if event.get("fail"):
        raise Exception("Error: " + event["fail"])
    return event
"""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("main.py", source)
    arn = functions.create_function(
        FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="main.handler", Code={"ZipFile": archive.getvalue()}
    )["FunctionArn"]
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    uri = f"lambda:path/2015-03-31/functions/{arn}/invocations"
    responses: dict[str, dict[str, Any]] = {
        "200": {},
        "400": {"selectionPattern": "Error: bad.*"},
        "500": {"selectionPattern": ".*worse.*", "responseTemplates": {JSON: FAILED}},
    }
    event = {"integration.request.header.X-Amz-Invocation-Type": "'Event'"}
    api.method("POST", "/f", uri, responses=responses)
    api.method("PUT", "/f", uri, responses=responses, parameters=event)
    api.method("GET", "/f", uri, {"fixed": True}, credentials=None)
    api.deploy()
    assert api.call("POST", "/f", b'{"a": 1}') == (200, b'{"a": 1}')
    status, body = api.call("POST", "/f", b'{"fail": "bad thing"}')
    assert (status, json.loads(body)["errorMessage"]) == (400, "Error: bad thing")
    assert api.call("POST", "/f", b'{"fail": "much worse"}') == (500, FAILED.encode())
    assert api.call("PUT", "/f", b'{"a": 1}') == (200, b"")
    assert api.call("GET", "/f")[0] == 500  # no permission yet
    functions.add_permission(
        FunctionName=name,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{api.id}/*/GET/f",
    )
    status, body = api.call("GET", "/f")
    assert (status, json.loads(body)) == (200, {"fixed": True})


def test_credentials_of_the_caller_are_refused(live: Server) -> None:
    api = Api(live)
    api.method("GET", "/q", "sqs:path/1/q", credentials="arn:aws:iam::*:user/*")
    with pytest.raises(ClientError, match="credentials of the caller") as refusal:
        api.deploy()
    assert refusal.value.response["Error"]["Code"] == "BadRequestException"


def test_services_at_an_endpoint_of_the_operators_own(live: Server, own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions", env={"AWS_ENDPOINT_URL": live.url})
    api, name = Api(server), _name("q")
    api.method("POST", "/own", "sqs:action/CreateQueue", {"QueueName": name}, credentials=ROLE)
    api.deploy()
    status, body = api.call("POST", "/own")
    assert (status, json.loads(body)["QueueUrl"].rpartition("/")[2]) == (200, name)
    assert live.client("sqs").get_queue_url(QueueName=name)["QueueUrl"].endswith(f"/{ACCOUNT}/{name}")


def test_without_companions_and_credentials_the_log_says_what_is_missing(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions")
    api = Api(server)
    api.method("POST", "/q", "sqs:path/1/q", credentials=ROLE)
    api.deploy()
    assert api.call("POST", "/q") == (500, b'{"message": "Internal server error"}')
    assert "set AWS_ACCESS_KEY_ID" in server.output()
