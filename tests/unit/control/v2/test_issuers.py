"""Which authorizers name an issuer, and how one that is not there is answered; the rest is in test_authorizers.py."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.control.v2 import issuers


@pytest.mark.parametrize(
    ("authorizer", "issuer"),
    [
        ({"AuthorizerType": "JWT", "JwtConfiguration": {"Issuer": "https://i.test"}}, "https://i.test"),
        ({"AuthorizerType": "REQUEST", "JwtConfiguration": {"Issuer": "https://i.test"}}, None),
        ({"AuthorizerType": "JWT", "JwtConfiguration": None}, None),
        ({"AuthorizerType": "JWT"}, None),
    ],
)
def test_issuers(authorizer: dict[str, Any], issuer: str | None) -> None:
    assert issuers.of(authorizer) == issuer


def test_the_refusal() -> None:
    refusal = issuers.refusal("https://i.test")
    assert (refusal.code, refusal.status) == ("BadRequestException", 400)
    assert refusal.message.startswith(
        "Caught exception when connecting to https://i.test/.well-known/openid-configuration for issuer https://i.test."
    )
