from __future__ import annotations

from gatewright.catalog.patches.gateway_response import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal

ORIGIN = "/responseParameters/gatewayresponse.header.Access-Control-Allow-Origin"


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {
        "/statusCode": "r",
        "/responseParameters/{name}": "ard",
        "/responseTemplates/{type}": "ard",
    }


def test_values_are_set_and_checked() -> None:
    assert patched(TABLE, {}, "replace", "/statusCode", "444") == {"statusCode": "444"}
    assert refusal(TABLE, {}, "replace", "/statusCode", "644") == "Invalid status code specified"
    made = patched(TABLE, {}, "add", ORIGIN, "'*'")
    assert made == {"responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}}
    assert refusal(TABLE, made, "replace", ORIGIN) == "Invalid null or empty value in responseParameters"
    assert (
        refusal(TABLE, {}, "add", "/responseTemplates/a~1b", "") == "Invalid null or empty value in responseTemplates"
    )


def test_what_is_wrong_is_said_to_be_the_path() -> None:
    assert refusal(TABLE, {}, "add", "/statusCode", "444") == "Invalid patch path /statusCode"
    assert refusal(TABLE, {}, "copy", "/statusCode", "444") == "Invalid patch path /statusCode"
    assert refusal(TABLE, {}, "replace", "/wrong", "444") == "Invalid patch path /wrong"
    assert refusal(TABLE, {}, "remove", ORIGIN) == "Invalid parameter name specified"
