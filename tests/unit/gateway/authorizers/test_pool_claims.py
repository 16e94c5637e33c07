from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.gateway.authorizers.pool_claims import claim_texts


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("sub", "someone", "someone"),
        ("exp", 1469818373, "Fri Jul 29 18:52:53 UTC 2016"),
        ("iat", 1469814773, "Fri Jul 29 17:52:53 UTC 2016"),
        ("nbf", 951782401.5, "Tue Feb 29 00:00:01 UTC 2000"),
        ("exp", 9007199254740992, "9007199254740992"),
        ("iat", -9007199254740992, "-9007199254740992"),
        ("exp", True, "true"),
        ("auth_time", 1469814773, "1469814773"),
        ("email_verified", True, "true"),
        ("email_verified", False, "false"),
        ("cognito:groups", ["admins", "users"], "admins,users"),
        ("cognito:groups", [], ""),
        ("mixed", [1, None, True, {"a": "b"}], '1,null,true,{"a":"b"}'),
        ("identities", [{"userId": "1", "dateCreated": "2"}], '{"userId":"1","dateCreated":"2"}'),
        ("address", {"formatted": "Köln"}, '{"formatted":"Köln"}'),
        ("custom:share", 0.5, "0.5"),
    ],
)
def test_claims_are_text(name: str, value: Any, text: str) -> None:
    assert claim_texts({name: value}) == {name: text}


def test_a_claim_that_is_null_is_none() -> None:
    assert claim_texts({"a": None, "b": "c"}) == {"b": "c"}


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["exp", "iat", "sub"]), _VALUES)
def test_whatever_a_pool_says_is_text(name: str, value: Any) -> None:
    assert all(isinstance(text, str) for text in claim_texts({name: value}).values())
