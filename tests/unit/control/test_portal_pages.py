from __future__ import annotations

import pytest

from tests.unit.control.support import Control
from tests.unit.control.v2.portal_support import fetch, full


@pytest.fixture
def published(plane: Control) -> str:
    made, _ = full(plane)
    plane.v2.publish_portal(PortalId=made)
    return made


def test_pages_are_strict(plane: Control, published: str) -> None:
    answer = fetch(plane, f"/_gatewright/portals/{published}/")
    headers = dict(answer.headers)
    policy = headers[b"Content-Security-Policy"].decode()
    assert headers[b"Content-Type"] == b"text/html; charset=utf-8"
    assert headers[b"X-Content-Type-Options"] == b"nosniff"
    assert headers[b"Referrer-Policy"] == b"no-referrer"
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "connect-src 'none'" in policy
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("name", "kind", "piece"),
    [
        ("swagger-ui-bundle.js", b"text/javascript; charset=utf-8", b"SwaggerUIBundle"),
        ("swagger-ui.css", b"text/css; charset=utf-8", b".swagger-ui"),
        ("portal.js", b"text/javascript; charset=utf-8", b"SwaggerUIBundle"),
        ("portal.css", b"text/css; charset=utf-8", b"var(--accent)"),
        ("theme.css", b"text/css; charset=utf-8", b"--accent: #0972d3;"),
    ],
)
def test_shared_files(plane: Control, published: str, name: str, kind: bytes, piece: bytes) -> None:
    answer = fetch(plane, f"/_gatewright/portals/{published}/{name}")
    assert (answer.status, dict(answer.headers)[b"Content-Type"]) == (200, kind)
    assert piece in answer.body


def test_hosts(plane: Control, published: str) -> None:
    host = plane.v2.get_portal(PortalId=published)["EndpointConfiguration"]["PortalDefaultDomainName"]
    assert fetch(plane, f"/_gatewright/portal-hosts/{host}/").status == 200
    assert fetch(plane, f"/_gatewright/portal-hosts/{host.replace('us-east-1', 'eu-west-1')}/").status == 404
    assert fetch(plane, "/_gatewright/portal-hosts/portal.example.com/").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/_gatewright/portals/",
        "/_gatewright/portals/nothere000/",
        "/_gatewright/portals/..%2f..%2f/x",
        "/_gatewright/portals/{}/../../x",
        "/_gatewright/portals/{}/preview/",
        "/_gatewright/portals/{}/preview/a/",
        "/_gatewright/portals/{}/preview/a/portal.js",
        "/_gatewright/portals/{}/%69ndex.html",
    ],
)
def test_what_is_not_there(plane: Control, published: str, path: str) -> None:
    assert fetch(plane, path.format(published)).status == 404


def test_pages_are_only_read(plane: Control, published: str) -> None:
    assert fetch(plane, f"/_gatewright/portals/{published}/", "HEAD").status == 200
    answer = fetch(plane, f"/_gatewright/portals/{published}/", "POST")
    assert (answer.status, dict(answer.headers)[b"Allow"]) == (405, b"GET, HEAD")


def test_the_way_to_the_folder(plane: Control, published: str) -> None:
    answer = fetch(plane, f"/_gatewright/portals/{published}")
    location = dict(answer.headers)[b"Location"]
    assert (answer.status, location) == (308, f"/_gatewright/portals/{published}/".encode())
