"""What has to be looked at while a refused request is still there: its policies' statements, its token's claims.

Called once for an error, after its answer has gone, and only where requests are kept at all.
"""

from __future__ import annotations

import json
import logging
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping
from typing import Any, Final

from gatewright.aws.holder import Holder
from gatewright.gateway.deciding import ACTION
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant
from gatewright.gateway.method_arn import method_arn
from gatewright.gateway.policy_context import request_context
from gatewright.identity.tokens import without_scheme
from gatewright.language.policy.base import ANONYMOUS, Query
from gatewright.language.policy.document import Policy
from gatewright.language.policy.tracing import Trace, trace
from gatewright.program.authorizers import IssuerAuthorizer, PoolAuthorizer

logger = logging.getLogger("gatewright.gateway")

MOST: Final = 20  # statements of one policy that are kept
_CLAIMS: Final = ("iss", "aud", "client_id", "azp", "sub", "token_use", "exp", "nbf", "iat", "scope", "scp")
_LONGEST: Final = 300  # characters of a claim


def evidence(exchange: Exchange, error: GatewayError) -> Mapping[str, Any]:
    """As JSON can say it; never raises, as the request is over."""
    try:
        found: dict[str, Any] = {}
        if error.kind.status == 403 or error.status == 403:
            found["policies"] = _policies(exchange, error)
        if error.status in (401, 403, 500):
            found["token"] = _token(exchange)
        return {name: value for name, value in found.items() if value}
    except Exception:
        logger.exception("(%s) the evidence for an explanation could not be gathered", exchange.request_id.decode())
        return {}


def _policies(exchange: Exchange, error: GatewayError) -> dict[str, Any]:
    """What each statement of each policy that was asked says of the request."""
    asked: dict[str, Iterable[Any]] = dict((error.why or {}).get("policies", {}))
    grant: Grant | None = exchange.grant
    principal = ANONYMOUS if grant is None else grant.principal
    if grant is not None and grant.signer is not None:
        asked |= policies_of(grant.signer.holder)
    if not asked:
        return {}
    return said_by(asked, Query(ACTION, method_arn(exchange), principal, request_context(exchange, principal)))


def policies_of(holder: Holder) -> dict[str, Iterable[Any]]:
    """All policies that count for the holder of a key, by what they are."""
    own = {"identity": holder.policies, "boundary": holder.boundary, "session": holder.session}
    return {name: policies for name, policies in own.items() if policies is not None}


def said_by(asked: Mapping[str, Iterable[Any]], query: Query) -> dict[str, Any]:
    """What each statement says, by whose policies they are."""
    return {
        name: [_statement(each) for policy in policies if isinstance(policy, Policy) for each in _traced(policy, query)]
        for name, policies in asked.items()
        if name in ("resource", "identity", "boundary", "session") or tuple(policies)
    }


def _traced(policy: Policy, query: Query) -> list[Trace]:
    """Of a long policy those statements that apply, and then the first ones."""
    found = trace(policy, query)
    return sorted(found, key=lambda each: (not each.applies, each.number))[:MOST]


def _statement(each: Trace) -> dict[str, Any]:
    said: dict[str, Any] = {
        "number": each.number,
        "sid": each.sid,
        "effect": each.effect,
        "applies": each.applies,
        "statement": dict(each.element),
    }
    if each.miss is not None:
        miss = each.miss
        said["miss"] = {
            "element": miss.element,
            "operator": miss.operator,
            "key": miss.key,
            "wanted": list(miss.wanted),
            "present": None if miss.present is None else list(miss.present),
        }
    return said


def _token(exchange: Exchange) -> dict[str, Any] | None:
    """What a token says of itself, nothing of it proved. The signature is left out: without it nobody can use it."""
    raw = _raw_token(exchange)
    if raw is None:
        return None
    parts = without_scheme(raw).split(b".")
    head, claims = (_decoded(part) for part in [*parts, b"", b""][:2])
    said = {name: _short(claims[name]) for name in _CLAIMS if name in claims}
    said |= {name: _short(head[name]) for name in ("alg", "kid", "typ") if name in head}
    return said | {"segments": len(parts)}


def _raw_token(exchange: Exchange) -> bytes | None:
    part = getattr(exchange, "plan", None) or getattr(exchange, "route", None)
    program = getattr(part, "method", None) or getattr(part, "route", None)
    authorizer = getattr(program, "authorizer", None)
    if isinstance(authorizer, PoolAuthorizer):
        return exchange.header(authorizer.header)
    if not isinstance(authorizer, IssuerAuthorizer):
        return None
    source = authorizer.source
    if source.location == "header":
        return exchange.header(source.name.encode())
    return next((value.encode() for name, value in exchange.query if name == source.name), None)


def _decoded(segment: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(urlsafe_b64decode(segment[:16_384] + b"=" * (-len(segment) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _short(value: Any) -> Any:
    text = json.dumps(value)
    return value if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
