"""Who may call: policies, signatures, Lambda authorizers. (Tokens: tokens.py.)"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gatewright.gateway.explain import masking
from gatewright.gateway.explain.base import Case, Exhibit, Fix, Told
from gatewright.program.authorizers import FunctionAuthorizer

AUTHORIZATION = "authorization"
_WHOSE = {
    "resource": "the API's resource policy",
    "authorizer": "the policy that the Lambda authorizer's function answered with",
    "identity": "the caller's own policies",
    "boundary": "the caller's permissions boundary",
    "session": "the session policy of the caller's temporary credentials",
}
Statements = Sequence[Mapping[str, Any]]


def denied(case: Case) -> Told:
    """403 by policies, whosever they are."""
    policies: Mapping[str, Statements] = case.failed.evidence.get("policies", {})
    if case.why.get("foreign") or "of another account" in (case.failed.log or ""):
        return _foreign(case)
    for whose, statements in policies.items():
        deny = next((each for each in statements if each["effect"] == "Deny" and each["applies"]), None)
        if deny is not None:
            return _explicit(case, whose, deny)
    return _implicit(case, policies) if policies else _said_no(case)


def _said_no(case: Case) -> Told:
    """Nothing was kept of who refused: a function that says yes or no, or a caller without any policy."""
    authorizer = getattr(case.seen.part, "authorizer", None)
    if isinstance(authorizer, FunctionAuthorizer):
        page = "lambda-authorizer-http" if case.product == "HTTP" else "authorizer-output"
        said = "isAuthorized: false" if authorizer.simple else "a policy that does not allow it"
        why = f"The Lambda authorizer's function {authorizer.function_arn} refused the caller: it answered with {said}."
        fix = [_edit(case, "authorizer", "Send what the function accepts, or let it accept this caller.")]
        return Told(AUTHORIZATION, [why], fix, [page])
    reason = f" {case.failed.log}." if case.failed.log else ""
    return Told(
        AUTHORIZATION,
        [f"None of the policies that count here allows the call.{reason}"],
        [Fix(f"Allow the caller execute-api:Invoke on {_resource(case)}, in its own policies or the API's.")],
        ["iam", "policy-evaluation"],
    )


def _explicit(case: Case, whose: str, statement: Mapping[str, Any]) -> Told:
    named = _named(statement)
    why = [
        _upper(f"{_WHOSE[whose]} denies it: {named} has Effect Deny and matches this request."),
        "An explicit Deny wins over every Allow, in whatever policy that stands.",
    ]
    conditions = statement["statement"].get("Condition")
    if conditions:
        why.append(f"It matches because its condition holds: {json.dumps(conditions)}.")
    fix = [_edit(case, whose, f"Change or remove {named}, or narrow its Resource, Principal or Condition.")]
    return Told(AUTHORIZATION, why, fix, _pages(whose), [_shown(whose, statement)])


def _implicit(case: Case, policies: Mapping[str, Statements]) -> Told:
    why: list[str] = []
    exhibits: list[Exhibit] = []
    fix: list[Fix] = []
    silent = [whose for whose, statements in policies.items() if not _allows(statements)]
    for whose in silent:
        statements = policies[whose]
        why.append(_upper(f"no statement of {_WHOSE[whose]} allows it."))
        if not statements:
            why[-1] = _upper(
                f"{_WHOSE[whose]} have no statements."
                if whose == "identity"
                else f"{_WHOSE[whose]} is empty: it allows nothing."
            )
        near = [each for each in statements if each["effect"] == "Allow"]
        why += [f"  {_named(each)} would allow, but {_miss(each['miss'])}." for each in near if "miss" in each]
        exhibits += [_shown(whose, each) for each in near[:2]]
        fix.append(_edit(case, whose, _allowing(case, whose)))
    if not silent:
        why.append("None of the policies that count here allows the call.")
    if "identity" in silent and "resource" not in policies and case.product == "REST":
        why.append("(A resource policy of the API could allow the caller, too; the API has none.)")
    return Told(AUTHORIZATION, why, fix, _pages(silent[0] if silent else "resource"), exhibits)


def _allows(statements: Statements) -> bool:
    return any(each["effect"] == "Allow" and each["applies"] for each in statements)


def _allowing(case: Case, whose: str) -> str:
    action = "ManageConnections" if b"@connections" in case.seen.path else "Invoke"
    said = f"Add a statement that allows execute-api:{action} on {_resource(case)}"
    return f"{said}." if whose != "resource" else f'{said} to this caller (for everybody: "Principal": "*").'


def _resource(case: Case) -> str:
    seen, scene = case.seen, case.scene
    if scene.product == "WEBSOCKET":
        return f"{scene.arn}/{seen.verb}/@connections/*" if b"@connections" in seen.path else f"{scene.arn}/$connect"
    return f"{scene.arn}/{seen.verb}{seen.path.decode('utf-8', 'replace')}"


def _edit(case: Case, whose: str, text: str) -> Fix:
    """Where the policy stands."""
    scene = case.scene
    if whose == "resource":
        return Fix(
            f"{text} Then deploy: a resource policy counts from the next deployment on.",
            f"aws apigateway get-rest-api --rest-api-id {scene.api_id} --query policy --output text\n"
            f"aws apigateway update-rest-api --rest-api-id {scene.api_id} --patch-operations "
            "op=replace,path=/policy,value='POLICY'\n"
            f"aws apigateway create-deployment --rest-api-id {scene.api_id} --stage-name {scene.stage}",
        )
    if whose == "authorizer":
        authorizer = getattr(case.seen.part, "authorizer", None)
        name = authorizer.function_arn if isinstance(authorizer, FunctionAuthorizer) else "the authorizer"
        kept = authorizer.ttl if isinstance(authorizer, FunctionAuthorizer) else 0
        more = f" Its answers are kept for {kept} s, for all methods: let its Resource cover them all." if kept else ""
        return Fix(f"{text} That is up to the function {name}.{more}", _flush(case) if kept else None)
    command = "gatewright credentials list" if whose == "identity" else None
    return Fix(
        f"{text} These are policies of the caller (`gatewright credentials create --policy`, or IAM's own).", command
    )


def _flush(case: Case) -> str:
    scene = case.scene
    if scene.product == "HTTP":
        return f"aws apigatewayv2 reset-authorizers-cache --api-id {scene.api_id} --stage-name '{scene.stage}'"
    return f"aws apigateway flush-stage-authorizers-cache --rest-api-id {scene.api_id} --stage-name {scene.stage}"


def _named(statement: Mapping[str, Any]) -> str:
    sid = statement.get("sid")
    return f'the statement "{sid}"' if sid else f"statement number {statement['number'] + 1}"


def _miss(miss: Mapping[str, Any]) -> str:
    """Which element does not match."""
    wanted = _list(miss["wanted"])
    if miss["element"] == "Condition":
        if miss["present"] is None:
            return (
                f"its condition {miss['operator']} wants {miss['key']} to be {wanted}, and the request has no "
                f"{miss['key']}"
            )
        return (
            f"its condition {miss['operator']} on {miss['key']} wants {wanted}, and the request has "
            f"{_list(miss['present'])}"
        )
    present = _list(miss["present"] or ())
    return f"its {miss['element']} is {wanted}, and the request has {present}"


def _list(values: Sequence[str]) -> str:
    shown = [value if len(value) <= 200 else f"{value[:200]}…" for value in values[:5]]
    return " or ".join(shown) + (f" or {len(values) - 5} more" if len(values) > 5 else "") if shown else "nothing"


def _shown(whose: str, statement: Mapping[str, Any]) -> Exhibit:
    return Exhibit(
        f"{_upper(_named(statement))} of {_WHOSE[whose]}", json.dumps(statement["statement"], indent=2)[:2000]
    )


def _pages(whose: str) -> list[str]:
    if whose == "resource":
        return ["authorization-flow", "resource-policy"]
    return ["authorizer-output"] if whose == "authorizer" else ["iam", "policy-evaluation"]


def _foreign(case: Case) -> Told:
    seen, scene = case.seen, case.scene
    who = getattr(seen.principal, "arn", None) or "the caller"
    why = [f"{who} is of another account than the API ({scene.account}). Its own policies are not enough then."]
    if scene.product != "REST":
        return Told(
            AUTHORIZATION,
            [*why, "An API of this kind has no resource policy that could let other accounts in."],
            [
                Fix(
                    "Call it with credentials of the API's own account, for instance through a role there "
                    "(sts assume-role)."
                )
            ],
            ["iam"],
        )
    return Told(
        AUTHORIZATION,
        [*why, "A resource policy of the API has to allow it, too, and there is none."],
        [_edit(case, "resource", f'Give the API a resource policy that allows "Principal": {{"AWS": "{who}"}}.')],
        ["authorization-flow", "resource-policy"],
    )


def not_supported(case: Case) -> Told:
    """An authorizationType that nobody checks: closed."""
    return Told(
        AUTHORIZATION,
        [f"{case.failed.log or 'The kind of authorization is not supported'}: what nobody can check stays closed."],
        [
            Fix(
                "Give the method an authorizationType of NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS (REST) or "
                "JWT (HTTP API)."
            )
        ],
        ["iam"],
    )


def dot_segments(case: Case) -> Told:
    return Told(
        AUTHORIZATION,
        [
            (
                "The path has dot segments (/./ or /../, perhaps percent-encoded), and a policy decides by paths. "
                "A backend might read another path than the one that was allowed, so such requests are refused."
            )
        ],
        [Fix("Send the path without dot segments.")],
        ["resource-policy"],
    )


def fresh_refused(case: Case) -> Told:
    """403 for Cache-Control: max-age=0."""
    return Told(
        "cache",
        [
            (
                "The request wants a fresh answer (Cache-Control: max-age=0), and the stage lets only callers "
                "invalidate cached answers who may do execute-api:InvalidateCache."
            )
        ],
        [
            Fix("Leave Cache-Control: max-age=0 out (browsers send it when a page is reloaded)."),
            Fix(
                (
                    "Or allow the caller, who must sign the request, execute-api:InvalidateCache; or answer "
                    "others from the cache."
                ),
                (
                    f"aws apigateway update-stage --rest-api-id {case.scene.api_id} --stage-name "
                    f"{case.scene.stage} --patch-operations "
                    "'op=replace,path=/*/*/caching/unauthorizedCacheControlHeaderStrategy,value=SUCCEED_WITHOUT_RESPONSE_HEADER'"
                ),
            ),
        ],
        ["caching"],
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


# Lambda authorizers


def unauthorized(case: Case) -> Told:
    """401 of a Lambda authorizer: an identity source is missing, or the function said so."""
    authorizer = getattr(case.seen.part, "authorizer", None)
    if "answer" in case.why:
        return Told(
            AUTHORIZATION,
            [
                (
                    f"The function {_function(authorizer)} refused the caller: it failed with the message "
                    '"Unauthorized", which API Gateway answers with 401.'
                )
            ],
            [Fix("Send what the function accepts; its log says what it looked at."), _tail(authorizer)],
            ["lambda-authorizer"],
            [Exhibit("What the function answered", str(case.why["answer"]))],
        )
    if not isinstance(authorizer, FunctionAuthorizer):
        return Told(
            AUTHORIZATION,
            ["The caller has shown nothing that the authorizer takes."],
            [Fix("Send the identity source that the authorizer names.")],
            ["lambda-authorizer"],
        )
    missing = [
        f"{source.location} {source.name}"
        for source in authorizer.sources
        if not _has(case, source.location, source.name)
    ]
    if missing:
        why = (
            f"The authorizer {authorizer.id} wants {' and '.join(missing)}, and the request has none (or an empty "
            "one). Its function was not called."
        )
        return Told(
            AUTHORIZATION,
            [why],
            [Fix(f"Send {' and '.join(missing)}."), _sources(case, authorizer)],
            ["lambda-authorizer"],
        )
    if authorizer.validation is not None:
        why = (
            "The token does not match the authorizer's identityValidationExpression "
            f"{authorizer.validation.text!r} as a whole. Its function was not called."
        )
        return Told(
            AUTHORIZATION,
            [why],
            [Fix("Send a token that matches it."), _sources(case, authorizer)],
            ["lambda-authorizer"],
        )
    return Told(
        AUTHORIZATION,
        [
            (
                f"An identity source of the authorizer {authorizer.id} has no single value: it came more than "
                "once, or is of the stage or $context and empty. Its function was not called."
            )
        ],
        [_sources(case, authorizer)],
        ["lambda-authorizer"],
    )


def _has(case: Case, location: str, name: str) -> bool:
    if location == "header":
        return bool(case.header(name))
    if location == "querystring":
        query = case.seen.target.partition(b"?")[2].decode("latin-1")
        return any(pair.partition("=")[0] == name and pair.partition("=")[2] for pair in query.split("&"))
    return True


def _sources(case: Case, authorizer: FunctionAuthorizer) -> Fix:
    scene = case.scene
    kind = (
        "apigateway get-authorizer --rest-api-id" if scene.product == "REST" else "apigatewayv2 get-authorizer --api-id"
    )
    return Fix("See what the authorizer looks at.", f"aws {kind} {scene.api_id} --authorizer-id {authorizer.id}")


def _function(authorizer: object) -> str:
    return authorizer.function_arn if isinstance(authorizer, FunctionAuthorizer) else "of the authorizer"


def _tail(authorizer: object) -> Fix:
    name = _function(authorizer).rsplit(":", 1)[-1]
    return Fix(f"Read the function's log: logs/{name}.log in the data folder (CloudWatch Logs for functions on AWS).")


def authorizer_broken(case: Case) -> Told:
    """500: the authorizer could not be asked, or did not answer as authorizers do."""
    authorizer, log = getattr(case.seen.part, "authorizer", None), case.failed.log or ""
    reason = log.removeprefix("Execution failed due to configuration error: ")
    exhibits = [Exhibit("What the function answered", str(case.why["answer"]))] if "answer" in case.why else []
    if case.why.get("failed"):
        return Told(
            AUTHORIZATION,
            [
                (
                    f"The authorizer's function {_function(authorizer)} failed ({case.why['failed']}): only the "
                    'message "Unauthorized" would have been a 401.'
                )
            ],
            [Fix("Repair the function: its answer below says what went wrong."), _tail(authorizer)],
            ["lambda-authorizer"],
            exhibits,
        )
    if "answer" in case.why:
        shape = (
            '{"isAuthorized": true, "context": {…}}'
            if isinstance(authorizer, FunctionAuthorizer) and authorizer.simple
            else (
                '{"principalId": "…", "policyDocument": {"Version": "2012-10-17", "Statement": [{"Action": '
                '"execute-api:Invoke", "Effect": "Allow", "Resource": "arn:…"}]}, "context": {…}}'
            )
        )
        why = [
            (
                f"What the authorizer's function {_function(authorizer)} answered is not what an authorizer "
                f"answers: {reason}."
            )
        ]
        if case.failed.detail:
            why.append(f"In detail: {case.failed.detail}.")
        return Told(
            AUTHORIZATION,
            why,
            [Fix(f"Let it answer like {shape}, with no other members and with text, numbers and Booleans in context.")],
            ["authorizer-output"],
            exhibits,
        )
    why = [f"The authorizer could not be asked: {reason}."] + (
        [f"In detail: {case.failed.detail}."] if case.failed.detail else []
    )
    fix = (
        Fix("Look at the authorizer's settings.")
        if not isinstance(authorizer, FunctionAuthorizer)
        else _sources(case, authorizer)
    )
    return Told(AUTHORIZATION, why, [fix], ["lambda-authorizer"])


# Signatures


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
            "Compare what is below with what the client has signed (SDKs log it at debug level; botocore: "
            "boto3.set_stream_logger('botocore.auth'))."
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
