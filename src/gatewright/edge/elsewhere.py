"""AWS services that this node's operator keeps at endpoints of their own (AWS_ENDPOINT_URL_<SERVICE>).

The SDKs name the variable by the service's id, spaces as underscores; a request names its service by the signing name.
Most are alike but for dashes. Source: "Service-specific endpoints" in the AWS SDKs and Tools reference guide, and the
metadata of botocore's models (serviceId, signingName).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatewright.net.base import Origin

# Signing names that differ from the service's id.
_IDS: Final = {
    "cognito-idp": "cognito_identity_provider",
    "elasticloadbalancing": "elastic_load_balancing_v2",
    "events": "eventbridge",
    "logs": "cloudwatch_logs",
    "monitoring": "cloudwatch",
    "route53": "route_53",
    "secretsmanager": "secrets_manager",
    "states": "sfn",
}


class Elsewhere:
    """Where services are that are not served here, by their ids in lower case ("dynamodb", "cloudwatch_logs")."""

    def __init__(self, origins: Mapping[str, Origin] | None = None) -> None:
        self._origins = origins or {}

    def find(self, signing_name: bytes | None) -> Origin | None:
        """The endpoint of the service that a request is signed for, if it has one of its own."""
        if not self._origins or signing_name is None:
            return None
        name = signing_name.decode("latin-1").lower()
        plain = name.replace("-", "_")
        return self._origins.get(_IDS.get(name, plain)) or self._origins.get(plain)
