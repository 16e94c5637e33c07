"""Callers with keys: who they are, what they may do, and requests that they have signed."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field

from gatewright.aws import sigv4
from gatewright.aws.holder import Holder
from gatewright.language.policy.base import Decision, Effect, Principal, Query
from tests.plays.stage import ACCOUNT

NOW = 1_700_000_000.0  # FakeClock's beginning: 20231114T221320Z
HOST = "abcdefghij.execute-api.us-east-1.amazonaws.com"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
USER_KEY, ROOT_KEY, SESSION_KEY, FOREIGN_KEY = "AKIDUSER", "AKIDROOT", "ASIASESSION", "AKIDFOREIGN"
TOKEN = "session/token+=="

Pairs = list[tuple[str, str]]


@dataclass
class Rule:
    """A policy of one statement: everything that begins so."""

    effect: Effect
    beginning: str
    plain: bool = True
    asked: list[Query] = field(default_factory=list)

    def decide(self, query: Query) -> Decision:
        self.asked.append(query)
        return Decision(self.effect if query.resource.startswith(self.beginning) else Effect.NEITHER, "0")


def user(name: str = "ada", account: str = ACCOUNT) -> Principal:
    return Principal("User", account, f"arn:aws:iam::{account}:user/{name}", user_id="AIDAEXAMPLE", user_name=name)


def allow(beginning: str = "arn:aws:execute-api:") -> Rule:
    return Rule(Effect.ALLOW, beginning)


def deny(beginning: str = "arn:aws:execute-api:") -> Rule:
    return Rule(Effect.DENY, beginning)


ROOT = Principal("Account", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", user_id=ACCOUNT)
SESSION = Principal(
    "AssumedRole",
    ACCOUNT,
    f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/ada",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/reader",
    user_id="AROAEXAMPLE:ada",
    org_id="o-example",
)


class Keys:
    """`gateway.base.KeySource`; with `slow`, nothing is known at once."""

    def __init__(self, holders: Mapping[str, Holder] | None = None, *, slow: bool = False) -> None:
        self.holders = dict(everybody() if holders is None else holders)
        self.slow = slow
        self.asked: list[str] = []

    def find(self, access_key: str) -> Holder | Awaitable[Holder | None] | None:
        self.asked.append(access_key)
        return self._later(access_key) if self.slow else self.holders.get(access_key)

    async def _later(self, access_key: str) -> Holder | None:
        return self.holders.get(access_key)


def everybody() -> Mapping[str, Holder]:
    return {
        USER_KEY: Holder(SECRET, user(), policies=(allow(),)),
        ROOT_KEY: Holder(SECRET, ROOT, policies=None),
        SESSION_KEY: Holder(SECRET, SESSION, token=TOKEN, expires=NOW + 3600, policies=(allow(),)),
        FOREIGN_KEY: Holder(SECRET, user("eve", "999999999999"), policies=None),
    }


def signed(
    verb: str,
    url: str,
    headers: Pairs | None = None,
    body: bytes = b"",
    *,
    key: str = USER_KEY,
    secret: str = SECRET,
    token: str | None = None,
    host: str = HOST,
    region: str = "us-east-1",
    service: str = "execute-api",
    now: float = NOW,
) -> Pairs:
    """The headers of a request, with those of its signature."""
    path, _, query = url.partition("?")
    given = [("Host", host), *(headers or [])]
    added = sigv4.sign(
        verb,
        path.encode(),
        query.encode(),
        [(name.encode(), value.encode()) for name, value in given],
        body,
        credentials=sigv4.Credentials(key, secret, token),
        region=region,
        service=service,
        now=now,
    )
    return [*given, *((name.decode(), value.decode()) for name, value in added)]


def presigned(
    verb: str, url: str, *, key: str = USER_KEY, token: str | None = None, expires: int = 300, now: float = NOW
) -> str:
    """A URL that is signed in its query; the request must carry the Host."""
    path, _, query = url.partition("?")
    whole = sigv4.presign(
        verb,
        path.encode(),
        query.encode(),
        [(b"Host", HOST.encode())],
        credentials=sigv4.Credentials(key, SECRET, token),
        region="us-east-1",
        service="execute-api",
        now=now,
        expires=expires,
    )
    return f"{path}?{whole.decode()}"
