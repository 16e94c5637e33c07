"""VPC links of HTTP APIs: where an integration's traffic goes.

The setting vpc_link_targets gives an address for the ARN that `IntegrationUri` names (a listener of a load balancer, a
Cloud Map service; with or without the query that selects instances), or for the link's id. A program document that uses
links has a member `vpcLinks`:

    links      ids of the links that exist
    addresses  the part of vpc_link_targets that its integrations may need

AWS: "Create private integrations for HTTP APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatewright.language.uri import fill_variables
from gatewright.store.base import Key, Transaction

Body = Mapping[str, Any]


def known(tx: Transaction, of: Key, document: Body, addresses: Mapping[str, str]) -> dict[str, Any]:
    """The member `vpcLinks` of a program document, if its integrations use links. `of`: whose account and Region."""
    variables = document["stage"].get("StageVariables") or {}
    links: set[str] = set()
    names: set[str] = set()
    used = False
    for integration in document["integrations"]:
        if integration.get("ConnectionType") != "VPC_LINK":
            continue
        used = True
        link = _link(integration, variables)
        if link and tx.get(Key(of.account, of.region, "api_vpc_link", "", link)) is not None:
            links.add(link)
        names |= {*_names(integration, variables)}
    given = {name: addresses[name] for name in sorted(names) if name in addresses}
    return {"vpcLinks": {"links": sorted(links), "addresses": given}} if used else {}


def address_of(integration: Body, variables: Mapping[str, str], vpc_links: Body) -> tuple[str | None, str | None]:
    """The address that an integration's link leads to, or why it leads nowhere."""
    link = _link(integration, variables)
    if link not in (vpc_links.get("links") or ()):
        return None, f"Invalid VPC link: {link or integration.get('ConnectionId')} does not exist"
    addresses: Mapping[str, str] = vpc_links.get("addresses") or {}
    names = _names(integration, variables)
    address = next((addresses[name] for name in names if name in addresses), None)
    if address is None:
        return None, f"VPC link {link}: the setting vpc_link_targets has no address for {' or '.join(names)}"
    return address, None


def unaddressed(document: Body) -> Iterator[str]:
    """A line for each integration of a program document that will fail because of its link."""
    variables = document["stage"].get("StageVariables") or {}
    for integration in document["integrations"]:
        if integration.get("ConnectionType") == "VPC_LINK":
            _, problem = address_of(integration, variables, document.get("vpcLinks") or {})
            if problem is not None:
                yield f"integration {integration['IntegrationId']}: {problem}, calls fail"


def _link(integration: Body, variables: Mapping[str, str]) -> str:
    return fill_variables(integration.get("ConnectionId") or "", variables)


def _names(integration: Body, variables: Mapping[str, str]) -> list[str]:
    """What vpc_link_targets may call the address, the most particular name first."""
    target = fill_variables(integration.get("IntegrationUri") or "", variables)
    names = [target, target.partition("?")[0], _link(integration, variables)]
    return [name for name in dict.fromkeys(names) if name]
