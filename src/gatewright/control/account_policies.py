"""Resource policies of the control plane: which other accounts may use a domain name, a portal product.

Nothing is known here of how the other account's callers call, so conditions are taken the careful way: an Allow with
one allows nobody, a Deny with one denies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.language.policy.base import Effect, PolicyError, PolicyKind, Principal, Query
from gatewright.language.policy.document import compile_policy, read


def allows(policy: str, account: str, action: str, resource: str) -> bool:
    """Whether a policy lets an account as a whole do this; what it does not speak of it does not allow."""
    try:
        document = read(policy)
        compile_policy(document, PolicyKind.RESOURCE)
        statements = _careful(document)
        compiled = compile_policy({**document, "Statement": statements}, PolicyKind.RESOURCE) if statements else None
    except PolicyError:
        return False
    partition = resource.split(":")[1]
    caller = Principal("Account", account, f"arn:{partition}:iam::{account}:root", user_id=account)
    query = Query(action, resource, caller, lambda key: None)
    return compiled is not None and compiled.decide(query).effect is Effect.ALLOW


def check(policy: str) -> None:
    """Raises PolicyError for what is no resource policy."""
    compile_policy(policy, PolicyKind.RESOURCE)


def _careful(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = document["Statement"]
    statements: list[dict[str, Any]] = given if isinstance(given, list) else [given]
    return [
        {name: value for name, value in each.items() if name != "Condition"}
        for each in statements
        if each["Effect"] == "Deny" or not each.get("Condition")
    ]
