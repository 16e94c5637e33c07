from __future__ import annotations

from gatewright.aws.query import Query


def test_decodes_keys_and_values() -> None:
    query = Query(b"a=1&b=x%20y&a=2+3&%C3%A9=%2B&empty&&=v")
    assert query.all("a") == ["1", "2 3"]
    assert query.first("b") == "x y"
    assert query.first("é") == "+"
    assert query.first("empty") == ""
    assert query.first("none") is None
    assert query.all("none") == []
    assert list(query) == ["a", "b", "é", "empty", ""]


def test_a_value_may_hold_an_equals_sign() -> None:
    assert Query(b"a=b=c").first("a") == "b=c"


def test_an_empty_query_has_no_keys() -> None:
    assert list(Query(b"")) == []
