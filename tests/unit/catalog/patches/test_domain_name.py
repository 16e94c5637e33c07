from __future__ import annotations

import pytest

from gatewright.catalog.patches.domain_name import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal

EDGE = {"endpointConfiguration": {"types": ["EDGE"]}}


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {
        "/certificateArn": "ard",
        "/certificateName": "ard",
        "/regionalCertificateArn": "ard",
        "/regionalCertificateName": "ard",
        "/endpointConfiguration/ipAddressType": "r",
        "/endpointConfiguration/types": "ad",
        "/endpointConfiguration/types/{type}": "r",
        "/endpointAccessMode": "r",
        "/managementPolicy": "r",
        "/mutualTlsAuthentication/truststoreUri": "ard",
        "/mutualTlsAuthentication/truststoreVersion": "ard",
        "/ownershipVerificationCertificateArn": "ard",
        "/policy": "r",
        "/routingMode": "r",
        "/securityPolicy": "r",
    }


def test_endpoint_types_are_a_set() -> None:
    path = "/endpointConfiguration/types"
    both = patched(TABLE, EDGE, "add", path, "REGIONAL")
    assert both["endpointConfiguration"]["types"] == ["EDGE", "REGIONAL"]
    assert patched(TABLE, both, "add", path, "REGIONAL")["endpointConfiguration"]["types"] == ["EDGE", "REGIONAL"]
    assert patched(TABLE, both, "remove", path, "EDGE")["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert patched(TABLE, EDGE, "replace", f"{path}/0", "REGIONAL")["endpointConfiguration"]["types"] == ["REGIONAL"]


def test_a_truststore_comes_and_goes() -> None:
    path = "/mutualTlsAuthentication/truststoreUri"
    on = patched(TABLE, {}, "replace", path, "s3://b/t.pem")
    assert on == {"mutualTlsAuthentication": {"truststoreUri": "s3://b/t.pem"}}
    assert patched(TABLE, on, "remove", path) == {}
    assert patched(TABLE, on, "replace", path, "") == {}
    version = "/mutualTlsAuthentication/truststoreVersion"
    assert patched(TABLE, {}, "remove", version) == {}
    versioned = patched(TABLE, on, "replace", version, "2")
    assert versioned["mutualTlsAuthentication"] == {"truststoreUri": "s3://b/t.pem", "truststoreVersion": "2"}
    assert patched(TABLE, versioned, "remove", version) == on
    assert patched(TABLE, versioned, "remove", path) == {}


@pytest.mark.parametrize(
    ("op", "path", "value", "message"),
    [
        ("add", "/endpointConfiguration/types", "MARS", "Invalid EndpointTypes specified. Valid options are EDGE,"),
        ("replace", "/endpointConfiguration/types/0", "MARS", "Invalid EndpointTypes specified."),
        ("replace", "/endpointConfiguration/ipAddressType", "ipv5", "ipAddressType must be either ipv4 or dualstack."),
        ("replace", "/routingMode", "x", "Invalid routing mode specified"),
        ("replace", "/domainName", "x", "Invalid patch path /domainName"),
        ("add", "/securityPolicy", "TLS_1_2", "Invalid patch operation specified. Must be one of: [replace]"),
    ],
)
def test_what_is_refused(op: str, path: str, value: str, message: str) -> None:
    assert refusal(TABLE, EDGE, op, path, value).startswith(message)
