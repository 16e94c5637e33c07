"""What went wrong with the backend: it was not reached, not allowed, too slow, or answered what nobody can use."""

from __future__ import annotations

import json
import re
from typing import Any

from gatewright.gateway.explain.base import Case, Exhibit, Fix, Told
from gatewright.gateway.seen import Scene
from gatewright.program.http_api import FunctionIntegration
from gatewright.program.records import CustomLambdaIntegration, LambdaIntegration, MethodProgram
from gatewright.program.websocket import SocketRoute

# Of a permission for one method, what one for all has in common with it.
_EVERY_METHOD = re.compile(r"(.*--statement-id apigateway)-\S+(.*) --source-arn '(arn:[^/]+)/.*'", re.DOTALL)
CALL, RESPONSE = "integration", "integration response"


def integration_of(case: Case) -> Any:
    """The record of what was called; None: there is none."""
    integration = getattr(case.seen.part, "integration", None)
    return getattr(integration, "backend", integration)  # of a WebSocket route


def _function(case: Case) -> str:
    integration = integration_of(case)
    if isinstance(integration, LambdaIntegration | CustomLambdaIntegration | FunctionIntegration):
        return integration.function_arn
    return "the function"


def _proxy_page(case: Case) -> str:
    return "http-api-lambda" if case.product == "HTTP" else "lambda-proxy"


def deploy(case: Case) -> str:
    """The command that makes a changed API count."""
    return deploy_command(case.scene)


def deploy_command(scene: Scene) -> str:
    """The same of a stage."""
    if scene.product == "REST":
        return f"aws apigateway create-deployment --rest-api-id {scene.api_id} --stage-name {scene.stage}"
    return f"aws apigatewayv2 create-deployment --api-id {scene.api_id} --stage-name '{scene.stage}'"


def _answer(case: Case, title: str = "What came back") -> list[Exhibit]:
    answer = case.why.get("answer")
    if answer is None:
        return []
    status = case.why.get("status")
    return [Exhibit(title if status in (None, 200) else f"{title} (status {status})", str(answer) or "(nothing)")]


# Permissions


def permission(case: Case) -> Told:
    """The function's resource policy does not name the API."""
    command = case.matched("command")
    return Told(
        CALL,
        [
            (
                f"API Gateway may not invoke {_function(case)}: the function's own (resource) policy does not "
                "allow this method."
            ),
            (
                "That the function exists, or that you may invoke it, is not enough. The console adds this "
                "permission by itself; the CLI, CloudFormation and Terraform do not."
            ),
        ],
        [
            Fix("Add the permission. It counts at once, without a deployment.", command),
            Fix("Or for all methods of the API at once.", _EVERY_METHOD.sub(r"\1\2 --source-arn '\3/*/*'", command)),
        ],
        ["lambda-permission"],
    )


def no_function(case: Case) -> Told:
    name = case.matched(1)
    short = name.rsplit(":", 1)[-1]
    return Told(
        CALL,
        [f"There is no function {name}."],
        [
            Fix(
                "See which functions there are (and in which Region).",
                "aws lambda list-functions --query 'Functions[].FunctionArn'",
            ),
            Fix("Make it, here from a folder.", f"gatewright functions add {short} DIR --handler app.handler"),
            Fix("Or correct the integration's URI (stage variables in it, too), and deploy.", deploy(case)),
        ],
        ["lambda-permission"],
    )


def role_not_allowed(case: Case) -> Told:
    role = getattr(integration_of(case), "assume_role", None) or "the role of the integration"
    return Told(
        CALL,
        [
            (
                f"The integration is called as {role}, and what that role may do does not include invoking "
                f"{_function(case)}."
            )
        ],
        [Fix("Allow the role lambda:InvokeFunction on the function.", _allow(role, _function(case)))],
        ["lambda-permission", "iam"],
    )


def _statement(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def _allow(role: str, function: str) -> str:
    policy = _statement({"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function})
    return (
        f"aws iam put-role-policy --role-name {role.rsplit('/', 1)[-1]} --policy-name invoke --policy-document "
        f"'{policy}'"
    )


def role_not_assumed(case: Case) -> Told:
    role = case.matched(1)
    trust = _statement(
        {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )
    return Told(
        CALL,
        [
            (
                f"API Gateway could not assume the role {role} that the integration (or the authorizer) names as "
                f"its credentials: {case.matched(2) or 'no reason was given'}."
            )
        ],
        [
            Fix(
                "Let the role trust API Gateway.",
                f"aws iam update-assume-role-policy --role-name {role.rsplit('/', 1)[-1]} --policy-document '{trust}'",
            ),
            Fix("If the role does not exist, correct the integration's credentials, and deploy.", deploy(case)),
        ],
        ["iam"],
    )


def caller_credentials(case: Case) -> Told:
    """`arn:aws:iam::*:user/*`: called as the caller."""
    reason = case.reason
    return Told(
        CALL,
        [
            (
                "The integration is to be called with the caller's own credentials (arn:aws:iam::*:user/*): "
                f"{reason}{f' {case.failed.detail}' if case.failed.detail else ''}."
            )
        ],
        [
            Fix(
                "Give the method the authorizationType AWS_IAM, and the caller a policy that allows "
                "lambda:InvokeFunction (or the service's action); or name a role instead."
            )
        ],
        ["iam"],
    )


# Calls that brought no answer


def timeout(case: Case) -> Told:
    """504 (HTTP APIs: 503)."""
    seen, integration = case.seen, integration_of(case)
    allowed = getattr(integration, "timeout", None)
    limit = f"{allowed:g} s" if isinstance(allowed, float | int) else "its time"
    where = case.why.get("address") or _function(case)
    waited = f" (it was waited for {seen.integration_latency:.2f} s)" if seen.integration_latency >= 0 else ""
    if case.why.get("failure") == "connect-timeout":
        why = (
            f"No connection to {where} came about in time: nothing answers there (a firewall that swallows "
            "packets, a wrong address)."
        )
        fix = [Fix("Try it from this machine.", f"curl -v {where}")]
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
                f"aws lambda get-function-configuration --function-name {_function(case)} --query Timeout",
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
    where, failure = case.why.get("address", ""), case.why.get("failure", "")
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
                f"curl -v {where}",
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
    failure, where = case.why.get("failure", ""), case.why.get("address") or "the backend"
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
    command = f"curl -v {where}" if where.startswith("http") else None
    return Told(CALL, [why], [Fix(fix), Fix("Try it from this machine.", command)], ["http-integrations"])


def too_much(case: Case) -> Told:
    """The backend's answer is too large, or too many wait for it."""
    if "busy" in (case.failed.log or "") or case.why.get("failure") == "busy":
        return Told(
            CALL,
            [f"All connections to {case.why.get('address', 'the backend')} are in use, and so is their queue."],
            [Fix("Make the backend faster, or allow more connections (setting upstream_connections).")],
            ["limits"],
        )
    return Told(
        CALL,
        [
            (
                f"The answer of {case.why.get('address', 'the backend')} is larger than API Gateway passes on: 10 "
                "MB (Lambda: 6 MB)."
            )
        ],
        [
            Fix("Answer with a presigned URL of S3, in pages, or stream (responseTransferMode STREAM)."),
            Fix("Without AWS's limits: settings limits=own and payload_limit."),
        ],
        ["limits", "streaming"],
    )


# Functions


def function_failed(case: Case) -> Told:
    """502: the function raised an exception, or was killed."""
    payload = case.matched("payload")
    kind = case.matched("kind")
    why = [
        f"{_function(case)} failed ({kind}: the handler raised an exception, or the process ended or ran out of time)."
    ]
    short = _function(case).rsplit(":", 1)[-1]
    return Told(
        CALL,
        why,
        [
            Fix("Repair the function: what it raised is below."),
            Fix(
                f"Its log has the rest: logs/{short}.log in the data folder (on AWS: /aws/lambda/{short}).",
                (
                    f"aws lambda invoke --function-name {short} --payload file://event.json --cli-binary-format "
                    "raw-in-base64-out --log-type Tail out.json"
                ),
            ),
        ],
        ["lambda-errors"],
        [Exhibit("What the function raised", payload)] if payload else [],
    )


def malformed(case: Case) -> Told:
    """502 (HTTP APIs: 500): what the function returned is no proxy response."""
    reason = case.failed.detail or (case.failed.log or "").partition("Malformed Lambda proxy response: ")[2]
    shape = '{"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": "{\\"a\\": 1}"}'
    why = [f"{_function(case)} returned something that is no proxy response: {reason or 'see below'}."]
    if "body is no string" in reason or 'field "body"' in reason:
        why.append("body must be a string: JSON.stringify (Node.js) or json.dumps (Python) it.")
    allowed = "statusCode, headers, multiValueHeaders, body and isBase64Encoded, and nothing else"
    if case.product == "HTTP":
        allowed = (
            "statusCode, headers, body, isBase64Encoded and, in format 2.0, cookies (format 1.0: multiValueHeaders)"
        )
    return Told(
        RESPONSE,
        why,
        [
            Fix(f"Return an object like {shape}. Its members may be {allowed}."),
            Fix("Or use an integration of type AWS (REST), which maps whatever the function returns."),
        ],
        [_proxy_page(case), "lambda-errors"] if case.product != "HTTP" else [_proxy_page(case)],
        _answer(case, "What the function returned"),
    )


def invocation(case: Case) -> Told:
    """Lambda refused the call for another reason."""
    status = case.why.get("status") or case.matched(1)
    why = [f"Lambda answered the call of {_function(case)} with status {status}."]
    if str(status) == "429":
        why.append("It is throttled: too many processes of it run at once.")
    return Told(
        CALL,
        why,
        [
            Fix(
                "See what Lambda says below; the function may be pending, disabled, or throttled (setting "
                "function_processes, reserved concurrency)."
            )
        ],
        ["lambda-errors"],
        _answer(case, "What Lambda said"),
    )


def stream(case: Case) -> Told:
    """A streamed answer of a function that is none."""
    reason = case.reason
    return Told(
        RESPONSE,
        [
            (
                "The function's answer is to be streamed (responseTransferMode STREAM), and is not as streams "
                f"are: {reason}."
            )
        ],
        [
            Fix(
                "Write metadata with awslambda.HttpResponseStream.from(stream, {statusCode, headers}), then "
                "the body; the handler must be wrapped in awslambda.streamifyResponse."
            )
        ],
        ["streaming"],
        _answer(case),
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
        _answer(case),
    )
