from __future__ import annotations

import pytest

from gatewright.deploy.base import RefusedError
from gatewright.deploy.roles import role_of
from gatewright.program.records import CALLER

ROLE = "arn:aws:iam::123456789012:role/caller"


@pytest.mark.parametrize(
    ("credentials", "authorization", "expected"),
    [
        ("", "NONE", None),
        (ROLE, "NONE", ROLE),
        (CALLER, "AWS_IAM", CALLER),
        ("arn:aws-cn:iam::*:user/*", "AWS_IAM", CALLER),
    ],
)
def test_what_is_taken(credentials: str, authorization: str, expected: str | None) -> None:
    assert role_of(credentials, authorization) == expected


@pytest.mark.parametrize("authorization", [None, "NONE", "CUSTOM", "COGNITO_USER_POOLS", "JWT"])
def test_the_caller_must_be_known(authorization: str | None) -> None:
    with pytest.raises(RefusedError, match=r"credentials of the caller .* need the authorization type AWS_IAM"):
        role_of(CALLER, authorization)


@pytest.mark.parametrize("credentials", ["arn:aws:iam::123456789012:user/ada", "arn:aws:iam::*:user/ada", "x:user/*"])
def test_nobody_else_is_called_as(credentials: str) -> None:
    with pytest.raises(RefusedError, match="must be a role or"):
        role_of(credentials, "AWS_IAM")
