"""VPC links: which one an integration uses, and where its traffic goes.

On AWS a link leads to a load balancer in a VPC. Here the setting vpc_link_targets says where that is: an address for
the ARN that `integrationTarget` names (links of API Gateway v2), for a link's id, or for the ARN of a link's target.
The integration's URI says Host header, path and, unless the address says otherwise, scheme and port.

A program document that uses links has a member `vpcLinks`:

    links      link id → ARNs of its targets (the links that exist)
    addresses  the part of vpc_link_targets that its methods may need

AWS: "Private integrations for REST APIs in API Gateway". unverified: that page has the stage's name in front of the
path that the backend sees; what people report of REST APIs is the path of the URI alone, as it is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from gatewright.language.uri import fill_variables
from gatewright.program.records import HttpIntegration, HttpProxyIntegration, Integration, Via
from gatewright.store.base import Key, Transaction

Body = Mapping[str, Any]


def link_of(integration: Body, variables: Mapping[str, str]) -> str | None:
    """The id of the link that an integration's calls go through, if they do; "" when no variable names it."""
    if integration.get("connectionType") != "VPC_LINK":
        return None
    return fill_variables(integration.get("connectionId") or "", variables)


def known(tx: Transaction, of: Key, document: Body, addresses: Mapping[str, str]) -> dict[str, Any]:
    """The member `vpcLinks` of a program document, if its methods use links. `of`: whose account and Region count."""
    variables = document["stage"].get("variables") or {}
    links: dict[str, list[str]] = {}
    names: set[str] = set()
    used = False
    for _, integration in _integrations(document["resources"]):
        link = link_of(integration, variables)
        if link is None:
            continue
        used = True
        found = tx.get(Key(of.account, of.region, "vpc_link", "", link))
        if found is not None:
            links[link] = found.body["targetArns"]
        names |= {*_names(integration, variables, link, links)}
    given = {name: addresses[name] for name in names if name in addresses}
    return {"vpcLinks": {"links": links, "addresses": given}} if used else {}


def through(
    built: Integration, problem: str | None, integration: Body, variables: Mapping[str, str], vpc_links: Body
) -> tuple[Integration, str | None]:
    """A compiled integration on its way through its link, and the configuration error that this may bring."""
    link = link_of(integration, variables)
    if link is None or not isinstance(built, HttpIntegration | HttpProxyIntegration):
        return built, problem
    address, missing = _address(integration, variables, link, vpc_links)
    if address is None or built.uri is None:
        return built, missing or problem
    return replace(built, via=parse_address(address, built.uri.scheme, built.uri.port)), problem


def _address(
    integration: Body, variables: Mapping[str, str], link: str, vpc_links: Body
) -> tuple[str | None, str | None]:
    """The address that a link leads to, or why it leads nowhere."""
    links: Mapping[str, list[str]] = vpc_links.get("links") or {}
    if link not in links:
        return None, f"Invalid VPC link: {link or integration.get('connectionId')} does not exist"
    addresses: Mapping[str, str] = vpc_links.get("addresses") or {}
    names = _names(integration, variables, link, links)
    address = next((addresses[name] for name in names if name in addresses), None)
    if address is None:
        return None, f"VPC link {link}: the setting vpc_link_targets has no address for {' or '.join(names)}"
    return address, None


def parse_address(address: str, scheme: str, port: int) -> Via:
    """Where `[scheme://]host[:port]` leads to; what it does not say is the URI's. Raises ValueError."""
    url = urlsplit(address if "://" in address else f"{scheme}://{address}")
    if not url.hostname:
        raise ValueError(f"{address!r} is no address")
    unsaid = port if url.scheme == scheme else {"http": 80, "https": 443}[url.scheme]
    return Via(url.scheme, url.hostname, url.port or unsaid)


def unaddressed(document: Body) -> Iterator[str]:
    """A line for each method of a program document that will fail because of its link."""
    variables = document["stage"].get("variables") or {}
    for place, integration in _integrations(document["resources"]):
        link = link_of(integration, variables)
        if link is not None:
            _, problem = _address(integration, variables, link, document.get("vpcLinks") or {})
            if problem is not None:
                yield f"{place}: {problem}, calls fail"


def _names(integration: Body, variables: Mapping[str, str], link: str, links: Mapping[str, list[str]]) -> list[str]:
    """What vpc_link_targets may call the address, the most particular name first."""
    target = fill_variables(integration.get("integrationTarget") or "", variables)
    return [name for name in (target, link, *links.get(link, ())) if name]


def _integrations(resources: Iterable[Body]) -> Iterator[tuple[str, Body]]:
    for resource in resources:
        for verb, method in (resource.get("resourceMethods") or {}).items():
            yield f"{verb} {resource['path']}", method.get("methodIntegration") or {}
