"""Lambda authorizers that refused, could not be asked, or answered as no authorizer does."""

from __future__ import annotations

from gatewright.gateway.explain.access import AUTHORIZATION
from gatewright.gateway.explain.base import Case, Exhibit, Fix, Told
from gatewright.program.authorizers import FunctionAuthorizer


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
    return Fix(
        f"Read the function's log: logs/functions/{name}.log in the data folder (CloudWatch Logs for functions on AWS)."
    )


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
            [Fix("Repair the function: its answer, shown here, says what went wrong."), _tail(authorizer)],
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
