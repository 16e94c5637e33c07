from __future__ import annotations

from pathlib import Path
from typing import Any

from gatewright.deploy import http_api_links
from tests.plays.http_api import http_document, proxy, route
from tests.unit.deploy.support import key, open_store

_SERVICE = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1"


def _document(uri: str = f"{_SERVICE}?stage=prod", link: str = "${stageVariables.link}") -> dict[str, Any]:
    integration = proxy(uri, ConnectionType="VPC_LINK", ConnectionId=link)
    return http_document(route("ANY /a", integration), variables={"link": "l1"})


def test_the_part_of_the_setting_that_is_needed(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    addresses = {"l1": "h:1", _SERVICE: "h:2", "other": "h:3"}
    with store.transaction() as tx:
        assert http_api_links.known(tx, key("api_stage", "a", "s"), _document(), addresses) == {
            "vpcLinks": {"links": [], "addresses": {_SERVICE: "h:2", "l1": "h:1"}}
        }
        tx.put(key("api_vpc_link", "", "l1"), {})
        found = http_api_links.known(tx, key("api_stage", "a", "s"), _document(), addresses)
        assert found["vpcLinks"]["links"] == ["l1"]
        plain = http_document(route("ANY /a", proxy("http://h.test")))
        assert http_api_links.known(tx, key("api_stage", "a", "s"), plain, addresses) == {}
    store.close()


def test_the_most_particular_name_wins() -> None:
    integration = _document()["integrations"][0]
    links = {"links": ["l1"], "addresses": {"l1": "h:1", _SERVICE: "h:2"}}
    assert http_api_links.address_of(integration, {"link": "l1"}, links) == ("h:2", None)
    del links["addresses"][_SERVICE]  # type: ignore[attr-defined]  # a dict
    assert http_api_links.address_of(integration, {"link": "l1"}, links) == ("h:1", None)


def test_links_that_lead_nowhere() -> None:
    integration = _document()["integrations"][0]
    _, problem = http_api_links.address_of(integration, {}, {"links": ["l1"]})
    assert problem == "Invalid VPC link: ${stageVariables.link} does not exist"
    document = _document() | {"vpcLinks": {"links": ["l1"], "addresses": {}}}
    assert list(http_api_links.unaddressed(document)) == [
        f"integration int0: VPC link l1: the setting vpc_link_targets has no address for {_SERVICE}?stage=prod or "
        f"{_SERVICE} or l1, calls fail"
    ]
