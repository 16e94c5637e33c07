"""Is a request signed, by whom, and is the signature good? Both forms: Authorization header and presigned query.

`claim` reads what the request says of itself, `check` proves it with the secret of the key it names. Every refusal is
an AwsError with AWS's literal. The body's real hash goes into the canonical request, so a payload that was changed, or
hashed as anything else (UNSIGNED-PAYLOAD, streaming), does not verify. SigV4a is refused by name. Pure: the caller
finds the secret between the two calls.

What could be read in two ways is refused: parts of a claim that come twice or that nobody knows, names of signed
headers that are no names, signed headers that did not come. What the scheme itself does not protect stays so: the order
of query parameters, needless percent-encodings in them, blanks in header values, and headers that are not signed.

Literals: recorded by users of API Gateway (facts on REST authorization); unverified: date mismatch, incomplete query
form, the texts on future dates, on the service and on what comes twice, and whether X-Amz-Expires rules over the 5
minutes.
"""

from __future__ import annotations

import base64
import hmac
import re
from calendar import timegm
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_tz
from hashlib import sha256
from time import strptime
from urllib.parse import unquote

from gatewright.aws.base import AwsError
from gatewright.aws.sigv4 import (
    ALGORITHM,
    Header,
    Scope,
    canonical_request,
    signature,
    string_to_sign,
    timestamp,
)

SKEW = 300  # seconds either way; AWS's own refusals name 5 minutes
_LONGEST = 604_800  # seconds a presigned URL may live
_SIGV4A = "AWS4-ECDSA-P256-SHA256"
_REGION = re.compile(r"[a-z0-9-]{1,32}")
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # of a header (RFC 9110)
_BLANK = " \t"
_PARTS = ("Credential", "Signature", "SignedHeaders")
_ONCE = "Authentication parameter '{}' must be given once only."
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signed request says of itself."""

    access_key: str
    scope: Scope
    date: str  # ISO 8601 basic
    signed: tuple[bytes, ...]  # header names as given: those that are not in lower case name no header
    signature: str
    token: str | None  # of the session
    expires: int | None  # seconds; presigned only
    query: bytes  # what counts as query for the signature


def claim(headers: Sequence[Header], query: bytes) -> Claim | None:
    """The claim of a request; None when it is not signed. Raises AwsError for a claim that makes no sense."""
    authorization = _single(headers, b"authorization")
    if authorization is not None:
        return _from_header(authorization, headers, query)
    if b"X-Amz-Signature=" in query or b"X-Amz-Algorithm=" in query:
        return _from_query(query)
    return None


def check(
    claim: Claim,
    method: str,
    path: bytes,
    headers: Sequence[Header],
    body: bytes,
    *,
    secret_key: str,
    service: str,
    now: float,
    region: str | None = None,
    double_encode: bool = True,
) -> None:
    """Prove a claim. `region`: the only one it may be for. Raises AwsError (InvalidSignatureException)."""
    _check_scope(claim, service, region)
    _check_time(claim, now)
    if b"host" not in claim.signed:
        raise _invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    sound = {name.lower() for name, _ in headers}.issuperset(claim.signed)
    payload = sha256(body).hexdigest()
    canonical = canonical_request(
        method, path, claim.query, headers, claim.signed, payload, double_encode=double_encode
    )
    to_sign = string_to_sign(claim.date, claim.scope, canonical)
    expected = signature(secret_key, claim.scope, to_sign)
    if not hmac.compare_digest(expected.encode(), claim.signature.encode("utf-8", "replace")) or not sound:
        text = canonical.decode("utf-8", "replace")
        raise _invalid(
            f"{_MISMATCH}\n\nThe Canonical String for this request should have been\n'{text}'\n\n"
            f"The String-to-Sign should have been\n'{to_sign}'\n"
        )


def header(headers: Sequence[Header], name: bytes) -> str | None:
    """The first value of a header, by its lower-case name."""
    for key, value in headers:
        if key.lower() == name:
            return value.decode("utf-8", "replace").strip(_BLANK)
    return None


def _single(headers: Sequence[Header], name: bytes) -> str | None:
    """The value of a header that must not come twice."""
    if sum(key.lower() == name for key, _ in headers) > 1:
        raise _incomplete(_ONCE.format(name.decode()))
    return header(headers, name)


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidSignatureException", message, 403)


def _incomplete(message: str) -> AwsError:
    return AwsError("IncompleteSignatureException", message, 403)


def _hashed(value: str) -> str:
    return base64.b64encode(sha256(value.encode()).digest()).decode()


def _refuse_sigv4a(algorithm: str) -> None:
    if algorithm == _SIGV4A:
        raise _invalid(f"{_SIGV4A} (Signature Version 4A) is not supported here. Sign with {ALGORITHM}.")


def _from_header(authorization: str, headers: Sequence[Header], query: bytes) -> Claim:
    algorithm, _, rest = authorization.partition(" ")
    _refuse_sigv4a(algorithm)
    given = _pairs(rest) if algorithm == ALGORITHM else {}
    date = _header_date(headers)
    missing = [f"Authorization header requires '{name}' parameter. " for name in _PARTS if not given.get(name)]
    if date is None:
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
    if missing or date is None:
        shown = _hashed(algorithm)
        raise _incomplete(f"{''.join(missing)}(Hashed with SHA-256 and encoded with Base64) Authorization={shown}")
    access_key, scope = _credential(given["Credential"])
    return Claim(
        access_key=access_key,
        scope=scope,
        date=date,
        signed=_names(given["SignedHeaders"]),
        signature=given["Signature"],
        token=_single(headers, b"x-amz-security-token"),
        expires=None,
        query=query,
    )


def _pairs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in text.split(","):
        key, equals, value = pair.strip(_BLANK).partition("=")
        if not equals:
            raise _incomplete(
                "Invalid key=value pair (missing equal-sign) in Authorization header "
                f"(hashed with SHA-256 and encoded with Base64): '{_hashed(pair.strip(_BLANK))}'."
            )
        if key not in _PARTS:
            raise _incomplete(f"Authorization header has no '{key}' parameter.")
        if key in found:
            raise _incomplete(_ONCE.format(key))
        found[key] = value
    return found


def _header_date(headers: Sequence[Header]) -> str | None:
    date = _single(headers, b"x-amz-date")
    if date is not None:
        return date
    date = _single(headers, b"date")
    parsed = parsedate_tz(date) if date is not None else None
    if parsed is None:
        return date
    return timestamp(timegm(parsed[:6]) - (parsed[9] or 0))


def _from_query(query: bytes) -> Claim:
    kept: list[str] = []
    given: dict[str, str] = {}
    for pair in query.decode("latin-1").split("&"):
        key, _, value = pair.partition("=")
        name = unquote(key)
        if name.startswith("X-Amz-"):
            if name in given:
                raise _incomplete(_ONCE.format(name))
            given[name] = unquote(value)
        if name != "X-Amz-Signature":
            kept.append(pair)
    _refuse_sigv4a(given.get("X-Amz-Algorithm", ""))
    if given.get("X-Amz-Algorithm") != ALGORITHM:
        raise _incomplete(f"AWS query-string parameters must include 'X-Amz-Algorithm' with the value '{ALGORITHM}'.")
    missing = [name for name in ("Credential", "Date", "SignedHeaders", "Signature") if not given.get(f"X-Amz-{name}")]
    if missing:
        names = ", ".join(f"'X-Amz-{name}'" for name in missing)
        raise _incomplete(f"AWS query-string parameters must include {names}.")
    access_key, scope = _credential(given["X-Amz-Credential"])
    return Claim(
        access_key=access_key,
        scope=scope,
        date=given["X-Amz-Date"],
        signed=_names(given["X-Amz-SignedHeaders"]),
        signature=given["X-Amz-Signature"],
        token=given.get("X-Amz-Security-Token"),
        expires=_expires(given.get("X-Amz-Expires")),
        query="&".join(kept).encode("latin-1"),
    )


def _expires(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > _LONGEST:
        raise _incomplete(f"X-Amz-Expires must be a number of seconds from 0 to {_LONGEST}.")
    return int(text)


def _credential(text: str) -> tuple[str, Scope]:
    parts = text.split("/")
    if len(parts) != 5:
        raise _incomplete(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{text}'"
        )
    if parts[4] != "aws4_request":
        raise _invalid(f"Credential should be scoped with a valid terminator: 'aws4_request', not '{parts[4]}'. ")
    return parts[0], Scope(parts[1], parts[2], parts[3])


def _names(text: str) -> tuple[bytes, ...]:
    names = text.split(";")
    if not all(map(_NAME.fullmatch, names)):
        raise _incomplete("SignedHeaders must be names of headers, separated by semicolons.")
    return tuple(name.encode() for name in names)


def _check_scope(claim: Claim, service: str, region: str | None) -> None:
    if not _REGION.fullmatch(claim.scope.region) or region not in (None, claim.scope.region):
        raise _invalid(f"Credential should be scoped to a valid region, not '{claim.scope.region}'. ")
    if claim.scope.service != service:
        raise _invalid(f"Credential should be scoped to correct service: '{service}'. ")
    if claim.scope.date != claim.date[:8]:
        raise _invalid(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{claim.scope.date}' != '{claim.date[:8]}', from '{claim.date}'."
        )


def _check_time(claim: Claim, now: float) -> None:
    try:
        signed_at = timegm(strptime(claim.date, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise _incomplete(
            f"Date must be in ISO-8601 'basic format'. Got '{claim.date}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ) from None
    allowed = SKEW if claim.expires is None else claim.expires
    if signed_at < now - allowed:
        raise _invalid(
            f"Signature expired: {claim.date} is now earlier than {timestamp(now - allowed)} "
            f"({timestamp(now)} - {allowed // 60} min.)"
        )
    if signed_at > now + SKEW:
        raise _invalid(
            f"Signature not yet current: {claim.date} is still later than {timestamp(now + SKEW)} "
            f"({timestamp(now)} + {SKEW // 60} min.)"
        )
