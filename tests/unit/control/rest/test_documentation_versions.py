from __future__ import annotations

from tests.unit.control.support import Control, patch, refused


def test_a_version_keeps_the_parts_of_its_day(plane: Control) -> None:
    api_id, _ = plane.api()
    plane.rest.create_documentation_part(restApiId=api_id, location={"type": "API"}, properties="{}")
    made = plane.rest.create_documentation_version(restApiId=api_id, documentationVersion="1", description="d")
    assert made.pop("ResponseMetadata")["HTTPStatusCode"] == 201
    assert made == {"version": "1", "createdDate": made["createdDate"], "description": "d"}
    [part] = plane.rest.get_documentation_parts(restApiId=api_id)["items"]
    plane.rest.delete_documentation_part(restApiId=api_id, documentationPartId=part["id"])
    with plane.store.transaction(write=False) as tx:
        [stored] = tx.scan("documentation_version")
    assert stored.body["_parts"] == [part]


def test_reads_and_changes(plane: Control) -> None:
    api_id, _ = plane.api()
    for number in "312":
        plane.rest.create_documentation_version(restApiId=api_id, documentationVersion=number)
        plane.clock.advance(1)
    listed = plane.rest.get_documentation_versions
    assert [each["version"] for each in listed(restApiId=api_id)["items"]] == ["3", "1", "2"]
    first = listed(restApiId=api_id, limit=2)
    assert [each["version"] for each in listed(restApiId=api_id, position=first["position"])["items"]] == ["2"]
    at = {"restApiId": api_id, "documentationVersion": "1"}
    update = [patch("replace", "/description", "new")]
    assert plane.rest.update_documentation_version(**at, patchOperations=update)["description"] == "new"
    plane.rest.delete_documentation_version(**at)
    assert refused(plane.rest.get_documentation_version, **at) == (
        404,
        "NotFoundException",
        "Invalid Documentation version identifier specified",
    )


def test_a_stage_refers_to_it(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    create = plane.rest.create_documentation_version
    create(restApiId=api_id, documentationVersion="1", stageName="v1")
    assert plane.rest.get_stage(restApiId=api_id, stageName="v1")["documentationVersion"] == "1"
    assert refused(create, restApiId=api_id, documentationVersion="2", stageName="v2")[2] == (
        "Invalid Stage identifier specified"
    )
    assert refused(create, restApiId=api_id, documentationVersion="1")[0] == 409
    assert refused(create, restApiId=api_id, documentationVersion="")[0] == 400
    at = {"restApiId": api_id, "documentationVersion": "1"}
    assert refused(plane.rest.delete_documentation_version, **at)[0] == 400
    plane.rest.delete_stage(restApiId=api_id, stageName="v1")
    plane.rest.delete_documentation_version(**at)
