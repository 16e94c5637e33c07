from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.uri import climbs, encode_path_value, fill_variables, parse_uri, recode_path


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port", "authority", "path", "query"),
    [
        ("http://a.test", "http", "a.test", 80, "a.test", ("/",), ("",)),
        ("HTTPS://A.test:8443/x?y=1#z", "https", "a.test", 8443, "a.test:8443", ("/x",), ("y=1",)),
        ("https://a.test:443?q", "https", "a.test", 443, "a.test", ("/",), ("q",)),
        ("http://[::1]:81/", "http", "[::1]", 81, "[::1]:81", ("/",), ("",)),
        ("http://a.test/u/{id}/x?n={name}", "http", "a.test", 80, "a.test", ("/u/", "id", "/x"), ("n=", "name", "")),
        ("http://a.test/a b%20c", "http", "a.test", 80, "a.test", ("/a%20b%20c",), ("",)),
    ],
)
def test_endpoints(
    text: str, scheme: str, host: str, port: int, authority: str, path: tuple[str, ...], query: tuple[str, ...]
) -> None:
    uri = parse_uri(text)
    assert uri is not None
    assert (uri.scheme, uri.host, uri.port, uri.authority) == (scheme, host, port, authority)
    assert (uri.path, uri.query) == (path, query)


@pytest.mark.parametrize(
    "text",
    ["", "a.test", "ftp://a.test", "http://", "http:///x", "http://u:p@a.test", "http://a.test:0/", "http://{h}/"],
)
def test_what_is_no_endpoint(text: str) -> None:
    assert parse_uri(text) is None


def test_stage_variables() -> None:
    variables = {"host": "h", "n": "1"}
    assert fill_variables("http://${stageVariables.host}/${stageVariables['n']}", variables) == "http://h/1"
    assert fill_variables("${stageVariables.other}", variables) == ""
    assert fill_variables("$stageVariables.host", variables) == "$stageVariables.host"


@pytest.mark.parametrize(
    ("raw", "coded"),
    [
        ("a/b", "a/b"),
        ("a%2Fb", "a%2Fb"),
        ("%41", "A"),
        ("50%", "50%25"),
        ("a b", "a%20b"),
        ("%ff", "%EF%BF%BD"),
        ("a?b#c", "a%3Fb%23c"),
    ],
)
def test_path_values_are_coded_anew(raw: str, coded: str) -> None:
    assert recode_path(raw) == coded


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_coded_value_stays_in_its_segment(value: str) -> None:
    coded = encode_path_value(value, slashes=False)
    assert not set("/?# \r\n") & set(coded)
    assert recode_path(coded) == coded


@pytest.mark.parametrize(
    ("value", "out"),
    [
        ("", False),
        ("a/b", False),
        ("a/../b", False),
        ("a..b", False),
        ("...", False),
        (".", False),
        ("a/..", False),
        ("..", True),
        ("../a", True),
        ("a/../../b", True),
        ("a//../../b", True),
        ("./..", True),
        ("a\\..\\..", True),
        ("/../x", True),
        ("..;/x", True),
        ("a/..;v=1/..;/x", True),
        ("a/..;/b;..", False),
    ],
)
def test_values_that_lead_out_of_their_place(value: str, out: bool) -> None:
    assert climbs(value) is out
