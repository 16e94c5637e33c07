"""What moto forgets of IAM and STS, and what it answers with published examples: kept or answered here.

    AssumeRole…                  moto forgets PolicyArns and tags (and of SAML also Policy): remembered by access key
    GetSessionToken,             moto answers with the key pair of AWS's documentation, which everybody knows: answered
    GetFederationToken           here, with a key pair of their own
    CreateUser                   moto forgets PermissionsBoundary: remembered by user id
    Put-, DeleteUserPermissions… moto does not know them: answered here
    GetCallerIdentity            moto does not know the account's root, nor the sessions above: of both answered here

Most of them narrow what a key may do; forgotten, they would widen it. Sources: the STS and IAM API references.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from uuid import uuid4
from xml.sax.saxutils import escape

from gatewright.companions import accounts
from gatewright.companions.form import members, parameters
from gatewright.companions.holders import Holders
from gatewright.companions.ledger import Ledger, Session
from gatewright.companions.wsgi import Environ, Served

_KEY = re.compile(rb"<AccessKeyId>(\w{16,128})</AccessKeyId>")
_USER = re.compile(rb"<UserId>(\w{16,128})</UserId>")
_NAME = re.compile(r"[\w+=,.@-]{2,32}", re.ASCII)
_DURATION = re.compile(r"[0-9]{1,9}")
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SHORTEST, _LONGEST = 900, 129_600  # seconds
_STS, _IAM = "https://sts.amazonaws.com/doc/2011-06-15/", "https://iam.amazonaws.com/doc/2010-05-08/"

Next = Callable[[], Served]


class Forgotten:
    """Stands before moto. Threads may share it. `holders`: who holds keys by the same ledger."""

    def __init__(self, ledger: Ledger, holders: Holders) -> None:
        self._ledger = ledger
        self._holders = holders

    def serve(self, environ: Environ, caller: str | None, after: Next) -> Served:
        """The answer to a request; `after` gives moto's. `caller`: the access key that it names."""
        given = parameters(environ)
        action = given.get("Action", "").replace("_", "").lower()  # moto takes it in many ways
        if action in ("assumerole", "assumerolewithsaml", "assumerolewithwebidentity"):
            return self._role(given, caller, after)
        if action == "createuser":
            return self._user(given, after)
        if action == "getcalleridentity":
            return self._identity(caller, after)
        account: str = environ["HTTP_X_MOTO_ACCOUNT_ID"]
        if action == "getsessiontoken":
            return self._session_token(given, caller)
        if action == "getfederationtoken":
            return self._federation_token(given, caller, account)
        if action in ("putuserpermissionsboundary", "deleteuserpermissionsboundary"):
            return self._boundary(given, account)
        return after()

    def _role(self, given: Mapping[str, str], caller: str | None, after: Next) -> Served:
        begun_in = self._ledger.sessions.get(caller or "")
        session = _session(given, _duration(given, 3600) or 0, begun_in.handed_on if begun_in is not None else {})
        served = after()
        found = _KEY.search(served[2])
        if served[0] < 300 and found is not None:
            self._ledger.remember(found[1].decode(), session)
        return served

    def _user(self, given: Mapping[str, str], after: Next) -> Served:
        served = after()
        found = _USER.search(served[2])
        if given.get("PermissionsBoundary") and served[0] < 300 and found is not None:
            self._ledger.boundaries[found[1].decode()] = given["PermissionsBoundary"]
        return served

    def _identity(self, caller: str | None, after: Next) -> Served:
        who = self._holders.principal(caller or "")
        if who is None:
            return after()
        names = (("UserId", "user_id"), ("Account", "account"), ("Arn", "arn"))
        shown = "".join(f"<{name}>{escape(who[member])}</{name}>" for name, member in names)
        return _answer(_STS, "GetCallerIdentity", shown)

    def _session_token(self, given: Mapping[str, str], caller: str | None) -> Served:
        seconds = _duration(given, 43_200)
        if seconds is None:
            return _invalid("durationSeconds", given["DurationSeconds"])
        return _answer(_STS, "GetSessionToken", self._issue(given, seconds, caller, None))

    def _federation_token(self, given: Mapping[str, str], caller: str | None, account: str) -> Served:
        seconds = _duration(given, 43_200)
        if seconds is None:
            return _invalid("durationSeconds", given["DurationSeconds"])
        name = given.get("Name", "")
        if not _NAME.fullmatch(name):
            return _invalid("name", name)
        issued = self._issue(given, seconds, caller, name)
        user = (
            f"<FederatedUser><FederatedUserId>{account}:{escape(name)}</FederatedUserId>"
            f"<Arn>arn:aws:sts::{account}:federated-user/{escape(name)}</Arn></FederatedUser>"
        )
        return _answer(_STS, "GetFederationToken", issued + user)

    def _issue(self, given: Mapping[str, str], seconds: int, caller: str | None, federated: str | None) -> str:
        """A new key pair with its token, remembered, as the answer shows it."""
        asked = _session(given, seconds)
        limits = federated is not None  # GetSessionToken knows neither policies nor tags
        session = Session(
            asked.policies if limits else (),
            asked.arns if limits else (),
            asked.tags if limits else {},
            asked.issued,
            int(asked.expires),
            owner=caller or "",
            federated=federated,
            secret=secrets.token_urlsafe(30),
            token=secrets.token_urlsafe(192),
        )
        key = "ASIA" + "".join(secrets.choice(_BASE32) for _ in range(16))
        self._ledger.remember(key, session)
        end = datetime.fromtimestamp(session.expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return (
            f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{session.secret}</SecretAccessKey>"
            f"<SessionToken>{session.token}</SessionToken><Expiration>{end}</Expiration></Credentials>"
        )

    def _boundary(self, given: Mapping[str, str], account: str) -> Served:
        name, arn = given.get("UserName", ""), given.get("PermissionsBoundary", "")
        user = accounts.user(account, name)
        if user is None:
            return _error(_IAM, "NoSuchEntity", f"The user with name {name} cannot be found.", 404)
        if not given["Action"].lower().startswith("put"):
            self._ledger.boundaries.pop(user.id, None)
            return _answer(_IAM, "DeleteUserPermissionsBoundary", "")
        if accounts.managed_policy(account, arn) is None:
            return _error(_IAM, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", 404)
        self._ledger.boundaries[user.id] = arn
        return _answer(_IAM, "PutUserPermissionsBoundary", "")


def _session(given: Mapping[str, str], seconds: int, handed_on: Mapping[str, str] | None = None) -> Session:
    """`handed_on`: tags of the session in which this one begins; no tag of its own takes their place."""
    now = time.time()
    own = dict(zip(members(given, "Tags", "Key"), members(given, "Tags", "Value"), strict=False))
    tags = own | dict(handed_on or {})
    transitive = {*members(given, "TransitiveTagKeys"), *(handed_on or {})}
    policy = given.get("Policy")
    return Session(
        policies=(policy,) if policy else (),
        arns=tuple(members(given, "PolicyArns", "arn")),
        tags=tags,
        handed_on={name: value for name, value in tags.items() if name in transitive},
        issued=now,
        expires=now + seconds,
    )


def _duration(given: Mapping[str, str], default: int) -> int | None:
    """Seconds; None: not of AWS's range. (Of roles moto says how long; here it is how long they are remembered.)"""
    text = given.get("DurationSeconds")
    if text is None:
        return default
    return int(text) if _DURATION.fullmatch(text) and _SHORTEST <= int(text) <= _LONGEST else None


def _answer(namespace: str, action: str, result: str) -> Served:
    inner = f"<{action}Result>{result}</{action}Result>" if result else ""
    metadata = f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata>"
    body = f'<{action}Response xmlns="{namespace}">{inner}{metadata}</{action}Response>'
    return 200, [(b"Content-Type", b"text/xml")], body.encode()


def _invalid(member: str, value: str) -> Served:
    message = f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint"
    return _error(_STS, "ValidationError", message)


def _error(namespace: str, code: str, message: str, status: int = 400) -> Served:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    body = f'<ErrorResponse xmlns="{namespace}">{error}<RequestId>{uuid4()}</RequestId></ErrorResponse>'
    return status, [(b"Content-Type", b"text/xml")], body.encode()
