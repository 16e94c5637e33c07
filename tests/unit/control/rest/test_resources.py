from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.control.support import Control, control, patch, refused


@pytest.mark.parametrize("part", ["a", "a.b_c-d:e,f", "{id}", "{proxy+}", "v1.0"])
def test_path_parts(plane: Control, part: str) -> None:
    api_id, root = plane.api()
    made = plane.rest.create_resource(restApiId=api_id, parentId=root, pathPart=part)
    assert made["path"] == f"/{part}"


@pytest.mark.parametrize("part", ["", "a b", "a/b", "{", "{}", "{a", "a{b}", "{a}b", "a+", "{a+}+", "é", "a?b"])
def test_bad_path_parts(plane: Control, part: str) -> None:
    api_id, root = plane.api()
    assert refused(plane.rest.create_resource, restApiId=api_id, parentId=root, pathPart=part)[2] == (
        "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable "
        "and curly braces at the beginning and the end."
    )


def test_a_moved_resource_takes_its_children_along(plane: Control) -> None:
    api_id, root = plane.api()

    def create(parent: str, part: str) -> str:
        made: str = plane.rest.create_resource(restApiId=api_id, parentId=parent, pathPart=part)["id"]
        return made

    a = create(root, "a")
    b = create(a, "b")
    c = create(b, "c")
    target = create(root, "target")
    moved = [patch("replace", "/parentId", target), patch("replace", "/pathPart", "{x}")]
    plane.rest.update_resource(restApiId=api_id, resourceId=b, patchOperations=moved)
    paths = {each["id"]: each["path"] for each in plane.rest.get_resources(restApiId=api_id)["items"]}
    assert paths == {root: "/", a: "/a", b: "/target/{x}", c: "/target/{x}/c", target: "/target"}
    greedy = [patch("replace", "/pathPart", "{x+}")]
    assert refused(plane.rest.update_resource, restApiId=api_id, resourceId=b, patchOperations=greedy)[2] == (
        "Cannot create a child of a resource with a greedy path variable: {x+}"
    )
    itself = [patch("replace", "/parentId", b)]
    assert refused(plane.rest.update_resource, restApiId=api_id, resourceId=b, patchOperations=itself)[2] == (
        "Resources cannot be cyclical."
    )


def test_methods_are_named_and_on_request_shown(plane: Control) -> None:
    api_id, root = plane.mock_api()
    [item] = plane.rest.get_resources(restApiId=api_id)["items"]
    assert item["resourceMethods"] == {"GET": {}}
    [item] = plane.rest.get_resources(restApiId=api_id, embed=["methods"])["items"]
    assert item["resourceMethods"]["GET"]["methodIntegration"]["type"] == "MOCK"
    one = plane.rest.get_resource(restApiId=api_id, resourceId=root, embed=["methods"])
    assert one["resourceMethods"] == item["resourceMethods"]
    plane.rest.delete_method(restApiId=api_id, resourceId=root, httpMethod="GET")
    assert "resourceMethods" not in plane.rest.get_resource(restApiId=api_id, resourceId=root)


def test_pages_begin_with_the_root(plane: Control) -> None:
    api_id, root = plane.api()
    for part in ("b", "a", "c"):
        plane.rest.create_resource(restApiId=api_id, parentId=root, pathPart=part)
    first = plane.rest.get_resources(restApiId=api_id, limit=3)
    assert [each["path"] for each in first["items"]] == ["/", "/a", "/b"]
    rest = plane.rest.get_resources(restApiId=api_id, limit=3, position=first["position"])
    assert [each["path"] for each in rest["items"]] == ["/c"]


def test_the_root_cannot_be_deleted(plane: Control) -> None:
    api_id, root = plane.api()
    assert refused(plane.rest.delete_resource, restApiId=api_id, resourceId=root)[0] == 400


def test_300_resources_unless_limits_are_own(tmp_path: Path) -> None:
    with control(tmp_path) as plane:
        api_id, root = plane.api()
        for number in range(299):
            plane.rest.create_resource(restApiId=api_id, parentId=root, pathPart=f"r{number}")
        assert refused(plane.rest.create_resource, restApiId=api_id, parentId=root, pathPart="more") == (
            429,
            "LimitExceededException",
            "Maximum number of Resources for this API has been reached.  "
            "Please contact AWS if you need additional Resources.",
        )
    with control(tmp_path, limits="own") as plane:
        plane.rest.create_resource(restApiId=api_id, parentId=root, pathPart="more")


def test_resources_of_an_unknown_api(plane: Control) -> None:
    assert refused(plane.rest.get_resources, restApiId="nothing")[2] == (
        "Invalid API identifier specified 111111111111:nothing"
    )
