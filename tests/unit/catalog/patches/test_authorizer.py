from __future__ import annotations

from gatewright.catalog.patches.authorizer import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {
        "/authType": "r",
        "/authorizerCredentials": "r",
        "/authorizerResultTtlInSeconds": "r",
        "/authorizerUri": "r",
        "/identitySource": "ard",
        "/identityValidationExpression": "r",
        "/name": "r",
        "/providerARNs": "ad",
        "/type": "r",
    }


def test_values() -> None:
    assert patched(TABLE, {}, "replace", "/authorizerResultTtlInSeconds", "0") == {"authorizerResultTtlInSeconds": 0}
    assert patched(TABLE, {}, "add", "/providerARNs", "p") == {"providerARNs": ["p"]}
    assert "3600" in refusal(TABLE, {}, "replace", "/authorizerResultTtlInSeconds", "3601")
    assert "type" in refusal(TABLE, {}, "replace", "/type", "JWT")
