"""What stands before moto; against moto itself: test_holders.py."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

import pytest

from gatewright.companions.forgotten import Forgotten
from gatewright.companions.holders import Holders
from gatewright.companions.ledger import Ledger
from gatewright.companions.wsgi import Served

KEY = "ASIA0000000000000000"
ROLE: Served = (200, [], f"<Credentials><AccessKeyId>{KEY}</AccessKeyId></Credentials>".encode())
NOTHING: Served = (200, [], b"")


def ask(ledger: Ledger, served: Served = NOTHING, caller: str | None = "test", **given: str) -> Served:
    environ: dict[str, Any] = {
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "wsgi.input": io.BytesIO(urlencode(given).encode()),
        "HTTP_X_MOTO_ACCOUNT_ID": "123456789012",
    }
    return Forgotten(ledger, Holders(ledger, "123456789012")).serve(environ, caller, lambda: served)


@pytest.mark.parametrize(
    "action",
    ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "assume_role", "Assume_Role", "ASSUMEROLE"],
)
def test_sessions_of_roles_are_remembered_however_they_are_asked_for(action: str) -> None:
    ledger = Ledger()
    more = {"PolicyArns.member.1.arn": "arn:p", "Tags.member.1.Key": "k", "Tags.member.1.Value": "v"}
    assert ask(ledger, ROLE, Action=action, Policy="{}", **more) is ROLE
    session = ledger.sessions[KEY]
    assert (session.policies, session.arns, session.tags, session.owner) == (("{}",), ("arn:p",), {"k": "v"}, None)
    assert session.limited


def test_tags_are_handed_on_to_sessions_that_begin_in_a_session() -> None:
    ledger = Ledger()
    tags = {"Tags.member.1.Key": "a", "Tags.member.1.Value": "1", "Tags.member.2.Key": "b", "Tags.member.2.Value": "2"}
    ask(ledger, ROLE, Action="AssumeRole", **tags, **{"TransitiveTagKeys.member.1": "a"})
    second: Served = (200, [], ROLE[2].replace(KEY.encode(), b"ASIA0000000000000001"))
    other = {"Tags.member.1.Key": "a", "Tags.member.1.Value": "other"}
    ask(ledger, second, KEY, Action="AssumeRole", **other)
    session = ledger.sessions["ASIA0000000000000001"]
    assert (session.tags, session.handed_on) == ({"a": "1"}, {"a": "1"})


def test_a_refused_role_is_not_remembered() -> None:
    ledger = Ledger()
    ask(ledger, (403, [], ROLE[2]), Action="AssumeRole")
    ask(ledger, NOTHING, Action="AssumeRole")
    assert ledger.sessions == {}


def test_other_actions_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    assert ask(ledger, ROLE, Action="ListUsers") is ROLE
    assert ask(ledger, ROLE) is ROLE
    assert (ledger.sessions, ledger.boundaries) == ({}, {})


@pytest.mark.parametrize(
    ("caller", "account"),
    [("test", "123456789012"), ("000011112222", "000011112222"), (None, None), ("AKIA0000000000000000", None)],
)
def test_the_root_is_known(caller: str | None, account: str | None) -> None:
    status, _, body = ask(Ledger(), NOTHING, caller, Action="GetCallerIdentity")
    assert status == 200
    if account is None:
        assert body == b""  # moto's answer
    else:
        assert f"<Arn>arn:aws:iam::{account}:root</Arn>".encode() in body
        assert f"<UserId>{account}</UserId><Account>{account}</Account>".encode() in body


def test_boundaries_of_new_users_are_remembered() -> None:
    ledger = Ledger()
    made: Served = (200, [], b"<User><UserId>AIDA0000000000000000</UserId></User>")
    assert ask(ledger, made, Action="CreateUser", UserName="u") is made
    assert ledger.boundaries == {}
    ask(ledger, (409, [], made[2]), Action="CreateUser", UserName="u", PermissionsBoundary="arn:p")
    assert ledger.boundaries == {}
    ask(ledger, made, Action="CreateUser", UserName="u", PermissionsBoundary="arn:p")
    assert ledger.boundaries == {"AIDA0000000000000000": "arn:p"}


def test_each_token_is_another() -> None:
    ledger = Ledger()
    first = ask(ledger, Action="GetSessionToken")
    second = ask(ledger, Action="GetSessionToken")
    assert first[0] == second[0] == 200
    assert len(ledger.sessions) == 2
    sessions = list(ledger.sessions.values())
    assert len({each.secret for each in sessions} | {each.token for each in sessions}) == 4
    assert all(len(each.secret) == 40 and each.owner == "test" for each in sessions)
    assert sessions[0].secret not in repr(sessions[0])


def test_a_session_token_has_no_policies_of_its_own() -> None:
    ledger = Ledger()
    ask(ledger, Action="GetSessionToken", Policy="{}")
    assert not next(iter(ledger.sessions.values())).limited


@pytest.mark.parametrize("seconds", ["899", "129601", "-1", "1e3", "", "٩٠٠", "9" * 30])
@pytest.mark.parametrize("action", ["GetSessionToken", "GetFederationToken"])
def test_durations_that_aws_refuses(action: str, seconds: str) -> None:
    ledger = Ledger()
    status, _, body = ask(ledger, Action=action, Name="bob", DurationSeconds=seconds)
    assert (status, b"<Code>ValidationError</Code>" in body) == (400, True)
    assert ledger.sessions == {}


@pytest.mark.parametrize("name", ["", "b", "a/b", "a b", "<b>", "x" * 33])
def test_names_that_no_federated_user_has(name: str) -> None:
    ledger = Ledger()
    status, _, body = ask(ledger, Action="GetFederationToken", Name=name)
    assert (status, b"<b>" in body) == (400, False)
    assert ledger.sessions == {}
