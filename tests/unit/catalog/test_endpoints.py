from __future__ import annotations

import pytest
from botocore.session import get_session

from gatewright.catalog import endpoints
from gatewright.catalog.patch import PatchError


def test_the_words_are_those_of_the_model() -> None:
    model = get_session().get_service_model("apigateway")
    assert list(endpoints.SECURITY_POLICIES) == model.shape_for("SecurityPolicy").enum  # type: ignore[attr-defined]
    assert list(endpoints.ACCESS_MODES) == model.shape_for("EndpointAccessMode").enum  # type: ignore[attr-defined]


def test_converters() -> None:
    assert endpoints.access_mode("STRICT") == "STRICT"
    assert endpoints.security_policy("TLS_1_2") == "TLS_1_2"
    assert endpoints.access_mode("") is None
    assert endpoints.security_policy(None) is None
    for convert in (endpoints.access_mode, endpoints.security_policy):
        with pytest.raises(PatchError, match="Invalid"):
            convert("nonsense")
