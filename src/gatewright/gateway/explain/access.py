"""Who may call: policies, signatures, Lambda authorizers. (Tokens: tokens.py.)"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

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
        why += [f"  {_upper(_named(each))} would allow, but {_miss(each['miss'])}." for each in near if "miss" in each]
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
