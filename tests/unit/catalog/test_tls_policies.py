from __future__ import annotations

import ssl

import pytest

from gatewright.catalog import tls_policies
from gatewright.catalog.endpoints import SECURITY_POLICIES
from gatewright.catalog.tls_policies import POLICIES


def test_every_policy_of_aws_is_known() -> None:
    assert set(POLICIES) == set(SECURITY_POLICIES)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_only_authenticated_ciphers_with_ephemeral_keys(policy: tls_policies.TlsPolicy) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for suite in policy.tls12:
        context.set_ciphers(suite)  # OpenSSL knows it
        assert suite.startswith("ECDHE-")
        assert "GCM" in suite or "POLY1305" in suite
    assert policy.tls13


def test_what_policies_permit() -> None:
    newest = POLICIES["SecurityPolicy_TLS13_1_3_2025_09"]
    assert newest.permits("TLS_CHACHA20_POLY1305_SHA256")
    assert not newest.permits("ECDHE-RSA-AES128-GCM-SHA256")
    fips = POLICIES["SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09"]
    assert fips.permits("ECDHE-RSA-AES128-GCM-SHA256")
    assert not fips.permits("TLS_CHACHA20_POLY1305_SHA256")
    assert not tls_policies.DEFAULT.permits("AES128-SHA")


def test_what_is_promised_and_not_there_is_said() -> None:
    assert tls_policies.shortfall("TLS_1_2") is None
    assert tls_policies.shortfall("SecurityPolicy_TLS13_1_3_2025_09") is None
    assert "TLS 1.1" in (tls_policies.shortfall("TLS_1_0") or "")
    both = tls_policies.shortfall("SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09") or ""
    assert "FIPS" in both
    assert "post-quantum" in both


@pytest.mark.parametrize(
    ("suite", "name"),
    [
        ("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
        ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        ("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    ],
)
def test_names_of_suites(suite: str, name: str) -> None:
    assert tls_policies.iana(suite) == name


def test_enhanced_policies() -> None:
    assert [name for name in POLICIES if not tls_policies.is_enhanced(name)] == ["TLS_1_0", "TLS_1_2"]
    assert not tls_policies.is_enhanced(None)
