from __future__ import annotations

from gatewright.deploy.document import assemble, program_name
from tests.plays.stage import mock, resource


def test_a_document_holds_what_the_data_plane_reads_and_no_more() -> None:
    snapshot = {
        "api": {"id": "a", "name": "n", "description": "d", "binaryMediaTypes": ["x/y"], "tags": {}, "_internal": 1},
        "resources": [resource("/", GET=mock()) | {"parentId": "p"}],
    }
    stage = {"stageName": "v1", "variables": {"a": "1"}, "description": "d", "lastUpdatedDate": 1.0}
    document = assemble("123456789012", "us-east-1", snapshot, stage, "dep")
    assert (document["format"], document["type"]) == (1, "REST")
    assert (document["account"], document["region"], document["deployment"]) == ("123456789012", "us-east-1", "dep")
    assert document["api"] == {"id": "a", "name": "n", "binaryMediaTypes": ["x/y"]}
    assert document["stage"] == {"stageName": "v1", "variables": {"a": "1"}}
    assert document["resources"] == [resource("/", GET=mock())]


def test_names() -> None:
    assert program_name("a", "v1") == "a@v1"
