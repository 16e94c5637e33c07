"""What calls to AWS services need to know of them: names in signatures and settings, hosts, protocols of actions.

`find` knows every service by the name that integration URIs have for it, its endpoint prefix. One that is not in
the table is taken by the rule most follow: all names are alike, and it has no actions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from gatewright.catalog.service_table import ROWS

# Names that URIs use besides the endpoint prefix. unverified: AWS documents only the name, not where it leads.
_OTHER_NAMES = {"iotdata": "data-ats.iot", "ses": "email"}


# What endpoints.json says of services without Regions holds for the partition `aws` only.
_OTHER_PARTITIONS = ("cn-", "us-gov-")


@dataclass(frozen=True, slots=True)
class Service:
    """A row of the table, its defaults filled in. `target`, `version`: None when it does not speak that protocol."""

    name: str  # the endpoint prefix
    signing_name: str
    id: str  # of AWS_ENDPOINT_URL_<ID>, in lower case
    target: str | None = None  # what X-Amz-Target begins with: the service's actions take JSON
    json_version: str = "1.0"
    version: str | None = None  # of the query protocol: the service's actions take parameters
    global_host: str | None = None  # one host for all Regions; signed for us-east-1


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Service]:
    return {service.name: service for service in map(_read, ROWS.splitlines())}


def _read(row: str) -> Service:
    name, signing, identity, target, json_version, version, host = row.split(" ")
    return Service(
        name=name,
        signing_name=name if signing == "-" else signing,
        id=_plain(name) if identity == "-" else identity,
        target=None if target == "-" else target,
        json_version="1.0" if json_version == "-" else json_version,
        version=None if version == "-" else version,
        global_host=None if host == "-" else host,
    )


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def service_of(name: str) -> tuple[Service, str]:
    """The service of `{service}` or `{subdomain}.{service}` in a URI, and the subdomain ("" without one)."""
    table = _table()
    subdomain, rest = "", name
    while True:
        known = table.get(_OTHER_NAMES.get(rest, rest))
        if known is not None:
            return known, subdomain
        head, dot, tail = rest.partition(".")
        if not dot:
            return Service(rest, rest, _plain(rest)), subdomain
        subdomain, rest = f"{subdomain}.{head}" if subdomain else head, tail


@dataclass(frozen=True, slots=True)
class RegionalService:
    """A service in a Region, as AWS has it. `subdomain`: of its host name, "" for none."""

    service: Service
    region: str
    subdomain: str = ""

    @property
    def host(self) -> str:
        """AWS's own host name."""
        name = self.service.global_host
        if name is None or self.region.startswith(_OTHER_PARTITIONS):
            suffix = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
            name = f"{self.service.name}.{self.region}.{suffix}"
        return f"{self.subdomain}.{name}" if self.subdomain else name

    @property
    def signing_region(self) -> str:
        """The Region that a signature names."""
        everywhere = self.service.global_host is not None and not self.region.startswith(_OTHER_PARTITIONS)
        return "us-east-1" if everywhere else self.region


def find(name: str, region: str) -> RegionalService:
    """The service that a URI names in a Region."""
    service, subdomain = service_of(name)
    return RegionalService(service, region, subdomain)
