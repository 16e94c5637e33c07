from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.sdk import names


@pytest.mark.parametrize(
    ("path", "verb", "name"),
    [
        ("/", "GET", "rootGet"),
        ("/pets", "GET", "petsGet"),
        ("/Pets", "POST", "petsPost"),
        ("/pets/{petId}", "GET", "petsPetIdGet"),
        ("/my-things/v1.2", "DELETE", "myThingsV12Delete"),
        ("/{proxy+}", "OPTIONS", "proxyOptions"),
        ("/2020/x", "GET", "_2020XGet"),
        ("/日本", "GET", "rootGet"),
    ],
)
def test_names_by_path_are_those_of_aws(path: str, verb: str, name: str) -> None:
    assert names.by_path(path, verb) == name


@pytest.mark.parametrize(
    ("text", "camel", "snake", "pascal"),
    [
        ("ListPets", "listPets", "list_pets", "ListPets"),
        ("list pets", "listPets", "list_pets", "ListPets"),
        ("getHTTPStatus", "getHTTPStatus", "get_http_status", "GetHTTPStatus"),
        ("class", "class", "class_", "Class"),
        ("none", "none", "none", "None_"),
        ("match", "match", "match_", "Match"),
        ("__init__", "init", "init", "Init"),
        ("1st", "_1st", "_1st", "_1st"),
        ("日本", "", "", ""),
    ],
)
def test_styles(text: str, camel: str, snake: str, pascal: str) -> None:
    assert (names.camel(text), names.snake(text), names.pascal(text)) == (camel, snake, pascal)


def test_nobody_shares_a_name() -> None:
    taken = names.Taken("then")
    assert [taken.give(name) for name in ("then", "a", "a", "a2", "a_b", "a_b")] == [
        "then2", "a", "a2", "a22", "a_b", "a_b_2",
    ]  # fmt: skip
    assert not taken.free("a")
    assert taken.free("b")


@given(st.text())
def test_whatever_comes_in_identifiers_come_out(text: str) -> None:
    for name in (names.camel(text), names.snake(text), names.pascal(text), names.by_path(text, "GET")):
        assert name == "" or (name.isascii() and name.isidentifier())
    assert not keyword.iskeyword(names.snake(text))
    assert not keyword.iskeyword(names.pascal(text))
