"""Signatures of AWS (SigV4) that are missing, or were refused."""

from __future__ import annotations

from gatewright.gateway.explain import masking
from gatewright.gateway.explain.access import AUTHORIZATION
from gatewright.gateway.explain.base import Case, Exhibit, Fix, Told


def unsigned(case: Case) -> Told:
    """A method with AWS_IAM that was called without a signature."""
    scene = case.scene
    return Told(
        AUTHORIZATION,
        [
            (
                "The method wants a signature (authorizationType AWS_IAM), and the request has none: no "
                "Authorization header that begins with AWS4-HMAC-SHA256, and no X-Amz-Signature in the query."
            )
        ],
        [
            Fix(
                "Sign the request for the service execute-api.",
                (
                    f"curl --aws-sigv4 aws:amz:{scene.region}:execute-api --user "
                    '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" …'
                ),
            ),
            Fix(
                "Make an access key for a caller, with a policy.",
                "gatewright credentials create alice --policy POLICY.json --env",
            ),
        ],
        ["iam", "signature"],
    )


def bad_signature(case: Case) -> Told:
    """403 with one of the codes of AWS's signature check."""
    message = case.failed.message or ""
    code = case.failed.error_type
    if "String-to-Sign" in message:
        return _mismatch(case, message)
    first = message.partition("\n")[0]
    for words, why, fix in _SIGNATURES:
        if words in message or words == code:
            return Told(AUTHORIZATION, [f"{why} AWS's words: {first}"], [Fix(fix)], ["signature"])
    return Told(
        AUTHORIZATION,
        [f"The signature was refused before it was compared: {first}"],
        [Fix("Let an SDK or curl --aws-sigv4 sign the request, for the service execute-api and the API's Region.")],
        ["signature"],
    )


_SIGNATURES: tuple[tuple[str, str, str], ...] = (
    (
        "UnrecognizedClientException",
        "Nobody holds the access key that signed, or not with this session token (X-Amz-Security-Token).",
        (
            "Use a key that is known here: `gatewright credentials list`; of temporary credentials send the "
            "session token, too."
        ),
    ),
    (
        "ExpiredTokenException",
        "The temporary credentials that signed have expired.",
        "Get new ones (aws sts assume-role, or whatever gave these).",
    ),
    (
        "Signature expired",
        "The request was signed too long ago: AWS takes signatures for 5 minutes (presigned URLs for X-Amz-Expires).",
        "Sign anew for each request, and set the client's clock right (NTP).",
    ),
    (
        "Signature not yet current",
        "The request was signed in the future: the client's clock is ahead.",
        "Set the client's clock right (NTP).",
    ),
    (
        "scoped to a valid region",
        "The signature is for another Region than the API's.",
        "Sign for the API's Region (the third part of Credential).",
    ),
    (
        "scoped to correct service",
        "The signature is for another service.",
        "Sign for the service execute-api (the fourth part of Credential).",
    ),
    (
        "does not match YYYYMMDD",
        "The date in the credential scope is another day than X-Amz-Date.",
        "Use the date of X-Amz-Date (UTC) in the scope.",
    ),
    (
        "'SignedHeader'",
        "A header that must be signed is not among SignedHeaders.",
        "Add it to SignedHeaders (host always; x-apigw-api-id and x-http-method-override if they are sent).",
    ),
    (
        "dot segments",
        "Signers leave empty and dot segments out of the path that they sign, routes do not: the two would differ.",
        "Send the path without //, /./ and /../.",
    ),
    ("semicolon", "Signers take a semicolon in the query for a character, others for a separator.", "Write it as %3B."),
    (
        "empty parameters",
        "Signers leave empty parameters (a=1&&b=2) out of what they sign.",
        "Leave them out of the query.",
    ),
    ("not supported here", "Signature Version 4A is not supported.", "Sign with AWS4-HMAC-SHA256."),
    (
        "missing equal-sign",
        (
            "The Authorization header is no signature: AWS's begins with AWS4-HMAC-SHA256 Credential=…, "
            "SignedHeaders=…, Signature=…."
        ),
        "Sign the request, or send what the method's authorizer wants.",
    ),
    (
        "IncompleteSignatureException",
        "The signature lacks a part, or has one twice.",
        "Let an SDK or curl --aws-sigv4 sign the request.",
    ),
)


def _mismatch(case: Case, message: str) -> Told:
    """The signature is another one than ours: what we have signed is shown, so that it can be compared."""
    canonical, _, to_sign = message.partition("The String-to-Sign should have been")
    canonical = canonical.partition("should have been\n")[2].strip().strip("'")
    why = [
        (
            "The signature does not match: the client signed another request than the one that arrived, or with "
            "another secret."
        )
    ]
    why += _suspects(case, canonical)
    fix = [
        Fix(
            "Compare this canonical request with the one that the client has signed (SDKs log it at debug level; "
            "botocore: boto3.set_stream_logger('botocore.auth'))."
        ),
        Fix("The first line that differs is the reason. If none does, the secret is wrong."),
    ]
    canonical = masking.canonical(canonical, masking.identity_names(case.seen))
    exhibits = [
        Exhibit("Canonical request, as it arrived", canonical),
        Exhibit("String to sign", to_sign.strip().strip("'")),
    ]
    return Told(AUTHORIZATION, why, fix, ["signature"], exhibits)


def _suspects(case: Case, canonical: str) -> list[str]:
    """What often makes the difference, looked for in this request."""
    found = []
    lines = canonical.split("\n")
    path = lines[1] if len(lines) > 1 else ""
    if "%25" in path:
        found.append(
            "The path has percent-encodings: they are encoded once more in what is signed (%20 is %2520 "
            "there). Some clients do not."
        )
    host = case.header("host") or ""
    if ":" in host:
        found.append(f"The Host has a port ({host}): it must be signed with the port.")
    if case.header("x-amz-content-sha256") in ("UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"):
        found.append("X-Amz-Content-Sha256 is not the hash of the body: API Gateway always takes the body's real hash.")
    if case.seen.body_size and (case.header("content-type") or "").startswith("application/x-www-form-urlencoded"):
        found.append("The body was sent as a form: curl and some libraries encode it after it was signed.")
    return found
