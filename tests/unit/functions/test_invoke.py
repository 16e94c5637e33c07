"""What is read from an Invoke request and how its answers look: the pure parts."""

from __future__ import annotations

import pytest

from gatewright.functions import invoke
from gatewright.functions.names import FunctionKey


@pytest.mark.parametrize(
    ("path", "query", "arn"),
    [
        (b"f", b"", "arn:aws:lambda:us-east-1:123456789012:function:f"),
        (b"f", b"Qualifier=live", "arn:aws:lambda:us-east-1:123456789012:function:f:live"),
        (b"f%3Alive", b"", "arn:aws:lambda:us-east-1:123456789012:function:f:live"),
        (b"f", b"a=b&Qualifier=%24LATEST", "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST"),
        (
            b"arn%3Aaws%3Alambda%3Aeu-west-1%3A999999999999%3Afunction%3Af",
            b"",
            "arn:aws:lambda:eu-west-1:999999999999:function:f",
        ),
        (
            b"arn:aws:lambda:eu-west-1:999999999999:function:f:1",
            b"",
            "arn:aws:lambda:eu-west-1:999999999999:function:f:1",
        ),
    ],
)
def test_names_in_paths(path: bytes, query: bytes, arn: str) -> None:
    names = invoke.Names()
    for _ in range(2):
        assert names.read(invoke.PREFIX + path + invoke.SUFFIX, query, "123456789012", "us-east-1").arn == arn


def test_a_spelling_belongs_to_its_caller() -> None:
    names = invoke.Names()
    path = invoke.PREFIX + b"f" + invoke.SUFFIX
    first = names.read(path, b"", "123456789012", "us-east-1").key
    second = names.read(path, b"", "999999999999", "eu-west-1").key
    assert (first, second) == (
        FunctionKey("123456789012", "us-east-1", "f"),
        FunctionKey("999999999999", "eu-west-1", "f"),
    )


def test_traces() -> None:
    whole = b"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    assert invoke.trace_id(whole, 0) == whole
    bare = b"Root=1-5759e988-bd862e3fe1be46a994272793"
    completed = invoke.trace_id(bare, 0)
    assert completed.startswith(bare + b";Parent=")
    assert completed.endswith(b";Sampled=0")
    assert invoke.trace_id(None, 1_700_000_000).startswith(b"Root=1-6553f100-")


def test_limits() -> None:
    assert invoke.request_limit(None) == 6_291_456
    assert invoke.request_limit(1024) == 6_291_456
    assert invoke.request_limit(50_000_000) == 100_000_000
