"""Services at endpoints of their own, by the names that the SDKs use."""

from __future__ import annotations

import pytest

from gatewright.edge.elsewhere import Elsewhere
from gatewright.net.base import Origin

_THERE = Origin("http", "there", 80)


@pytest.mark.parametrize(
    ("named", "signed"),
    [
        ("sqs", b"sqs"),
        ("dynamodb", b"dynamodb"),
        ("cognito_identity_provider", b"cognito-idp"),
        ("cognito_idp", b"cognito-idp"),
        ("cognito_identity", b"cognito-identity"),
        ("sfn", b"states"),
        ("eventbridge", b"events"),
        ("cloudwatch_logs", b"logs"),
    ],
)
def test_a_service_is_found_by_its_signing_name(named: str, signed: bytes) -> None:
    assert Elsewhere({named: _THERE}).find(signed) == _THERE


@pytest.mark.parametrize("signed", [b"s3", b"", None])
def test_others_are_not(signed: bytes | None) -> None:
    assert Elsewhere({"sqs": _THERE}).find(signed) is None
    assert Elsewhere().find(signed) is None


def test_the_ids_are_botocores() -> None:
    import botocore.loaders

    from gatewright.edge.elsewhere import _IDS

    loader = botocore.loaders.Loader()
    known: dict[str, set[str]] = {}
    for service in loader.list_available_services("service-2"):
        metadata = loader.load_service_model(service, "service-2")["metadata"]
        signing = metadata.get("signingName") or metadata["endpointPrefix"]
        known.setdefault(signing, set()).add(metadata["serviceId"].replace(" ", "_").lower())
    for signing, name in _IDS.items():
        assert name in known[signing], signing
