"""Requests that the API's own rules refuse: required parameters, models, media types, codings."""

from __future__ import annotations

import re

from gatewright.gateway.explain import masking
from gatewright.gateway.explain.base import Case, Exhibit, Fix, Told, word
from gatewright.program.records import MethodProgram, RequiredParameter
from gatewright.program.websocket import SocketRoute

VALIDATION, REQUEST = "validation", "integration request"
_LISTED = re.compile(r"\[(.*)\]", re.DOTALL)


def parameters(case: Case) -> Told:
    """400 Missing required request parameters."""
    found = _LISTED.search(case.failed.message or "")
    names = found[1].split(", ") if found else []
    places = [f"{_place(case, name)} {name}" for name in names]
    why = f"The method requires {' and '.join(places) or 'parameters'}, and the request has none (or empty ones)."
    fix = [Fix(f"Send {' and '.join(places) or 'them'}.")]
    if case.product == "REST":
        scene, part = case.scene, case.seen.part
        identity = part.resource_id if isinstance(part, MethodProgram) else "RESOURCE"
        verb = part.verb if isinstance(part, MethodProgram) else word(case.seen.verb)
        command = (
            f"aws apigateway update-method --rest-api-id {scene.api_id} --resource-id {identity} --http-method {verb} "
            "--patch-operations op=replace,path=/requestParameters/method.request.querystring.NAME,value=false\n"
            f"aws apigateway create-deployment --rest-api-id {scene.api_id} --stage-name {scene.stage}"
        )
        fix.append(
            Fix(
                "Or let the method do without (requestParameters … false, or no request validator), and deploy.",
                command,
            )
        )
    return Told(VALIDATION, [why], fix, ["validation"])


def _place(case: Case, name: str) -> str:
    part = case.seen.part
    required: tuple[RequiredParameter, ...] = ()
    if isinstance(part, MethodProgram) and part.validation is not None:
        required = part.validation.parameters
    elif isinstance(part, SocketRoute):
        required = part.required
    location = next((each.location for each in required if each.name == name), "")
    return {"header": "the header", "querystring": "the query parameter", "path": "the path parameter"}.get(
        location, "the parameter"
    )


def body(case: Case) -> Told:
    """400 Invalid request body."""
    problems = _problems(case)
    why = [
        "The body is not as the method's model wants it:"
        if problems
        else "The body is not as the method's model wants it."
    ]
    why += [f"  {each}" for each in problems]
    fix = [Fix("Send a body that the model accepts (JSON Schema draft 4)."), _see_models(case)]
    if case.product == "WEBSOCKET":
        fix[0] = Fix("Send a message that the route's model accepts (JSON Schema draft 4).")
    return Told(VALIDATION, why, fix, ["validation"])


def _problems(case: Case) -> list[str]:
    text = case.failed.validation or ""
    if not text:
        found = _LISTED.search(case.failed.log or "")
        text = "" if found is None else found[0]
    inner = text.removeprefix("[").removesuffix("]").strip("'\"")
    return [each.strip("'\" ") for each in inner.split(", ")][:20] if inner else []


def _see_models(case: Case) -> Fix:
    scene = case.scene
    if scene.product == "WEBSOCKET":
        return Fix("See the route's models.", f"aws apigatewayv2 get-models --api-id {scene.api_id}")
    return Fix("See the API's models.", f"aws apigateway get-models --rest-api-id {scene.api_id}")


def no_json(case: Case) -> Told:
    """400 for a body that a mapping reads a member of, or that Lambda cannot parse."""
    if "Could not parse" in (case.failed.message or ""):
        return Told(
            REQUEST,
            [
                "What the request template made is no JSON, and Lambda takes nothing else for an event.",
                f"Lambda says: {case.failed.message}",
            ],
            [
                Fix(
                    "Repair the request template: quotes around texts ($util.escapeJavaScript), commas, "
                    "$input.json('$') for the whole body."
                ),
                Fix("Try it without a deployment.", _test(case)),
            ],
            ["mapping"],
        )
    return Told(
        REQUEST,
        ["A parameter mapping reads a member of the body (method.request.body.…), and the body is no JSON."],
        [Fix("Send JSON, or map something else.")],
        ["mapping"],
    )


def _test(case: Case) -> str:
    part = case.seen.part
    identity = part.resource_id if isinstance(part, MethodProgram) else "RESOURCE"
    verb = word(case.seen.verb or "POST")
    return (
        f"aws apigateway test-invoke-method --rest-api-id {case.scene.api_id} --resource-id {identity} "
        f"--http-method {verb} --body '{{}}' --query log --output text"
    )


def bad_path_value(case: Case) -> Told:
    """400: a value that would lead out of its place in the backend's path."""
    return Told(
        REQUEST,
        [
            (
                f"{case.failed.log or 'A value leads out of its place'}: the backend would have read another path "
                "than the integration names."
            )
        ],
        [Fix("Send the value without '..' segments.")],
        ["parameter-mapping" if case.product == "HTTP" else "http-integrations"],
    )


def bad_header_value(case: Case) -> Told:
    return Told(
        REQUEST,
        [f"{case.failed.log}: what the client sent would not be a sound header (line ends, control characters)."],
        [Fix("Send a value without control characters, or map something else to the header.")],
        ["parameter-mapping"],
    )


def media_type(case: Case) -> Told:
    """415."""
    log = case.failed.log or ""
    if "Content-Encoding" in log:
        return Told(
            "body",
            [
                (
                    f"The body's coding cannot be undone: {log}. API Gateway takes gzip and deflate (and "
                    "identity), one at a time."
                )
            ],
            [Fix("Send the body plain, or compressed with gzip, and say so in Content-Encoding.")],
            ["compression"],
        )
    sent = case.header("content-type") or "none, which counts as application/json"
    integration = getattr(case.seen.part, "integration", None)
    templates = getattr(integration, "templates", None) or getattr(integration, "statuses", None) or {}
    known = ", ".join(templates) if isinstance(templates, dict) else ""
    behaviour = getattr(integration, "passthrough", "")
    why = [
        f"No request template for the Content-Type of the request ({sent}), and passthroughBehavior "
        f"{behaviour or 'NEVER'} lets no body through without one."
    ]
    if known:
        why.append(f"There are templates for: {known}.")
    return Told(
        REQUEST,
        why,
        [
            Fix("Send one of the media types that there are templates for."),
            Fix(
                "Or add a template for this one, or set passthroughBehavior to WHEN_NO_MATCH, and deploy.",
                _see_integration(case),
            ),
        ],
        ["passthrough"],
    )


def _see_integration(case: Case) -> str | None:
    part = case.seen.part
    if not isinstance(part, MethodProgram):
        return None
    return (
        f"aws apigateway get-integration --rest-api-id {case.scene.api_id} --resource-id {part.resource_id} "
        f"--http-method {part.verb}"
    )


def service_parameters(case: Case) -> Told:
    """400 of an HTTP API's service integration."""
    reason = (case.failed.log or "").removeprefix("Execution failed: ")
    return Told(
        REQUEST,
        [f"The parameters of the AWS service call could not be made from this request: {reason}."],
        [
            Fix("Send what the integration's requestParameters read ($request.body.…, $request.querystring.…)."),
            Fix("Or change them.", f"aws apigatewayv2 get-integrations --api-id {case.scene.api_id}"),
        ],
        ["http-api-services", "parameter-mapping"],
        [Exhibit("What was sent", masking.target(case.seen.target, masking.identity_names(case.seen)))],
    )
