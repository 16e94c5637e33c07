"""Who is asked for the holder of a key, and who is known without asking."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gatewright.aws.holder import Holder
from gatewright.identity.keys import Found, Keys, KnownPairs, root
from gatewright.language.policy.base import Effect, Principal, Query


@pytest.mark.parametrize(
    ("key", "account"),
    [
        ("test", "123456789012"),
        ("000011112222", "000011112222"),
        ("Test", None),
        ("", None),
        ("00001111222", None),
        ("0000111122223", None),
        ("٠٠٠٠١١١١٢٢٢٢", None),
        ("000011112222\n", None),
        ("AKIAIOSFODNN7EXAMPLE", None),
    ],
)
def test_the_known_pairs_are_roots(key: str, account: str | None) -> None:
    found = KnownPairs("123456789012").find(key)
    if account is None:
        assert found is None
    else:
        assert found == replace(root(account, "test"), token="test", token_optional=True)


def test_a_flood_of_account_numbers_is_forgotten_again() -> None:
    pairs = KnownPairs("123456789012")
    first = pairs.find("000000000000")
    assert pairs.find("000000000000") is first
    for number in range(2000):
        assert pairs.find(f"{number:012d}") is not None
    assert len(pairs._made) <= 1024


def test_root_may_do_everything() -> None:
    holder = root("123456789012", "secret")
    assert holder.principal == Principal(
        "Account", "123456789012", "arn:aws:iam::123456789012:root", user_id="123456789012"
    )
    query = Query("execute-api:Invoke", "arn:aws:execute-api:…", holder.principal, lambda name: None)
    assert holder.decide(query).effect is Effect.ALLOW
    assert (holder.token, holder.expires) == (None, None)


def test_the_first_source_that_knows_a_key_counts() -> None:
    asked: list[str] = []

    def source(name: str, **known: Holder) -> object:
        def find(access_key: str) -> Found:
            asked.append(name)
            return known.get(access_key)

        return find

    near, far = root("111111111111", "near"), root("222222222222", "far")
    keys = Keys(source("near", a=near), source("far", a=far, b=far))  # type: ignore[arg-type]
    assert keys.find("a") is near
    assert asked == ["near"]
    assert keys.find("b") is far
    assert keys.find("c") is None
    assert asked == ["near", "near", "far", "near", "far"]


def test_without_sources_nobody_has_a_key() -> None:
    assert Keys().find("test") is None
