from __future__ import annotations

from typing import Any

import pytest

from tests.plays.stage import http, mock
from tests.unit.gateway.explain.support import failed, record, rest, told, words
from tests.unit.gateway.explain.support import http as http_program

BEGIN = "Execution failed due to configuration error: "


def configuration(reason: str, program: Any = None, **members: Any) -> Any:
    error = failed("API_CONFIGURATION_ERROR", log=BEGIN + reason, **members)
    return told(record(program or rest(mock()), headers=[("Content-Type", "image/png")], query="a=1"), error)


def test_a_template_is_shown_at_its_place() -> None:
    why = {"template": "response", "line": 2, "column": 5, "reason": "no method", "text": "  $a.b()"}
    said = configuration("Unable to transform response: no method at line 2, column 5", why=why)
    assert said.step == "integration response"
    assert "line 2, column 5: no method" in said.why[0]
    assert said.exhibits[0].text == "    2 |   $a.b()\n      |     ^"
    assert "test-invoke-method" in words(said)
    assert "update-integration-response" in words(said)
    request = configuration("Unable to transform request: x", why=why | {"template": "request"})
    assert "requestTemplates" in words(request)


def test_templates_cannot_read_what_is_binary() -> None:
    said = configuration("Unable to transform request")
    assert "image/png" in said.why[0]
    assert configuration("Unable to transform response").step == "integration response"
    assert "get-integrations" in words(
        configuration("Unable to transform request", http_program(), why={"line": 1, "column": 1})
    )


def test_statuses_without_an_integration_response() -> None:
    program = rest(http("http://a.test", responses={"200": {"selectionPattern": "2.."}}))
    reason = "No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 418"
    said = configuration(reason, program, why={"status": 418, "answer": "teapot"})
    assert "its patterns are 2.." in said.why[0]
    assert "status 418" in said.why[0]
    assert "put-integration-response" in words(said)
    assert said.exhibits[0].text == "teapot"
    assert "has none at all" in configuration(reason, rest(http("http://a.test", responses={}))).why[0]


CASES = [
    ("Output mapping refers to an invalid method response: 404", "no method response 404", "put-method-response"),
    ("Unable to parse statusCode. It should be an integer …", '{"statusCode": NUMBER}', "requestTemplates"),
    ("host header already present", "a header that the integration sets itself", "requestOverride"),
    ("Invalid mapped value for header X", "cannot be sent", "control characters"),
    ("Invalid override of header X", "cannot be sent", "control characters"),
    ("Invalid response", "not sound HTTP", "headers"),
    ("Unable to base64 decode the body.", "is no base64", "contentHandling"),
    ("Invalid JSON in the endpoint's response body", "is no JSON", "header"),
]


@pytest.mark.parametrize(("reason", "why", "fix"), CASES)
def test_mappings_that_do_not_come_out(reason: str, why: str, fix: str) -> None:
    said = configuration(reason)
    assert why in said.why[0]
    assert fix in words(said)
