from __future__ import annotations

from gatewright.control.v2 import members


def test_given() -> None:
    assert members.given({"A": 1, "B": None, "C": "", "D": False, "E": "x"}, "ABCDF") == {"A": 1, "D": False}


def test_an_update_changes_what_it_names() -> None:
    body = {"A": "1", "B": "2", "M": {"x": "1", "y": "2"}}
    assert members.changed(body, {"A": "", "C": "3", "M": {"x": "", "z": "3"}}, "ABC", "MN") == {
        "B": "2",
        "C": "3",
        "M": {"y": "2", "z": "3"},
    }
    assert body["A"] == "1"
    assert members.changed({}, {"A": ""}, "A") == {}


def test_a_page() -> None:
    items = [{"Id": "b"}, {"Id": "a"}]
    first = members.listed(items, lambda item: str(item["Id"]), {"MaxResults": "1"})
    assert first["Items"] == [{"Id": "a"}]
    rest = members.listed(items, lambda item: str(item["Id"]), {"NextToken": first["NextToken"]})
    assert rest == {"Items": [{"Id": "b"}], "NextToken": None}
