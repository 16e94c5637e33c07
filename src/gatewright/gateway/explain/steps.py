"""What each step of a request decided, in the order of its pipeline. What is not configured is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gatewright.gateway.explain.base import NOT_REACHED, PASSED, REFUSED, Said, Told
from gatewright.gateway.seen import Seen
from gatewright.program.authorizers import FunctionAuthorizer, IssuerAuthorizer, PoolAuthorizer
from gatewright.program.http_api import FunctionIntegration, ProxyIntegration, RouteProgram, ServiceIntegration
from gatewright.program.records import (
    AwsIntegration,
    CustomLambdaIntegration,
    HttpIntegration,
    HttpProxyIntegration,
    LambdaIntegration,
    MethodProgram,
    MockIntegration,
)
from gatewright.program.websocket import SocketRoute

# What a step says of a request that it let pass; None: it is not configured.
Words = Callable[[Seen], str | None]


def steps(seen: Seen, told: Told | None) -> list[Said]:
    """`told`: why it failed; None: it did not."""
    order = ORDERS["" if seen.scene is None else seen.scene.product]
    ended = None if told is None else _place(order, told.step)
    said: list[Said] = []
    for place, (name, words) in enumerate(order):
        if told is not None and place == ended:
            shown = name if name == told.step or told.step in _OTHERS else told.step
            said.append(Said(shown, REFUSED, _refusal(seen)))
        elif ended is not None and place > ended:
            if _expected(seen, name):
                said.append(Said(name, NOT_REACHED, ""))
        elif (text := words(seen)) is not None:
            said.append(Said(name, PASSED, text))
    return said


def _refusal(seen: Seen) -> str:
    failed = seen.failed
    return "" if failed is None else f"{failed.status} {failed.kind.name or failed.error_type}"


# Steps of errors that are no step of a pipeline: whose they count as.
_OTHERS = {"gateway": "integration", "@connections": "integration", "route selection": "route"}


def _place(order: Sequence[tuple[str, Words]], step: str) -> int:
    names = [name for name, _ in order]
    step = _OTHERS.get(step, step)
    return names.index(step) if step in names else len(names) - 1


def _expected(seen: Seen, name: str) -> bool:
    """Whether a step that was not reached would have had something to do."""
    part = seen.part
    if part is None:
        return False
    if name == "authorization":
        return part.authorization != "NONE" or bool(seen.scene is not None and seen.scene.policy)
    if name == "api key":
        return bool(getattr(part, "api_key_required", False))
    if name == "throttle":
        return part.throttle is not None
    if name == "validation":
        return _validates(part)
    if name == "cache":
        return getattr(part, "caching", None) is not None
    return name in ("integration", "response")


def _validates(part: object) -> bool:
    if isinstance(part, SocketRoute):
        return part.models is not None or bool(part.required)
    return getattr(part, "validation", None) is not None


def _route(seen: Seen) -> str | None:
    part, scene = seen.part, seen.scene
    if part is None or scene is None:
        return None
    canary = ", of the canary" if scene.canary else ""
    where = f"stage {scene.stage}, deployment {scene.deployment}{canary}"
    if isinstance(part, MethodProgram):
        return f"{part.verb} {part.resource_path} ({where})"
    if isinstance(part, SocketRoute):
        return f"{part.key} ({where})"
    if seen.preflight:
        return f"CORS preflight, answered by the API's CORS configuration ({where})"
    return f"{part.key} ({where})"


def _authorization(seen: Seen) -> str | None:
    part, scene = seen.part, seen.scene
    if part is None or scene is None:
        return None
    if isinstance(part, SocketRoute) and part.key != "$connect":
        return None
    policy = " (the resource policy allows it, too)" if scene.policy else ""
    kind = part.authorization
    if kind == "NONE":
        return "the resource policy allows it" if scene.policy else "none: anybody may call"
    if kind == "AWS_IAM":
        return f"signed by {getattr(seen.principal, 'arn', None) or 'a known key'}, whose policies allow it{policy}"
    authorizer = part.authorizer
    if isinstance(authorizer, FunctionAuthorizer):
        how = f"asked now, {seen.authorizer_latency} ms" if seen.authorizer_latency else "by an answer that was kept"
        who = (seen.claims or {}).get("principalId")
        return f"Lambda authorizer {authorizer.id} lets {who or 'the caller'} in ({how}){policy}"
    return _by_token(seen, authorizer) + policy


def _by_token(seen: Seen, authorizer: object) -> str:
    claims: Any = (seen.claims or {}).get("claims") or {}
    who = claims.get("sub") or claims.get("client_id") or "its subject"
    if isinstance(authorizer, IssuerAuthorizer):
        return f"token of {authorizer.issuer} for {who}"
    if isinstance(authorizer, PoolAuthorizer):
        return f"token of a Cognito user pool for {who}"
    return "authorized"


def _api_key(seen: Seen) -> str | None:
    if seen.api_key is None or seen.scene is None or not getattr(seen.part, "api_key_required", False):
        return None
    membership = seen.api_key.membership(f"{seen.scene.api_id}:{seen.scene.stage}")
    plan = "" if membership is None else f", usage plan {membership.plan.id}"
    return f"{seen.api_key.name or seen.api_key.id} ({seen.api_key.id}){plan}"


def _throttle(seen: Seen) -> str | None:
    throttle = None if seen.part is None else seen.part.throttle
    return None if throttle is None else f"within {throttle.rate:g} requests a second, {throttle.burst} at once"


def _body(seen: Seen) -> str | None:
    return f"{seen.body_size} bytes" if seen.body_size else None


def _validation(seen: Seen) -> str | None:
    return "the request is as the API wants it" if seen.part is not None and _validates(seen.part) else None


def _cache(seen: Seen) -> str | None:
    part = seen.part
    if not isinstance(part, MethodProgram) or part.caching is None or part.verb not in ("GET", "ANY"):
        return None
    if seen.integration_latency < 0 and seen.failed is None and not isinstance(part.integration, MockIntegration):
        return f"answered from the cache (kept for {part.caching.ttl} s)"
    return "nothing kept for this request: the integration is asked"


def _request(seen: Seen) -> str | None:
    return None


def _integration(seen: Seen) -> str | None:
    part = seen.part
    integration: Any = getattr(part, "integration", None)
    integration = getattr(integration, "backend", integration)
    if integration is None or seen.preflight:
        return None
    if isinstance(integration, MockIntegration):
        return "MOCK"
    if seen.integration_latency < 0:
        return None if seen.failed is None else named(integration)
    took = f"{seen.integration_latency * 1000:.1f} ms"
    came = f"status {seen.integration_status}" if seen.integration_status else "no answer"
    return f"{named(integration)}: {came} in {took}"


def named(integration: object) -> str:
    """What an integration calls."""
    if isinstance(integration, LambdaIntegration):
        return f"AWS_PROXY to {integration.function_arn}"
    if isinstance(integration, CustomLambdaIntegration):
        return f"AWS to {integration.function_arn}"
    if isinstance(integration, FunctionIntegration):
        return f"AWS_PROXY (payload {integration.payload}) to {integration.function_arn}"
    if isinstance(integration, AwsIntegration):
        return f"AWS to {integration.service.service.id}"
    if isinstance(integration, ServiceIntegration):
        return f"AWS_PROXY to {integration.subtype}"
    if isinstance(integration, HttpProxyIntegration | ProxyIntegration | HttpIntegration):
        kind = "HTTP" if isinstance(integration, HttpIntegration) else "HTTP_PROXY"
        return kind if integration.uri is None else f"{kind} to {integration.uri.authority}"
    return "MOCK" if isinstance(integration, MockIntegration) else "integration"


def _response(seen: Seen) -> str | None:
    if seen.scene is not None and seen.scene.product == "WEBSOCKET" and seen.event == "DISCONNECT":
        return None
    return f"status {seen.status}, {seen.sent} bytes"


_REST = (
    ("route", _route),
    ("authorization", _authorization),
    ("api key", _api_key),
    ("throttle", _throttle),
    ("body", _body),
    ("validation", _validation),
    ("cache", _cache),
    ("integration request", _request),
    ("integration", _integration),
    ("integration response", _request),
    ("response", _response),
)
_HTTP = (
    ("route", _route),
    ("throttle", _throttle),
    ("authorization", _authorization),
    ("body", _body),
    ("integration request", _request),
    ("integration", _integration),
    ("integration response", _request),
    ("response", _response),
)
_WEBSOCKET = (
    ("route", _route),
    ("throttle", _throttle),
    ("authorization", _authorization),
    ("api key", _api_key),
    ("validation", _validation),
    ("integration request", _request),
    ("integration", _integration),
    ("integration response", _request),
    ("response", _response),
)
ORDERS: dict[str, tuple[tuple[str, Words], ...]] = {
    "REST": _REST,
    "HTTP": _HTTP,
    "WEBSOCKET": _WEBSOCKET,
    "": (("route", _route),),
}


def is_own(seen: Seen) -> bool:
    """Whether an error status is the integration's own answer."""
    return (
        seen.failed is None and seen.status >= 400 and isinstance(seen.part, MethodProgram | RouteProgram | SocketRoute)
    )
