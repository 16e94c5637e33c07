"""What AWS answers for members that were not given (recorded, unless a line says otherwise)."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

TIMEOUT = 29_000  # milliseconds

THROTTLE: Document = {"burstLimit": 5000, "rateLimit": 10000.0}

# unverified: apiKeyVersion
ACCOUNT: Document = {"throttleSettings": THROTTLE, "features": ["UsagePlans"], "apiKeyVersion": "4"}

# What a method's settings are when the first of them is set; loggingLevel stays absent until it is set itself.
# cachingEnabled: false in the AWS CLI's documented answers; where it was recorded as true, the call had set it
# (unverified).
METHOD_SETTING: Document = {
    "metricsEnabled": False,
    "dataTraceEnabled": False,
    "throttlingBurstLimit": 5000,
    "throttlingRateLimit": 10000.0,
    "cachingEnabled": False,
    "cacheTtlInSeconds": 300,
    "cacheDataEncrypted": False,
    "requireAuthorizationForCacheControl": True,
    "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
}

CACHE_SIZE = "0.5"

STAGE: Document = {
    "cacheClusterEnabled": False,
    "cacheClusterStatus": "NOT_AVAILABLE",
    "methodSettings": {},
    "tracingEnabled": False,
}

# The models that every API is born with: name, description, schema. The texts' spacing is unverified.
_DRAFT = '"http://json-schema.org/draft-04/schema#"'
MODELS = (
    (
        "Empty",
        "This is a default empty schema model",
        f'{{\n  "$schema": {_DRAFT},\n  "title" : "Empty Schema",\n  "type" : "object"\n}}',
    ),
    (
        "Error",
        "This is a default error schema model",
        f'{{\n  "$schema" : {_DRAFT},\n  "title" : "Error Schema",\n  "type" : "object",\n  "properties" : {{\n'
        '    "message" : { "type" : "string" }\n  }\n}',
    ),
)


def rest_api() -> Document:
    """The members of a new REST API beside its name, id and dates."""
    return {"apiKeySource": "HEADER", "disableExecuteApiEndpoint": False}


def endpoint(types: list[str] | None, ip_address_type: str | None) -> Document:
    """An endpoint configuration: EDGE unless said otherwise, dualstack for private APIs."""
    types = types or ["EDGE"]
    return {"types": types, "ipAddressType": ip_address_type or ("dualstack" if types == ["PRIVATE"] else "ipv4")}


def integration(resource_id: str) -> Document:
    """The members of a new integration beside its type."""
    return {
        "cacheKeyParameters": [],
        "cacheNamespace": resource_id,
        "passthroughBehavior": "WHEN_NO_MATCH",
        "timeoutInMillis": TIMEOUT,
    }


def canary(deployment_id: str) -> Document:
    """A canary that was only begun."""
    return {"deploymentId": deployment_id, "percentTraffic": 0.0, "useStageCache": False}
