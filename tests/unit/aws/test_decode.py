from __future__ import annotations

from typing import Any

import pytest

from gatewright.aws.decode import Decoders, MalformedError, text_decoder
from gatewright.aws.shapes import Member, Shape

STRING = Shape("S", "string")
LIST = Shape("L", "list", element=STRING)
MAP = Shape("M", "map", element=STRING, key=STRING)
TREE = Shape("T", "structure")
TREE.members = (Member("Name", "name", STRING, "body"), Member("Child", "child", TREE, "body"))


def decode(shape: Shape, value: Any) -> Any:
    return Decoders().of(shape)(value)


def test_members_get_the_sdks_names_and_shapes_may_contain_themselves() -> None:
    assert decode(TREE, {"name": "a", "child": {"child": {"name": "b"}, "other": 1}}) == {
        "Name": "a",
        "Child": {"Child": {"Name": "b"}},
    }


def test_nulls_stay_in_lists_and_maps_but_not_in_structures() -> None:
    assert decode(LIST, ["a", None]) == ["a", None]
    assert decode(MAP, {"a": None}) == {"a": None}
    assert decode(TREE, {"name": None}) == {}


@pytest.mark.parametrize(
    ("type_", "value", "found"),
    [("integer", 3, 3), ("integer", 3.9, 3), ("long", -1, -1), ("double", 1, 1.0), ("boolean", False, False),
     ("blob", "YWI=", b"ab"), ("timestamp", 12, 12), ("timestamp", "1970-01-01T00:00:12Z", 12), ("string", "", "")],
)  # fmt: skip
def test_takes_values_of_its_type(type_: str, value: Any, found: Any) -> None:
    assert decode(Shape("X", type_), value) == found


# The first two are recorded (test_put_integration_request_parameter_bool_type, …_invalid_responsetemplates).
@pytest.mark.parametrize(
    ("shape", "value", "text"),
    [
        (STRING, True, "class java.lang.Boolean can not be converted to an String"),
        (STRING, 1, "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"),
        (STRING, [], "Unrecognized collection type class java.lang.String"),
        (STRING, {}, "Start of structure or map found where not expected"),
        (Shape("I", "integer"), "1", "class java.lang.String can not be converted to an Integer"),
        (Shape("I", "integer"), True, "class java.lang.Boolean can not be converted to an Integer"),
        (
            Shape("I", "integer"),
            2**31,
            "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Integer",
        ),
        (
            Shape("L", "long"),
            1e300,
            "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Long",
        ),
        (
            Shape("D", "double"),
            float("inf"),
            "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Double",
        ),
        (Shape("B", "boolean"), "true", "class java.lang.String can not be converted to an Boolean"),
        (Shape("D", "double"), "1", "class java.lang.String can not be converted to an Double"),
        (Shape("W", "timestamp"), "soon", "class java.lang.String can not be converted to an Date"),
        (Shape("R", "blob"), 1, "only base-64-encoded strings are convertible to bytes"),
        (Shape("R", "blob"), "a", "Invalid Base64 encoding"),
        (LIST, {}, "Start of structure or map found where not expected"),
        (LIST, "a", "Expected list or null"),
        (MAP, [], "Start of list found where not expected"),
        (MAP, 1, "Expected map or null"),
        (TREE, {"child": []}, "Start of list found where not expected"),
    ],
)
def test_refuses_other_types(shape: Shape, value: Any, text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        decode(shape, value)
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("type_", "text", "found"),
    [("string", "a", "a"), ("boolean", "True", True), ("integer", "-3", -3), ("long", "4000000000", 4_000_000_000),
     ("double", "1.5", 1.5),
     ("timestamp", "1970-01-01T00:00:12Z", 12)],
)  # fmt: skip
def test_reads_text(type_: str, text: str, found: Any) -> None:
    assert text_decoder(Shape("X", type_))(text) == found


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("boolean", "yes"),
        ("integer", "1.5"),
        ("integer", "1_0"),
        ("integer", "٣"),
        ("integer", "4000000000"),
        ("long", "x"),
        ("double", "x"),
        ("double", "nan"),
        ("timestamp", "x"),
    ],
)
def test_refuses_other_text(type_: str, text: str) -> None:
    with pytest.raises(MalformedError):
        text_decoder(Shape("X", type_))(text)
