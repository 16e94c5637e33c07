"""What AWS accepts as the URI of an integration, with its literals (recorded).

`${stageVariables.x}` may stand for a whole HTTP address or for parts of any URI: what it becomes, a stage decides.
"""

from __future__ import annotations

import re

from gatewright.catalog import arns
from gatewright.control import errors

BAD_HTTP = "Invalid HTTP endpoint specified for URI"
BAD_ARN = "Invalid ARN specified in the request"
NO_PATH_OR_ACTION = "AWS ARN for integration must contain path or action"
NOT_PROXY = "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."

NOT_STREAMING = (
    "Response transfer mode STREAM requires a Lambda URI of the form "
    "path/2021-11-15/functions/{functionArn}/response-streaming-invocations"
)

_VARIABLE = r"\$\{stageVariables\.\w+\}"
_HTTP = re.compile(rf"(?:https?://(?:{_VARIABLE}|[^\s/?#{{}}$])+|{_VARIABLE}[^\s/?#]*)(?:[/?#]\S*)?", re.IGNORECASE)
_TARGET = re.compile(r"(?:path|action)/.+", re.DOTALL)
_LAMBDA = re.compile(r"path//?\d{4}-\d\d-\d\d/functions/(.+)/(?:invocations|response-streaming-invocations)")
_STREAMED = re.compile(rf"path//?2021-11-15/functions/.+/response-streaming-invocations|{_VARIABLE}.*")
_FUNCTION = re.compile(rf"arn:[\w-]+:lambda:[\w-]+:\d{{12}}:function:.+|{_VARIABLE}.*")
_FIREHOSE = re.compile(r"action/PutRecord")
_ROLE = re.compile(r"arn:[^:]+:iam::[^:]+:(?:role|user)/.+")


def check(type: str, uri: str | None) -> None:
    """Raises BadRequestException when an integration of this type cannot have this URI."""
    if type in ("HTTP", "HTTP_PROXY"):
        if _HTTP.fullmatch(uri or "") is None:
            raise errors.bad_request(BAD_HTTP)
    elif type in ("AWS", "AWS_PROXY"):
        arn = arns.parse(uri or "")
        if arn is None:
            raise errors.bad_request(BAD_ARN)
        if _TARGET.fullmatch(arn.resource) is None:
            raise errors.bad_request(NO_PATH_OR_ACTION)
        if type == "AWS_PROXY" and not is_lambda(uri or "") and not _is_firehose(arn):
            raise errors.bad_request(NOT_PROXY)


def is_lambda(uri: str) -> bool:
    """Whether a URI invokes a Lambda function, which needs no role."""
    arn = arns.parse(uri)
    if arn is None or arn.account != "lambda":  # the fifth field of these ARNs names the service
        return False
    match = _LAMBDA.fullmatch(arn.resource)
    return match is not None and _FUNCTION.fullmatch(match[1]) is not None


def streams(uri: str) -> bool:
    """Whether a URI invokes a function so that its response can be streamed (InvokeWithResponseStream)."""
    arn = arns.parse(uri)
    return arn is not None and arn.account == "lambda" and _STREAMED.fullmatch(arn.resource) is not None


def is_role(credentials: str) -> bool:
    """Whether an integration's credentials are a role, or the caller's own (`arn:aws:iam::*:user/*`)."""
    return _ROLE.fullmatch(credentials) is not None


def _is_firehose(arn: arns.Arn) -> bool:
    return arn.account == "firehose" and _FIREHOSE.fullmatch(arn.resource) is not None
