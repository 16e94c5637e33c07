from __future__ import annotations

from typing import Any

import botocore.parsers
import orjson
import pytest

from gatewright.aws import errors
from gatewright.aws.base import AwsError, HttpResponse
from gatewright.aws.dialects import dialect
from gatewright.aws.models import load

SERVICES = ("apigateway", "apigatewayv2", "apigatewaymanagementapi", "lambda")


def render(service: str, error: AwsError) -> HttpResponse:
    return errors.render(error, load(service), dialect(service), "rid-1")


def body(service: str, error: AwsError) -> Any:
    return orjson.loads(render(service, error).body)


@pytest.mark.parametrize(("service", "code"), [(s, code) for s in SERVICES for code in load(s).errors])
def test_botocore_reads_every_modelled_error(service: str, code: str) -> None:
    answer = render(service, AwsError(code, "the message"))
    assert answer.status == load(service).errors[code].status
    response = {
        "status_code": answer.status,
        "headers": {name.decode().lower(): value.decode() for name, value in answer.headers},
        "body": answer.body,
    }
    parsed = botocore.parsers.create_parser("rest-json").parse(response, None)  # type: ignore[arg-type] # as botocore calls it for errors
    assert parsed["Error"]["Code"] == code
    if any(member.name.lower() == "message" for member in load(service).errors[code].members):
        assert parsed["Error"]["Message"] == "the message"
    assert parsed["ResponseMetadata"]["RequestId"] == "rid-1"


def test_v1_shows_its_header_members_in_the_body() -> None:
    error = AwsError("TooManyRequestsException", "Too Many Requests")
    assert body("apigateway", error) == {"retryAfterSeconds": None, "message": "Too Many Requests"}
    later = AwsError("TooManyRequestsException", "Too Many Requests", fields={"retryAfterSeconds": "3"})
    assert (b"Retry-After", b"3") in render("apigateway", later).headers


def test_v1_spells_the_frameworks_message_with_a_capital() -> None:
    assert body("apigateway", AwsError("ValidationException", "m")) == {"Message": "m"}
    assert body("apigateway", AwsError("UnrecognizedClientException", "m")) == {"message": "m"}
    assert body("lambda", AwsError("ValidationException", "m")) == {"message": "m"}


def test_lambda_says_whose_fault_it_is() -> None:
    assert body("lambda", AwsError("ResourceNotFoundException", "m")) == {"Type": "User", "Message": "m"}
    assert body("lambda", AwsError("InvalidParameterValueException", "m")) == {"Type": "User", "message": "m"}
    assert body("lambda", AwsError("ServiceException", "m")) == {"Type": "Service", "Message": "m"}


def test_further_members_are_written_under_their_wire_names() -> None:
    error = AwsError("NotFoundException", "m", fields={"ResourceType": "Api", "unknown": 1})
    assert body("apigatewayv2", error) == {"message": "m", "resourceType": "Api"}


def test_an_unmodelled_code_keeps_its_own_status() -> None:
    answer = render("apigateway", AwsError("TeapotException", "m", 418))
    assert (answer.status, orjson.loads(answer.body)) == (418, {"message": "m"})
    assert (b"x-amzn-ErrorType", b"TeapotException") in answer.headers


def test_the_rooms_own_errors() -> None:
    assert render("apigateway", errors.unknown_operation()).status == 404
    assert render("apigateway", errors.internal_failure()).status == 500
