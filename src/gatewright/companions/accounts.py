"""Reading moto's IAM and STS: users, roles, sessions and the texts of policies, as they are at this moment.

Nothing here makes moto load: who has not used IAM or STS has no users. Requests change what is read here on other
threads, so collections are copied before they are walked.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any


def user_of_key(access_key: str) -> tuple[Any, Any] | None:
    """The user and the key object of an access key."""
    for backend in _backends("moto.iam.models", "iam_backends"):
        for found in list(backend.users.values()):
            for key in list(found.access_keys):
                if key.access_key_id == access_key:
                    return found, key
    return None


def role_session(access_key: str) -> Any | None:
    """The session of a role that has this access key."""
    for backend in _backends("moto.sts.models", "sts_backends"):
        found = backend.get_assumed_role_from_access_key(access_key)
        if found is not None:
            return found
    return None


def user(account: str, name: str) -> Any | None:
    """A user by name."""
    for backend in _backends("moto.iam.models", "iam_backends", account):
        found = backend.users.get(name)
        if found is not None:
            return found
    return None


def role(account: str, arn: str) -> Any | None:
    """A role by its ARN."""
    for backend in _backends("moto.iam.models", "iam_backends", account):
        for found in list(backend.roles.values()):
            if found.arn == arn:
                return found
    return None


def groups(account: str, member: Any) -> list[Any]:
    """The groups of a user."""
    return [
        group
        for backend in _backends("moto.iam.models", "iam_backends", account)
        for group in list(backend.groups.values())
        if member in list(group.users)
    ]


def managed_policy(account: str, arn: str) -> str | None:
    """The text of a managed policy's default version."""
    for backend in _backends("moto.iam.models", "iam_backends", account):
        found = backend.managed_policies.get(arn)
        if found is not None:
            return _default(found)
    return None


def policies(owner: Any) -> list[str]:
    """The texts of a user's, role's or group's own policies: inline and attached ones."""
    return [*list(owner.policies.values()), *(_default(each) for each in list(owner.managed_policies.values()))]


def _default(policy: Any) -> str:
    for version in list(policy.versions):
        if version.version_id == policy.default_version_id:
            return str(version.document)
    return ""  # is no policy: whoever has it may do nothing


def _backends(module: str, name: str, account: str | None = None) -> Iterator[Any]:
    loaded = sys.modules.get(module)
    if loaded is None:
        return
    for number, partitions in list(getattr(loaded, name).items()):
        if account is None or str(number) == account:
            yield from list(partitions.values())
