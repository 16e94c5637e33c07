from __future__ import annotations

import pytest
from botocore.exceptions import UnknownServiceError

from gatewright.aws.models import load


@pytest.mark.parametrize(
    ("service", "signing_name", "count"),
    [
        ("apigateway", "apigateway", 124),
        ("apigatewayv2", "apigateway", 103),
        ("apigatewaymanagementapi", "execute-api", 3),
        ("lambda", "lambda", 68),
    ],
)
def test_reads_the_bundled_models(service: str, signing_name: str, count: int) -> None:
    model = load(service)
    assert model.signing_name == signing_name
    assert len(model.operations) >= count
    assert all(each.service == service for each in model.operations.values())


def test_an_operation_has_its_handlers_name_and_its_fixed_query() -> None:
    operation = load("apigateway").operations["ImportApiKeys"]
    assert (operation.handler, operation.method, operation.path) == ("import_api_keys", "POST", "/apikeys")
    assert (operation.constants, operation.status) == ((("mode", "import"),), 201)


def test_wire_names_differ_from_the_sdks() -> None:
    put = load("apigateway").operations["PutIntegration"].input
    assert put is not None
    wires = {member.name: (member.location, member.wire) for member in put.members}
    assert wires["integrationHttpMethod"] == ("body", "httpMethod")
    assert wires["httpMethod"] == ("uri", "http_method")
    listed = load("apigateway").operations["GetRestApis"].output
    assert listed is not None
    assert {member.name: member.wire for member in listed.members}["items"] == "item"


def test_constraints_of_a_member_are_merged_into_its_shape() -> None:
    export = load("apigatewayv2").operations["ExportApi"].input
    assert export is not None
    shapes = {member.name: member.shape for member in export.members}
    assert set(shapes["OutputType"].enum) == {"YAML", "JSON"}


def test_errors_have_their_status() -> None:
    assert {name: shape.status for name, shape in load("apigateway").errors.items()} == {
        "BadRequestException": 400,
        "ConflictException": 409,
        "LimitExceededException": 429,
        "NotFoundException": 404,
        "ServiceUnavailableException": 503,
        "TooManyRequestsException": 429,
        "UnauthorizedException": 401,
    }


def test_an_unknown_service_is_refused() -> None:
    with pytest.raises(UnknownServiceError):
        load("nothing")
