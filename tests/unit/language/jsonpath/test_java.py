from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.jsonpath.java import decimal, double_text, equal, is_number, text_of, unescape, utf16


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1.0"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (1.25e-7, "1.25E-7"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (-1.5e300, "-1.5E300"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
        (float("nan"), "NaN"),
    ],
)
def test_doubles(number: float, text: str) -> None:
    assert double_text(number) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (7, "7"),
        (1.5, "1.5"),
        ({"a": 1, "b": [2, "é"]}, '{a=1, b=[2,"é"]}'),
    ],
)
def test_texts(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, 1, True),
        (1, 1.0, False),
        (1, True, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": 1.0}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1, [2]], [1, [2]], True),
        ([1], [1, 2], False),
        ([1], {"0": 1}, False),
        (None, None, True),
        ("a", "a", True),
    ],
)
def test_equality_is_of_one_class(left: Any, right: Any, expected: bool) -> None:
    assert equal(left, right, lambda work: None) is expected


@pytest.mark.parametrize("text", ["", "x", "1_0", " 1", "1e", "0x1", "1" * 1001, "1e9999999999"])
def test_what_is_no_decimal(text: str) -> None:
    assert decimal(text) is None


def test_decimals() -> None:
    assert [str(decimal(text)) for text in ("31", "-1.50", "1.0E10", ".5", "2.")] == [
        "31",
        "-1.50",
        "1.0E+10",
        "0.5",
        "2",
    ]


@pytest.mark.parametrize(
    ("escaped", "text"),
    [("plain", "plain"), (r"a\tb\n", "a\tb\n"), (r"\'\"\\", "'\"\\"), (r"\u00fc", "ü"), (r"\q", "q"), ("a\\", "a\\")],
)
def test_escapes(escaped: str, text: str) -> None:
    assert unescape(escaped) == text


def test_a_bad_escape() -> None:
    with pytest.raises(ValueError):
        unescape(r"\uzzzz")


def test_texts_sort_by_code_unit() -> None:
    assert utf16("😀") < utf16("\uffee")
    assert not is_number(True)
    assert is_number(1.5)
