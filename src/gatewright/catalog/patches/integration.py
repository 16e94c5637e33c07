"""UpdateIntegration.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateIntegration-Patch. `/credentials` is
absent from that table; clients (Terraform) send it and it works. `/type` cannot be changed.
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Document, Operation, PatchError, Row, Table, plain

PASSTHROUGH = ("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER")
passthrough = e.choice(PASSTHROUGH, "Invalid passthrough behavior specified")  # unverified wording
CONTENT_HANDLING = ("CONVERT_TO_BINARY", "CONVERT_TO_TEXT")


def content_handling(value: str | None) -> str | None:
    """Empty takes it away: pass-through without conversion."""
    if value and value not in CONTENT_HANDLING:
        # unverified: AWS's words
        raise PatchError(
            f"Invalid content handling strategy specified. Must be one of: [{', '.join(CONTENT_HANDLING)}]"
        )
    return value or None


def _timeout(value: str | None) -> int:
    """Only the number: its bounds depend on the operator's limits and are checked with the whole integration."""
    timeout = e.whole(value)
    if timeout is None:
        raise PatchError(f"Invalid timeout specified: {value}")
    return timeout


def _uri(integration: Document, keys: tuple[str, ...], patch: Operation) -> None:
    if integration.get("type") == "MOCK":
        raise PatchError(f"Invalid patch path {patch.path}")
    e.member("uri")(integration, keys, patch)


# unverified: AWS's words for values outside the enumerations
TABLE = Table(
    (
        Row(
            "/cacheKeyParameters/{name}", ("add", "replace", "remove"), e.element("cacheKeyParameters", keep_empty=True)
        ),
        Row("/cacheNamespace", ("replace",), e.member("cacheNamespace")),
        Row("/connectionId", ("replace",), e.member("connectionId")),
        Row(
            "/connectionType",
            ("replace",),
            e.member("connectionType", convert=e.choice(("INTERNET", "VPC_LINK"), "Invalid connection type specified")),
        ),
        Row("/contentHandling", ("replace",), e.member("contentHandling", convert=content_handling)),
        Row("/credentials", ("add", "replace", "remove"), e.member("credentials")),
        Row("/httpMethod", ("replace",), e.member("httpMethod")),
        Row("/integrationTarget", ("replace",), e.member("integrationTarget")),
        Row(
            "/passthroughBehavior",
            ("replace",),
            e.member("passthroughBehavior", convert=passthrough),
        ),
        Row("/requestParameters/{name}", ("add", "replace", "remove"), e.entry("requestParameters")),
        Row(
            "/requestTemplates/{type}",
            ("add", "replace", "remove"),
            e.entry("requestTemplates", e.template, missing=e.NO_CONTENT_TYPE),
        ),
        Row(
            "/responseTransferMode",
            ("replace",),
            e.member(
                "responseTransferMode",
                convert=e.choice(("BUFFERED", "STREAM"), "Invalid response transfer mode specified"),
            ),
        ),
        Row("/timeoutInMillis", ("replace",), e.member("timeoutInMillis", convert=_timeout)),
        Row(
            "/tlsConfig/insecureSkipVerification",
            ("replace",),
            e.member("tlsConfig", "insecureSkipVerification", convert=e.boolean),
        ),
        Row("/uri", ("replace",), _uri),
    ),
    plain,
)
