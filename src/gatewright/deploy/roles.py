"""What an integration is called as: the node itself, a role, or who calls the API."""

from __future__ import annotations

import re

from gatewright.deploy.base import RefusedError
from gatewright.program.records import CALLER

_CALLER = re.compile(r"arn:[a-z-]+:iam::\*:user/\*")


def role_of(credentials: str, authorization: str | None) -> str | None:
    """A role's ARN, CALLER, or None. `authorization`: of the method or route. Raises RefusedError."""
    if ":user/" not in credentials:
        return credentials or None
    if _CALLER.fullmatch(credentials) is None:
        raise RefusedError("integration credentials must be a role or arn:aws:iam::*:user/*")
    if authorization != "AWS_IAM":
        raise RefusedError(
            f"integration credentials of the caller ({CALLER}) need the authorization type AWS_IAM, "
            "and cannot be tried with TestInvokeMethod, where nobody has signed"
        )
    return CALLER
