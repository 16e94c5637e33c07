"""What AWS fills in and refuses when a function is configured."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gatewright.aws.base import AwsError
from gatewright.functions import configuration
from gatewright.functions.names import FunctionKey

KEY = FunctionKey("123456789012", "us-east-1", "f")
LEAST = {"Runtime": "python3.11", "Handler": "app.handler", "Role": "arn:aws:iam::123456789012:role/r"}


def test_defaults() -> None:
    body = configuration.new(KEY, LEAST, 1_700_000_000.5)
    expected = {
        "FunctionName": "f",
        "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "Version": "$LATEST",
        "LastModified": "2023-11-14T22:13:20.500+0000",
        "TracingConfig": {"Mode": "PassThrough"},
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"},
    }
    assert expected.items() <= body.items()
    assert "Environment" not in body
    assert re.fullmatch(
        r"arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}", body["RuntimeVersionConfig"]["RuntimeVersionArn"]
    )


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("image", {"PackageType": "Image"}, "PackageType Image is not supported"),
    (
        "no runtime",
        {"Runtime": None},
        "Runtime and Handler are mandatory parameters for functions created with deployment",
    ),
    ("java", {"Runtime": "java21"}, "does not run the runtime java21. It runs python3.x"),
    ("layers", {"Layers": ["arn:aws:lambda:us-east-1:123456789012:layer:l:1"]}, "does not support Layers"),
    (
        "dead letters",
        {"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:1:q"}},
        "does not support DeadLetterConfig",
    ),
    ("snap start", {"SnapStart": {"ApplyOn": "PublishedVersions"}}, "does not support SnapStart"),
    ("timeout", {"Timeout": 901}, "Value '901' at 'timeout' failed to satisfy constraint"),
    ("memory", {"MemorySize": 10241}, "Value '10241' at 'memorySize' failed to satisfy constraint"),
    ("reserved", {"Environment": {"Variables": {"AWS_REGION": "x"}}}, "Reserved keys used in this request: AWS_REGION"),
    ("large", {"Environment": {"Variables": {"AB": "x" * 4096}}}, "exceeded the 4KB limit"),
    ("NUL", {"Environment": {"Variables": {"AB": "\0"}}}, "NUL"),
]


@pytest.mark.parametrize(("name", "changed", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_refused(name: str, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(AwsError, match=re.escape(message)):
        configuration.new(KEY, LEAST | changed, 0)


def test_what_asks_for_nothing_is_not_refused() -> None:
    nothing = {"Layers": [], "DeadLetterConfig": {}, "SnapStart": {"ApplyOn": "None"}, "FileSystemConfigs": []}
    assert configuration.new(KEY, LEAST | nothing, 0)["SnapStart"]["ApplyOn"] == "None"


def test_credentials_may_be_given_where_the_server_gives_none() -> None:
    own = LEAST | {"Environment": {"Variables": {"AWS_ACCESS_KEY_ID": "k"}}}
    assert configuration.new(KEY, own, 0, profile_local=False)["Environment"]
    with pytest.raises(AwsError):
        configuration.new(KEY, own, 0)


def test_updates_leave_what_they_do_not_name() -> None:
    body = configuration.new(KEY, LEAST | {"Environment": {"Variables": {"AB": "c"}}}, 0)
    configuration.apply(body, {"Timeout": 9, "LoggingConfig": {"LogFormat": "JSON"}})
    assert (body["Timeout"], body["MemorySize"], body["Environment"]) == (9, 128, {"Variables": {"AB": "c"}})
    assert body["LoggingConfig"]["ApplicationLogLevel"] == "INFO"
    configuration.apply(body, {"Environment": {"Variables": {}}, "VpcConfig": {"SubnetIds": ["s"]}})
    assert "Environment" not in body
    assert body["VpcConfig"] == {"SubnetIds": ["s"], "SecurityGroupIds": [], "VpcId": ""}


def test_revisions() -> None:
    configuration.check_revision({"RevisionId": "a"}, {"RevisionId": "a"})
    configuration.check_revision({"RevisionId": "a"}, {})
    with pytest.raises(AwsError) as refused:
        configuration.check_revision({"RevisionId": "a"}, {"RevisionId": "b"})
    assert (refused.value.code, refused.value.status) == ("PreconditionFailedException", 412)
