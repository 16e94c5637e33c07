"""Security policies: what of TLS a client must speak under a domain name.

AWS's policies name versions and cipher suites. Of the suites only authenticated ones (AEAD) with ephemeral keys are
offered here, whatever the policy: those that AWS lists beside them (CBC, RSA key exchange) and TLS 1.0 are not. What a
policy promises beyond, and this server does not have, `shortfall` says.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
"""

from __future__ import annotations

from dataclasses import dataclass

_AES = ("AES128-GCM-SHA256", "AES256-GCM-SHA384")
_CHACHA = "CHACHA20-POLY1305"
_TLS13_AES = frozenset({"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"})
_TLS13 = _TLS13_AES | {"TLS_CHACHA20_POLY1305_SHA256"}


def _ephemeral(*suites: str) -> tuple[str, ...]:
    return tuple(f"ECDHE-{key}-{suite}" for suite in suites for key in ("ECDSA", "RSA"))


@dataclass(frozen=True, slots=True)
class TlsPolicy:
    """`tls12`: suites of TLS 1.2 as OpenSSL calls them, none when only TLS 1.3 is spoken; `tls13`: of TLS 1.3."""

    name: str
    tls12: tuple[str, ...] = _ephemeral(*_AES, _CHACHA)
    tls13: frozenset[str] = _TLS13

    def permits(self, suite: str) -> bool:
        """Whether a connection that has agreed on this suite may go on."""
        return suite in self.tls13 or suite in self.tls12


_FIPS = _ephemeral(*_AES)
_ALL = (
    TlsPolicy("TLS_1_0"),
    TlsPolicy("TLS_1_2"),
    TlsPolicy("SecurityPolicy_TLS13_1_3_2025_09", ()),
    TlsPolicy("SecurityPolicy_TLS13_1_3_FIPS_2025_09", (), _TLS13_AES),
    TlsPolicy("SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"),
    TlsPolicy("SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09", _FIPS, _TLS13_AES),
    TlsPolicy("SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", _FIPS, _TLS13_AES),
    TlsPolicy("SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09"),
    TlsPolicy("SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09", _FIPS, _TLS13_AES),
    TlsPolicy("SecurityPolicy_TLS13_1_2_PQ_2025_09"),
    TlsPolicy("SecurityPolicy_TLS13_1_2_2021_06"),
    TlsPolicy("SecurityPolicy_TLS13_2025_EDGE", ()),
    TlsPolicy("SecurityPolicy_TLS12_PFS_2025_EDGE"),
    TlsPolicy("SecurityPolicy_TLS12_2018_EDGE"),
)
POLICIES = {policy.name: policy for policy in _ALL}
DEFAULT = POLICIES["TLS_1_2"]


def iana(suite: str) -> str:
    """IANA's name of a suite that OpenSSL calls so: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"."""
    if suite.startswith("TLS_"):
        return suite  # of TLS 1.3: they have one name
    exchange, key, *cipher = suite.split("-")
    name = "_".join(cipher).replace("AES", "AES_")
    return f"TLS_{exchange}_{key}_WITH_{name}" + ("_SHA256" if name.endswith("POLY1305") else "")


def is_enhanced(name: str | None) -> bool:
    """AWS's word for the newer policies: no mutual TLS with them."""
    return name is not None and name.startswith("SecurityPolicy_")


def shortfall(name: str) -> str | None:
    """What clients of a name with this policy do not get, in words for the operator."""
    if name == "TLS_1_0":
        return "securityPolicy TLS_1_0: clients that speak nothing newer than TLS 1.1 are refused all the same"
    parts = name.split("_")
    missing = [
        text for part, text in (("FIPS", "a FIPS-validated module"), ("PQ", "post-quantum keys")) if part in parts
    ]
    if not missing:
        return None
    kept = f"securityPolicy {name}: versions and ciphers are enforced"
    return f"{kept}; {' and '.join(missing)} depend on this node's OpenSSL"
