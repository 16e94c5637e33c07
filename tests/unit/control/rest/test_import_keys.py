from __future__ import annotations

from tests.unit.control.support import Control, refused

VALUE = "apikey1234abcdefghij0123456789"


def test_keys_come_in_and_into_plans(plane: Control) -> None:
    first, second = (plane.rest.create_usage_plan(name=name)["id"] for name in "ab")
    body = f'Name,key,description,UsagePlanIds\none,{VALUE},text,"{first},{second}"\ntwo,{VALUE}2,,\n'
    answer = plane.rest.import_api_keys(body=body.encode(), format="csv")
    assert "warnings" not in answer
    one, two = (plane.rest.get_api_key(apiKey=key, includeValue=True) for key in answer["ids"])
    assert (one["name"], one["value"], one["description"], one["enabled"]) == ("one", VALUE, "text", True)
    assert (two["name"], two["value"]) == ("two", f"{VALUE}2")
    assert "description" not in two
    for plan in (first, second):
        assert [key["id"] for key in plane.rest.get_usage_plan_keys(usagePlanId=plan)["items"]] == [one["id"]]


def test_the_same_value_overwrites(plane: Control) -> None:
    plan = plane.rest.create_usage_plan(name="p")["id"]
    made = plane.rest.create_api_key(name="old", description="old", value=VALUE, customerId="c", tags={"a": "b"})["id"]
    body = f"name,key,enabled,usageplanids\nnew,{VALUE},TRUE,{plan}\n".encode()
    assert plane.rest.import_api_keys(body=body, format="csv")["ids"] == [made]
    assert plane.rest.import_api_keys(body=body, format="csv")["ids"] == [made]
    read = plane.rest.get_api_key(apiKey=made)
    assert (read["name"], read["enabled"], read["customerId"], read["tags"]) == ("new", True, "c", {"a": "b"})
    assert "description" not in read


def test_warnings(plane: Control) -> None:
    body = f"name,key,usageplanids\nshort,abc,\nnone,,\ngood,{VALUE},nothing\n".encode()
    refusal = refused(plane.rest.import_api_keys, body=body, format="csv", failOnWarnings=True)
    assert refusal[:2] == (400, "BadRequestException")
    assert plane.rest.get_api_keys()["items"] == []
    answer = plane.rest.import_api_keys(body=body, format="csv")
    assert len(answer["ids"]) == 1
    assert answer["warnings"] == [
        "Unable to import API key on line 2: API Key value should be at least 20 characters",
        "Unable to import API key on line 3: API Key value must be non-empty",
        f"Unable to add API key {answer['ids'][0]} to usage plan nothing: Invalid Usage Plan ID specified",
    ]


def test_files_that_are_none(plane: Control) -> None:
    assert refused(plane.rest.import_api_keys, body=b"nonsense", format="csv") == (
        400,
        "BadRequestException",
        "Invalid API key file: missing required columns: name, key",
    )
    assert refused(plane.rest.import_api_keys, body=b"name,key\n", format="xml")[1] == "ValidationException"
