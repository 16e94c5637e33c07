from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy.base import CompileError
from gatewright.deploy.http_api import compile_http_api, partition_of
from gatewright.program.http_api import Cors
from tests.plays.http_api import function, http_document, proxy, route
from tests.plays.stage import ACCOUNT, API


def test_the_program() -> None:
    document = http_document(
        route("GET /a/{id}", proxy("http://h.test")),
        route("ANY /b", function()),
        route("$default"),
        stage="v1",
        variables={"a": "b"},
    )
    program = compile_http_api(document)
    arn = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1"
    assert [(each.key, each.source_arn, each.problem) for each in program.routes] == [
        ("GET /a/{id}", f"{arn}/GET/a/{{id}}", None),
        ("ANY /b", f"{arn}/*/b", None),
        ("$default", f"{arn}/$default", "the route has no integration"),
    ]
    assert (program.name, program.deployment, program.variables) == (f"{API}@v1", "dep123", {"a": "b"})
    assert (program.domain, program.endpoint_disabled) == (f"{API}.execute-api.us-east-1.amazonaws.com", False)


def test_cors() -> None:
    configuration = {
        "AllowOrigins": ["https://A.test", "http://*"],
        "AllowMethods": ["GET", "PUT"],
        "AllowHeaders": ["*"],
        "ExposeHeaders": ["x-a"],
        "AllowCredentials": True,
        "MaxAge": -1,
    }
    cors = compile_http_api(http_document(api={"CorsConfiguration": configuration})).cors
    assert cors == Cors(
        everywhere=False,
        origins=frozenset({b"https://a.test"}),
        beginnings=(b"http://",),
        methods=b"GET,PUT",
        headers=b"*",
        exposed=b"x-a",
        credentials=True,
        max_age=-1,
    )
    everywhere = compile_http_api(http_document(api={"CorsConfiguration": {"AllowOrigins": ["*"]}})).cors
    assert everywhere is not None
    assert (everywhere.everywhere, everywhere.origins, everywhere.beginnings) == (True, frozenset(), ())
    assert compile_http_api(http_document(api={"CorsConfiguration": {}})).cors is None


def test_changes_are_put_in_order() -> None:
    parameters = {"append:header.a": "1", "overwrite:header.a": "2", "remove:header.a": "''"}
    answers = {"200": {"append:header.b": "1", "overwrite:statuscode": "201"}}
    integration = proxy("http://h.test", RequestParameters=parameters, ResponseParameters=answers)
    made = compile_http_api(http_document(route("$default", integration))).routes[0]
    assert [change.action for change in made.changes] == ["remove", "overwrite", "append"]
    assert {status: len(changes) for status, changes in made.answer_changes.items()} == {200: 2}


@pytest.mark.parametrize(
    ("integration", "reason"),
    [
        ({"IntegrationType": "MOCK"}, "integrations of type MOCK are not supported"),
        (proxy("http://h.test", RequestParameters={"x": "y"}), "Invalid mapping expression specified: x"),
        (proxy("http://h.test", ResponseParameters={"200": {"append:header.via": "y"}}), "Operations on header via"),
        (proxy("http://h.test", ResponseParameters={"2xx": {}}), "malformed route document"),
    ],
)
def test_what_is_refused_has_its_place(integration: dict[str, Any], reason: str) -> None:
    with pytest.raises(CompileError) as error:
        compile_http_api(http_document(route("GET /a", integration)))
    assert error.value.place == "GET /a"
    assert reason in error.value.reason


def test_routes_that_contradict_each_other() -> None:
    with pytest.raises(CompileError, match="means the same"):
        compile_http_api(http_document(route("GET /{a}"), route("GET /{b}")))
    with pytest.raises(CompileError, match="no route key"):
        compile_http_api(http_document(route("nonsense")))


def test_other_documents() -> None:
    for members in ({"type": "REST"}, {"format": 2}):
        with pytest.raises(CompileError, match="unknown format"):
            compile_http_api(http_document() | members)


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
    ],
)
def test_partitions(region: str, partition: str, suffix: str) -> None:
    assert partition_of(region) == (partition, suffix)
