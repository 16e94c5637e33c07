"""ARNs, part by part."""

from __future__ import annotations

import pytest

from gatewright.language.policy.arn import compile_arn, is_arn
from gatewright.language.policy.wildcard import Wild
from tests.unit.language.policy.test_wildcard import pieces


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("arn:aws:sns:us-east-1:1:t", "arn:aws:sns:us-east-1:1:t", True),
        ("arn:aws:sns:*:1:t", "arn:aws:sns:us-east-1:1:t", True),
        ("arn:aws:sns:*", "arn:aws:sns:us-east-1:1:t", False),
        ("arn:aws:sns:*t", "arn:aws:sns:us-east-1:1:t", False),
        ("arn:aws:sns:us-east-?:1:*", "arn:aws:sns:us-east-1:1:t:sub", True),
        ("arn:aws:sns:us-east-1:1:t:*", "arn:aws:sns:us-east-1:1:t:sub", True),
        ("*", "arn:aws:sns:us-east-1:1:t", True),
        ("*", "no arn", False),
        ("arn:aws:sns:us-east-1:1:*", "arn:aws:sns:us-east-1", False),
    ],
)
def test_patterns(pattern: str, value: str, expected: bool) -> None:
    assert compile_arn(pieces(pattern))(value) is expected


def test_text_in_pieces_is_cut_at_its_colons() -> None:
    assert compile_arn(["arn:aws:s", Wild.ANY, "::", "1:a:b"])("arn:aws:s3::1:a:b")


@pytest.mark.parametrize(
    ("pattern", "expected"), [("*", True), ("a:b:c:d:e:f", True), ("a:b:c:d:e:f:g", True), ("a:b:c:d:*", False)]
)
def test_is_arn(pattern: str, expected: bool) -> None:
    assert is_arn(pieces(pattern)) is expected
