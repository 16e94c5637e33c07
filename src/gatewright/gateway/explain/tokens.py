"""Tokens: JWT authorizers of HTTP APIs, Cognito user pools of REST APIs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from gatewright.gateway.explain.access import AUTHORIZATION
from gatewright.gateway.explain.base import Case, Exhibit, Fix, Told
from gatewright.identity import tokens
from gatewright.program.authorizers import IssuerAuthorizer, PoolAuthorizer

Tell = Callable[[Case, Mapping[str, Any]], tuple[str, str]]


def refused(case: Case) -> Told:
    """401 and 403 for a token that is not taken."""
    token: Mapping[str, Any] = case.failed.evidence.get("token", {})
    log = case.failed.log or ""
    for words, tell in _REASONS:
        if words in log:
            why, fix = tell(case, token)
            return _told(case, token, why, fix)
    return _told(case, token, f"The authorizer refused the token: {log}.", "Get a new token from the issuer.")


def _told(case: Case, token: Mapping[str, Any], why: str, fix: str) -> Told:
    exhibits = [Exhibit("The authorizer", _authorizer(case))]
    shown = {name: _dated(name, value) for name, value in token.items() if name != "segments"}
    if shown:
        exhibits.append(Exhibit("What the token says (not proved)", json.dumps(shown, indent=2)))
    pages = ["jwt", "jwt-trouble"] if case.product == "HTTP" else ["cognito"]
    return Told(AUTHORIZATION, [why], [Fix(fix)], pages, exhibits)


def _authorizer(case: Case) -> str:
    authorizer = getattr(case.seen.part, "authorizer", None)
    scopes = getattr(case.seen.part, "scopes", ())
    lines = []
    if isinstance(authorizer, IssuerAuthorizer):
        lines = [
            f"issuer    {authorizer.issuer}",
            f"audience  {', '.join(sorted(authorizer.audience))}",
            f"token in  {authorizer.source.location} {authorizer.source.name}",
        ]
    elif isinstance(authorizer, PoolAuthorizer):
        lines = [f"pools     {', '.join(authorizer.issuers)}", f"token in  header {authorizer.header.decode()}"]
        if authorizer.validation is not None:
            lines.append(f"audience  {authorizer.validation.text} (identityValidationExpression)")
    if scopes:
        lines.append(f"scopes    one of {', '.join(scopes)}")
    return "\n".join(lines)


def _dated(name: str, value: Any) -> Any:
    if name not in ("exp", "nbf", "iat") or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return f"{value} ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC)"
    except (OverflowError, ValueError, OSError):
        return value


def _source(case: Case) -> str:
    authorizer = getattr(case.seen.part, "authorizer", None)
    if isinstance(authorizer, PoolAuthorizer):
        return f"the header {authorizer.header.decode()}"
    if isinstance(authorizer, IssuerAuthorizer):
        place = "the header" if authorizer.source.location == "header" else "the query parameter"
        return f"{place} {authorizer.source.name}"
    return "the identity source"


def _missing(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    where = _source(case)
    return (
        f"There is no token: {where} is missing or empty.",
        f"Send the token in {where} (Authorization: Bearer TOKEN).",
    )


def _twice(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    where = _source(case)
    return (
        f"The token comes more than once in {where}: what stands behind might believe the other one.",
        "Send it once.",
    )


def _expired(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    since = token.get("exp")
    ago = f", {round(case.seen.at - since)} s before the request" if isinstance(since, int | float) else ""
    return f"The token has expired: exp is {_dated('exp', since)}{ago}.", "Get a new token (or use the refresh token)."


def _early(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    return (
        f"The token is not valid yet: nbf is {_dated('nbf', token.get('nbf'))}, "
        f"iat is {_dated('iat', token.get('iat'))}. There is no leeway.",
        "Set the clocks right: of the issuer, or of this machine.",
    )


def _audience(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    authorizer = getattr(case.seen.part, "authorizer", None)
    said = (
        f"aud is {json.dumps(token['aud'])}" if "aud" in token else f"client_id is {json.dumps(token.get('client_id'))}"
    )
    wanted = ""
    if isinstance(authorizer, IssuerAuthorizer):
        wanted = f", and the authorizer takes {' or '.join(sorted(authorizer.audience))}"
    elif isinstance(authorizer, PoolAuthorizer) and authorizer.validation is not None:
        wanted = f", and identityValidationExpression wants {authorizer.validation.text}"
    if "aud" not in token and isinstance(authorizer, PoolAuthorizer):
        said = "it has no aud (access tokens have none)"
    return (
        f"The token is for somebody else: {said}{wanted}.",
        "Get a token for this audience (the app client's id), or add the token's audience to the authorizer.",
    )


def _issuer(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    return (
        f"The token is of another issuer: iss is {json.dumps(token.get('iss'))}. It must be the same, letter by letter "
        "(a slash at the end counts).",
        "Use a token of the authorizer's issuer, or correct the issuer of the authorizer.",
    )


def _scope(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    has = token.get("scope") or token.get("scp") or "none"
    wanted = " or ".join(getattr(case.seen.part, "scopes", ()))
    return (
        f"The token is good, but has none of the scopes that the route wants: it has {has}, wanted is {wanted}.",
        "Ask the issuer for a token with one of these scopes, or change the route's authorizationScopes.",
    )


def _use(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    wants = (
        "an access token, since the method has scopes"
        if "access token" in (case.failed.log or "")
        else "an ID token, since the method has no scopes"
    )
    return (
        f"The token is of the wrong kind: token_use is {json.dumps(token.get('token_use'))}, "
        f"and the method wants {wants}.",
        "Send the other token that Cognito gave, or give the method scopes (take them away).",
    )


def _malformed(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    parts = token.get("segments", 0)
    return (
        "What was sent is no token: it has three parts (header.claims.signature), and they are not JSON in base64url."
        if parts == 3
        else f"What was sent is no token of three parts in base64url (header.claims.signature): it has {parts}.",
        "Send the JWT itself, not an opaque token or a reference to one. Of Cognito: IdToken or AccessToken.",
    )


def _key(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    return (
        f"The issuer has no key of the id (kid) that the token names: {json.dumps(token.get('kid'))}. The token is of "
        "another issuer or user pool, or its key was withdrawn.",
        "Get a new token from the authorizer's issuer.",
    )


def _signature(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    return (
        "The token's signature is wrong: it was changed, cut, or signed with another key.",
        "Send the token as the issuer gave it.",
    )


def _algorithm(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    return (
        f"The token is signed with {json.dumps(token.get('alg'))}; AWS takes {', '.join(tokens.ALGORITHMS)} only.",
        "Let the issuer sign with RS256.",
    )


def _times(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    return (
        "The token has no usable exp (or nbf, iat): they must be numbers of seconds, and exp must be there.",
        "Let the issuer add it.",
    )


def _unreachable(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    authorizer = getattr(case.seen.part, "authorizer", None)
    issuer = authorizer.issuer if isinstance(authorizer, IssuerAuthorizer) else "the user pool"
    return (
        f"The keys of {issuer} could not be fetched: {case.failed.log}.",
        "Try ISSUER/.well-known/openid-configuration from this machine. If the issuer is elsewhere than its name says: "
        "setting issuer_urls.",
    )


def _nobody(case: Case, token: Mapping[str, Any]) -> tuple[str, str]:
    return (
        "The route's authorizer is not there, or nobody in this process can check tokens: what cannot be checked "
        "stays closed.",
        "Give the route an authorizer that exists, and deploy.",
    )


# Words in the log → what they mean. The first that is found counts.
_REASONS: tuple[tuple[str, Tell], ...] = (
    ("no token in", _missing),
    ("more than once", _twice),
    (tokens.EXPIRED, _expired),
    (tokens.EARLY, _early),
    (tokens.AUDIENCE, _audience),
    (tokens.ISSUER, _issuer),
    ("insufficient_scope", _scope),
    ("none of the scopes", _scope),
    ("token is needed", _use),
    (tokens.SEGMENTS, _malformed),
    (tokens.MALFORMED, _malformed),
    (tokens.KEY, _key),
    (tokens.SIGNATURE, _signature),
    ("signing method", _algorithm),
    ("has no valid", _times),
    (tokens.DISCOVERY, _unreachable),
    (tokens.JWKS, _unreachable),
    ("nobody here can check", _nobody),
)
