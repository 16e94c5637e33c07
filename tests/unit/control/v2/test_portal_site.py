"""What is gathered, seen in the pages' data."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.control.support import Control
from tests.unit.control.v2.portal_support import fetch, full, page_of


def data(text: str) -> Any:
    return json.loads(text.removeprefix("window.reference = ").removesuffix(";\n"))


def test_an_endpoint_can_be_tried_at_its_stage(plane: Control) -> None:
    made, ids = full(plane)
    plane.v2.publish_portal(PortalId=made)
    name = f"endpoint-{ids['endpoint']}"
    known = data(page_of(plane, made, f"{name}.js"))
    url = f"http://localhost:4566/_aws/execute-api/{ids['api']}/prod"
    assert known["tried"] == ["get"]
    assert known["document"]["servers"] == [{"url": url}]
    headers = dict(fetch(plane, f"/_gatewright/portals/{made}/{name}.html").headers)
    assert f"connect-src {url}/;" in headers[b"Content-Security-Policy"].decode()
    everything = data(page_of(plane, made, f"reference-{ids['product']}-0.js"))
    assert everything["tried"] == []
    assert list(everything["document"]["paths"]) == ["/"]


def test_only_what_is_shown_is_described(plane: Control) -> None:
    made, ids = full(plane)
    root = plane.rest.get_resources(restApiId=ids["api"])["items"][0]["id"]
    hidden = plane.rest.create_resource(restApiId=ids["api"], parentId=root, pathPart="hidden")["id"]
    at = {"restApiId": ids["api"], "resourceId": hidden, "httpMethod": "GET"}
    plane.rest.put_method(**at, authorizationType="NONE")
    plane.rest.put_integration(**at, type="MOCK")
    plane.rest.create_deployment(restApiId=ids["api"], stageName="prod")
    plane.v2.publish_portal(PortalId=made)
    for name in (f"endpoint-{ids['endpoint']}.js", f"reference-{ids['product']}-0.js"):
        assert "hidden" not in page_of(plane, made, name)
