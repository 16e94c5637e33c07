"""Where the paths of a domain name lead."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.edge.domains import Domain, GuardedHost, MappedHost, Mappings
from gatewright.edge.endpoints import VpcEndpoints
from gatewright.edge.private_domains import Gate
from gatewright.edge.routing_rules import HeaderCondition, Rule
from gatewright.edge.target import Door, Target
from gatewright.language.policy.base import PolicyKind
from gatewright.language.policy.document import compile_policy
from gatewright.net.base import ClientCertificate, Request, TlsName
from gatewright.net.networks import Networks

NAME = "api.example.com"
ENTRANCE = VpcEndpoints(Networks(["10.0.0.1"]), {"vpce-1": "vpc-9"}, lambda: 0.0)
ARN = "arn:aws:execute-api:us-east-1:123456789012:/domainnames/api.example.com+abc"
EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
GATE = Gate(frozenset({"vpce-1"}), compile_policy({"Statement": EVERYBODY}, PolicyKind.RESOURCE, ARN), ARN)
MAPPINGS: Mappings = {
    b"": ("root", "v1"),
    b"/orders": ("orders", "prod"),
    b"/orders/v2/eu": ("deep", "prod"),
    b"/free": ("free", None),
}


SOMEBODY = ClientCertificate("pem", "CN=a", "CN=b", "01", "then", "later", 0.0)


@dataclass
class Settled:
    """The outcome of a handshake."""

    name: str
    client: ClientCertificate | None = SOMEBODY
    version: str = "TLSv1.3"
    suite: str = "TLS_AES_128_GCM_SHA256"

    def holds(self) -> bool:
        return self.client is not None


@dataclass
class Asked:
    """As much of a request as the decision reads."""

    path: bytes
    headers: dict[bytes, bytes] = field(default_factory=dict)
    peer: str = "10.0.0.1"
    secured: Settled | None = None

    def header(self, name: bytes) -> bytes | None:
        return self.headers.get(name)


def ask(host: MappedHost, path: bytes, endpoint: bytes | None = None) -> Target:
    request: Request = Asked(path, {b"x-amzn-vpce-id": endpoint} if endpoint else {})  # type: ignore[assignment]  # reads only these
    return host.target(request)


@pytest.mark.parametrize(
    ("path", "api", "whole", "base"),
    [
        (b"/", "root", b"/v1/", b""),
        (b"/x/y", "root", b"/v1/x/y", b""),
        (b"//x", "root", b"/v1/x", b""),
        (b"/orders", "orders", b"/prod", b"/orders"),
        (b"/orders/", "orders", b"/prod/", b"/orders"),
        (b"/orders/7", "orders", b"/prod/7", b"/orders"),
        (b"/orders7", "root", b"/v1/orders7", b""),
        (b"/Orders/7", "root", b"/v1/Orders/7", b""),
        (b"/orders/v2", "orders", b"/prod/v2", b"/orders"),
        (b"/orders/v2/eu", "deep", b"/prod", b"/orders/v2/eu"),
        (b"/orders/v2/eu/x/y/z", "deep", b"/prod/x/y/z", b"/orders/v2/eu"),
        (b"/orders/v2/europe", "orders", b"/prod/v2/europe", b"/orders"),
        (b"/free/beta/x", "free", b"/beta/x", b"/free"),
        (b"/free", "free", b"/", b"/free"),
    ],
)
def test_the_longest_base_path_wins(path: bytes, api: str, whole: bytes, base: bytes) -> None:
    host = MappedHost(NAME, MAPPINGS)
    for _ in range(2):
        assert ask(host, path) == Target(api, whole, domain=NAME, door=Door.DOMAIN, base=base)


@pytest.mark.parametrize("path", [b"/", b"/other", b"/order"])
def test_what_nothing_covers_names_no_api(path: bytes) -> None:
    assert ask(MappedHost(NAME, {b"/orders": ("orders", "prod")}), path).api_id == ""


def test_a_private_name_answers_to_its_endpoints_only() -> None:
    host = Domain(NAME, None, MAPPINGS, GATE).host(ENTRANCE)
    found = ask(host, b"/orders/7", b"vpce-1")
    assert found == Target(
        "orders",
        b"/prod/7",
        domain=NAME,
        vpce_id="vpce-1",
        vpc_id="vpc-9",
        door=Door.PRIVATE_DOMAIN,
        domain_arn=ARN,
        base=b"/orders",
    )
    assert ask(host, b"/orders/7", b"vpce-2").api_id == ""
    assert ask(host, b"/orders/7").api_id == ""
    assert ask(Domain(NAME, None, MAPPINGS, None).host(), b"/orders/7", b"vpce-2").vpce_id is None


def test_what_is_remembered_is_bounded() -> None:
    host = MappedHost(NAME, MAPPINGS)
    for number in range(3000):
        assert ask(host, b"/orders/%d" % number).path == b"/prod/%d" % number
    assert len(host._known) <= 1024
    below = host.called("a.example.com")
    for number in range(100):
        ask(below, b"/%d" % number)
    assert len(below._known) <= 16
    before = dict(below._known)
    ask(below, b"/" + b"x" * 300)
    assert below._known == before


_parts = st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=4)


@given(st.dictionaries(_parts.map(b"/".join), st.text(min_size=1), max_size=6), _parts)
def test_no_longer_base_path_would_have_done(bases: dict[bytes, str], parts: list[bytes]) -> None:
    mappings = {b"/" + base if base else b"": (api, "v1") for base, api in bases.items()}
    path = b"/" + b"/".join(parts)
    covering = [base for base in mappings if path == base or path.startswith(base + b"/")]
    found = ask(MappedHost(NAME, mappings), path)
    if covering:
        best = max(covering, key=len)
        assert (found.api_id, found.base) == (mappings[best][0], best)
    else:
        assert found.api_id == ""


RULES = (
    Rule([HeaderCondition("X-Version", "beta*")], b"/orders", "beta", "b1", True),
    Rule([HeaderCondition("x-version", "beta*")], None, "other", "b2", True),
    Rule([], b"/orders/kept", "kept", "k", False),
)


@pytest.mark.parametrize(
    ("path", "version", "api", "whole", "base"),
    [
        (b"/orders/7", b"beta2", "beta", b"/b1/7", b"/orders"),
        (b"/orders", b"beta", "beta", b"/b1", b"/orders"),
        (b"/orders7", b"beta", "other", b"/b2/orders7", b""),
        (b"/orders/kept/x", None, "kept", b"/k/orders/kept/x", b""),
        (b"/orders/7", b"Beta", "orders", b"/prod/7", b"/orders"),
        (b"/", None, "root", b"/v1/", b""),
    ],
)
def test_rules_come_before_mappings(path: bytes, version: bytes | None, api: str, whole: bytes, base: bytes) -> None:
    host = MappedHost(NAME, MAPPINGS, rules=RULES)
    for each in (host, Domain(NAME, None, MAPPINGS, None, RULES).host(), host.called(NAME)):
        asked: Request = Asked(path, {b"x-version": version} if version else {})  # type: ignore[assignment]  # reads only these
        target = each.target(asked)
        assert (target.api_id, target.path, target.base, target.door) == (api, whole, base, Door.DOMAIN)


def test_without_mappings_only_rules_lead_anywhere() -> None:
    host = MappedHost(NAME, {}, rules=RULES[2:])
    assert ask(host, b"/x").api_id == ""
    assert ask(host, b"/orders/kept").api_id == "kept"


def test_whoever_is_not_believed_comes_through_no_endpoint() -> None:
    host = Domain(NAME, None, MAPPINGS, GATE).host(ENTRANCE)
    request: Request = Asked(b"/orders", {b"x-amzn-vpce-id": b"vpce-1"}, peer="10.0.0.2")  # type: ignore[assignment]  # reads only these
    assert host.target(request).api_id == ""
    assert ask(Domain(NAME, None, MAPPINGS, GATE).host(), b"/orders", b"vpce-1").api_id == ""


def test_a_private_name_whose_policy_does_not_allow_leads_nowhere() -> None:
    closed = Gate(frozenset({"vpce-1"}), None, ARN)
    assert ask(Domain(NAME, None, MAPPINGS, closed).host(ENTRANCE), b"/orders/7", b"vpce-1").api_id == ""


def test_rules_of_a_private_name_are_for_its_endpoints() -> None:
    host = MappedHost(NAME, {}, GATE, rules=RULES[2:], entrance=ENTRANCE)
    assert ask(host, b"/orders/kept").api_id == ""
    target = ask(host, b"/orders/kept", b"vpce-1")
    assert (target.api_id, target.vpce_id, target.door) == ("kept", "vpce-1", Door.PRIVATE_DOMAIN)


def secured(host: MappedHost, settled: Settled | None) -> tuple[str, str | None]:
    """Which API a request on an ordinary connection calls, and one of a client that has authenticated."""
    request: Request = Asked(b"/orders/7", secured=settled)  # type: ignore[assignment]  # reads only these
    admitted = host.admitted(request) if isinstance(host, GuardedHost) else None
    return host.target(request).api_id, None if admitted is None else admitted.api_id


@pytest.mark.parametrize(
    ("settled", "api"),
    [
        (Settled(NAME), "orders"),
        (None, None),
        (Settled(NAME, None), None),
        (Settled(""), None),
        (Settled("other.example.com"), None),
        (Settled("x." + NAME), None),
    ],
)
def test_a_name_with_mutual_tls_is_for_those_who_have_authenticated_under_it(
    settled: Settled | None, api: str | None
) -> None:
    host = Domain(NAME, None, MAPPINGS, None, tls=TlsName(NAME, "TLS_1_2", mutual=True, truststore="PEM")).host()
    assert secured(host, settled) == ("", api)


def test_below_a_wildcard_every_name_is_authenticated_for_itself() -> None:
    host = Domain("*.example.com", None, MAPPINGS, None, tls=TlsName("*.example.com", "TLS_1_2", mutual=True)).host()
    called = host.called("a.example.com")
    assert isinstance(called, GuardedHost)
    assert secured(called, Settled("a.example.com")) == ("", "orders")
    assert secured(called, Settled("b.example.com")) == ("", None)
    assert secured(called, Settled("*.example.com")) == ("", None)


def test_the_strict_access_mode_wants_host_and_handshake_to_agree() -> None:
    host = Domain(NAME, None, MAPPINGS, None, strict=True).host()
    assert secured(host, Settled(NAME, None)) == ("orders", None)
    for settled in (None, Settled("", None), Settled("other.example.com", None)):
        assert secured(host, settled) == ("", None)
    below = Domain("*.example.com", None, MAPPINGS, None, strict=True).host().called("a.example.com")
    assert secured(below, Settled("a.example.com", None)) == ("orders", None)
    assert secured(below, Settled("b.example.com", None)) == ("", None)
