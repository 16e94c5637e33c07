"""Members of an integration document that several types read, with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Body = Mapping[str, Any]


def verb(integration: Body) -> bytes:
    """The method to call the backend with; empty for the client's own."""
    name: str = (integration.get("httpMethod") or "ANY").upper()
    return b"" if name == "ANY" else name.encode()


def timeout(integration: Body) -> float:
    """Seconds."""
    return float(integration.get("timeoutInMillis") or 29_000) / 1000


def verify(integration: Body) -> bool:
    """Whether the backend's certificate is checked."""
    return not (integration.get("tlsConfig") or {}).get("insecureSkipVerification", False)


def streams(integration: Body) -> bool:
    """Whether the answer is passed on as it arrives."""
    return integration.get("responseTransferMode") == "STREAM"


def passthrough(integration: Body) -> Any:
    """What becomes of a payload without a template."""
    return integration.get("passthroughBehavior") or "WHEN_NO_MATCH"
