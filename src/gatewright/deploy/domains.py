"""Domain names on their way to the workers: one document for the whole node, and what it compiles to.

    {"format": 1, "type": "DOMAINS",
     "domains": [{"name", "regional", "endpoints", "policy"?, "arn"?, "mappings": [{"path", "api", "stage"}],
                  "tls"?: {"policy", "certificate", "mutual", "truststore"}, "strict"?: true,
                  "rules"?: [{"headers": [[name, glob]], "path", "api", "stage", "strip"}]}],
     "portals"?: [name]}

Rules stand in the order in which they are tried; a name whose routing mode does not use them has none, and one whose
mode uses nothing else has no mappings.

`endpoints`, `policy` and `arn` (as policies name it) are those of a private name; `endpoints` is null for a public one.
Of domain names that are called the same in several Regions the first one made is served; each has its regional name
besides. `portals`: domain names of published portals, besides those that AWS gives them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from gatewright.catalog import tls_policies
from gatewright.deploy.base import CompileError
from gatewright.edge.domains import Domain
from gatewright.edge.private_domains import Gate
from gatewright.edge.routing_rules import HeaderCondition, Rule
from gatewright.language.policy.base import PolicyError, PolicyKind
from gatewright.language.policy.document import compile_policy
from gatewright.net.base import TlsName
from gatewright.store.base import Document, Transaction

NAME = "domains"  # of the published document; names of programs have an "@"
FORMAT = 1
_NONE = "(none)"

Body = Mapping[str, Any]


def collect(tx: Transaction) -> dict[str, Any] | None:
    """The document of all domain names there are; None when there are none."""
    domains = sorted(tx.scan("domain_name"), key=lambda each: (each.body.get("_created", 0), each.key.id))
    portals = sorted(each.body["host"] for each in tx.scan("portal_site") if each.body["own"])
    if not domains and not portals:
        return None
    endpoints: dict[str, list[str]] = {}
    for each in tx.scan("domain_name_access_association"):
        endpoints.setdefault(each.body["domainNameArn"], []).append(each.body["accessAssociationSource"])
    return {
        "format": FORMAT,
        "type": "DOMAINS",
        "domains": [_assemble(tx, each, endpoints.get(each.body["domainNameArn"], [])) for each in domains],
    } | ({"portals": portals} if portals else {})


def unsupported(tx: Transaction) -> Iterator[str]:
    """A line for whatever domain names ask for in vain."""
    for domain in tx.scan("domain_name"):
        yield from (f"domain name {domain.body['domainName']}: {line}" for line in _lines(domain.body))


def compile_domains(document: Body) -> tuple[Domain, ...]:
    """What a document leads to. Raises CompileError."""
    if document.get("format") != FORMAT or document.get("type") != "DOMAINS":
        raise CompileError("", f"document of domain names of unknown format {document.get('format')!r}")
    portals = (Domain(name, None, {}, None, portal=True) for name in document.get("portals", ()))
    return *portals, *(
        Domain(
            each["name"],
            each["regional"],
            {f"/{at['path']}".encode() if at["path"] else b"": (at["api"], at["stage"]) for at in each["mappings"]},
            _gate(each),
            tuple(_rule(rule) for rule in each.get("rules") or ()),
            tls=TlsName(each["name"], **each["tls"]) if "tls" in each else None,
            strict=each.get("strict", False),
        )
        for each in document["domains"]
    )


def _gate(domain: Body) -> Gate | None:
    """Whom a private name answers to; nobody when its policy cannot be read."""
    if domain["endpoints"] is None:
        return None
    arn, policy = domain.get("arn") or "", None
    if domain.get("policy"):
        with contextlib.suppress(PolicyError):
            policy = compile_policy(domain["policy"], PolicyKind.RESOURCE, arn)
    return Gate(frozenset(domain["endpoints"]), policy, arn)


def _assemble(tx: Transaction, domain: Document, endpoints: list[str]) -> dict[str, Any]:
    key, body = domain.key, domain.body
    mode = body.get("routingMode") or "BASE_PATH_MAPPING_ONLY"
    mapped = mode != "ROUTING_RULE_ONLY"
    mappings = tx.list(key.account, key.region, "base_path_mapping", key.id) if mapped else []
    ruled = mode != "BASE_PATH_MAPPING_ONLY"
    rules = tx.list(key.account, key.region, "routing_rule", key.id) if ruled else []
    return (
        _guarded(body)
        | _rules(rules)
        | _tls(body)
        | {
            "name": body["domainName"],
            "regional": body.get("regionalDomainName"),
            "endpoints": sorted(endpoints) if _private(body) else None,
            "mappings": [
                {
                    "path": "" if each.body["basePath"] == _NONE else each.body["basePath"],
                    "api": each.body["restApiId"],
                    "stage": each.body.get("stage"),
                }
                for each in mappings
            ],
        }
    )


def _guarded(domain: Body) -> dict[str, Any]:
    """The policy of a private name, and the ARN that it speaks of."""
    if not _private(domain) or not domain.get("policy"):
        return {}
    return {"policy": domain["policy"], "arn": domain["domainNameArn"].replace(":apigateway:", ":execute-api:", 1)}


def _tls(domain: Body) -> dict[str, Any]:
    """The members `tls` and `strict`, where TLS is not spoken as anywhere else."""
    tls: dict[str, Any] = {"policy": domain.get("securityPolicy") or tls_policies.DEFAULT.name}
    if domain.get("_certificate"):
        tls["certificate"] = domain["_certificate"]
    if domain.get("mutualTlsAuthentication"):
        tls |= {"mutual": True, "truststore": domain.get("_truststore")}
    written: dict[str, Any] = {} if tls == {"policy": tls_policies.DEFAULT.name} else {"tls": tls}
    return written | {"strict": True} if domain.get("endpointAccessMode") == "STRICT" else written


def _rules(rules: list[Document]) -> dict[str, Any]:
    """The member `rules`, if there are any."""
    written = []
    for rule in sorted((each.body for each in rules), key=lambda body: int(body["Priority"])):
        invoked = rule["Actions"][0]["InvokeApi"]
        headers = [match for each in rule["Conditions"] for match in (each.get("MatchHeaders") or {}).get("AnyOf", ())]
        paths = [path for each in rule["Conditions"] for path in (each.get("MatchBasePaths") or {}).get("AnyOf", ())]
        written.append(
            {
                "headers": [[match["Header"], match["ValueGlob"]] for match in headers],
                "path": paths[0] if paths else None,
                "api": invoked["ApiId"],
                "stage": invoked["Stage"],
                "strip": bool(invoked.get("StripBasePath")),
            }
        )
    return {"rules": written} if written else {}


def _rule(rule: Body) -> Rule:
    base = None if rule["path"] is None else f"/{rule['path']}".encode()
    headers = [HeaderCondition(name, glob) for name, glob in rule["headers"]]
    return Rule(headers, base, rule["api"], rule["stage"], rule["strip"])


def _lines(domain: Body) -> Iterator[str]:
    if domain.get("mutualTlsAuthentication") and not domain.get("_truststore"):
        yield "the truststore was never fetched, calls are refused: update the name with its truststoreUri"
    shortfall = tls_policies.shortfall(domain.get("securityPolicy") or "")
    if shortfall:
        yield shortfall


def _private(domain: Body) -> bool:
    return bool(domain["endpointConfiguration"]["types"] == ["PRIVATE"])
