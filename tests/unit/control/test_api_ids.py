from __future__ import annotations

from tests.unit.control.support import Control, refused


def test_ids_that_are_asked_for(plane: Control) -> None:
    made = plane.v2.create_api(Name="x", ProtocolType="HTTP", Tags={"_custom_id_": "mine"})
    assert made["ApiId"] == "mine"
    assert refused(plane.rest.create_rest_api, name="x", tags={"_custom_id_": "mine"})[0] == 409
    status, _, message = refused(plane.rest.create_rest_api, name="x", tags={"_custom_id_": "Not.a.label"})
    assert (status, message.split(":")[0].split(",")[0]) == (
        400,
        "The tag _custom_id_ must be 1 to 63 lower-case letters or digits",
    )
