"""API mappings through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/1"


def test_api_mappings(v2: Any, http_api: str) -> None:
    domain = {"DomainName": "v2maps.example.com"}
    v2.create_domain_name(
        **domain, DomainNameConfigurations=[{"CertificateArn": CERTIFICATE, "EndpointType": "REGIONAL"}]
    )
    v2.create_stage(ApiId=http_api, StageName="$default")
    to = {"ApiId": http_api, "Stage": "$default"}
    made = v2.create_api_mapping(**domain, **to, ApiMappingKey="a/b/c")
    at = domain | {"ApiMappingId": made["ApiMappingId"]}
    assert v2.get_api_mapping(**at)["ApiMappingKey"] == "a/b/c"
    assert v2.update_api_mapping(**at, ApiId=http_api, ApiMappingKey="")["ApiMappingKey"] == ""
    assert len(v2.get_api_mappings(**domain)["Items"]) == 1
    fails(409, "ApiMapping key already exists for this domain name", v2.create_api_mapping, **domain, **to)
    fails(400, "Invalid stage identifier specified", v2.update_api_mapping, **at, ApiId=http_api, Stage="nothing")
    fails(400, "Please remove all api mappings", v2.delete_api, ApiId=http_api)
    v2.delete_api_mapping(**at)
    for operation, more in ((v2.get_api_mapping, {}), (v2.update_api_mapping, to), (v2.delete_api_mapping, {})):
        fails(404, "The api mapping resource specified in the request was not found.", operation, **at, **more)
    v2.delete_domain_name(**domain)
    fails(404, "The domain name resource specified", v2.get_api_mappings, **domain)
