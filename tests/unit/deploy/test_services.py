from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.base import RefusedError
from gatewright.deploy.methods import compile_integration
from gatewright.program.records import Action, AwsIntegration, CustomLambdaIntegration
from tests.plays.stage import FUNCTION, INVOKE, aws, function


def _service(uri: str, variables: dict[str, str] | None = None, **members: Any) -> AwsIntegration:
    integration, problem = compile_integration(aws(uri, **members), variables or {})
    assert problem is None
    assert isinstance(integration, AwsIntegration)
    return integration


@pytest.mark.parametrize(
    ("uri", "service", "path", "query"),
    [
        ("sqs:path/1/q", "sqs", ("/1/q",), ("",)),
        ("sqs:path//1/q?a=b", "sqs", ("/1/q",), ("a=b",)),
        ("sns:path//", "sns", ("/",), ("",)),
        ("s3:path/{bucket}/{key}", "s3", ("/", "bucket", "/", "key", ""), ("",)),
        ("{bucket}.s3:path/{key}", "s3", ("/", "bucket", "/", "key", ""), ("",)),
        ("pictures.s3:path/{key}", "s3", ("/pictures/", "key", ""), ("",)),
        ("${stageVariables.which}:path/x", "kinesis", ("/x",), ("",)),
        ("sns:action/Publish&TopicArn={arn}", "sns", ("/",), ("TopicArn=", "arn", "")),
    ],
)
def test_paths(uri: str, service: str, path: tuple[str, ...], query: tuple[str, ...]) -> None:
    made = _service(uri, {"which": "kinesis"})
    assert (made.service.service.name, made.uri.path, made.uri.query) == (service, path, query)


@pytest.mark.parametrize(
    ("uri", "action"),
    [
        (
            "dynamodb:action/PutItem",
            Action("PutItem", "DynamoDB_20120810.PutItem", "application/x-amz-json-1.0", None),
        ),
        ("sns:action/Publish", Action("Publish", None, "application/x-amz-json-1.0", "2010-03-31")),
        (
            "ssm:action/GetParameter",
            Action("GetParameter", "AmazonSSM.GetParameter", "application/x-amz-json-1.1", "2014-11-06"),
        ),
    ],
)
def test_actions(uri: str, action: Action) -> None:
    assert _service(uri).action == action


def test_subdomains_and_regions() -> None:
    made = _service("arn:aws:apigateway:eu-west-1:data.jobs.iot:path/x")
    assert (made.service.host, made.service.signing_region) == ("data.jobs.iot.eu-west-1.amazonaws.com", "eu-west-1")
    assert _service("abc.execute-api:path/x").service.host == "abc.execute-api.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (aws("nonsense"), "names no AWS service"),
        (aws("other.test#:path/x"), "names no AWS service"),
        (aws("s3:action/GetObject"), "called by paths"),
        (aws("sns:action/-"), "names no action"),
        (aws("{x}.execute-api:path/y"), "placeholders in the subdomain of execute-api"),
        (aws("sqs:path/1/q", credentials="arn:aws:iam::*:user/*"), "credentials of the caller"),
        (function("arn:aws:apigateway:us-east-1:firehose:action/PutRecord"), "other services than Lambda"),
    ],
)
def test_what_is_refused(document: dict[str, Any], reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        compile_integration(document, {})


def test_functions_behind_mappings() -> None:
    for uri in (INVOKE, INVOKE.replace("path/", "path//")):
        made, problem = compile_integration(aws(uri, credentials="arn:aws:iam::1:role/r"), {})
        assert isinstance(made, CustomLambdaIntegration)
        assert (made.function_arn, made.assume_role, problem) == (FUNCTION, "arn:aws:iam::1:role/r", None)
    _, problem = compile_integration(aws(INVOKE, "GET"), {})
    assert problem == "Lambda functions can be invoked with POST only"


def test_illegal_headers_are_a_problem() -> None:
    document = aws("sqs:path/1/q", requestParameters={"integration.request.header.TE": "'x'"})
    assert compile_integration(document, {})[1] == "TE header already present"
