"""Functions that may not be called, are not there, failed, or returned what nobody can use."""

from __future__ import annotations

import json
import re
from typing import Any

from gatewright.gateway.explain.backends import CALL, RESPONSE, answer_of, deploy, function_of, integration_of
from gatewright.gateway.explain.base import Case, Exhibit, Fix, Told, word

# Of a permission for one method, what one for all has in common with it.
_EVERY_METHOD = re.compile(r"(.*--statement-id apigateway)-\S+(.*) --source-arn '(arn:[^/]+)/.*'", re.DOTALL)


def permission(case: Case) -> Told:
    """The function's resource policy does not name the API."""
    command = case.matched("command")
    return Told(
        CALL,
        [
            (
                f"API Gateway may not invoke {function_of(case)}: the function's own (resource) policy does not "
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
    short = word(name.rsplit(":", 1)[-1])
    return Told(
        CALL,
        [f"There is no function {name}."],
        [
            Fix(
                "See which functions there are (and in which Region).",
                "aws lambda list-functions --query 'Functions[].FunctionArn'",
            ),
            Fix(
                "Make it, here from a folder.",
                f"gatewright functions add {short} DIR --handler app.handler",
            ),
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
                f"{function_of(case)}."
            )
        ],
        [Fix("Allow the role lambda:InvokeFunction on the function.", _allow(role, function_of(case)))],
        ["lambda-permission", "iam"],
    )


def _name_of(role: str) -> str:
    """The name in a role's ARN, for a shell."""
    return word(role.rsplit("/", 1)[-1])


def _statement(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def _allow(role: str, function: str) -> str:
    policy = _statement({"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function})
    return f"aws iam put-role-policy --role-name {_name_of(role)} --policy-name invoke --policy-document {word(policy)}"


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
                f"aws iam update-assume-role-policy --role-name {_name_of(role)} --policy-document {word(trust)}",
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


def function_failed(case: Case) -> Told:
    """502: the function raised an exception, or was killed."""
    payload = case.matched("payload")
    kind = case.matched("kind")
    why = [
        f"{function_of(case)} failed ({kind}: the handler raised an exception, or the process ended or ran out of "
        "time)."
    ]
    short = function_of(case).rsplit(":", 1)[-1]
    return Told(
        CALL,
        why,
        [
            Fix("Repair the function: what it raised is shown here."),
            Fix(
                f"Its log has the rest: logs/functions/{short}.log in the data folder (on AWS: /aws/lambda/{short}).",
                # fileb: versions 1 and 2 of the CLI send it as it is.
                f"aws lambda invoke --function-name {word(short)} --payload fileb://event.json "
                "--log-type Tail out.json",
            ),
        ],
        ["lambda-errors"],
        [Exhibit("What the function raised", payload)] if payload else [],
    )


def malformed(case: Case) -> Told:
    """502 (HTTP APIs: 500): what the function returned is no proxy response."""
    reason = case.failed.detail or (case.failed.log or "").partition("Malformed Lambda proxy response: ")[2]
    shape = '{"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": "{\\"a\\": 1}"}'
    why = [f"{function_of(case)} returned something that is no proxy response: {reason or 'it is shown here'}."]
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
        ["http-api-lambda"] if case.product == "HTTP" else ["lambda-proxy", "lambda-errors"],
        answer_of(case, "What the function returned"),
    )


def invocation(case: Case) -> Told:
    """Lambda refused the call for another reason."""
    status = case.why.get("status") or case.matched(1)
    why = [f"Lambda answered the call of {function_of(case)} with status {status}."]
    if str(status) == "429":
        why.append("It is throttled: too many processes of it run at once.")
    return Told(
        CALL,
        why,
        [
            Fix(
                "See what Lambda says; the function may be pending, disabled, or throttled (setting "
                "function_processes, reserved concurrency)."
            )
        ],
        ["lambda-errors"],
        answer_of(case, "What Lambda said"),
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
        answer_of(case),
    )
