"""What went wrong with the backend: it was not reached, not allowed, too slow, or answered what nobody can use."""

from __future__ import annotations

from typing import Any

from gatewright.gateway.explain.base import Case, Exhibit, Fix, Told, word
from gatewright.gateway.seen import Scene
from gatewright.program.http_api import FunctionIntegration
from gatewright.program.records import CustomLambdaIntegration, LambdaIntegration, MethodProgram
from gatewright.program.websocket import SocketRoute

CALL, RESPONSE = "integration", "integration response"


def integration_of(case: Case) -> Any:
    """The record of what was called; None: there is none."""
    integration = getattr(case.seen.part, "integration", None)
    return getattr(integration, "backend", integration)  # of a WebSocket route


def function_of(case: Case) -> str:
    integration = integration_of(case)
    if isinstance(integration, LambdaIntegration | CustomLambdaIntegration | FunctionIntegration):
        return integration.function_arn
    return "the function"


def deploy(case: Case) -> str:
    """The command that makes a changed API count."""
    return deploy_command(case.scene)


def deploy_command(scene: Scene) -> str:
    """The same of a stage."""
    if scene.product == "REST":
        return f"aws apigateway create-deployment --rest-api-id {scene.api_id} --stage-name {scene.stage}"
    return f"aws apigatewayv2 create-deployment --api-id {scene.api_id} --stage-name '{scene.stage}'"


def answer_of(case: Case, title: str = "What came back") -> list[Exhibit]:
    answer = case.why.get("answer")
    if answer is None:
        return []
    status = case.why.get("status")
    return [Exhibit(title if status in (None, 200) else f"{title} (status {status})", str(answer) or "(nothing)")]


def timeout(case: Case) -> Told:
    """504 (HTTP APIs: 503)."""
    seen, integration = case.seen, integration_of(case)
    allowed = getattr(integration, "timeout", None)
    limit = f"{allowed:g} s" if isinstance(allowed, float | int) else "its time"
    where = case.address or function_of(case)
    waited = f" (it was waited for {seen.integration_latency:.2f} s)" if seen.integration_latency >= 0 else ""
    if case.why.get("failure") == "connect-timeout":
        why = (
            f"No connection to {where} came about in time: nothing answers there (a firewall that swallows "
            "packets, a wrong address)."
        )
        fix = [Fix("Try it from this machine.", f"curl -v {word(where)}")]
    else:
        why = f"{where} did not answer within {limit}, the integration's timeout{waited}."
        fix = [
            Fix("Make the backend faster, or answer at once and work on afterwards (Lambda: invoke it asynchronously).")
        ]
        fix.append(_longer(case))
    if isinstance(integration, LambdaIntegration | CustomLambdaIntegration | FunctionIntegration):
        fix.append(
            Fix(
                "A function that is killed by its own timeout answers 502 instead: keep that below the integration's.",
                f"aws lambda get-function-configuration --function-name {function_of(case)} --query Timeout",
            )
        )
    return Told(CALL, [why], fix, ["limits", "lambda-errors"] if case.product == "REST" else ["limits"])


def _longer(case: Case) -> Fix:
    scene, part = case.scene, case.seen.part
    if isinstance(part, MethodProgram):
        return Fix(
            (
                "Or allow it more time (AWS: up to 29,000 ms; the settings limits=own and timeout_limit allow "
                "more), and deploy."
            ),
            f"aws apigateway update-integration --rest-api-id {scene.api_id} --resource-id {part.resource_id} "
            f"--http-method {part.verb} --patch-operations op=replace,path=/timeoutInMillis,value=29000\n"
            f"{deploy(case)}",
        )
    return Fix(
        "Or allow it more time (AWS: up to 30,000 ms, of WebSocket APIs 29,000).",
        (
            f"aws apigatewayv2 update-integration --api-id {scene.api_id} --integration-id INTEGRATION "
            "--timeout-in-millis 29000"
        ),
    )


def unreachable(case: Case) -> Told:
    """The address leads to nobody."""
    where, failure = case.address, case.why.get("failure", "")
    detail = case.why.get("reason") or case.failed.detail or failure
    if failure == "unresolvable":
        why = f"The backend's host name cannot be resolved: {where} ({detail})."
    elif failure == "refused":
        why = f"Nobody listens at the backend's address: {where} ({detail})."
    else:
        return bad_address(case)
    return Told(
        CALL,
        [why],
        [
            Fix(
                "Try it from the machine that the gateway runs on (in a container, localhost is the container).",
                f"curl -v {word(where)}",
            ),
            Fix("Start the backend, or correct the integration's URI, and deploy.", deploy(case)),
        ],
        ["http-integrations"],
    )


def bad_address(case: Case) -> Told:
    """The URI is none, or a variable in it has no value."""
    missing = case.matched(1) if case.found is not None and case.found.re.groups else ""
    if missing:
        why = (
            f"The integration's URI has the placeholder {{{missing}}}, and no mapping gives it a value "
            f"(integration.request.path.{missing})."
        )
        fix = f"Map it: requestParameters integration.request.path.{missing} = method.request.path.{missing}; deploy."
    else:
        why = f"The integration's address is none that can be called: {case.reason}."
        fix = "Correct the integration's URI (is a stage variable in it missing?), and deploy."
    return Told(CALL, [why], [Fix(fix, deploy(case)), _variables(case)], ["http-integrations"])


def _variables(case: Case) -> Fix:
    scene = case.scene
    kind = "apigateway get-stage --rest-api-id" if scene.product == "REST" else "apigatewayv2 get-stage --api-id"
    member = "variables" if scene.product == "REST" else "StageVariables"
    return Fix("See the stage's variables.", f"aws {kind} {scene.api_id} --stage-name '{scene.stage}' --query {member}")


def network(case: Case) -> Told:
    """TLS, a connection that broke, an answer that is no HTTP."""
    failure, where = case.why.get("failure", ""), case.address or "the backend"
    detail = case.why.get("reason") or case.failed.log or ""
    if failure == "tls":
        why, fix = (
            f"TLS with {where} failed: {detail}.",
            (
                "Give the backend a certificate that a public CA has issued for its name (AWS trusts no others); "
                "for trials tlsConfig.insecureSkipVerification."
            ),
        )
    elif failure == "protocol":
        why, fix = (
            f"What {where} answered is not HTTP/1.1: {detail}.",
            "Look at what it sends; is it TLS on a plain port, or the other way round (http, https)?",
        )
    else:
        why, fix = (
            f"{where} closed the connection before its answer was complete: {detail}.",
            "Look at the backend's log: did it crash, or does it close idle connections too early?",
        )
    command = f"curl -v {word(where)}" if where.startswith("http") else None
    return Told(CALL, [why], [Fix(fix), Fix("Try it from this machine.", command)], ["http-integrations"])


def too_much(case: Case) -> Told:
    """The backend's answer is too large, or too many wait for it."""
    if "busy" in (case.failed.log or "") or case.why.get("failure") == "busy":
        return Told(
            CALL,
            [f"All connections to {case.address or 'the backend'} are in use, and so is their queue."],
            [Fix("Make the backend faster, or allow more connections (setting upstream_connections).")],
            ["limits"],
        )
    return Told(
        CALL,
        [
            (
                f"The answer of {case.address or 'the backend'} is larger than API Gateway passes on: 10 "
                "MB (Lambda: 6 MB)."
            )
        ],
        [
            Fix("Answer with a presigned URL of S3, in pages, or stream (responseTransferMode STREAM)."),
            Fix("Without AWS's limits: settings limits=own and payload_limit."),
        ],
        ["limits", "streaming"],
    )


def service(case: Case) -> Told:
    """An AWS service that cannot be called from here."""
    reason = case.reason
    return Told(
        CALL,
        [f"The AWS service of the integration cannot be called: {reason}."],
        [
            Fix(
                "Name its endpoint (settings aws_endpoint_url, aws_endpoint_urls), give the node credentials, "
                "or let the local profile serve it (setting companions)."
            )
        ],
        ["http-api-services" if case.product == "HTTP" else "http-integrations"],
    )


def backend_said(case: Case) -> Told:
    """A WebSocket route's backend that refused the event."""
    reason = case.reason
    key = case.seen.part.key if isinstance(case.seen.part, SocketRoute) else ""
    return Told(
        CALL,
        [f"The integration of the route {key} did not take the message: {reason}."],
        [Fix("Let the backend answer with a status of 200 to 299; anything else is an error to clients.")],
        ["websocket-routes"],
        answer_of(case),
    )
