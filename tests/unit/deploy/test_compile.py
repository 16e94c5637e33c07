from __future__ import annotations

import pytest

from gatewright.deploy.base import CompileError
from gatewright.deploy.compile import compile_program
from tests.plays.stage import ACCOUNT, API, document, function, method, mock, resource


def test_a_stage() -> None:
    api = {"disableExecuteApiEndpoint": True, "binaryMediaTypes": ["image/png"], "minimumCompressionSize": 0}
    program = compile_program(document(resource("/", GET=mock()), resource("/bare"), api=api, variables={"a": "1"}))
    assert (program.account, program.region, program.api_id, program.stage) == (ACCOUNT, "us-east-1", API, "v1")
    assert (program.deployment, program.variables, program.compression) == ("dep123", {"a": "1"}, 0)
    assert program.endpoint_disabled
    assert program.binary.matches(b"image/png")
    assert [each.path for each in program.resources] == ["/", "/bare"]


@pytest.mark.parametrize(
    ("region", "domain", "partition"),
    [
        ("eu-west-1", "execute-api.eu-west-1.amazonaws.com", "aws"),
        ("cn-north-1", "execute-api.cn-north-1.amazonaws.com.cn", "aws-cn"),
        ("us-gov-west-1", "execute-api.us-gov-west-1.amazonaws.com", "aws-us-gov"),
    ],
)
def test_partitions(region: str, domain: str, partition: str) -> None:
    program = compile_program(document(resource("/a/{b}", ANY=mock())) | {"region": region})
    assert program.domain == f"{API}.{domain}"
    arn = program.resources[0].methods["ANY"].source_arn
    assert arn == f"arn:{partition}:execute-api:{region}:{ACCOUNT}:{API}/v1/*/a/*"


def test_what_cannot_run_is_refused_with_its_place() -> None:
    with pytest.raises(CompileError) as refusal:
        compile_program(document(resource("/orders/{id}", GET=method({"type": "AWS", "uri": "arn:…"}))))
    assert refusal.value.place == "GET /orders/{id}"
    assert refusal.value.reason == "the URI names no AWS service: arn:…"


def test_a_malformed_document_is_a_compile_error_too() -> None:
    with pytest.raises(CompileError, match="malformed method document"):
        compile_program(document(resource("/", GET=mock(responses={"many": {}}))))
    with pytest.raises(CompileError, match="unknown format 2"):
        compile_program(document() | {"format": 2})


def test_routes_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(CompileError, match=r"/\{b\}: another resource has the same path"):
        compile_program(document(resource("/{a}", GET=mock()), resource("/{b}", GET=mock())))


def test_methods_keep_what_the_pipeline_needs() -> None:
    guarded = function() | {"authorizationType": "AWS_IAM", "apiKeyRequired": True, "operationName": "op"}
    compiled = compile_program(document(resource("/", GET=guarded))).resources[0].methods["GET"]
    assert (compiled.authorization, compiled.api_key_required, compiled.operation) == ("AWS_IAM", True, "op")


def test_a_canary_is_compiled_with_its_stage() -> None:
    plain = compile_program(document(resource("/", GET=mock())))
    assert (plain.is_canary, plain.canary) == (None, None)
    inner = document(resource("/new", GET=mock()), variables={"a": "2"}) | {"deployment": "dep2"}
    outer = document(resource("/", GET=mock())) | {"canary": {"percentTraffic": 25.0, "program": inner}}
    program = compile_program(outer)
    assert program.is_canary is False
    assert program.canary is not None
    assert program.canary.share == 0.25
    canary = program.canary.program
    assert (canary.is_canary, canary.deployment, canary.variables) == (True, "dep2", {"a": "2"})
    idle = compile_program(document() | {"canary": {"percentTraffic": 0.0}})
    assert (idle.is_canary, idle.canary) == (False, None)


def test_a_canary_that_cannot_run_is_refused() -> None:
    inner = document(resource("/", GET=method({"type": "NONE"})))
    with pytest.raises(CompileError, match="GET /"):
        compile_program(document() | {"canary": {"percentTraffic": 1.0, "program": inner}})
