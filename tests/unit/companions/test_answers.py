from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.companions.answers import to_json, wants_json


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({"HTTP_ACCEPT": "application/json", "QUERY_STRING": "Action=Publish"}, True),
        ({"HTTP_ACCEPT": "application/json", "CONTENT_TYPE": "application/x-www-form-urlencoded"}, True),
        ({"HTTP_ACCEPT": "*/*", "QUERY_STRING": "Action=Publish"}, False),
        ({"QUERY_STRING": "Action=Publish"}, False),
        ({"HTTP_ACCEPT": "application/json"}, False),
    ],
)
def test_who_wants_json(environ: dict[str, Any], wanted: bool) -> None:
    assert wants_json({"QUERY_STRING": ""} | environ) is wanted


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (
            b'<?xml version="1.0"?><AResponse xmlns="http://x/"><AResult><Id>1</Id><None/></AResult>'
            b"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AResponse>",
            {"AResponse": {"AResult": {"Id": "1", "None": ""}, "ResponseMetadata": {"RequestId": "r"}}},
        ),
        (
            b"<AResponse><L><member>1</member><member><B>2</B></member></L><M><N>a</N><N>b</N><N>c</N></M></AResponse>",
            {"AResponse": {"L": ["1", {"B": "2"}], "M": {"N": ["a", "b", "c"]}}},
        ),
        (b"<ErrorResponse><Error><Code>C</Code></Error></ErrorResponse>", {"Error": {"Code": "C"}}),
    ],
)
def test_xml_as_json(xml: bytes, said: dict[str, Any]) -> None:
    status, headers, body = to_json((200, [(b"Content-Type", b"text/xml"), (b"A", b"b")], xml))
    assert (status, headers) == (200, [(b"A", b"b"), (b"Content-Type", b"application/json")])
    assert json.loads(body) == said


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b"<ListBucketResult></ListBucketResult>"])
def test_anything_else_stays(body: bytes) -> None:
    served = (200, [(b"Content-Type", b"text/xml")], body)
    assert to_json(served) == served
