from __future__ import annotations

import json

import pytest

from gatewright.openapi import text
from gatewright.openapi.base import DEPTH, SIZE, DocumentError


def test_json_and_yaml() -> None:
    assert text.parse(b'{"a": [1, 2.5, null, true]}', {}) == {"a": [1, 2.5, None, True]}
    assert text.parse(b"a: [1, 2.5, null, true]", {}) == {"a": [1, 2.5, None, True]}
    assert text.parse(b"\xef\xbb\xbfa: 1", {}) == {"a": 1}


def test_the_last_of_equal_json_keys_counts() -> None:
    assert text.parse(b'{"a": 1, "a": 2}', {}) == {"a": 2}


def test_variables_are_replaced() -> None:
    found = text.parse(b'{"uri": "arn:${AWS::Partition}:x:${AWS::Region}:${AWS::Other}"}', {
        "AWS::Partition": "aws", "AWS::Region": "eu-west-1",
    })  # fmt: skip
    assert found == {"uri": "arn:aws:x:eu-west-1:${AWS::Other}"}


@pytest.mark.parametrize("body", [b"{", b"a: [", b"\xff\xfe", b'{"a": "\\ud800"}', b"a: b: c"])
def test_what_cannot_be_parsed(body: bytes) -> None:
    with pytest.raises(DocumentError) as error:
        text.parse(body, {})
    assert not error.value.problems


@pytest.mark.parametrize("form", ['{"a":%s}', "a: %s"])
def test_depth_is_bounded(form: str) -> None:
    fits, deep = ((form % ("[" * depth + "]" * depth)).encode() for depth in (DEPTH - 2, DEPTH + 1))
    text.parse(fits, {})
    with pytest.raises(DocumentError, match="nested deeper"):
        text.parse(deep, {})


def test_size_is_bounded() -> None:
    with pytest.raises(DocumentError, match="bytes"):
        text.parse(b" " * (SIZE + 1), {})


def test_yaml_is_read_as_it_was_written() -> None:
    tree = {
        "200": ["yes", "2024-01-01", "0o17", "1e3", "~", "<<", "a\nb\tc ", "\u00e4\x85\x07", "x" * 200],
        "yes": {"empty": {}, "none": None, "list": [], "on": True},
        "<<": [1, -2.5, 1e300, 1e-7, 10**17],
        "*a": {"&b": [[{}], [[]]]},
        "": "",
    }
    assert text.parse(text.to_yaml(tree).encode(), {}) == tree


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, "{ }"),
        ([], "[ ]"),
        ({"required": ["a", "b"], "type": "object"}, '{\n  "required" : [ "a", "b" ],\n  "type" : "object"\n}'),
        ({"a": {"b": 1.5}}, '{\n  "a" : {\n    "b" : 1.5\n  }\n}'),
        ([{"ä": None}], '[ {\n  "ä" : null\n} ]'),
    ],
)
def test_pretty(value: object, written: str) -> None:
    assert text.pretty(value) == written
    assert json.loads(written) == value
