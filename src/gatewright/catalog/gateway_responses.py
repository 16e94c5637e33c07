"""Gateway responses: the 21 types, their status codes, and which definition stands for which type.

AWS: "Gateway response types for API Gateway". A type that its owner has customised stands for itself. Any other takes
status, parameters and templates from DEFAULT_4XX or DEFAULT_5XX, whichever is its family's, once that is customised
(recorded). REQUEST_TOO_LARGE alone has no family by AWS's table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

TEMPLATES = {"application/json": '{"message":$context.error.messageString}'}


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of gateway response. `status` None: it has none of its own. `family` None: nothing stands in for it."""

    status: str | None
    family: str | None


# In the order of AWS's lists. INTEGRATION_FAILURE is shown with 504, though its errors are 500 and 502 (recorded).
KINDS: Mapping[str, Kind] = {
    "ACCESS_DENIED": Kind("403", "DEFAULT_4XX"),
    "API_CONFIGURATION_ERROR": Kind("500", "DEFAULT_5XX"),
    "AUTHORIZER_CONFIGURATION_ERROR": Kind("500", "DEFAULT_5XX"),
    "AUTHORIZER_FAILURE": Kind("500", "DEFAULT_5XX"),
    "BAD_REQUEST_BODY": Kind("400", "DEFAULT_4XX"),
    "BAD_REQUEST_PARAMETERS": Kind("400", "DEFAULT_4XX"),
    "DEFAULT_4XX": Kind(None, None),
    "DEFAULT_5XX": Kind(None, None),
    "EXPIRED_TOKEN": Kind("403", "DEFAULT_4XX"),
    "INTEGRATION_FAILURE": Kind("504", "DEFAULT_5XX"),
    "INTEGRATION_TIMEOUT": Kind("504", "DEFAULT_5XX"),
    "INVALID_API_KEY": Kind("403", "DEFAULT_4XX"),
    "INVALID_SIGNATURE": Kind("403", "DEFAULT_4XX"),
    "MISSING_AUTHENTICATION_TOKEN": Kind("403", "DEFAULT_4XX"),
    "QUOTA_EXCEEDED": Kind("429", "DEFAULT_4XX"),
    "REQUEST_TOO_LARGE": Kind("413", None),
    "RESOURCE_NOT_FOUND": Kind("404", "DEFAULT_4XX"),
    "THROTTLED": Kind("429", "DEFAULT_4XX"),
    "UNAUTHORIZED": Kind("401", "DEFAULT_4XX"),
    "UNSUPPORTED_MEDIA_TYPE": Kind("415", "DEFAULT_4XX"),
    "WAF_FILTERED": Kind("403", "DEFAULT_4XX"),
}


def standing_for(name: str, customised: Mapping[str, Document]) -> Document | None:
    """The customised response that a type is answered with: its own or its family's; None when there is neither."""
    family = KINDS[name].family
    return customised.get(name) or (customised.get(family) if family else None)


def shown(name: str, customised: Mapping[str, Document]) -> dict[str, Any]:
    """A gateway response as AWS answers it, be it customised, inherited or built in (recorded)."""
    found = standing_for(name, customised) or {"responseTemplates": TEMPLATES}
    status = found.get("statusCode") or KINDS[name].status
    return {
        "responseType": name,
        **({"statusCode": status} if status else {}),
        "responseParameters": dict(found.get("responseParameters") or {}),
        "responseTemplates": dict(found.get("responseTemplates") or {}),
        "defaultResponse": name not in customised,
    }
