"""What was asked of IAM and STS and moto does not keep: sessions by access key, boundaries of users."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Session:
    """What was asked for with a session. Of one with an `owner`, the key that asked, moto knows nothing."""

    policies: tuple[str, ...]  # session policies that were given as such
    arns: tuple[str, ...]  # and as managed policies
    tags: Mapping[str, str]
    issued: float  # epoch seconds
    expires: float
    owner: str | None = None
    federated: str | None = None  # the name that GetFederationToken gave
    handed_on: Mapping[str, str] = field(default_factory=dict)  # tags that sessions have that begin in this one
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @property
    def limited(self) -> bool:
        """Whether session policies bind it. A federated user may do only what they allow, nothing without them."""
        return bool(self.policies or self.arns) or self.federated is not None


class Ledger:
    """Threads may share it: every change is one assignment."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}  # by access key
        self.boundaries: dict[str, str] = {}  # ARN of a policy, by user id

    def remember(self, key: str, session: Session) -> None:
        """Keep a session; those that are over are forgotten."""
        now = time.time()
        for name, each in list(self.sessions.items()):
            if each.expires < now:
                self.sessions.pop(name, None)
        self.sessions[key] = session
