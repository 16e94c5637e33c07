from __future__ import annotations

import pytest

from gatewright.deploy.base import RefusedError
from gatewright.deploy.responses import compile_responses


def test_responses_in_their_order() -> None:
    responses = {
        "200": {"responseParameters": {"method.response.header.X": "'1'"}},
        "404": {"selectionPattern": "404", "contentHandling": "CONVERT_TO_TEXT"},
    }
    first, second = compile_responses({"integrationResponses": responses}, {"methodResponses": {"200": {}}}, {})
    assert (first.status, first.pattern, first.problem) == (200, None, None)
    assert [(name, source.name) for name, source in first.headers] == [(b"X", "1")]
    assert (second.status, second.content_handling) == (404, "CONVERT_TO_TEXT")
    assert second.problem == "Output mapping refers to an invalid method response: 404"


def test_a_bad_pattern_names_its_response() -> None:
    with pytest.raises(RefusedError, match="integration response 200: "):
        compile_responses({"integrationResponses": {"200": {"selectionPattern": "("}}}, {}, {})
