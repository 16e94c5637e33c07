"""Texts with variables."""

from __future__ import annotations

import pytest

from gatewright.language.policy.base import PolicyError, Query
from gatewright.language.policy.text import Grammar, Texts, Variable, parse
from gatewright.language.policy.wildcard import Wild
from tests.unit.language.policy.support import ANN, ROOT, query

NEW = Grammar("there", variables=True)
OLD = Grammar("there", variables=False)


def test_parse() -> None:
    assert parse("a/${aws:UserName}*", NEW) == ("a/", Variable("aws:username", None), Wild.ANY)
    assert parse("${aws:PrincipalTag/Team, 'all'}", NEW) == (Variable("aws:principaltag/Team", "all"),)
    assert parse("${*}${?}${$}", NEW) == ("*", "?", "$")
    assert parse("$5 {x}", NEW) == ("$5 {x}",)
    assert parse("${aws:username}", OLD) == ("${aws:username}",)
    assert parse("a?", Grammar("there", variables=True, wildcards=False)) == ("a?",)


def test_a_hostile_text_is_read_in_one_pass() -> None:
    for text in ("${a:" + " " * 100_000, "${a:b," + " " * 100_000, "${a:b, '" * 20_000):
        with pytest.raises(PolicyError):
            parse(text, NEW)


@pytest.mark.parametrize("text", ["${", "${}", "${aws:username", "${username}", "${aws:username, x}", "${a:b{c}}"])
def test_no_variables(text: str) -> None:
    with pytest.raises(PolicyError, match="Invalid policy variable"):
        parse(text, NEW)


@pytest.mark.parametrize(
    ("text", "value", "asked", "expected"),
    [
        ("home/${aws:username}/*", "home/ann/x", query(ANN), True),
        ("home/${aws:username}/*", "home/bob/x", query(ANN), False),
        ("home/${aws:username}/*", "home//x", query(ROOT), False),
        ("home/${aws:username, 'nobody'}/*", "home/nobody/x", query(ROOT), True),
        ("home/${aws:username, 'nobody'}/*", "home/nobody/x", query(ANN), False),
        ("${aws:principaltag/star}", "anything", query(ANN), False),
        ("${aws:principaltag/star}", "*", query(ANN), True),
        ("${a:many}", "x", query(ANN, keys={"a:many": ("x", "y")}), False),
        ("${a:one}", "x", query(ANN, keys={"a:one": "x"}), True),
        ("${*}", "*", query(ANN), True),
        ("${*}", "x", query(ANN), False),
    ],
)
def test_match(text: str, value: str, asked: Query, expected: bool) -> None:
    assert Texts([text], NEW).match(value, asked) is expected


def test_one_of_several_and_folding() -> None:
    texts = Texts(["Read:*", "write:One", "${aws:username}"], NEW, folding=str.lower)
    assert [texts.match(each, query(ANN)) for each in ("READ:x", "WRITE:ONE", "ANN", "else")] == [
        True,
        True,
        True,
        False,
    ]
    assert not texts.plain
    assert Texts(["a", "b*"], NEW).plain


def test_nullable() -> None:
    assert Texts(["${aws:username}${aws:userid, 'x'}"], NEW).nullable == (Variable("aws:username", None),)
