from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatewright.deploy import domains
from gatewright.deploy.base import CompileError
from gatewright.edge.domains import Domain, GuardedHost
from gatewright.edge.private_domains import Gate
from gatewright.edge.target import Door, Target
from gatewright.net.base import TlsName
from gatewright.store.base import Key
from gatewright.store.sqlite import SqliteStore
from tests.plays.stage import FakeRequest

ACCOUNT = "123456789012"


def document(name: str = "a.example.com", kind: str = "REGIONAL", **members: Any) -> dict[str, Any]:
    return {
        "domainName": name,
        "domainNameArn": f"arn:{name}",
        "endpointConfiguration": {"types": [kind]},
        "securityPolicy": "TLS_1_2",
        "regionalDomainName": f"d-{name}",
    } | members


class House:
    """A store with domain names, and what workers get of it."""

    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(folder / "store.db")

    def add(self, body: dict[str, Any], *, region: str = "us-east-1", **mappings: str) -> None:
        """`mappings`: "api" or "api/stage" by base path, "none" for the empty one."""
        with self.store.transaction() as tx:
            name = body.get("domainNameId") or body["domainName"]
            tx.put(Key(ACCOUNT, region, "domain_name", "", name), body)
            for path, to in mappings.items():
                api, _, stage = to.partition("/")
                base = "(none)" if path == "none" else path.replace("_", "/")
                mapping = {"basePath": base, "restApiId": api} | ({"stage": stage} if stage else {})
                tx.put(Key(ACCOUNT, region, "base_path_mapping", name, base), mapping)

    def associate(self, arn: str, source: str, account: str = ACCOUNT) -> None:
        with self.store.transaction() as tx:
            body = {"domainNameArn": arn, "accessAssociationSource": source}
            tx.put(Key(account, "us-east-1", "domain_name_access_association", "", source), body)

    @property
    def served(self) -> tuple[Domain, ...]:
        with self.store.transaction(write=False) as tx:
            found = domains.collect(tx)
        return () if found is None else domains.compile_domains(found)

    @property
    def told(self) -> list[str]:
        with self.store.transaction(write=False) as tx:
            return list(domains.unsupported(tx))


@pytest.fixture
def house(tmp_path: Path) -> Any:
    made = House(tmp_path)
    yield made
    made.store.close()


def test_what_a_domain_name_leads_to(house: House) -> None:
    assert not house.served
    house.add(document(), none="abc/v1", a_b="def")
    (domain,) = house.served
    assert (domain.name, domain.regional, domain.gate) == ("a.example.com", "d-a.example.com", None)
    assert domain.mappings == {b"": ("abc", "v1"), b"/a/b": ("def", None)}
    assert house.told == []


def test_a_private_name_knows_its_endpoints(house: House) -> None:
    house.add(document(kind="PRIVATE", domainNameId="id12345678"), none="abc/v1")
    assert _gate(house).endpoints == frozenset()
    house.associate("arn:a.example.com", "vpce-1")
    house.associate("arn:a.example.com", "vpce-2", account="999999999999")
    house.associate("arn:other", "vpce-3")
    assert _gate(house).endpoints == {"vpce-1", "vpce-2"}


def _gate(house: House) -> Gate:
    gate = house.served[0].gate
    assert gate is not None
    return gate


@pytest.mark.parametrize(
    ("policy", "lets"),
    [
        (None, False),
        ({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}, True),
        ({"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}, False),
        ({"Effect": "Allow"}, False),
    ],
)
def test_a_private_name_has_a_policy(house: House, policy: Any, lets: bool) -> None:
    arn = "arn:aws:apigateway:us-east-1:123456789012:/domainnames/a.example.com+abc"
    given = {} if policy is None else {"policy": json.dumps({"Version": "2012-10-17", "Statement": policy})}
    house.add(document(kind="PRIVATE", domainNameId="id12345678", domainNameArn=arn, **given), none="abc/v1")
    target = Target("abc", b"/v1", door=Door.PRIVATE_DOMAIN)
    assert _gate(house).lets(FakeRequest("GET", "/", [], b""), target, lambda: 0.0) is lets
    assert _gate(house).arn == ("" if policy is None else arn.replace("apigateway", "execute-api"))


def test_of_equal_names_the_first_one_made_comes_first(house: House) -> None:
    house.add(document(_created=2), none="second/v1")
    house.add(document(_created=1), region="eu-west-1", none="first/v1")
    assert [each.mappings[b""][0] for each in house.served] == ["first", "second"]


def test_what_is_promised_in_vain_is_told(house: House) -> None:
    house.add(document(securityPolicy="TLS_1_0"), none="abc/v1")
    assert house.served[0].mappings
    assert "TLS_1_0" in house.told[0]


def test_how_tls_is_spoken(house: House) -> None:
    house.add(document())
    house.add(document("b.example.com", securityPolicy="SecurityPolicy_TLS13_1_3_2025_09", endpointAccessMode="STRICT"))
    house.add(document("c.example.com", _certificate="PEM"))
    plain, strict, own = house.served
    assert (plain.tls, plain.strict) == (None, False)
    assert plain.spoken() == TlsName("a.example.com", "TLS_1_2")
    assert (strict.tls, strict.strict) == (TlsName("b.example.com", "SecurityPolicy_TLS13_1_3_2025_09"), True)
    assert own.tls == TlsName("c.example.com", "TLS_1_2", "PEM")
    assert house.told == []


def test_mutual_tls(house: House) -> None:
    """A name whose truststore is not there is one with mutual TLS all the same: nobody gets in."""
    mutual = {"truststoreUri": "s3://b/k"}
    house.add(document(mutualTlsAuthentication=mutual, _truststore="PEM"), none="abc/v1")
    house.add(document("b.example.com", mutualTlsAuthentication=mutual), none="abc/v1")
    with_one, without = house.served
    assert with_one.tls == TlsName("a.example.com", "TLS_1_2", None, True, "PEM")
    assert without.tls == TlsName("b.example.com", "TLS_1_2", None, True, None)
    assert isinstance(with_one.host(), GuardedHost)
    assert isinstance(without.host(), GuardedHost)
    assert house.told == [
        "domain name b.example.com: the truststore was never fetched, calls are refused: update the name with its "
        "truststoreUri"
    ]


def test_portals_have_names_of_their_own(house: House) -> None:
    with house.store.transaction() as tx:
        for name, own in (("portal.example.com", True), ("p-a.apigw-portal.us-east-1.on.aws", False)):
            tx.put(Key(ACCOUNT, "us-east-1", "portal_site", "", name), {"host": name, "own": own, "closed": None})
    assert [(each.name, each.portal) for each in house.served] == [("portal.example.com", True)]
    house.add(document())
    assert [(each.name, each.portal) for each in house.served] == [
        ("portal.example.com", True),
        ("a.example.com", False),
    ]


def test_a_document_of_another_form() -> None:
    with pytest.raises(CompileError, match="unknown format 2"):
        domains.compile_domains({"format": 2, "type": "DOMAINS", "domains": []})


RULE = {
    "Priority": 7,
    "Conditions": [
        {"MatchHeaders": {"AnyOf": [{"Header": "X-Version", "ValueGlob": "beta*"}]}},
        {"MatchBasePaths": {"AnyOf": ["orders"]}},
    ],
    "Actions": [{"InvokeApi": {"ApiId": "abc", "Stage": "v1", "StripBasePath": True}}],
}


@pytest.mark.parametrize(
    ("mode", "rules", "mappings"),
    [
        ("BASE_PATH_MAPPING_ONLY", 0, 1),
        ("ROUTING_RULE_ONLY", 2, 0),
        ("ROUTING_RULE_THEN_BASE_PATH_MAPPING", 2, 1),
    ],
)
def test_the_routing_mode_says_what_counts(house: House, mode: str, rules: int, mappings: int) -> None:
    house.add(document(routingMode=mode), none="abc/v1")
    with house.store.transaction() as tx:
        for name, priority in (("a", 7), ("b", 1)):
            tx.put(Key(ACCOUNT, "us-east-1", "routing_rule", "a.example.com", name), RULE | {"Priority": priority})
    (domain,) = house.served
    assert (len(domain.rules), len(domain.mappings)) == (rules, mappings)
    assert all((rule.api_id, rule.stage, rule.base) == ("abc", "v1", b"/orders") for rule in domain.rules)
    assert house.told == []
