"""UpdateAuthorizer.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateAuthorizer-Patch
"""

from __future__ import annotations

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Row, Table, listing
from gatewright.catalog.quotas import AUTHORIZER_TTL

TTL = f"Authorizer result TTL must be between 0 and {AUTHORIZER_TTL} seconds"  # unverified
NO_NAME = "Authorizer name must be non-empty"  # unverified
TYPES = ("TOKEN", "REQUEST", "COGNITO_USER_POOLS")

TABLE = Table(
    (
        Row("/authType", ("replace",), e.member("authType")),
        Row("/authorizerCredentials", ("replace",), e.member("authorizerCredentials")),
        Row(
            "/authorizerResultTtlInSeconds",
            ("replace",),
            e.member("authorizerResultTtlInSeconds", convert=e.integer(0, AUTHORIZER_TTL, TTL)),
        ),
        Row("/authorizerUri", ("replace",), e.member("authorizerUri")),
        Row("/identitySource", ("add", "replace", "remove"), e.member("identitySource")),
        Row("/identityValidationExpression", ("replace",), e.member("identityValidationExpression")),
        Row("/name", ("replace",), e.member("name", convert=e.required(NO_NAME))),
        Row("/providerARNs", ("add", "remove"), e.value_element("providerARNs")),
        Row("/type", ("replace",), e.member("type", convert=e.choice(TYPES, "Invalid authorizer type specified"))),
    ),
    listing,
)
