"""The Principal and NotPrincipal elements.

An account stands for all its principals, a role for all its sessions. No wildcard but `*` for everybody. Groups and
unique ids (what AWS puts in place of somebody deleted) are no principals.

AWS: "AWS JSON policy elements: Principal", "AWS JSON policy elements: NotPrincipal".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from gatewright.language.policy.base import PolicyError, Principal

_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(?P<account>[0-9]{12})(?::root)?")
_NAME = r"[A-Za-z0-9_+=,.@-]+"
_ARN = re.compile(
    rf"arn:aws[a-z-]*:(?:iam::[0-9]{{12}}:(?:user|role)/(?:[\x21-\x29\x2b-\x3e\x40-\x7e]+/)?{_NAME}"
    rf"|sts::[0-9]{{12}}:(?:assumed-role/{_NAME}|federated-user)/{_NAME})"
)
_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_FEDERATED = re.compile(
    r"arn:aws[a-z-]*:iam::[0-9]{12}:(?:saml|oidc)-provider/[^\s*?]+|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)


class Named(IntEnum):
    """How a statement names the caller."""

    NOT = 0
    ACCOUNT = 1  # by the account only: the account's own policies decide
    ROLE = 2  # by the role of its session: a boundary and session policies limit that
    DIRECTLY = 3


class Principals:
    """Whom a Principal or NotPrincipal element names."""

    __slots__ = ("accounts", "arns", "everybody", "federated", "services")

    def __init__(self, element: Any, place: str) -> None:
        self.everybody = False
        self.accounts: set[str] = set()
        self.arns: set[str] = set()
        self.services: set[str] = set()
        self.federated: set[str] = set()
        if element == "*":
            self.everybody = True
            return
        if not isinstance(element, Mapping) or not element:
            raise PolicyError(place, "Principal must be * or an object")
        for kind, names in element.items():
            for name in _names(names, f"{place}.{kind}"):
                self._add(kind, name, f"{place}.{kind}")

    def named(self, principal: Principal) -> Named:
        if self.everybody or self._named_itself(principal):
            return Named.DIRECTLY
        if principal.role_arn in self.arns:
            return Named.ROLE
        if principal.account in self.accounts:
            return Named.DIRECTLY if principal.type == "Account" else Named.ACCOUNT
        return Named.NOT

    def spares(self, principal: Principal) -> bool:
        """Whether a Deny with this NotPrincipal leaves a principal alone.

        AWS: it must name, beside the principal, its role if it is a session, and its account. Whoever has a permissions
        boundary is denied in any case.
        """
        if self.everybody:
            return True
        if principal.bounded:
            return False
        if principal.service is not None or principal.federated is not None:
            return self._named_itself(principal)
        if principal.account not in self.accounts:
            return False
        role_named = principal.role_arn is None or principal.role_arn in self.arns
        return principal.type == "Account" or (role_named and principal.arn in self.arns)

    def _named_itself(self, principal: Principal) -> bool:
        return (
            (principal.arn is not None and principal.arn in self.arns)
            or (principal.service is not None and principal.service in self.services)
            or (principal.federated is not None and principal.federated in self.federated)
        )

    def _add(self, kind: str, name: str, place: str) -> None:
        if kind == "AWS":
            self._add_aws(name, place)
        elif kind == "Service" and _SERVICE.fullmatch(name):
            self.services.add(name)
        elif kind == "Federated" and _FEDERATED.fullmatch(name):
            self.federated.add(name)
        else:
            raise PolicyError(place, f"{name} is not a valid principal")

    def _add_aws(self, name: str, place: str) -> None:
        account = _ACCOUNT.fullmatch(name)
        if name == "*":
            self.everybody = True
        elif account and (name.startswith("arn:") == name.endswith(":root")):
            self.accounts.add(account["account"])
        elif _ARN.fullmatch(name):
            self.arns.add(name)
        else:
            raise PolicyError(place, f"{name} is not a valid principal")


def _names(value: Any, place: str) -> list[str]:
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(each, str) for each in names):
        raise PolicyError(place, "Principals must be strings")
    return names
