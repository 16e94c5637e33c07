from __future__ import annotations

from typing import Any

import pytest

from gatewright.aws.base import AwsError
from gatewright.control.rest import mappings

METHOD: dict[str, Any] = {
    "requestParameters": {"method.request.path.id": True},
    "methodResponses": {"200": {"responseParameters": {"method.response.header.A": True}}},
}


def test_sound_mappings() -> None:
    mappings.check_request_parameters({"method.request.path.id": True, "method.request.header.A-b": False})
    mappings.check_response_parameters({"method.response.header.A": False})
    mappings.check_request_mapping({"integration.request.path.id": "method.request.path.id"}, METHOD)
    mappings.check_response_mapping({"method.response.header.A": "integration.response.header.a"}, METHOD, "200")
    mappings.check_response_mapping({}, {}, "500")
    mappings.check_templates({"application/json": None, "application/*+json;v=1": "x", "$default": "x"})


@pytest.mark.parametrize("expression", ["", None, "'open", "method.request.cookie.a", "integration.response.header.a"])
def test_no_request_source(expression: str | None) -> None:
    with pytest.raises(AwsError) as refusal:
        mappings.check_request_mapping({"integration.request.path.id": expression}, METHOD)
    assert refusal.value.message == (
        "Invalid mapping expression specified: Validation Result: warnings : [], "
        f"errors : [Invalid mapping expression specified: {expression or ''}]"
    )


@pytest.mark.parametrize("expression", ["method.request.header.a", "x", ""])
def test_no_response_source(expression: str) -> None:
    with pytest.raises(AwsError, match="Invalid mapping expression specified"):
        mappings.check_response_mapping({"method.response.header.A": expression}, METHOD, "200")


def test_an_empty_template_is_kept_as_null() -> None:
    assert mappings.shown_templates({"a/b": "", "c/d": None, "e/f": "x"}) == {"a/b": None, "c/d": None, "e/f": "x"}
