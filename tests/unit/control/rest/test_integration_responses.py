from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, patch, refused

FRAME = "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
HEADER = "method.response.header.X"


def at_response(plane: Control) -> dict[str, Any]:
    api_id, root = plane.mock_api()
    return {"restApiId": api_id, "resourceId": root, "httpMethod": "GET", "statusCode": "200"}


def test_a_header_needs_a_method_response_that_declares_it(plane: Control) -> None:
    at = at_response(plane)
    put = plane.rest.put_integration_response
    mapping = {"responseParameters": {HEADER: "'1'"}}
    assert refused(put, **at, **mapping)[2] == f"{FRAME}[No method response exists for method.]"
    plane.rest.put_method_response(**at)
    assert refused(put, **at, **mapping)[2] == f"{FRAME}[Invalid mapping expression parameter specified: {HEADER}]"
    declared = [patch("add", f"/responseParameters/{HEADER}", "true")]
    plane.rest.update_method_response(**at, patchOperations=declared)
    assert put(**at, **mapping)["responseParameters"] == mapping["responseParameters"]
    bad = [patch("replace", f"/responseParameters/{HEADER}", "1")]
    assert refused(plane.rest.update_integration_response, **at, patchOperations=bad)[2] == (
        f"{FRAME}[Invalid mapping expression specified: 1]"
    )
    other = {"responseParameters": {"X": "'1'"}}
    assert refused(put, **at, **other)[2] == f"{FRAME}[Invalid mapping identifier specified]"


@pytest.mark.parametrize(
    "source", ["integration.response.header.a", "integration.response.body.a", "'x'", "context.requestId"]
)
def test_sources(plane: Control, source: str) -> None:
    at = at_response(plane)
    plane.rest.put_method_response(**at, responseParameters={HEADER: True})
    made = plane.rest.put_integration_response(**at, responseParameters={HEADER: source})
    assert made["responseParameters"] == {HEADER: source}


def test_updates(plane: Control) -> None:
    at = at_response(plane)
    plane.rest.put_integration_response(**at, contentHandling="CONVERT_TO_TEXT", selectionPattern="a")
    patches = [
        patch("replace", "/contentHandling", ""),
        patch("add", "/responseTemplates/application~1json", "x"),
        patch("replace", "/selectionPattern", ""),
    ]
    made = plane.rest.update_integration_response(**at, patchOperations=patches)
    made.pop("ResponseMetadata")
    assert made == {"statusCode": "200", "selectionPattern": "", "responseTemplates": {"application/json": "x"}}


def test_the_last_one_leaves_no_map(plane: Control) -> None:
    at = at_response(plane)
    plane.rest.put_integration_response(**at)
    plane.rest.delete_integration_response(**at)
    at.pop("statusCode")
    assert "integrationResponses" not in plane.rest.get_integration(**at)


def test_a_pattern_selects_one_response(plane: Control) -> None:
    at = at_response(plane)
    put = plane.rest.put_integration_response
    put(**at)
    put(**at, selectionPattern="")  # the same response, overwritten
    other = at | {"statusCode": "404"}
    taken = (409, "ConflictException", "Integration response with selection pattern default already exists")
    assert refused(put, **other) == taken
    put(**other, selectionPattern="4..")
    emptied = [patch("replace", "/selectionPattern", "")]
    assert refused(plane.rest.update_integration_response, **other, patchOperations=emptied) == taken
