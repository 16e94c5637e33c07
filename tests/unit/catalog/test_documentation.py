from __future__ import annotations

import pytest

from gatewright.catalog.documentation import LOCATIONS, covers, place, problem, words


@pytest.mark.parametrize("kind", LOCATIONS)
def test_every_type_has_its_members(kind: str) -> None:
    full = {"path": "/a", "method": "GET", "statusCode": "200", "name": "n"}
    location = {"type": kind} | {member: full[member] for member in LOCATIONS[kind]}
    assert problem(location) is None
    for member in full.keys() - set(LOCATIONS[kind]):
        assert problem(location | {member: full[member]}) == (
            f"Invalid documentation location: '{member}' is not valid for type '{kind}'"
        )


def test_names_and_paths() -> None:
    assert problem({"type": "MODEL"}) == "Invalid documentation location: 'name' is required for type 'MODEL'"
    assert problem({"type": "REQUEST_BODY"}) is None
    assert problem({}) == problem({"type": ""}) == "Enumeration value for Type must be non-empty"
    assert problem({"type": "RESOURCE", "path": "a"}) == (
        "Invalid documentation location: path 'a' must begin with '/'"
    )


def test_defaults_count() -> None:
    assert place({"type": "RESPONSE"}) == place({"type": "RESPONSE", "path": "/", "method": "*", "statusCode": "*"})
    assert place({"type": "API"}) == ("API", "", "", "", "")
    assert words({"type": "API"}) == "type 'API'"
    assert words({"type": "METHOD", "path": "/", "method": "GET"}) == "type 'METHOD', path '/', method 'GET'"


@pytest.mark.parametrize(
    ("part", "entity", "covered"),
    [
        (("RESPONSE", "/", "*", "*", ""), ("RESPONSE", "/a/b", "GET", "200", ""), True),
        (("RESPONSE", "/a", "GET", "*", ""), ("RESPONSE", "/a/b", "GET", "200", ""), True),
        (("RESPONSE", "/a", "GET", "200", ""), ("RESPONSE", "/ab", "GET", "200", ""), False),
        (("RESPONSE", "/a", "POST", "*", ""), ("RESPONSE", "/a", "GET", "200", ""), False),
        (("RESPONSE", "/a", "*", "404", ""), ("RESPONSE", "/a", "GET", "200", ""), False),
        (("RESPONSE_HEADER", "/", "*", "*", "x"), ("RESPONSE_HEADER", "/a", "GET", "200", "y"), False),
        (("METHOD", "/", "*", "", ""), ("METHOD", "/a", "GET", "", ""), False),
        (("METHOD", "/a", "GET", "", ""), ("METHOD", "/a", "GET", "", ""), True),
        (("RESPONSE", "/", "*", "*", ""), ("RESPONSE_BODY", "/", "*", "*", ""), False),
    ],
)
def test_inheritance(
    part: tuple[str, str, str, str, str], entity: tuple[str, str, str, str, str], covered: bool
) -> None:
    assert covers(part, entity) is covered
