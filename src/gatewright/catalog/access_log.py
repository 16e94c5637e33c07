"""Access log settings: destination and format as AWS checks them."""

from __future__ import annotations

import re

from gatewright.catalog import quotas
from gatewright.catalog.patch import PatchError

EMPTY = "Access Log value must not be empty"
# The log group's ARN comes without the ":*" that CloudWatch Logs reports.
_DESTINATION = re.compile(
    r"arn:[\w-]+:(logs:[\w-]+:\d{12}:log-group:[\w./#-]{1,512}|firehose:[\w-]+:\d{12}:deliverystream/amazon-apigateway-[\w.-]+)"
)
_IDENTIFIED = re.compile(r"\$context\.(requestId|extendedRequestId)\b")


def destination(value: str | None) -> str:
    """The ARN of a log group or of a Firehose stream; anything else is refused (unverified wording)."""
    if not value:
        raise PatchError(EMPTY)
    if _DESTINATION.fullmatch(value) is None:
        raise PatchError("Invalid ARN specified in the request")
    return value


def log_format(value: str | None) -> str:
    """One line that names the request; the end may be a new line."""
    if not value:
        raise PatchError(EMPTY)
    if "\n" in value.rstrip("\n"):
        raise PatchError(
            "Access Log format must be single line, new line character is allowed only at end of the format"
        )
    if len(value.encode()) > quotas.ACCESS_LOG_FORMAT_BYTES:
        raise PatchError(
            f"Access Log format must not exceed {quotas.ACCESS_LOG_FORMAT_BYTES} bytes"
        )  # unverified wording
    if _IDENTIFIED.search(value) is None:
        # unverified wording
        raise PatchError("Access Log format must contain $context.requestId or $context.extendedRequestId")
    return value
