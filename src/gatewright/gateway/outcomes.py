"""What comes of an authorizer's verdict and a resource policy's together, as AWS's tables have it.

AWS: "How API Gateway resource policies affect authorization workflow", "Policy evaluation outcome tables". They
presuppose that the API has a resource policy.
"""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.language.policy.base import Effect

# (the authorizer's, the policy's) → what counts
Table = Mapping[tuple[Effect, Effect], Effect]

ALLOW, DENY, NEITHER = Effect.ALLOW, Effect.DENY, Effect.NEITHER

# Table A: a Lambda authorizer, or IAM for a caller of the API's own account. One of the two has to allow.
EITHER: Table = {
    (ALLOW, ALLOW): ALLOW,
    (ALLOW, NEITHER): ALLOW,
    (ALLOW, DENY): DENY,
    (NEITHER, ALLOW): ALLOW,
    (NEITHER, NEITHER): NEITHER,
    (NEITHER, DENY): DENY,
    (DENY, ALLOW): DENY,
    (DENY, NEITHER): DENY,
    (DENY, DENY): DENY,
}

# Table B: IAM for a caller of another account, and Cognito user pools. Both have to allow.
BOTH: Table = {
    (ALLOW, ALLOW): ALLOW,
    (ALLOW, NEITHER): NEITHER,
    (ALLOW, DENY): DENY,
    (NEITHER, ALLOW): NEITHER,
    (NEITHER, NEITHER): NEITHER,
    (NEITHER, DENY): DENY,
    (DENY, ALLOW): DENY,
    (DENY, NEITHER): DENY,
    (DENY, DENY): DENY,
}
