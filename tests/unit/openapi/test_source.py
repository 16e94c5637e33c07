from __future__ import annotations

from gatewright.openapi.base import Body
from tests.unit.openapi.support import source


def test_references_are_followed() -> None:
    made = source({"a": {"$ref": "#/b/c~1d/0"}, "b": {"c/d": [{"$ref": "#/e%20f"}]}, "e f": {"x": 1}})
    assert made.resolve(made.tree["a"], "/a") == ({"x": 1}, "/e%20f")
    assert not made.problems


def test_references_that_lead_nowhere_outwards_or_in_circles() -> None:
    made = source({"circle": {"$ref": "#/circle"}})
    for target in ("#/no", "other.yaml#/a", "http://example.com/a", "#/circle", "#"):
        assert made.resolve({"$ref": target}, f"/{target[:3]}")[0] == {}
    assert made.problems == [
        "Unable to read '/#/n': the reference '#/no' leads nowhere",
        "Unable to read '/oth': the reference 'other.yaml#/a' leads out of the document, which is not supported",
        "Unable to read '/htt': the reference 'http://example.com/a' leads out of the document, which is not supported",
        "Unable to read '/circle': references lead in a circle",
        "Unable to read '/#': the reference '#' leads nowhere",
    ]


def test_wrong_kinds_are_noted_and_read_as_absent() -> None:
    made = source({})
    assert made.mapping([], "/a") == {}
    assert made.sequence({}, "/b") == []
    assert made.text(True, "/c") is None
    assert made.boolean(1, "/d") is None
    assert made.integer("x", "/e") is None
    assert made.texts(["a", {}], "/f") == ["a"]
    assert made.problems == [
        "Unable to read '/a': an object is expected, not a list",
        "Unable to read '/b': a list is expected, not an object",
        "Unable to read '/c': text is expected, not true",
        "Unable to read '/d': true or false is expected, not a number",
        "Unable to read '/e': an integer is expected, not text",
        "Unable to read '/f/1': text is expected, not an object",
    ]


def test_what_passes_for_text_numbers_and_booleans() -> None:
    made = source({})
    assert (made.text(1.5, ""), made.text(200, ""), made.text(None, "")) == ("1.5", "200", None)
    assert (made.integer("12", ""), made.integer(0, "")) == (12, 0)
    assert (made.boolean("True", ""), made.boolean(False, "")) == (True, False)
    assert not made.problems


def test_places_are_pointers() -> None:
    made = source({"paths": {"/a~b": {}}})
    assert list(made.members(made.tree, "paths", "")) == [("/a~b", {}, "/paths/~1a~0b")]


def test_components_by_dialect() -> None:
    assert source({"definitions": {"A": {}}}, "2.0").component("definitions", "schemas") == ({"A": {}}, "/definitions")
    tree: Body = {"components": {"schemas": {"A": {}}}}
    assert source(tree).component("definitions", "schemas") == ({"A": {}}, "/components/schemas")
