"""What the function of a Lambda authorizer answers with, checked member by member.

AWS: "Output from an API Gateway Lambda authorizer". Anything but a whole, sound answer ends the request with 500: a
member that is not known might be one that was to deny. The lines for the log are AWS's (observed), but where marked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gatewright.gateway.authorizers.invoking import misconfigured
from gatewright.language.policy.base import PolicyError, PolicyKind
from gatewright.language.policy.document import Policy, compile_policy

_MEMBERS: Final = ("principalId", "policyDocument", "context", "usageIdentifierKey")
_NO_POLICY: Final = "Could not parse policy"


@dataclass(frozen=True, slots=True)
class Output:
    """`context`: every value as text, or null, as AWS has it. `document`: the policy as it was sent."""

    principal_id: str
    policy: Policy
    document: Mapping[str, Any]
    context: Mapping[str, str | None]
    usage_key: str | None


def read_output(body: bytes) -> Output:
    """The answer of an authorizer of a REST API. Raises GatewayError (500)."""
    document = read_document(body)
    check_members(document, _MEMBERS)
    usage_key = document.get("usageIdentifierKey")
    if usage_key is not None and not isinstance(usage_key, str):
        raise misconfigured("Invalid JSON in response: usageIdentifierKey is no string")  # unverified wording
    return Output(
        principal_id=principal_of(document),
        policy=policy_of(document),
        document=document["policyDocument"],
        context=texts(document.get("context")),
        usage_key=usage_key,
    )


def read_document(body: bytes) -> dict[str, Any]:
    """The object that a function answered with. Raises GatewayError."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise misconfigured(_NO_POLICY, f"no JSON: {error}") from None
    if not isinstance(document, dict):
        raise misconfigured(_NO_POLICY, "not an object")
    return document


def check_members(document: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """Raises GatewayError for an answer with other members than these."""
    for name in document:
        if name not in known:
            raise misconfigured(unrecognized(name))


def unrecognized(name: str) -> str:
    return f"Invalid JSON in response: Unrecognized field {json.dumps(name[:100])} , not marked as ignorable"


def principal_of(document: Mapping[str, Any]) -> str:
    """Who the function says that calls; it may be empty, but must be there. Raises GatewayError."""
    principal = document.get("principalId")
    if not isinstance(principal, str):
        raise misconfigured("Invalid JSON in response: principalId is no string")  # unverified wording
    return principal


def policy_of(document: Mapping[str, Any]) -> Policy:
    """The compiled policy. Raises GatewayError."""
    policy = document.get("policyDocument")
    if not isinstance(policy, dict):
        raise misconfigured(_NO_POLICY, "policyDocument is no object")
    try:
        return compile_policy(policy, PolicyKind.AUTHORIZER)
    except PolicyError as error:
        raise misconfigured(_NO_POLICY, str(error)) from None


def texts(context: Any) -> dict[str, str | None]:
    """The context of payload 1.0: scalars, each as text. Null stays null (observed). Raises GatewayError."""
    if context is None:
        return {}
    if not isinstance(context, dict):
        raise misconfigured("Invalid JSON in response: context is no object")  # unverified wording
    return {name: _text(value) for name, value in context.items()}


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        token = "START_OBJECT" if isinstance(value, dict) else "START_ARRAY"
        raise misconfigured(
            f"Invalid JSON in response: Can not deserialize instance of java.lang.String out of {token} token"
        )
    return orjson.dumps(value).decode()  # 1, 1.5, true
