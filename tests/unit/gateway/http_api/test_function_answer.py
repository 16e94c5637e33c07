"""What a function's answer means, in both formats."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.http_api.function_answer import FunctionAnswer, read_v1, read_v2

_PLAIN = (b"Content-Type", b"text/plain;charset=UTF-8")


def _v2(result: Any) -> FunctionAnswer:
    return read_v2(json.dumps(result).encode())


def _v1(result: Any) -> FunctionAnswer:
    return read_v1(json.dumps(result).encode())


@pytest.mark.parametrize(
    ("result", "body"),
    [
        ({"message": "hi"}, b'{"message":"hi"}'),
        ([1, 2], b"[1,2]"),
        ("Hello from Lambda!", b"Hello from Lambda!"),
        ("é", "é".encode()),
        (7, b"7"),
        (True, b"true"),
        (None, b"null"),
        ({}, b"{}"),
        ({"body": "x", "headers": {"a": "b"}}, b'{"body":"x","headers":{"a":"b"}}'),
    ],
)
def test_what_is_no_response_object_is_the_body(result: Any, body: bytes) -> None:
    answer = _v2(result)
    assert (answer.status, answer.body) == (200, body)
    assert answer.headers == [(b"Content-Type", b"application/json")]


def test_a_result_that_is_nested_too_deeply_to_be_written() -> None:
    with pytest.raises(GatewayError) as caught:
        read_v2(b"[" * 300 + b"]" * 300)
    assert "nested" in (caught.value.log or "")


def test_a_response_object() -> None:
    answer = _v2(
        {
            "statusCode": 201,
            "headers": {"Set-Cookie": "c=3", "X-N": 1, "X-B": True, "X-None": None},
            "cookies": ["a=1", "b=2; Secure"],
            "body": "x",
            "unknown": 1,
        }
    )
    assert (answer.status, answer.body) == (201, b"x")
    assert answer.headers == [
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2; Secure"),
        (b"Set-Cookie", b"c=3"),
        (b"X-N", b"1"),
        (b"X-B", b"true"),
        _PLAIN,
    ]


@pytest.mark.parametrize("read", [_v1, _v2])
def test_in_both_formats(read: Any) -> None:
    assert read({"statusCode": "404"}).status == 404
    assert read({"statusCode": 200, "body": None}).body == b""
    assert read({"statusCode": 200, "body": "eA==", "isBase64Encoded": True}).body == b"x"
    assert read({"statusCode": 200, "headers": {"content-type": "a/b"}}).headers == [(b"content-type", b"a/b")]
    for wrong in (
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": 1},
        {"statusCode": "x"},
        {"statusCode": 99},
        {"statusCode": 600},
        {"statusCode": True},
        {"statusCode": None},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"a": {}}},
        {"statusCode": 200, "headers": {"a b": "c"}},
        {"statusCode": 200, "headers": {"a": "b\r\nc: d"}},
        {"statusCode": 200, "body": "?", "isBase64Encoded": True},
    ):
        with pytest.raises(GatewayError):
            read(wrong)


@pytest.mark.parametrize("cookies", ["a=1", [1], ["a\nb"], {"a": "b"}])
def test_cookies_are_a_list_of_strings(cookies: Any) -> None:
    with pytest.raises(GatewayError):
        _v2({"statusCode": 200, "cookies": cookies})


@pytest.mark.parametrize("result", [None, "text", {}, {"body": "x"}, [1]])
def test_format_1_wants_the_object(result: Any) -> None:
    with pytest.raises(GatewayError):
        _v1(result)


def test_format_1_merges_headers() -> None:
    answer = _v1(
        {
            "statusCode": 200,
            "multiValueHeaders": {"X-A": ["1", "2"], "Content-Type": ["a/b"]},
            "headers": {"x-a": "2", "X-B": "3"},
            "cookies": ["ignored=1"],
        }
    )
    assert answer.headers == [(b"X-A", b"1"), (b"X-A", b"2"), (b"Content-Type", b"a/b"), (b"X-B", b"3")]
    with pytest.raises(GatewayError):
        _v1({"statusCode": 200, "multiValueHeaders": {"a": "b"}})


def test_no_json_at_all() -> None:
    for read in (read_v1, read_v2):
        with pytest.raises(GatewayError):
            read(b"")
