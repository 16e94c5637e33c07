from __future__ import annotations

from gatewright.catalog.patches.method import TABLE
from tests.unit.catalog.patches.support import offered, patched


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {
        "/apiKeyRequired": "r",
        "/authorizationScopes": "ad",
        "/authorizationType": "r",
        "/authorizerId": "r",
        "/operationName": "r",
        "/requestModels/{type}": "ard",
        "/requestParameters/{name}": "ard",
        "/requestValidatorId": "r",
    }


def test_an_authorization_type_is_shown_in_capitals() -> None:
    assert patched(TABLE, {}, "replace", "/authorizationType", "aws_iam") == {"authorizationType": "AWS_IAM"}


def test_a_parameter_is_required_only_by_true() -> None:
    path = "/requestParameters/method.request.header.a"
    assert patched(TABLE, {}, "add", path, "1") == {"requestParameters": {"method.request.header.a": False}}


def test_an_empty_validator_takes_it_away() -> None:
    assert patched(TABLE, {"requestValidatorId": "v"}, "replace", "/requestValidatorId", "") == {}
