from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import ACCOUNT, Control, bad, missing, refused, shown
from tests.unit.control.v2.portal_support import COLORS, described, portal, product

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/a-b"


def own(name: str, certificate: str = CERTIFICATE) -> dict[str, Any]:
    return {"AcmManaged": {"CertificateArn": certificate, "DomainName": name}}


def content(**colors: str) -> dict[str, Any]:
    return {"DisplayName": "Pets", "Theme": {"CustomColors": COLORS | colors}}


def test_a_new_portal(plane: Control) -> None:
    made = shown(plane.v2.create_portal(**described(Tags={"a": "b"}, LogoUri="s3://bucket/logo.svg")))
    portal_id = made["PortalId"]
    assert len(portal_id) == 10
    assert made["PortalArn"] == f"arn:aws:apigateway:us-east-1:{ACCOUNT}:/portals/{portal_id}"
    assert made["EndpointConfiguration"] == {
        "PortalDefaultDomainName": f"p-{portal_id}.apigw-portal.us-east-1.on.aws",
        "PortalDomainHostedZoneId": "Z2FDTNDATAQYW2",
    }
    assert made["PublishStatus"] == "DISABLED"
    assert made["Authorization"] == {"None": {}}
    assert (made["IncludedPortalProductArns"], made["Tags"]) == ([], {"a": "b"})
    assert shown(plane.v2.get_portal(PortalId=portal_id)) == made
    assert plane.v2.list_portals()["Items"] == [made]
    assert plane.v2.get_tags(ResourceArn=made["PortalArn"])["Tags"] == {"a": "b"}


def test_update_and_deletion(plane: Control) -> None:
    _, arn = product(plane.v2)
    portal_id = portal(plane)
    plane.clock.advance(5)
    after = plane.v2.update_portal(
        PortalId=portal_id, IncludedPortalProductArns=[arn], EndpointConfiguration=own("portal.example.com")
    )
    assert after["IncludedPortalProductArns"] == [arn]
    assert after["EndpointConfiguration"]["DomainName"] == "portal.example.com"
    assert after["PortalContent"]["DisplayName"] == "Pets"
    plane.v2.publish_portal(PortalId=portal_id)
    message = "The portal must be disabled before it can be deleted"
    assert refused(plane.v2.delete_portal, PortalId=portal_id) == bad(message)
    plane.v2.disable_portal(PortalId=portal_id)
    assert plane.v2.delete_portal(PortalId=portal_id)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refused(plane.v2.get_portal, PortalId=portal_id) == missing(
        f"Invalid Portal identifier specified {portal_id}"
    )


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"Authorization": {}}, "Authorization must have exactly one of none and cognitoConfig"),
        ({"EndpointConfiguration": {}}, "EndpointConfiguration must have exactly one of none and acmManaged"),
        ({"EndpointConfiguration": own("no_name")}, "Invalid domain name specified: no_name"),
        ({"EndpointConfiguration": own("127.0.0.1")}, "Invalid domain name specified: 127.0.0.1"),
        (
            {"EndpointConfiguration": own("a.test", CERTIFICATE.replace("us-east-1", "eu-west-1"))},
            "Invalid certificate ARN specified. It must be an ACM certificate in us-east-1",
        ),
        ({"PortalContent": content(TextColor="red;}*{")}, "Invalid color specified for TextColor: red;}*{"),
        (
            {"LogoUri": "https://a.test/logo.svg"},
            "Invalid logo URI specified. It must be an S3 URI of an SVG, PNG or JPG file",
        ),
        (
            {"IncludedPortalProductArns": ["arn:aws:apigateway:us-east-1:111111111111:/portalproducts/nothere000"]},
            "Invalid portal product ARN specified: "
            "arn:aws:apigateway:us-east-1:111111111111:/portalproducts/nothere000",
        ),
    ],
)
def test_what_is_refused(plane: Control, members: dict[str, Any], message: str) -> None:
    assert refused(plane.v2.create_portal, **described(**members)) == bad(message)
    portal_id = portal(plane)
    assert refused(plane.v2.update_portal, PortalId=portal_id, **members) == bad(message)


def test_a_product_once(plane: Control) -> None:
    _, arn = product(plane.v2)
    message = "A portal can include a portal product only once"
    assert refused(plane.v2.create_portal, **described(IncludedPortalProductArns=[arn, arn])) == bad(message)


def test_a_name_leads_to_one_thing(plane: Control) -> None:
    portal(plane, EndpointConfiguration=own("portal.example.com"))
    message = "The domain name portal.example.com is in use by another portal"
    given = described(EndpointConfiguration=own("portal.example.com"))
    assert refused(plane.v2.create_portal, **given) == bad(message)
    plane.rest.create_domain_name(
        domainName="api.example.com",
        regionalCertificateArn="arn:aws:acm:us-east-1:111111111111:certificate/a",
        endpointConfiguration={"types": ["REGIONAL"]},
    )
    message = "The domain name api.example.com is in use by APIs"
    given = described(EndpointConfiguration=own("api.example.com"))
    assert refused(plane.v2.create_portal, **given) == bad(message)


def test_there_may_be_fifteen(plane: Control) -> None:
    for _ in range(15):
        portal(plane)
    assert refused(plane.v2.create_portal, **described())[:2] == (429, "TooManyRequestsException")
    first = plane.v2.list_portals(MaxResults="10")
    rest = plane.v2.list_portals(MaxResults="10", NextToken=first["NextToken"])
    assert len({each["PortalId"] for each in first["Items"] + rest["Items"]}) == 15


@pytest.mark.parametrize("operation", ["get_portal", "update_portal", "delete_portal"])
def test_unknown_portals(plane: Control, operation: str) -> None:
    call = getattr(plane.v2, operation)
    assert refused(call, PortalId="nothere000") == missing("Invalid Portal identifier specified nothere000")
