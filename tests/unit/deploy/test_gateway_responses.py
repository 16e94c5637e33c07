from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog.gateway_responses import KINDS
from gatewright.deploy.base import CompileError
from gatewright.deploy.gateway_responses import compile_gateway_responses
from gatewright.language.mapping import Source


def test_nothing_customised_is_nothing_to_run() -> None:
    assert compile_gateway_responses((), {}) == {}


def test_a_family_stands_in_for_its_types() -> None:
    documents: list[dict[str, Any]] = [
        {"responseType": "DEFAULT_4XX", "statusCode": "499"},
        {"responseType": "UNAUTHORIZED", "responseTemplates": {"text/plain": "who? $stageVariables.a"}},
    ]
    made = compile_gateway_responses(documents, {"a": "you"})
    family = {name for name, kind in KINDS.items() if kind.family == "DEFAULT_4XX"}
    assert set(made) == family | {"DEFAULT_4XX"}
    assert (made["THROTTLED"].status, made["UNAUTHORIZED"].status) == (499, None)
    assert made["UNAUTHORIZED"].templates == (("text/plain", ("who? you",)),)
    [(kind, pieces)] = made["THROTTLED"].templates
    assert (kind, pieces[1]) == ("application/json", Source("context", "error.messageString"))


def test_headers_only_are_compiled() -> None:
    parameters = {
        "gatewayresponse.header.A": "'x'",
        "gatewayresponse.header.B": "stageVariables.none",
        "gatewayresponse.path.C": "'x'",
    }
    made = compile_gateway_responses([{"responseType": "THROTTLED", "responseParameters": parameters}], {})
    assert made["THROTTLED"].headers == ((b"A", Source("literal", "x")),)


def test_a_mapping_that_is_none_is_refused() -> None:
    bad = {"responseType": "THROTTLED", "responseParameters": {"gatewayresponse.header.A": "x"}}
    with pytest.raises(CompileError, match="gateway response THROTTLED"):
        compile_gateway_responses([bad], {})
