"""What the control plane fetches by AWS's names: objects of S3, certificates of the companions' ACM."""

from __future__ import annotations

import json
from urllib.parse import quote

from gatewright.catalog.services import find
from gatewright.gateway.endpoints import Endpoints
from gatewright.net.base import Failure, Origin, Upstream, UpstreamError

_TIMEOUT = 10.0  # seconds
_NOT_FOUND = 404


class Depot:
    """`inside`: where the companions answer this node's own processes; None where there are none."""

    def __init__(self, endpoints: Endpoints, upstream: Upstream, inside: Origin | None) -> None:
        self._endpoints = endpoints
        self._upstream = upstream
        self._inside = inside

    async def object(
        self, account: str, region: str, bucket: str, key: str, version: str | None, max_body: int
    ) -> bytes:
        """An object's content, at most `max_body` bytes. Raises UpstreamError, also for what is not there."""
        endpoint = self._endpoints.service(find("s3", region), account)
        if endpoint.problem is not None or endpoint.sign is None:
            raise UpstreamError(Failure.REFUSED, endpoint.problem or "S3 has no endpoint")
        target = f"/{quote(bucket, safe='')}/{quote(key, safe='/-._~')}"
        if version is not None:
            target += f"?versionId={quote(version, safe='')}"
        headers = endpoint.sign(endpoint.origin, b"GET", target.encode(), [], b"")
        answer = await self._upstream.request(
            endpoint.origin, b"GET", target.encode(), headers, timeout=_TIMEOUT, max_body=max_body
        )
        if answer.status != 200:
            raise UpstreamError(Failure.PROTOCOL, f"S3 answered {answer.status}")
        return answer.body

    async def certificate(self, arn: str) -> str | None:
        """Chain and private key, PEM; None: ACM does not know it, or was never asked for one. Raises UpstreamError."""
        if self._inside is None:
            return None
        target = b"/certificates/" + quote(arn, safe="").encode()
        try:
            answer = await self._upstream.request(self._inside, b"GET", target, timeout=_TIMEOUT)
        except UpstreamError as error:
            if error.failure is Failure.REFUSED:  # they do not run
                return None
            raise
        if answer.status == _NOT_FOUND:
            return None
        try:
            found = json.loads(answer.body)
        except ValueError:
            found = None
        if answer.status != 200 or not isinstance(found, str):
            raise UpstreamError(Failure.PROTOCOL, f"the companions answered {answer.status}")
        return found
