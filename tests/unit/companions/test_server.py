"""The companions process, spoken to by boto3 and over a unix socket."""

from __future__ import annotations

import http.client
import json
import socket
import tempfile
import threading
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.companions.conftest import Companions, on_tcp, process

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def test_iam_roles_and_managed_policies(companions: Companions) -> None:
    iam = companions.client("iam")
    role = iam.create_role(RoleName="lambda-ex", AssumeRolePolicyDocument=TRUST)["Role"]
    assert role["Arn"] == "arn:aws:iam::123456789012:role/lambda-ex"
    iam.attach_role_policy(RoleName="lambda-ex", PolicyArn=BASIC)
    attached = iam.list_attached_role_policies(RoleName="lambda-ex")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [BASIC]


def test_sqs_urls_lead_back_to_where_the_client_is(companions: Companions) -> None:
    sqs = companions.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    assert url == f"{companions.url}/123456789012/jobs"
    sqs.send_message(QueueUrl=url, MessageBody="hello ü")
    received = sqs.receive_message(QueueUrl=url)["Messages"]
    assert [message["Body"] for message in received] == ["hello ü"]


def test_a_long_poll_holds_up_nobody(companions: Companions) -> None:
    sqs = companions.client("sqs")
    url = sqs.create_queue(QueueName="slow")["QueueUrl"]
    got: list[Any] = []

    def poll() -> None:
        got.extend(companions.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"])

    thread = threading.Thread(target=poll)
    thread.start()
    sqs.send_message(QueueUrl=url, MessageBody="x")
    thread.join(20)
    assert len(got) == 1


def test_dynamodb(companions: Companions) -> None:
    dynamodb = companions.client("dynamodb")
    dynamodb.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName="t", Item={"id": {"S": "1"}})
    assert dynamodb.get_item(TableName="t", Key={"id": {"S": "1"}})["Item"] == {"id": {"S": "1"}}


def test_s3_keys_metadata_and_head(companions: Companions) -> None:
    s3 = companions.client("s3", s3={"addressing_style": "path"}, region="us-east-1")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="a b/ü%2F+", Body=b"12345", Metadata={"my_key": "v", "other": "w"})
    head = s3.head_object(Bucket="bucket", Key="a b/ü%2F+")
    assert (head["ContentLength"], head["Metadata"]) == (5, {"my_key": "v", "other": "w"})
    assert s3.get_object(Bucket="bucket", Key="a b/ü%2F+")["Body"].read() == b"12345"
    s3.delete_object(Bucket="bucket", Key="a b/ü%2F+")
    assert "Contents" not in s3.list_objects_v2(Bucket="bucket")


@pytest.mark.parametrize(
    "service", ["sns", "ssm", "secretsmanager", "kms", "logs", "events", "stepfunctions", "cloudwatch"]
)
def test_other_protocols(companions: Companions, service: str) -> None:
    calls = {
        "sns": lambda c: c.create_topic(Name="t")["TopicArn"],
        "ssm": lambda c: c.put_parameter(Name="p", Value="v", Type="String")["Version"],
        "secretsmanager": lambda c: c.create_secret(Name="s", SecretString="x")["ARN"],
        "kms": lambda c: c.create_key()["KeyMetadata"]["AWSAccountId"],
        "logs": lambda c: c.create_log_group(logGroupName="/g"),
        "events": lambda c: c.list_event_buses()["EventBuses"][0]["Arn"],
        "stepfunctions": lambda c: c.list_state_machines()["stateMachines"],
        "cloudwatch": lambda c: c.put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 1.0}]),
    }
    calls[service](companions.client(service))


def test_cognito_pools_and_their_keys(companions: Companions) -> None:
    cognito = companions.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="users")["UserPool"]["Id"]
    assert pool.startswith("eu-west-1_")
    with urllib.request.urlopen(f"{companions.url}/{pool}/.well-known/jwks.json") as answer:
        keys = json.load(answer)["keys"]
    assert keys[0]["kty"] == "RSA"


def test_the_account_is_the_setting_s_or_the_key_s() -> None:
    with on_tcp(account_id="999988887777") as companions:
        assert companions.client("sts").get_caller_identity()["Account"] == "999988887777"
        assert companions.client("sts", "000011112222").get_caller_identity()["Account"] == "000011112222"
        iam = companions.client("iam", "000011112222")
        iam.create_user(UserName="u")
        key = iam.create_access_key(UserName="u")["AccessKey"]["AccessKeyId"]
        identity = companions.client("sts", key).get_caller_identity()
        assert identity["Arn"] == "arn:aws:iam::000011112222:user/u"


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("apigateway", "get_rest_apis", {}),
        ("apigatewayv2", "get_apis", {}),
        ("apigatewaymanagementapi", "get_connection", {"ConnectionId": "x"}),
        ("lambda", "list_functions", {}),
    ],
)
def test_our_own_services_are_not_reachable_here(
    companions: Companions, service: str, operation: str, arguments: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match="Gatewright answers this service itself") as caught:
        getattr(companions.client(service), operation)(**arguments)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert caught.value.response["Error"]["Code"] == "NotImplemented"


@pytest.mark.parametrize("path", ["/moto-api/", "/moto-api/reset", "/moto-api/config", "/lambda_us-east-1/x"])
def test_moto_s_own_paths_are_not_reachable(companions: Companions, path: str) -> None:
    request = urllib.request.Request(companions.url + path, method="POST", data=b"{}")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == 501
    caught.value.close()


def test_it_does_not_reach_out(companions: Companions) -> None:
    """A subscription by HTTP makes moto call its endpoint: nobody outside this machine hears of it."""
    sns = companions.client("sns")
    topic = sns.create_topic(Name="out")["TopicArn"]

    def reach_out() -> None:
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://192.0.2.1:9/")
        sns.publish(TopicArn=topic, Message="x")

    with pytest.raises(ClientError) as caught:
        reach_out()
    assert caught.value.response["Error"]["Code"] == "InternalFailure"


def test_keep_alive_on_an_inherited_unix_socket() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        path = str(Path(folder) / "c.sock")
        listener.bind(path)
        listener.listen()
        with process(listener):
            connection = http.client.HTTPConnection("127.0.0.1", 4566)
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(path)
            for name in ("a", "b"):
                connection.request(
                    "POST",
                    "/",
                    body=json.dumps({"QueueName": name}),
                    headers={
                        "Host": "localhost.localstack.cloud:4566",
                        "Content-Type": "application/x-amz-json-1.0",
                        "X-Amz-Target": "AmazonSQS.CreateQueue",
                        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/sqs/aws4_request, "
                        "SignedHeaders=host, Signature=0",
                    },
                )
                answer = json.loads(connection.getresponse().read())
                assert answer["QueueUrl"] == f"http://localhost.localstack.cloud:4566/123456789012/{name}"
            connection.close()
