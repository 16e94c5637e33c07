from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, bad, missing, refused, shown

REGIONAL = {"CertificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1", "EndpointType": "REGIONAL"}
DOMAIN = {"DomainName": "a.example.com"}


@pytest.fixture
def to(plane: Control) -> dict[str, str]:
    """A stage of an HTTP API; there is a domain name, too."""
    plane.v2.create_domain_name(**DOMAIN, DomainNameConfigurations=[REGIONAL])
    api_id = plane.http_api()
    plane.v2.create_stage(ApiId=api_id, StageName="$default")
    return {"ApiId": api_id, "Stage": "$default"}


def test_a_mapping(plane: Control, to: dict[str, str]) -> None:
    made = shown(plane.v2.create_api_mapping(**DOMAIN, **to, ApiMappingKey="v1/orders"))
    assert made == to | {"ApiMappingId": made["ApiMappingId"], "ApiMappingKey": "v1/orders"}
    at = DOMAIN | {"ApiMappingId": made["ApiMappingId"]}
    after = plane.v2.update_api_mapping(**at, ApiId=to["ApiId"], ApiMappingKey="v2")
    assert (after["ApiMappingKey"], after["Stage"]) == ("v2", "$default")
    (item,) = plane.v2.get_api_mappings(**DOMAIN)["Items"]
    assert shown(plane.v2.get_api_mapping(**at)) == shown(after) == item


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ApiMappingKey": "/a"}, bad("API mapping key should not start with a '/' or have consecutive '/'s.")),
        ({"ApiMappingKey": "a//b"}, bad("API mapping key should not start with a '/' or have consecutive '/'s.")),
        ({"ApiMappingKey": "a/"}, bad("API mapping key should not end with a '/'.")),
        ({"ApiMappingKey": "taken"}, (409, "ConflictException", "ApiMapping key already exists for this domain name")),
        ({"Stage": "none"}, bad("Invalid stage identifier specified")),
        ({"ApiId": "none"}, missing("Invalid API identifier specified none")),
        (
            {"DomainName": "none.example.com"},
            missing("The domain name resource specified in the request was not found."),
        ),
    ],
)
def test_what_is_refused(
    plane: Control, to: dict[str, str], given: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    plane.v2.create_api_mapping(**DOMAIN, **to, ApiMappingKey="taken")
    assert refused(plane.v2.create_api_mapping, **DOMAIN | to | {"ApiMappingKey": "a"} | given) == expected


def test_a_mapping_belongs_to_its_domain_name(plane: Control, to: dict[str, str]) -> None:
    made = plane.v2.create_api_mapping(**DOMAIN, **to)["ApiMappingId"]
    plane.v2.create_domain_name(DomainName="b.example.com", DomainNameConfigurations=[REGIONAL])
    expected = bad(f"given domain name b.example.com does not match with mapping definition of mapping {made}")
    assert refused(plane.v2.get_api_mapping, DomainName="b.example.com", ApiMappingId=made) == expected


def test_rest_apis_share_the_name_and_websocket_apis_do_not(plane: Control, to: dict[str, str]) -> None:
    plane.v2.create_api_mapping(**DOMAIN, **to)
    rest, _ = plane.mock_api()
    plane.rest.create_deployment(restApiId=rest, stageName="v1")
    plane.v2.create_api_mapping(**DOMAIN, ApiId=rest, Stage="v1", ApiMappingKey="rest")
    websocket = plane.websocket_api()
    plane.v2.create_stage(ApiId=websocket, StageName="v1")
    expected = bad("WebSocket APIs cannot share a domain name with REST or HTTP APIs")
    assert refused(plane.v2.create_api_mapping, **DOMAIN, ApiId=websocket, Stage="v1", ApiMappingKey="ws") == expected


def test_what_a_domain_name_leads_to_stays(plane: Control, to: dict[str, str]) -> None:
    made = plane.v2.create_api_mapping(**DOMAIN, **to)["ApiMappingId"]
    assert refused(plane.v2.delete_api, ApiId=to["ApiId"])[0] == 400
    assert refused(plane.v2.delete_stage, ApiId=to["ApiId"], StageName="$default")[0] == 400
    plane.v2.delete_api_mapping(**DOMAIN, ApiMappingId=made)
    plane.v2.delete_stage(ApiId=to["ApiId"], StageName="$default")


def test_an_edge_name_is_not_for_http_apis(plane: Control, to: dict[str, str]) -> None:
    plane.v2.create_domain_name(
        DomainName="e.example.com", DomainNameConfigurations=[REGIONAL | {"EndpointType": "EDGE"}]
    )
    status, _, message = refused(plane.v2.create_api_mapping, **to, DomainName="e.example.com")
    assert (status, message) == (400, "HTTP and WebSocket APIs can only be mapped to regional domain names")
    status, _, message = refused(plane.v2.create_api_mapping, **to, DomainName="e.example.com", ApiMappingKey="a/b")
    assert message.startswith("API mapping keys with multiple levels need a regional domain name")
