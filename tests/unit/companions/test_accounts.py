"""Reading IAM and STS before anybody has used them; with users and roles: test_holders.py."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from gatewright.companions import accounts


@pytest.fixture
def no_moto(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("moto.iam.models", "moto.sts.models"):
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.usefixtures("no_moto")
def test_while_nobody_has_used_iam_there_is_nothing() -> None:
    assert accounts.user_of_key("AKIA0") is None
    assert accounts.role_session("ASIA0") is None
    assert accounts.user("123456789012", "alice") is None
    assert accounts.role("123456789012", "arn") is None
    assert accounts.groups("123456789012", object()) == []
    assert accounts.managed_policy("123456789012", "arn") is None
    assert "moto.iam.models" not in sys.modules


def _policy(default: str, **versions: str) -> Any:
    kept = [SimpleNamespace(version_id=name, document=text) for name, text in versions.items()]
    return SimpleNamespace(default_version_id=default, versions=kept)


def test_a_policy_without_its_default_version_is_no_policy() -> None:
    attached = {"a": _policy("v2", v1="one", v2="two"), "b": _policy("v3", v1="one")}
    owner = SimpleNamespace(policies={"i": "inline"}, managed_policies=attached)
    assert accounts.policies(owner) == ["inline", "two", ""]


def test_accounts_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    users = {account: {"aws": SimpleNamespace(users={"alice": account})} for account in ("1" * 12, "2" * 12)}
    monkeypatch.setitem(sys.modules, "moto.iam.models", SimpleNamespace(iam_backends=users))
    assert accounts.user("2" * 12, "alice") == "2" * 12
    assert accounts.user("3" * 12, "alice") is None
