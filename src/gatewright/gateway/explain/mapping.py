"""Mapping templates, parameter mappings and integration responses that do not come out."""

from __future__ import annotations

from gatewright.gateway.explain.backends import RESPONSE, deploy, integration_of
from gatewright.gateway.explain.base import Case, Exhibit, Fix, Told, word
from gatewright.gateway.explain.requests import REQUEST
from gatewright.program.records import MethodProgram, ResponseRule


def template(case: Case) -> Told:
    """A template that fails while it runs."""
    why = case.why
    place = str(why.get("template") or ("response" if "response" in (case.failed.log or "") else "request"))
    step = RESPONSE if place == "response" else REQUEST
    if "line" not in why:
        return _binary(case, place, step)
    line, column, text = int(why["line"]), int(why["column"]), str(why.get("text", ""))
    pointer = f"{line:>5} | {text}\n      | {' ' * (min(column, len(text) + 1) - 1)}^"
    return Told(
        step,
        [f"The {place} template fails at line {line}, column {column}: {why.get('reason')}."],
        [
            Fix(
                "Repair the template at this place. Try it without a deployment: the log shows what it makes.",
                _test(case),
            ),
            Fix("Then put it into the integration, and deploy.", f"{_put(case, place)}\n{deploy(case)}"),
        ],
        ["mapping"],
        [Exhibit(f"Line {line} of the {place} template", pointer)],
    )


def _binary(case: Case, place: str, step: str) -> Told:
    kind = case.header("content-type") if place == "request" else None
    return Told(
        step,
        [
            (
                f"The {place}'s body is binary (its media type{f' {kind}' if kind else ''} is among the API's "
                "binaryMediaTypes), and a template or mapping can only read text."
            )
        ],
        [
            Fix(
                (
                    "Set contentHandling to CONVERT_TO_TEXT (the template then sees base64), take the type out of "
                    "binaryMediaTypes, or send another Content-Type; deploy."
                ),
                deploy(case),
            )
        ],
        ["binary"],
    )


def _test(case: Case) -> str | None:
    part = case.seen.part
    if not isinstance(part, MethodProgram):
        return None
    return (
        f"aws apigateway test-invoke-method --rest-api-id {case.scene.api_id} --resource-id {part.resource_id} "
        f"--http-method {word(case.seen.verb)} --path-with-query-string {word(_below(case))} --body '{{}}' --query log "
        "--output text"
    )


def _below(case: Case) -> str:
    query = case.seen.target.partition(b"?")[2]
    path = case.seen.path.decode("utf-8", "replace")
    return f"{path}?…" if query else path


def _put(case: Case, place: str) -> str:
    part = case.seen.part
    if not isinstance(part, MethodProgram):
        return f"aws apigatewayv2 get-integrations --api-id {case.scene.api_id}"
    where = f"--rest-api-id {case.scene.api_id} --resource-id {part.resource_id} --http-method {part.verb}"
    change = "--patch-operations op=replace,path=/{}Templates/application~1json,value='TEMPLATE'"
    if place == "response":
        return f"aws apigateway update-integration-response {where} --status-code 200 {change.format('response')}"
    return f"aws apigateway update-integration {where} {change.format('request')}"


def no_match(case: Case) -> Told:
    """No integration response for what the backend answered."""
    status = case.why.get("status") or case.matched(1)
    rules: tuple[ResponseRule, ...] = getattr(integration_of(case), "responses", ())
    patterns = [rule.pattern.text for rule in rules if rule.pattern is not None]
    said = f"its patterns are {', '.join(patterns)}" if patterns else "it has none at all"
    what = f"status {status}" if status else "error"
    part = case.seen.part
    command = None
    if isinstance(part, MethodProgram):
        where = f"--rest-api-id {case.scene.api_id} --resource-id {part.resource_id} --http-method {part.verb}"
        command = (
            f"aws apigateway put-method-response {where} --status-code 500\n"
            f"aws apigateway put-integration-response {where} --status-code 500 --selection-pattern ''\n{deploy(case)}"
        )
    return Told(
        RESPONSE,
        [
            (
                f"The backend answered, but no integration response is for its {what}: {said}, and there is no "
                "default (an integration response without a selectionPattern)."
            )
        ],
        [
            Fix(
                "Add a default integration response, or one whose pattern matches, and its method response; deploy.",
                command,
            )
        ],
        ["integration-responses"],
        _answer(case),
    )


def _answer(case: Case) -> list[Exhibit]:
    answer = case.why.get("answer")
    return [Exhibit(f"What the backend answered (status {case.why.get('status')})", str(answer))] if answer else []


def no_method_response(case: Case) -> Told:
    code = case.matched(1)
    part = case.seen.part
    command = None
    if isinstance(part, MethodProgram):
        where = f"--rest-api-id {case.scene.api_id} --resource-id {part.resource_id} --http-method {part.verb}"
        command = f"aws apigateway put-method-response {where} --status-code {code}\n{deploy(case)}"
    return Told(
        RESPONSE,
        [
            (
                f"The integration response answers with {code}, and the method has no method response {code}: it "
                "must declare each status that it can answer."
            )
        ],
        [Fix("Add the method response, and deploy.", command)],
        ["integration-responses"],
    )


def mock_status(case: Case) -> Told:
    """A MOCK integration whose request template names no status."""
    part = case.seen.part
    command = None
    if isinstance(part, MethodProgram):
        command = (
            f"aws apigateway update-integration --rest-api-id {case.scene.api_id} --resource-id {part.resource_id} "
            f"--http-method {part.verb} --patch-operations "
            '\'op=replace,path=/requestTemplates/application~1json,value="{\\"statusCode\\": 200}"\'\n'
            f"{deploy(case)}"
        )
    return Told(
        REQUEST,
        [
            (
                'The MOCK integration\'s request template does not come to {"statusCode": NUMBER}; without one '
                "the request's own body is taken for it."
            )
        ],
        [
            Fix(
                (
                    'Give the integration the request template {"statusCode": 200} for the Content-Type that is '
                    "sent, and deploy."
                ),
                command,
            )
        ],
        ["mock"],
    )


def illegal_header(case: Case) -> Told:
    return Told(
        REQUEST,
        [f"A mapping or an override writes a header that the integration sets itself: {case.reason}."],
        [
            Fix(
                "Take the header out of requestParameters and $context.requestOverride.header, and deploy.",
                deploy(case),
            )
        ],
        ["overrides"],
    )


def bad_value(case: Case) -> Told:
    """Headers and addresses that mappings make, and HTTP does not take."""
    return Told(
        REQUEST,
        [f"{case.reason}: what the mapping made of this request cannot be sent."],
        [Fix("Map a value without line ends and control characters.")],
        ["mapping"],
    )


def unsound_answer(case: Case) -> Told:
    detail = f" ({case.failed.detail})" if case.failed.detail else ""
    return Told(
        RESPONSE,
        [
            (
                f"What the integration answered is not sound HTTP, and could not be sent{detail}: a header's name "
                "or value, or the status."
            )
        ],
        [
            Fix(
                "Let the backend, or the mapping of its answer, make headers of letters, digits and hyphens, "
                "with values of one line."
            )
        ],
        ["integration-responses"],
        _answer(case),
    )


def no_base64(case: Case) -> Told:
    return Told(
        RESPONSE if case.seen.integration_latency >= 0 else REQUEST,
        [
            (
                "A body that was to be decoded from base64 (contentHandling CONVERT_TO_BINARY, isBase64Encoded) "
                "is no base64."
            )
        ],
        [Fix("Let whoever makes it encode it, or leave contentHandling out; deploy.")],
        ["binary"],
        _answer(case),
    )


def endpoint_json(case: Case) -> Told:
    return Told(
        RESPONSE,
        [
            (
                "A response mapping reads a member of the backend's body (integration.response.body.…), and the "
                "body is no JSON."
            )
        ],
        [Fix("Let the backend answer with JSON, or map a header instead.")],
        ["integration-responses"],
        _answer(case),
    )
