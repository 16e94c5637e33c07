"""What stands before moto; against moto itself: test_holders.py."""

from __future__ import annotations

import io
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from gatewright.companions.forgotten import Forgotten
from gatewright.companions.wsgi import Served

KEY = "ASIA0000000000000000"
ROLE: Served = (200, [], f"<Credentials><AccessKeyId>{KEY}</AccessKeyId></Credentials>".encode())
NOTHING: Served = (200, [], b"")


def ask(forgotten: Forgotten, served: Served = NOTHING, caller: str | None = "test", **given: str) -> Served:
    environ: dict[str, Any] = {
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "wsgi.input": io.BytesIO(urlencode(given).encode()),
        "HTTP_X_MOTO_ACCOUNT_ID": "123456789012",
    }
    return forgotten.serve(environ, caller, lambda: served)


@pytest.mark.parametrize(
    "action",
    ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "assume_role", "Assume_Role", "ASSUMEROLE"],
)
def test_sessions_of_roles_are_remembered_however_they_are_asked_for(action: str) -> None:
    forgotten = Forgotten()
    more = {"PolicyArns.member.1.arn": "arn:p", "Tags.member.1.Key": "k", "Tags.member.1.Value": "v"}
    assert ask(forgotten, ROLE, Action=action, Policy="{}", **more) is ROLE
    session = forgotten.sessions[KEY]
    assert (session.policies, session.arns, session.tags, session.owner) == (("{}",), ("arn:p",), {"k": "v"}, None)
    assert session.limited


def test_tags_are_handed_on_to_sessions_that_begin_in_a_session() -> None:
    forgotten = Forgotten()
    tags = {"Tags.member.1.Key": "a", "Tags.member.1.Value": "1", "Tags.member.2.Key": "b", "Tags.member.2.Value": "2"}
    ask(forgotten, ROLE, Action="AssumeRole", **tags, **{"TransitiveTagKeys.member.1": "a"})
    second: Served = (200, [], ROLE[2].replace(KEY.encode(), b"ASIA0000000000000001"))
    other = {"Tags.member.1.Key": "a", "Tags.member.1.Value": "other"}
    ask(forgotten, second, KEY, Action="AssumeRole", **other)
    session = forgotten.sessions["ASIA0000000000000001"]
    assert (session.tags, session.handed_on) == ({"a": "1"}, {"a": "1"})


def test_a_refused_role_is_not_remembered() -> None:
    forgotten = Forgotten()
    ask(forgotten, (403, [], ROLE[2]), Action="AssumeRole")
    ask(forgotten, NOTHING, Action="AssumeRole")
    assert forgotten.sessions == {}


def test_other_actions_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = Forgotten()
    assert ask(forgotten, ROLE, Action="GetCallerIdentity") is ROLE
    assert ask(forgotten, ROLE) is ROLE
    assert (forgotten.sessions, forgotten.boundaries) == ({}, {})


def test_boundaries_of_new_users_are_remembered() -> None:
    forgotten = Forgotten()
    made: Served = (200, [], b"<User><UserId>AIDA0000000000000000</UserId></User>")
    assert ask(forgotten, made, Action="CreateUser", UserName="u") is made
    assert forgotten.boundaries == {}
    ask(forgotten, (409, [], made[2]), Action="CreateUser", UserName="u", PermissionsBoundary="arn:p")
    assert forgotten.boundaries == {}
    ask(forgotten, made, Action="CreateUser", UserName="u", PermissionsBoundary="arn:p")
    assert forgotten.boundaries == {"AIDA0000000000000000": "arn:p"}


def test_each_token_is_another() -> None:
    forgotten = Forgotten()
    first = ask(forgotten, Action="GetSessionToken")
    second = ask(forgotten, Action="GetSessionToken")
    assert first[0] == second[0] == 200
    assert len(forgotten.sessions) == 2
    sessions = list(forgotten.sessions.values())
    assert len({each.secret for each in sessions} | {each.token for each in sessions}) == 4
    assert all(len(each.secret) == 40 and each.owner == "test" for each in sessions)
    assert sessions[0].secret not in repr(sessions[0])


def test_a_session_token_has_no_policies_of_its_own() -> None:
    forgotten = Forgotten()
    ask(forgotten, Action="GetSessionToken", Policy="{}")
    assert not next(iter(forgotten.sessions.values())).limited


@pytest.mark.parametrize("seconds", ["899", "129601", "-1", "1e3", "", "٩٠٠", "9" * 30])
@pytest.mark.parametrize("action", ["GetSessionToken", "GetFederationToken"])
def test_durations_that_aws_refuses(action: str, seconds: str) -> None:
    forgotten = Forgotten()
    status, _, body = ask(forgotten, Action=action, Name="bob", DurationSeconds=seconds)
    assert (status, b"<Code>ValidationError</Code>" in body) == (400, True)
    assert forgotten.sessions == {}


@pytest.mark.parametrize("name", ["", "b", "a/b", "a b", "<b>", "x" * 33])
def test_names_that_no_federated_user_has(name: str) -> None:
    forgotten = Forgotten()
    status, _, body = ask(forgotten, Action="GetFederationToken", Name=name)
    assert (status, b"<b>" in body) == (400, False)
    assert forgotten.sessions == {}


def test_what_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten = Forgotten()
    ask(forgotten, Action="GetSessionToken", DurationSeconds="900")
    (first,) = forgotten.sessions
    later = time.time() + 901
    monkeypatch.setattr(time, "time", lambda: later)
    ask(forgotten, Action="GetSessionToken")
    assert first not in forgotten.sessions
    assert len(forgotten.sessions) == 1
