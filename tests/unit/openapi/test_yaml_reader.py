from __future__ import annotations

from typing import Any

import pytest

from gatewright.openapi.base import DocumentError
from gatewright.openapi.yaml_reader import load


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("12:30:45", "12:30:45"),
        *((word, word) for word in ("yes", "no", "on", "off", "y", "n", "Yes", "NO")),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-7", -7),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1.0", 1.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("'200'", "200"),
        ('"yes"', "yes"),
        ("!!str 200", "200"),
        ("!!int 200", 200),
        ("! 200", "200"),
        ("9" * 30, 1e30),
        ("=", "="),
    ],
)
def test_scalars(written: str, value: Any) -> None:
    found = load(f"a: {written}".encode())["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("key", ["200", "yes", "null", "1.0", "2024-01-01", "true"])
def test_keys_are_text_as_they_are_written(key: str) -> None:
    assert load(f"{key}: 1".encode()) == {key: 1}


def test_aliases_and_merges() -> None:
    assert load(b"a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\nf: {<<: [*x, {b: 3, g: 4}], b: 5}") == {
        "a": {"b": 1},
        "c": {"b": 1},
        "d": {"b": 1, "e": 2},
        "f": {"b": 5, "g": 4},
    }
    assert load(b"a: &x text\n*x : 1") == {"a": "text", "text": 1}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"a: 1\nb: 2\na: 3", "line 3, column 1: the key a a second time"),
        (b"? [a]\n: 1", "line 1, column 3: a key that is a collection"),
        (b"a: &x 1\n? *x\n: 2", "a key that is no text"),
        (b"a: !Ref b", "line 1, column 4: tag !Ref"),
        (b"a: !!python/name:os.system x", "tag tag:yaml.org,2002:python/name:os.system"),
        (b"a: !!binary aGk=", "tag tag:yaml.org,2002:binary"),
        (b"a: !!int x", "tag tag:yaml.org,2002:int"),
        (b"a: !thing {}", "tag !thing"),
        (b"a: &x [*x]", "alias"),
        (b"a: *x", "alias"),
        (b"--- 1\n--- 2", "line 2, column 1: a second document"),
        (b"{<<: [1]}", "a merge of what is no mapping"),
    ],
)
def test_what_is_refused_names_its_place(body: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as error:
        load(body)
    assert reason in str(error.value)


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 10)]
    with pytest.raises(DocumentError, match="more than"):
        load("\n".join(lines).encode())
