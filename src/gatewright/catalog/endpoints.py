"""Words of endpoints that APIs and domain names share: who may reach them, and how TLS is spoken.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
"""

from __future__ import annotations

from gatewright.catalog import effects as e

ACCESS_MODES = ("BASIC", "STRICT")
SECURITY_POLICIES = (
    "TLS_1_0",
    "TLS_1_2",
    "SecurityPolicy_TLS13_1_3_2025_09",
    "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
    "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_2021_06",
    "SecurityPolicy_TLS13_2025_EDGE",
    "SecurityPolicy_TLS12_PFS_2025_EDGE",
    "SecurityPolicy_TLS12_2018_EDGE",
)

_MODE = e.choice(ACCESS_MODES, "Invalid endpoint access mode specified")
_POLICY = e.choice(SECURITY_POLICIES, "Invalid security policy specified")


# unverified: AWS's words for other values
def access_mode(value: str | None) -> str | None:
    """Converts the member `endpointAccessMode`; the empty one takes it away."""
    return _MODE(value) if value else None


def security_policy(value: str | None) -> str | None:
    """Converts the member `securityPolicy`; the empty one takes it away."""
    return _POLICY(value) if value else None
