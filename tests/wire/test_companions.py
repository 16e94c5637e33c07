"""Other AWS services on the same port, in the local profile."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.wire.support import Server


def test_sts_knows_the_account(live: Server) -> None:
    assert live.aws("sts", "get-caller-identity")["Account"] == "123456789012"


def test_a_twelve_digit_key_is_an_account(live: Server) -> None:
    assert live.client("sts", key="111122223333").get_caller_identity()["Account"] == "111122223333"


def test_iam_roles(live: Server) -> None:
    name = f"role-{uuid.uuid4().hex[:8]}"
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    made = live.aws("iam", "create-role", "--role-name", name, "--assume-role-policy-document", policy)
    assert made["Role"]["Arn"] == f"arn:aws:iam::123456789012:role/{name}"


def test_sqs_leads_back_to_this_port(live: Server) -> None:
    sqs = live.client("sqs")
    url = sqs.create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    assert url.startswith(live.url)
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"


def test_dynamodb(live: Server) -> None:
    dynamodb = live.client("dynamodb")
    name = f"t-{uuid.uuid4().hex[:8]}"
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName=name, Item={"id": {"S": "1"}})
    assert dynamodb.get_item(TableName=name, Key={"id": {"S": "1"}})["Item"] == {"id": {"S": "1"}}


def test_s3_heads_say_how_long_the_object_is(live: Server) -> None:
    s3 = live.client("s3")
    bucket = f"b-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x" * 3000)
    assert s3.head_object(Bucket=bucket, Key="k")["ContentLength"] == 3000
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x" * 3000


def test_cognito_pools(live: Server) -> None:
    cognito = live.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
    assert pool.startswith("us-east-1_")


def test_without_companions_the_refusal_names_the_setting(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions")
    with pytest.raises(ClientError, match="companions=true"):
        server.client("sqs").list_queues()


def test_one_service_can_be_elsewhere(live: Server, own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions", env={"AWS_ENDPOINT_URL_SQS": live.url})
    queue = live.client("sqs").create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    listed = server.client("sqs").list_queues()["QueueUrls"]
    assert queue.rpartition("/")[2] in {url.rpartition("/")[2] for url in listed}
    with pytest.raises(ClientError, match="companions=true"):
        server.client("dynamodb").list_tables()


def test_another_endpoint_can_be_named(live: Server, own_server: Callable[..., Server]) -> None:
    server = own_server(env={"AWS_ENDPOINT_URL": live.url})
    queue = live.client("sqs").create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    listed = server.client("sqs").list_queues()["QueueUrls"]
    assert queue.rpartition("/")[2] in {url.rpartition("/")[2] for url in listed}
