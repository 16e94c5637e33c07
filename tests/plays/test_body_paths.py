"""Parameters mapped from JSON bodies, either way, with all of JSONPath."""

from __future__ import annotations

from tests.plays.stage import Play, http, resource


def test_paths_into_the_bodies_of_both_sides() -> None:
    body = "method.request.body"
    answer = "integration.response.body"
    integration = http(
        "http://b.test/",
        "POST",
        requestParameters={
            "integration.request.header.X-Dear": f"{body}.items[?(@.price > 3)].name",
            "integration.request.header.X-Last": f"{body}.items[-1].name",
            "integration.request.header.X-Count": f"{body}.items.length()",
            "integration.request.header.X-None": f"{body}.items[9].name",
            "integration.request.header.X-Failing": f"{body}.items.sum()",
            "integration.request.querystring.all": f"{body}..name",
        },
        responses={"200": {"responseParameters": {"method.response.header.X-First": f"{answer}.found[0]['a b']"}}},
    )
    play = Play(resource("/", POST=integration))
    sent = b'{"items": [{"name": "tea", "price": 2}, {"name": "jam", "price": 5}]}'
    call = play.client("POST", "/v1", {"Content-Type": "application/json"}, sent)
    headers = call.backend_saw("POST", "/?all=%5B%22tea%22%2C%22jam%22%5D", body=sent)
    assert {name: value for name, value in headers.items() if name in ("x-dear", "x-last", "x-count")} == {
        "x-dear": '["jam"]',
        "x-last": "jam",
        "x-count": "2",
    }
    assert not {"x-none", "x-failing"} & headers.keys()
    call.backend_answers(200, {"Content-Type": "application/json"}, b'{"found": [{"a b": 1}]}')
    assert call.got(200)["X-First"] == "1"
