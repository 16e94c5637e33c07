"""Which plane a request is for: a pure decision from host, path and credential scope.

An API call comes in one of these forms (AWS's own first; the path forms are the ones existing local tools use):

    {api}.execute-api.{region}.<anything>   /{stage}/…
    {api}.execute-api.localhost:4566        /{stage}/…          (no Region in the name)
    {api}-{vpce}.execute-api.{region}.…     /{stage}/…          a private API through a VPC endpoint
    any host, header x-apigw-api-id         /{stage}/…          the same
    a domain name with base path mappings   /{base path}/…      what leads where: domains.py
    a name of the setting domain_aliases    /…                  the name stands for API and stage
    any host    /restapis/{api}/{stage}/_user_request_/…
    any host    /_aws/execute-api/{api}/{stage}/…

A portal's page comes under `p-{portal}.apigw-portal.{region}.on.aws` or the portal's own domain name, and in the local
profile as /_gatewright/portals/{portal}/…, too.

What is none of these belongs to the service that the request is signed for, else to the one whose paths it uses.
Sources: "Invoke REST APIs" and "Invoke a private API" in the API Gateway developer guide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final

from gatewright.edge.domains import Domain, GuardedHost, MappedHost
from gatewright.edge.endpoints import NOBODY, NOWHERE, EndpointHost, VpcEndpoints
from gatewright.edge.target import Door, Target
from gatewright.net.base import Request


class Plane(Enum):
    """Who answers."""

    ADMIN = "admin"  # this worker: health and readiness
    GATEWAY = "gateway"
    CONTROL = "control"
    FUNCTIONS = "functions"
    COMPANIONS = "companions"


_HOST: Final = re.compile(
    rb"(?P<label>[a-z0-9-]+)\.execute-api(?:\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?(?P<vpce>\.vpce)?\.[a-z0-9.-]+(?::\d+)?"
)
_LABEL: Final = re.compile(rb"(?P<api>[a-z0-9]+)(?:-(?P<vpce>vpce-[0-9a-z]+))?")
_ENDPOINT_HOST: Final = re.compile(
    rb"(?P<vpce>vpce-[0-9a-z]+)-[0-9a-z]+(?:-[a-z0-9-]+)?\.execute-api\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)"
    rb"\.vpce\.[a-z0-9.-]+(?::\d+)?"
)
_PATH_FORM: Final = re.compile(
    rb"/(?:restapis/(?P<a>[^/]+)/(?P<s>[^/]+)/_user_request_|_aws/execute-api/(?P<b>[^/]+)/(?P<t>[^/]+))(?P<rest>/.*)?",
    re.DOTALL,
)
# Bounded: a header of 32 KB that begins a credential again and again would else be read to its end each time.
_HEADER_SCOPE: Final = re.compile(
    rb"Credential=[^/,\s]{1,256}+/\d{8}/[^/,\s]{1,64}+/(?P<service>[^/,\s]{1,64}+)/aws4_request"
)
_QUERY_SCOPE: Final = re.compile(
    rb"X-Amz-Credential=[^&]{0,256}?%2F\d{8}%2F[^%&]{1,64}+%2F(?P<service>[^%&]{1,64}+)%2Faws4_request", re.IGNORECASE
)

_PORTAL_HOST: Final = re.compile(rb"p-[a-z0-9]{10,30}\.apigw-portal\.[a-z]{2}(?:-[a-z]+)+-\d\.on\.aws")
_PORTAL_PATHS, _PORTAL_HOSTS = b"/_gatewright/portals/", b"/_gatewright/portal-hosts/"

# Questions to CloudWatch about what the gateway has counted itself; all else of CloudWatch is another service's.
_MEASURED: Final = re.compile(rb"AWS(?:/|\\/|%2[Ff])ApiGateway")
_SERVICES: Final = {b"apigateway": Plane.CONTROL, b"lambda": Plane.FUNCTIONS, b"execute-api": Plane.GATEWAY}
_CONTROL_PATHS: Final = re.compile(
    rb"/(?:restapis|v2|apikeys|usageplans|domainnames|domainnameaccessassociations|rejectdomainnameaccessassociations"
    rb"|vpclinks|clientcertificates|sdktypes|account|tags)(?:[/?]|$)"
)
_FUNCTION_PATHS: Final = re.compile(rb"/(?:20\d\d-\d\d-\d\d/|_gatewright/functions(?:[/?]|$))")
_ADMIN_PREFIX: Final = b"/_gatewright/"
_HOSTS_KEPT: Final = 4096

# What a host name names; all but a Target are asked for the target of each request.
Named = Target | MappedHost | EndpointHost | None


class HostForms:
    """Reads the API out of host names, each name once. `aliases`: names of the operator's own → (API, stage).

    `regional`: whether domain names answer to AWS's own names for them too, which on AWS only DNS knows, and portals to
    paths. `endpoints`: who may name VPC endpoints; nobody by default.
    """

    def __init__(
        self,
        aliases: Mapping[str, tuple[str, str]] | None = None,
        *,
        regional: bool = False,
        endpoints: VpcEndpoints = NOBODY,
    ) -> None:
        self._aliases = {
            name.encode(): MappedHost(name, {b"": to}, door=Door.ALIAS) for name, to in (aliases or {}).items()
        }
        self._regional = regional
        self._endpoints = endpoints
        self._domains: dict[bytes, MappedHost] = {}
        self._portals: frozenset[bytes] = frozenset()
        self._seen: dict[bytes, Named] = {}

    def serve(self, domains: Sequence[Domain]) -> None:
        """These are the domain names from now on. Of several that are called the same the first one counts."""
        self._domains = {}
        self._portals = frozenset(domain.name.encode() for domain in domains if domain.portal)
        for domain in domains:
            if domain.portal:
                continue
            host = domain.host(self._endpoints)
            self._domains.setdefault(domain.name.encode(), host)
            if self._regional and domain.regional is not None:
                self._domains[domain.regional.encode()] = host
        self._seen.clear()

    def read(self, host: bytes) -> Named:
        """What a lower-cased Host names: a target whose path is the client's own; a name with mappings; or None."""
        try:
            return self._seen[host]
        except KeyError:
            if len(self._seen) >= _HOSTS_KEPT:
                self._seen.clear()  # a flood of made-up names must not fill the memory
            found = self._seen[host] = self._read(host)
            return found

    def header(self, api: bytes, request: Request) -> Target:
        """The API call of a request with `x-apigw-api-id`, if it may say through which endpoint it came."""
        if not self._endpoints.believes(request):
            return NOWHERE
        return read_header(api, request, self._endpoints)

    def _read(self, host: bytes) -> Named:
        name = host.partition(b":")[0]
        named: Named = self._aliases.get(name) or _from_host(host, self._endpoints)
        name = name.removesuffix(b".")
        if self._domains and name not in self._portals:
            domain = self._domains.get(name) or self._wildcard(name)
            if named is None or isinstance(domain, GuardedHost):  # whose clients no alias may let past
                named = domain
        return named

    def admitted(self, request: Request) -> Target | None:
        """The API call of a client that has authenticated by mutual TLS, under the name that it did so for."""
        named = self.read(request.host)
        return named.admitted(request) if isinstance(named, GuardedHost) else None

    def portal(self, request: Request) -> bytes | None:
        """For a request that calls no API: the path under which control serves the portal page that it asks for."""
        name = request.host.partition(b":")[0].removesuffix(b".")
        if name in self._portals or _PORTAL_HOST.fullmatch(name):
            return _PORTAL_HOSTS + name + request.path
        return request.path if self._regional and request.path.startswith(_PORTAL_PATHS) else None

    def _wildcard(self, name: bytes) -> MappedHost | None:
        label, _, rest = name.partition(b".")
        found = self._domains.get(b"*." + rest) if label and label != b"*" else None
        return None if found is None else found.called(name.decode("latin-1"))


def _from_host(host: bytes, endpoints: VpcEndpoints) -> Target | EndpointHost | None:
    found = _HOST.fullmatch(host)
    if found is None or found["vpce"]:  # a VPC endpoint's own name: the header says which API
        return None
    label = _LABEL.fullmatch(found["label"])
    if label is None:
        return None
    endpoint = _text(label["vpce"])
    target = Target(
        api_id=label["api"].decode(),
        path=b"",
        domain=host.rpartition(b":")[0].decode() if b":" in host else host.decode(),
        region=_text(found["region"]),
        vpce_id=endpoint,
        vpc_id=endpoints.vpc(endpoint),
        door=Door.VPC_ENDPOINT if endpoint else Door.EXECUTE_API,
    )
    return target if endpoint is None else EndpointHost(target, endpoints)


def read_header(api: bytes, request: Request, endpoints: VpcEndpoints) -> Target:
    """The API call of a request with `x-apigw-api-id`; the Host is mostly a VPC endpoint's own name."""
    found = _ENDPOINT_HOST.fullmatch(request.host)
    endpoint = _text(found["vpce"]) if found else endpoints.said(request)
    return Target(
        api_id=api.decode("latin-1"),
        path=request.path,
        region=_text(found["region"]) if found else None,
        vpce_id=endpoint,
        vpc_id=endpoints.vpc(endpoint),
        door=Door.VPC_ENDPOINT,
    )


def _text(part: bytes | None) -> str | None:
    return part.decode() if part else None


def read_path(path: bytes) -> Target | None:
    """The API call that a path form names, in AWS's own form, or None."""
    found = _PATH_FORM.fullmatch(path)
    if found is None:
        return None
    api, stage = (found["a"], found["s"]) if found["a"] else (found["b"], found["t"])
    return Target(api_id=api.decode("latin-1"), path=b"/" + stage + (found["rest"] or b""))


def signed_for(request: Request) -> bytes | None:
    """The service in the request's credential scope (header or query form), or None when it is not signed."""
    authorization = request.header(b"authorization")
    found = _HEADER_SCOPE.search(authorization) if authorization else None
    if found is None and b"X-Amz-Credential" in request.query:
        found = _QUERY_SCOPE.search(request.query)
    return found["service"] if found else None


def plane_of(request: Request) -> Plane:
    """Who answers a request that calls no API."""
    path = request.path
    if path.startswith(_ADMIN_PREFIX) and not _FUNCTION_PATHS.match(path):
        return Plane.ADMIN
    service = signed_for(request)
    if service is not None:
        if service == b"monitoring" and (_MEASURED.search(request.body) or _MEASURED.search(request.query)):
            return Plane.CONTROL
        return _SERVICES.get(service, Plane.COMPANIONS)
    if _FUNCTION_PATHS.match(path):
        return Plane.FUNCTIONS
    return Plane.CONTROL if _CONTROL_PATHS.match(path) else Plane.COMPANIONS
