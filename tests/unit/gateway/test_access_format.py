from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.gateway.access_format import escape_for, for_csv, for_json, for_text, for_xml, parse, printable


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", [("", "")]),
        ("plain $ text $context $contextual", [("plain $ text $context $contextual", "")]),
        ("$context.requestId", [("", "requestId"), ("", "")]),
        ("[$context.identity.sourceIp]", [("[", "identity.sourceIp"), ("]", "")]),
        ("$context.status.", [("", "status"), (".", "")]),
        ("$context.stage-$context.path", [("", "stage"), ("-", "path"), ("", "")]),
        ("$context.authorizer.my-key", [("", "authorizer.my-key"), ("", "")]),
        ("$context.authorizer.claims['custom:role']!", [("", "authorizer.claims.custom:role"), ("!", "")]),
        ("$context.authorizer.claims['a", [("", "authorizer.claims"), ("['a", "")]),
    ],
)
def test_formats_are_taken_apart(text: str, pairs: list[tuple[str, str]]) -> None:
    assert parse(text) == pairs


@pytest.mark.parametrize(
    ("text", "escape"),
    [
        ('{"id": "$context.requestId"}', for_json),
        (' { "id":"$context.requestId" }\n', for_json),
        ('<request id="$context.requestId"/>', for_xml),
        ("$context.requestId,$context.status, $context.path", for_csv),
        ("$context.requestId, $context.status ok", for_text),
        ('"$context.requestId","$context.status"', for_text),
        ("$context.requestId", for_text),
        ("$context.identity.sourceIp - - [$context.requestTime]", for_text),
    ],
)
def test_what_a_format_looks_like_says_how_values_are_made_safe(text: str, escape: object) -> None:
    assert escape_for(text) is escape


NASTY = ['x"y', "back\\slash", "a,b", "new\nline", "\r\n\x00\x1b[31m", "\u2028\u0085", "<a>&'", "\ud800", "", "plain é"]


@pytest.mark.parametrize("value", NASTY)
def test_no_value_begins_a_line(value: str) -> None:
    for escape in (for_json, for_xml, for_csv, for_text, printable):
        assert escape(value).isprintable()
        escape(value).encode()


@given(st.text())
def test_json_reads_what_was_written(value: str) -> None:
    assert json.loads(f'"{for_json(value)}"') == value
    assert for_json(value).isprintable()


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_xml_and_csv_read_what_was_written(value: str) -> None:
    assert (ET.fromstring(f'<a b="{for_xml(value)}"/>').get("b") or "") == value
    assert next(csv.reader([f"{for_csv(value)},x"])) == [value, "x"]


def test_other_lines_are_as_web_servers_write_them() -> None:
    assert for_text('GET "x" \\ \n\u2028é') == 'GET \\"x\\" \\\\ \\n\\u2028é'
