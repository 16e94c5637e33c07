from __future__ import annotations

from gatewright.control.v2 import lookup
from tests.unit.control.support import Control, missing, refused


def test_the_api_comes_first(plane: Control) -> None:
    expected = missing("Invalid API identifier specified none")
    assert refused(plane.v2.get_route, ApiId="none", RouteId="none") == expected
    assert refused(plane.v2.get_stage, ApiId="none", StageName="none") == expected
    api_id = plane.http_api()
    expected = missing("Invalid Route identifier specified none")
    assert refused(plane.v2.get_route, ApiId=api_id, RouteId="none") == expected


def test_age() -> None:
    assert lookup.age({"CreatedDate": 7, "ApiId": "a"}) == "000000000007 a"
