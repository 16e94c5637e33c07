"""The forms in which a caller may name a function."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.functions.names import BadNameError, FunctionKey, FunctionName, parse

HERE = FunctionKey("123456789012", "us-east-1", "f")
THERE = FunctionKey("999999999999", "eu-west-1", "f")

GOOD = [
    ("f", None, HERE, None),
    ("f:live", None, HERE, "live"),
    ("f:$LATEST", None, HERE, "$LATEST"),
    ("f", "3", HERE, "3"),
    ("f:3", "3", HERE, "3"),
    ("function:f", None, HERE, None),
    ("999999999999:function:f", None, FunctionKey("999999999999", "us-east-1", "f"), None),
    ("arn:aws:lambda:eu-west-1:999999999999:function:f", None, THERE, None),
    ("arn:aws:lambda:eu-west-1:999999999999:function:f:live", None, THERE, "live"),
]
BAD = [("", None), ("a b", None), ("f:1", "2"), ("f", "a b"), ("f:", None), ("f" * 65, None), ("arn:aws:s3:::f", None)]


@pytest.mark.parametrize(("text", "qualifier", "key", "expected"), GOOD)
def test_names(text: str, qualifier: str | None, key: FunctionKey, expected: str | None) -> None:
    assert parse(text, qualifier, "123456789012", "us-east-1") == FunctionName(key, expected)


@pytest.mark.parametrize(("text", "qualifier"), BAD)
def test_what_is_no_name(text: str, qualifier: str | None) -> None:
    with pytest.raises(BadNameError):
        parse(text, qualifier, "123456789012", "us-east-1")


@given(
    st.from_regex(r"[a-zA-Z0-9-_]{1,64}", fullmatch=True),
    st.none() | st.from_regex(r"[a-zA-Z0-9-_]{1,20}", fullmatch=True),
)
def test_an_arn_reads_back(name: str, qualifier: str | None) -> None:
    written = FunctionName(FunctionKey("999999999999", "eu-west-1", name), qualifier)
    assert parse(written.arn, None, "123456789012", "us-east-1") == written
