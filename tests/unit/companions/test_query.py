from __future__ import annotations

import io
import json
from typing import Any

import pytest

from gatewright.companions.query import Query, read_query


def _environ(query: str = "", body: bytes = b"", **more: str) -> dict[str, Any]:
    return {"QUERY_STRING": query, "wsgi.input": io.BytesIO(body), **more}


def _sent(query: Query) -> Any:
    return json.loads(query.apply({})["wsgi.input"].read())


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (
            "Action=GetParameter&Name=a%2Fb&WithDecryption=true&Version=2014-11-06",
            {"Name": "a/b", "WithDecryption": True},
        ),
        ("Action=GetParameters&Names.member.1=a&Names.member.2=b", {"Names": ["a", "b"]}),
        (
            "Action=DescribeParameters&MaxResults=5&Filters.member.1.Key=Name",
            {"MaxResults": 5, "Filters": [{"Key": "Name"}]},
        ),
        (
            "Action=SendCommand&Parameters.entry.1.key=k&Parameters.entry.1.value.member.1=v",
            {"Parameters": {"k": ["v"]}},
        ),
        ("Action=NoSuchAction&Name=a", {}),
    ],
)
def test_parameters_by_the_shapes_of_the_service(text: str, sent: dict[str, Any]) -> None:
    query = read_query(b"ssm", _environ(text))
    assert query is not None
    assert _sent(query) == sent


def test_a_form_counts_too_and_can_still_be_read() -> None:
    environ = _environ("", b"Action=GetParameter&Name=a", CONTENT_TYPE="application/x-www-form-urlencoded")
    query = read_query(b"ssm", environ)
    assert query is not None
    assert _sent(query) == {"Name": "a"}
    assert environ["wsgi.input"].read() == b"Action=GetParameter&Name=a"
    assert query.apply({})["HTTP_X_AMZ_TARGET"] == "AmazonSSM.GetParameter"


@pytest.mark.parametrize(
    ("service", "environ"),
    [
        (b"sqs", _environ("Action=SendMessage")),
        (None, _environ("Action=GetParameter")),
        (b"ssm", _environ("Action=GetParameter", HTTP_X_AMZ_TARGET="AmazonSSM.GetParameter")),
        (b"ssm", _environ("Name=a")),
    ],
)
def test_what_is_no_query(service: bytes | None, environ: dict[str, Any]) -> None:
    assert read_query(service, environ) is None


def test_answers() -> None:
    query = Query("ssm", "GetParameter", {})
    status, headers, body = query.answer(
        (200, [(b"Content-Type", b"application/x-amz-json-1.1")], b'{"Parameter": {}}')
    )
    said = json.loads(body)["GetParameterResponse"]
    assert (status, headers) == (200, [(b"Content-Type", b"application/json")])
    assert said["GetParameterResult"] == {"Parameter": {}}
    assert said["ResponseMetadata"]["RequestId"]
    failed = json.loads(query.answer((400, [], b'{"__type": "a#ParameterNotFound", "message": "no"}'))[2])
    assert failed["Error"] == {"Code": "ParameterNotFound", "Message": "no", "Type": "Sender"}
    assert query.answer((500, [], b"<html>")) == (500, [], b"<html>")
