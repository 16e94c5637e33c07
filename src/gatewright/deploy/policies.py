"""Resource policies on their way to the data plane: compiled once, with the API's ARN for the short form of resources.

AWS: "Control access to a REST API with API Gateway resource policies".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.deploy.base import CompileError
from gatewright.language.policy.base import PolicyError, PolicyKind
from gatewright.language.policy.document import Policy, compile_policy

_NOBODY = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}


def compile_resource_policy(api: Mapping[str, Any], arn: str) -> Policy | None:
    """The policy of an API, None when it has none; a private API without one lets nobody in. Raises CompileError."""
    policy = api.get("policy")
    if not policy:
        private = "PRIVATE" in (api.get("endpointConfiguration") or {}).get("types", ())
        return compile_policy(_NOBODY, PolicyKind.RESOURCE) if private else None
    try:
        return compile_policy(policy, PolicyKind.RESOURCE, arn)
    except PolicyError as error:
        raise CompileError("", f"this resource policy: {error}") from None
