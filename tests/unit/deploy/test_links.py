from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatewright.deploy import links
from gatewright.deploy.compile import compile_program
from gatewright.deploy.document import assemble
from gatewright.program.records import HttpProxyIntegration, Via
from gatewright.store.sqlite import SqliteStore
from tests.plays.stage import ACCOUNT, API, http_proxy, mock, resource
from tests.unit.deploy.support import REGION, key

NLB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/nlb/1"
ALB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/alb/1/2"


def test_the_link_of_an_integration() -> None:
    through = {"connectionType": "VPC_LINK", "connectionId": "${stageVariables.link}"}
    assert links.link_of(through, {"link": "abc123"}) == "abc123"
    assert links.link_of(through, {}) == ""
    assert links.link_of(through | {"connectionId": "def456"}, {}) == "def456"
    assert links.link_of({"connectionType": "INTERNET", "connectionId": "x"}, {}) is None


@pytest.mark.parametrize(
    ("address", "scheme", "port", "via"),
    [
        ("10.0.0.5", "http", 8080, Via("http", "10.0.0.5", 8080)),
        ("10.0.0.5:9000", "http", 80, Via("http", "10.0.0.5", 9000)),
        ("backend:80", "https", 443, Via("https", "backend", 80)),
        ("http://backend", "https", 8443, Via("http", "backend", 80)),
        ("https://backend", "http", 80, Via("https", "backend", 443)),
        ("https://backend/", "https", 8443, Via("https", "backend", 8443)),
        ("[::1]:81", "http", 80, Via("http", "::1", 81)),
    ],
)
def test_what_an_address_does_not_say_is_the_uris(address: str, scheme: str, port: int, via: Via) -> None:
    assert links.parse_address(address, scheme, port) == via


def test_no_address() -> None:
    with pytest.raises(ValueError, match="no address"):
        links.parse_address("http://", "http", 80)


def program(folder: Path, integration: dict[str, Any], addresses: dict[str, str], **variables: str) -> Any:
    """(integration, problem) of a stage with one method, and the lines for the operator."""
    store = SqliteStore(folder / "store.db")
    with store.transaction() as tx:
        tx.put(key("vpc_link", "", "abc123"), {"id": "abc123", "targetArns": [NLB]})
        snapshot = {"api": {"id": API}, "resources": [resource("/", GET=integration, POST=mock())]}
        document = assemble(ACCOUNT, REGION, snapshot, {"stageName": "v1", "variables": variables}, "dep1")
        document |= links.known(tx, key("stage", API, "v1"), document, addresses)
    store.close()
    method = compile_program(document).resources[0].methods["GET"]
    return method.integration, method.problem, list(links.unaddressed(document))


def linked(**members: Any) -> dict[str, Any]:
    return http_proxy("https://nlb.test/x", connectionType="VPC_LINK", **{"connectionId": "abc123"} | members)


@pytest.mark.parametrize("name", [NLB, "abc123"])
def test_the_address_of_a_link(tmp_path: Path, name: str) -> None:
    integration, problem, told = program(tmp_path, linked(), {name: "10.0.0.5:8443", "other": "10.0.0.6"})
    assert isinstance(integration, HttpProxyIntegration)
    assert (integration.via, problem, told) == (Via("https", "10.0.0.5", 8443), None, [])


def test_the_particular_name_counts_before_the_general_one(tmp_path: Path) -> None:
    addresses = {NLB: "nlb", "abc123": "link", ALB: "listener"}
    integration, _, _ = program(tmp_path, linked(integrationTarget=ALB), addresses)
    assert integration.via.host == "listener"


def test_a_stage_variable_names_the_link(tmp_path: Path) -> None:
    asked = linked(connectionId="${stageVariables.link}")
    assert program(tmp_path, asked, {NLB: "nlb"}, link="abc123")[0].via.host == "nlb"


@pytest.mark.parametrize(
    ("connection", "addresses", "problem"),
    [
        ("abc123", {}, f"VPC link abc123: the setting vpc_link_targets has no address for abc123 or {NLB}"),
        ("zzz999", {"zzz999": "x"}, "Invalid VPC link: zzz999 does not exist"),
        ("${stageVariables.link}", {}, "Invalid VPC link: ${stageVariables.link} does not exist"),
    ],
)
def test_what_fails_says_why(tmp_path: Path, connection: str, addresses: dict[str, str], problem: str) -> None:
    _, found, told = program(tmp_path, linked(connectionId=connection), addresses)
    assert found == problem
    assert told == [f"GET /: {problem}, calls fail"]


def test_who_uses_no_link_knows_of_none(tmp_path: Path) -> None:
    assert program(tmp_path, http_proxy("http://a.test/"), {"abc123": "x"})[0].via is None
