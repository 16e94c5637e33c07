"""Where the AWS services of integrations are: an endpoint of the operator's own, the node's companions, or AWS.

The order is the SDKs': AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, then what the profile says. Functions run on the
node's own host unless AWS_ENDPOINT_URL_LAMBDA names another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from gatewright.aws.sigv4 import Credentials
from gatewright.catalog.services import RegionalService, find
from gatewright.clock import Clock
from gatewright.gateway.endpoints import Endpoint, Role, Signer
from gatewright.gateway.roles import AssumedRole, RoleSigner
from gatewright.gateway.signed import host_of, make_signer
from gatewright.net.base import Origin, Upstream

_TEST: Final = Credentials("test", "test")
_NO_CREDENTIALS: Final = (
    "the server has no credentials to call AWS with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
    "or name another endpoint in aws_endpoint_url (GATEWRIGHT_AWS_ENDPOINT_URL or AWS_ENDPOINT_URL)"
)


@dataclass(frozen=True, slots=True)
class Place:
    """An endpoint. `host`: what calls name in Host. `credentials`: by the calling API's account."""

    origin: Origin
    host: bytes
    credentials: Callable[[str], Credentials]
    checks: bool = False  # whether it asks what the owner of credentials may do; the node's own do not


@dataclass(frozen=True, slots=True)
class Map:
    """Who serves what on this node. `local`: the services that the node serves itself, "" for all others.

    `credentials`: the server's own, for endpoints that are not the node's; None when it was given none.
    """

    credentials: Credentials | None
    functions: Origin
    urls: Mapping[str, Origin] = field(default_factory=dict)  # by service id
    everything: Origin | None = None
    local: Mapping[str, Place] = field(default_factory=dict)
    missing: str | None = None  # why companions that were wished for are not there


class AwsServices:
    """`endpoints.Endpoints` of one worker."""

    def __init__(self, places: Map, upstream: Upstream, clock: Clock) -> None:
        self._map = places
        self._upstream = upstream
        self._clock = clock
        self._roles: dict[tuple[str, str], AssumedRole] = {}

    def function(self, arn: str) -> Endpoint:
        """The endpoint of this function; its ARN's Region is signed for. What is no ARN no host knows."""
        parts = arn.split(":")
        if "lambda" not in self._map.urls or len(parts) < 7:
            return Endpoint(self._map.functions, function=arn)
        return self.service(find("lambda", parts[3]), parts[4])

    def service(self, service: RegionalService, account: str) -> Endpoint:
        """The endpoint of a service, for calls of an API of this account."""
        place = self._place(service)
        if place is None:
            return Endpoint(Origin("https", service.host, 443), problem=self._map.missing or _NO_CREDENTIALS)
        host, clock = place.host, self._clock

        def assume(arn: str) -> Role:
            role = self._role(arn, service.region, account)
            return RoleSigner(role, lambda credentials: make_signer(service, host, credentials, clock))

        def caller(credentials: Credentials) -> Signer:
            return make_signer(service, host, credentials, clock)

        own = make_signer(service, host, place.credentials(account), clock)
        return Endpoint(place.origin, own, assume, caller=caller if place.checks else None)

    def _place(self, service: RegionalService) -> Place | None:
        places = self._map
        own = places.urls.get(service.service.id, places.everything)
        if own is not None:
            return Place(own, host_of(own), lambda account: places.credentials or _TEST, checks=True)
        local = places.local.get(service.service.id) or places.local.get("")
        if local is not None:
            return local
        credentials, host = places.credentials, service.host
        if places.missing is not None or credentials is None:
            return None
        return Place(Origin("https", host, 443), host.encode(), lambda account: credentials, checks=True)

    def _role(self, arn: str, region: str, account: str) -> AssumedRole:
        role = self._roles.get((arn, account))
        if role is None:
            sts = self.service(find("sts", region), account)
            role = self._roles[arn, account] = AssumedRole(arn, sts, self._upstream, self._clock)
        return role
