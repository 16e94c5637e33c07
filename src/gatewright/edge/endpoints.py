"""VPC endpoints: the only way to private APIs and private domain names.

On AWS the network says by which endpoint a request came. Here only the request itself does, by its host name or by the
header x-amzn-vpce-id, and anybody can write these. So only those are believed whom the operator has named
(vpc_endpoint_peers): whoever stands there for an endpoint has to set host and header itself. What anybody else sends in
these forms names no API.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

from gatewright.edge.target import Door, Target
from gatewright.net.base import Request
from gatewright.net.networks import Networks

logger = logging.getLogger(__name__)
_HEADER: Final = b"x-amzn-vpce-id"
_NAME_LIMIT: Final = 64  # characters of an endpoint's id


class VpcEndpoints:
    """Whom to believe, the VPC of each endpoint, and the time, which policies may ask for."""

    __slots__ = ("_peers", "_told", "_vpcs", "now")

    def __init__(self, peers: Networks, vpcs: Mapping[str, str], now: Callable[[], float]) -> None:
        self._peers = peers
        self._vpcs = vpcs
        self._told = False
        self.now = now

    def believes(self, request: Request) -> bool:
        """Whether a request may say that it came through an endpoint."""
        if self._peers.contains(request.peer):
            return True
        if not self._told:
            self._told = True
            logger.warning(
                "%s sends requests as if through a VPC endpoint and is not one of vpc_endpoint_peers: such are refused "
                "(told once)",
                request.peer or "somebody on a unix socket",
            )
        return False

    def said(self, request: Request) -> str | None:
        """The endpoint that a request's header names; whether to believe it is another question."""
        sent = request.header(_HEADER)
        return None if sent is None or len(sent) > _NAME_LIMIT else sent.decode("latin-1")

    def vpc(self, endpoint: str | None) -> str | None:
        """The VPC that an endpoint is in, if the operator has said so."""
        return None if endpoint is None else self._vpcs.get(endpoint)


class EndpointHost:
    """A host name that names API and endpoint: {api}-{vpce}.execute-api.…"""

    __slots__ = ("_endpoints", "_target")

    def __init__(self, target: Target, endpoints: VpcEndpoints) -> None:
        self._target = target
        self._endpoints = endpoints

    def target(self, request: Request) -> Target:
        """The API call that a request under this name makes."""
        return self._target if self._endpoints.believes(request) else NOWHERE


NOBODY: Final = VpcEndpoints(Networks(()), {}, lambda: 0.0)  # believes nobody
# Names no API: answered like one that does not exist.
NOWHERE: Final = Target("", b"/", door=Door.VPC_ENDPOINT)
