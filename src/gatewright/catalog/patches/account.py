"""UpdateAccount.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateAccount-Patch
"""

from __future__ import annotations

import re

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Document, Operation, PatchError, Row, Table, listing

ROLE = re.compile(r"arn:[\w-]+:iam::\d{12}:role/\S+")
ROLE_REFUSED = (
    "The role ARN does not have required permissions configured. "
    "Please grant trust permission for API Gateway and add the required role policy."
)


def _role(value: str | None) -> str | None:
    """A role ARN; empty takes it away (Terraform resets it so)."""
    if value and ROLE.fullmatch(value) is None:
        raise PatchError(ROLE_REFUSED)
    return value or None


def _features(account: Document, keys: tuple[str, ...], patch: Operation) -> None:
    if patch.value != "UsagePlans" or patch.op == "remove":
        # unverified: AWS's words; the documentation says that usage plans cannot be turned off again
        raise PatchError(
            f"Invalid feature specified: {patch.value}" if patch.op == "add" else "UsagePlans cannot be disabled"
        )
    e.value_element("features")(account, keys, patch)


TABLE = Table(
    (
        Row("/cloudwatchRoleArn", ("replace",), e.member("cloudwatchRoleArn", convert=_role)),
        Row("/features", ("add", "remove"), _features),
    ),
    listing,
)
