from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.rest.test_domain_names import NAME, asked
from tests.unit.control.support import Control, patch, refused


@pytest.fixture
def api(plane: Control) -> str:
    """An API with a stage, and a domain name."""
    api_id, _ = plane.mock_api(endpointConfiguration={"types": ["REGIONAL"]})
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    plane.rest.create_domain_name(**asked())
    return api_id


def without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize(
    ("given", "base"),
    [({}, "(none)"), ({"basePath": ""}, "(none)"), ({"basePath": "(none)"}, "(none)"), ({"basePath": "a/b"}, "a/b")],
)
def test_base_paths(plane: Control, api: str, given: dict[str, str], base: str) -> None:
    made = plane.rest.create_base_path_mapping(domainName=NAME, restApiId=api, stage="v1", **given)
    assert without_metadata(made) == {"basePath": base, "restApiId": api, "stage": "v1"}
    assert without_metadata(plane.rest.get_base_path_mapping(domainName=NAME, basePath=base)) == without_metadata(made)
    assert plane.rest.get_base_path_mappings(domainName=NAME)["items"] == [without_metadata(made)]
    plane.rest.delete_base_path_mapping(domainName=NAME, basePath=base)
    assert plane.rest.get_base_path_mappings(domainName=NAME)["items"] == []
    assert plane.published.domains == [1, 1, 1]


@pytest.mark.parametrize("stage", ["", "(none)", None])
def test_a_mapping_without_a_stage(plane: Control, api: str, stage: str | None) -> None:
    given = {} if stage is None else {"stage": stage}
    assert "stage" not in plane.rest.create_base_path_mapping(domainName=NAME, restApiId=api, **given)


def test_updates(plane: Control, api: str) -> None:
    plane.rest.create_base_path_mapping(domainName=NAME, restApiId=api, stage="v1", basePath="a")
    plane.rest.create_base_path_mapping(domainName=NAME, restApiId=api, basePath="b")

    def update(path: str, value: str, base: str = "a") -> dict[str, Any]:
        return {"domainName": NAME, "basePath": base, "patchOperations": [patch("replace", path, value)]}

    moved = plane.rest.update_base_path_mapping(**update("/basepath", "c"))
    assert without_metadata(moved) == {"basePath": "c", "restApiId": api, "stage": "v1"}
    assert [each["basePath"] for each in plane.rest.get_base_path_mappings(domainName=NAME)["items"]] == ["b", "c"]
    assert "stage" not in plane.rest.update_base_path_mapping(**update("/stage", "(none)", "c"))
    refuse = plane.rest.update_base_path_mapping
    assert refused(refuse, **update("/basepath", "b", "c"))[0] == 409
    assert refused(refuse, **update("/stage", "no", "c"))[::2] == (400, "Invalid stage identifier specified")
    assert refused(refuse, **update("/restapiId", "no", "c"))[::2] == (400, "Invalid REST API identifier specified")
    assert refused(refuse, **update("/stage", "x"))[::2] == (404, "Invalid base path mapping identifier specified")


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        ({"domainName": "no.example.com"}, 404, "Invalid domain name identifier specified"),
        ({"restApiId": "no"}, 400, "Invalid REST API identifier specified"),
        ({"stage": "no"}, 400, "Invalid stage identifier specified"),
        ({"basePath": "/a"}, 400, "API mapping key should not start with a '/' or have consecutive '/'s."),
        ({"basePath": "a//b"}, 400, "API mapping key should not start with a '/' or have consecutive '/'s."),
        ({"basePath": "a/"}, 400, "API mapping key should not end with a '/'."),
        ({"basePath": "ä"}, 400, "Base path should only contain letters, numbers, and one of $-_.+!*'()/"),
        ({"basePath": "taken"}, 409, "Base path already exists for this domain name"),
        ({}, 409, "Only one base path mapping is allowed if the base path is empty."),
    ],
)
def test_what_is_refused(plane: Control, api: str, given: dict[str, str], status: int, message: str) -> None:
    plane.rest.create_base_path_mapping(domainName=NAME, restApiId=api)
    plane.rest.create_base_path_mapping(domainName=NAME, restApiId=api, basePath="taken")
    params = {"domainName": NAME, "restApiId": api} | given
    assert refused(plane.rest.create_base_path_mapping, **params)[::2] == (status, message)


def test_private_and_public_keep_apart(plane: Control, api: str) -> None:
    private, _ = plane.mock_api(endpointConfiguration={"types": ["PRIVATE"]})
    assert refused(plane.rest.create_base_path_mapping, domainName=NAME, restApiId=private)[0] == 400
    other = plane.rest.create_domain_name(**asked("PRIVATE"))
    at = {"domainName": NAME, "domainNameId": other["domainNameId"]}
    assert refused(plane.rest.create_base_path_mapping, **at, restApiId=api)[0] == 400
    plane.rest.create_base_path_mapping(**at, restApiId=private)
    assert plane.rest.get_base_path_mapping(**at, basePath="(none)")["restApiId"] == private
    assert refused(plane.rest.get_base_path_mapping, domainName=NAME, basePath="(none)")[0] == 404


def test_a_stage_that_is_mapped_stays(plane: Control, api: str) -> None:
    plane.rest.create_base_path_mapping(domainName=NAME, restApiId=api, stage="v1")
    stage = {"restApiId": api, "stageName": "v1"}
    assert refused(plane.rest.delete_stage, **stage)[::2] == (
        400,
        "Deleting stage v1 failed. Please remove all base path mappings related to the stage in your domains: " + NAME,
    )
    without = [patch("replace", "/stage", "(none)")]
    plane.rest.update_base_path_mapping(domainName=NAME, basePath="(none)", patchOperations=without)
    plane.rest.delete_stage(**stage)


def test_an_api_that_is_mapped_stays(plane: Control, api: str) -> None:
    plane.rest.create_base_path_mapping(domainName=NAME, restApiId=api)
    assert refused(plane.rest.delete_rest_api, restApiId=api)[::2] == (
        400,
        f"Deleting RestApi {api} failed. Please remove all base path mappings related to the RestApi in your domains: "
        f"{NAME}",
    )
    plane.rest.delete_domain_name(domainName=NAME)
    plane.rest.delete_rest_api(restApiId=api)
