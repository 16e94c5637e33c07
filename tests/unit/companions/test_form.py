"""Parameters of the query protocol."""

from __future__ import annotations

import io
from typing import Any

import pytest

from gatewright.companions.form import members, parameters

FORM = "application/x-www-form-urlencoded; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "kind", "body", "given"),
    [
        ("", "", b"", {}),
        ("Action=A&x=1", "", b"", {"Action": "A", "x": "1"}),
        ("", FORM, b"Action=A&x=%C3%BC&e=", {"Action": "A", "x": "\u00fc", "e": ""}),
        ("x=1", FORM, b"x=2", {"x": "2"}),
        ("", "application/json", b"Action=A", {}),
        ("", FORM, b"\xff=1", {"\ufffd": "1"}),
    ],
)
def test_parameters(query: str, kind: str, body: bytes, given: dict[str, str]) -> None:
    environ: dict[str, Any] = {"QUERY_STRING": query, "CONTENT_TYPE": kind, "wsgi.input": io.BytesIO(body)}
    assert parameters(environ) == given
    assert environ["wsgi.input"].read() == body


def test_members() -> None:
    given = {"P.member.1.arn": "a", "P.member.2.arn": "b", "P.member.4.arn": "d", "N.member.1": "x", "N": "y"}
    assert members(given, "P", "arn") == ["a", "b"]
    assert members(given, "N") == ["x"]
    assert members(given, "Q", "arn") == []
