"""Who holds a key that was made through the companions' IAM or STS: all that decides what may be done with it.

    a user's key                  its inline, attached and groups' policies; its boundary
    a role's session              the role's policies and boundary; the session's policies
    GetSessionToken               the user's, or the root's, again
    GetFederationToken            the user's, and nothing that the session's policies do not allow

The answer is JSON for `identity.companion_keys`. AWS: "Policy evaluation logic", "Temporary security credentials in
IAM"; principals as in "AWS global condition context keys".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from gatewright.companions import accounts
from gatewright.companions.ledger import Ledger, Session

Holder = dict[str, Any]

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


class Holders:
    """`account`: the one that the pair test/test stands for."""

    def __init__(self, ledger: Ledger, account: str) -> None:
        self._ledger = ledger
        self._account = account

    def find(self, access_key: str) -> Holder | None:
        """Who holds a key now; None: nobody."""
        session = self._ledger.sessions.get(access_key)
        if session is not None and session.owner is not None:
            return self._issued(session, session.owner)
        if session is not None:
            return self._role_session(access_key, session)
        return self._user(access_key)

    def principal(self, access_key: str) -> dict[str, Any] | None:
        """Who uses a key; the account's root, too."""
        holder = self._root(access_key) or self.find(access_key)
        principal: dict[str, Any] | None = None if holder is None else holder["principal"]
        return principal

    def _user(self, access_key: str) -> Holder | None:
        found = accounts.user_of_key(access_key)
        if found is None or found[1].status != "Active":
            return None
        user, key = found
        groups = accounts.groups(user.account_id, user)
        principal = {
            "type": "User",
            "account": user.account_id,
            "arn": user.arn,
            "user_id": user.id,
            "user_name": user.name,
            "tags": _tags(user.tags),
        }
        return {
            "secret_key": key.secret_access_key,
            "principal": principal,
            "policies": [text for owner in (user, *groups) for text in accounts.policies(owner)],
            "boundary": self._boundary(user.account_id, self._ledger.boundaries.get(user.id)),
        }

    def _role_session(self, access_key: str, session: Session) -> Holder | None:
        assumed = accounts.role_session(access_key)
        if assumed is None:
            return None
        account = str(assumed.account_id)
        role = accounts.role(account, assumed.role_arn)
        principal = {
            "type": "AssumedRole",
            "account": account,
            "arn": assumed.arn,
            "role_arn": assumed.role_arn,
            "user_id": assumed.user_id,
            "tags": (_tags(role.tags) if role is not None else {}) | dict(session.tags),
        }
        return {
            "secret_key": assumed.secret_access_key,
            "token": assumed.session_token,
            "expires": assumed.expiration.replace(tzinfo=UTC).timestamp(),
            "principal": principal | _temporary(session),
            "policies": accounts.policies(role) if role is not None else [],
            "boundary": self._boundary(account, role.permissions_boundary_arn if role is not None else None),
            "session": self._session_policies(account, session),
        }

    def _issued(self, session: Session, owner: str) -> Holder | None:
        """A session of GetSessionToken or GetFederationToken: what its owner may do now, or less."""
        holder = self._root(owner) or self._user(owner)
        if holder is None:
            return None
        principal = holder["principal"] | _temporary(session)
        account = principal["account"]
        if session.federated is not None:
            principal = {
                "type": "FederatedUser",
                "account": account,
                "arn": f"arn:aws:sts::{account}:federated-user/{session.federated}",
                "user_id": f"{account}:{session.federated}",
                "tags": dict(session.tags),
            } | _temporary(session)
        return holder | {
            "secret_key": session.secret,
            "token": session.token,
            "expires": session.expires,
            "principal": principal,
            "session": self._session_policies(account, session),
        }

    def _root(self, access_key: str) -> Holder | None:
        account = self._account if access_key == "test" else access_key
        if not _ACCOUNT.fullmatch(account):
            return None
        principal = {
            "type": "Account",
            "account": account,
            "arn": f"arn:aws:iam::{account}:root",
            "user_id": account,
            "tags": {},
        }
        return {"principal": principal, "policies": None, "boundary": None}

    def _boundary(self, account: str, arn: str | None) -> list[str] | None:
        """A boundary that is gone allows nothing."""
        return [text for text in [accounts.managed_policy(account, arn)] if text is not None] if arn else None

    def _session_policies(self, account: str, session: Session) -> list[str] | None:
        if not session.limited:
            return None
        managed = (accounts.managed_policy(account, arn) for arn in session.arns)
        return [*session.policies, *(text for text in managed if text is not None)]


def _tags(tags: list[dict[str, str]] | None) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in tags or []}


def _temporary(session: Session) -> dict[str, Any]:
    """moto asks for no code of a second factor: nobody has shown one."""
    issued = datetime.fromtimestamp(session.issued, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"token_issued": issued, "mfa": False}
