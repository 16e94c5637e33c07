from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from gatewright.portal import site
from gatewright.portal.base import File, Site
from tests.unit.control.support import Control, missing, refused
from tests.unit.control.v2.portal_support import endpoint, fetch, full, page_of, portal, product

COGNITO = {
    "CognitoConfig": {
        "AppClientId": "client",
        "UserPoolArn": "arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_a",
        "UserPoolDomain": "https://pets.auth.us-east-1.amazoncognito.com",
    }
}


def test_a_portal_is_published_and_disabled(plane: Control) -> None:
    made, ids = full(plane)
    assert fetch(plane, f"/_gatewright/portals/{made}/").status == 404
    answer = plane.v2.publish_portal(PortalId=made, Description="first")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    shown = plane.v2.get_portal(PortalId=made)
    assert (shown["PublishStatus"], shown["LastPublishedDescription"]) == ("PUBLISHED", "first")
    assert "Dogs" in page_of(plane, made)
    assert "<strong>dog</strong>" in page_of(plane, made, f"endpoint-{ids['endpoint']}.html")
    assert "Be kind" in page_of(plane, made, f"page-{ids['terms']}.html")
    assert "about <em>dogs</em>" in page_of(plane, made, f"product-{ids['product']}.html")
    assert '"get"' in page_of(plane, made, f"reference-{ids['product']}-0.js")
    assert plane.v2.disable_portal(PortalId=made)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert plane.v2.get_portal(PortalId=made)["PublishStatus"] == "DISABLED"
    assert fetch(plane, f"/_gatewright/portals/{made}/").status == 404
    assert refused(plane.v2.disable_portal, PortalId=made) == (
        409,
        "ConflictException",
        "The portal is already disabled",
    )


def test_what_is_published_is_frozen(plane: Control) -> None:
    made, ids = full(plane)
    plane.v2.publish_portal(PortalId=made)
    plane.v2.update_portal_product(PortalProductId=ids["product"], DisplayName="Cats")
    plane.v2.delete_product_page(PortalProductId=ids["product"], ProductPageId=ids["terms"])
    assert "Dogs" in page_of(plane, made)
    assert "Be kind" in page_of(plane, made, f"page-{ids['terms']}.html")
    plane.v2.publish_portal(PortalId=made)
    assert "Cats" in page_of(plane, made)
    assert fetch(plane, f"/_gatewright/portals/{made}/page-{ids['terms']}.html").status == 404


def test_drafts_and_other_products_are_not_shown(plane: Control) -> None:
    made, ids = full(plane)
    product(plane.v2, DisplayName="Secret")
    plane.v2.publish_portal(PortalId=made)
    assert fetch(plane, f"/_gatewright/portals/{made}/page-{ids['draft']}.html").status == 404
    for name in ("", f"product-{ids['product']}.html"):
        assert "Draft" not in page_of(plane, made, name)
        assert "Secret" not in page_of(plane, made, name)


def test_what_cannot_be_shown_leaves_the_last_publishing(plane: Control) -> None:
    made, ids = full(plane)
    plane.v2.publish_portal(PortalId=made)
    gone = endpoint(plane.v2, ids["product"], ids["api"], parts={"Method": "PUT"})
    order = {
        "Contents": [{"SectionName": "x", "ProductRestEndpointPageArns": [gone["ProductRestEndpointPageArn"]]}],
    }
    plane.v2.update_portal_product(PortalProductId=ids["product"], DisplayOrder=order)
    plane.v2.publish_portal(PortalId=made)
    plane.v2.preview_portal(PortalId=made)
    shown = plane.v2.get_portal(PortalId=made)
    assert shown["PublishStatus"] == "PUBLISH_FAILED"
    assert shown["StatusException"]["Exception"] == "NotFoundException"
    assert "PUT / is not deployed to stage prod" in shown["StatusException"]["Message"]
    assert shown["Preview"]["PreviewStatus"] == "PREVIEW_FAILED"
    assert shown["Preview"]["StatusException"] == shown["StatusException"]
    assert "Dogs" in page_of(plane, made)
    plane.v2.delete_portal_product(PortalProductId=ids["product"])
    plane.v2.publish_portal(PortalId=made)
    assert "does not exist or is not shared" in plane.v2.get_portal(PortalId=made)["StatusException"]["Message"]
    plane.v2.update_portal(PortalId=made, IncludedPortalProductArns=[])
    plane.v2.publish_portal(PortalId=made)
    assert "StatusException" not in plane.v2.get_portal(PortalId=made)
    assert "no products" in page_of(plane, made)


def test_a_preview_is_short_and_cannot_be_tried(plane: Control) -> None:
    made, ids = full(plane)
    assert plane.v2.preview_portal(PortalId=made)["ResponseMetadata"]["HTTPStatusCode"] == 202
    preview = plane.v2.get_portal(PortalId=made)["Preview"]
    assert preview["PreviewStatus"] == "PREVIEW_READY"
    path = urlsplit(preview["PreviewUrl"]).path
    assert b"Dogs" in fetch(plane, path).body
    tried = fetch(plane, f"{path}endpoint-{ids['endpoint']}.html")
    assert b"not available" in tried.body
    assert b"connect-src 'none'" in dict(tried.headers)[b"Content-Security-Policy"]
    assert fetch(plane, f"{path}portal.js").status == 200
    assert fetch(plane, f"/_gatewright/portals/{made}/").status == 404
    assert fetch(plane, re.sub("preview/.", "preview/_", path)).status == 404
    plane.v2.preview_portal(PortalId=made)
    assert fetch(plane, path).status == 404
    last = plane.v2.list_portals()["Items"][0]["Preview"]["PreviewUrl"]
    assert fetch(plane, urlsplit(last).path).status == 200
    plane.clock.advance(3601)
    assert fetch(plane, urlsplit(last).path).status == 404
    assert "Preview" not in plane.v2.get_portal(PortalId=made)


def test_who_must_sign_in_is_not_let_in(plane: Control, caplog: pytest.LogCaptureFixture) -> None:
    made, _ = full(plane, Authorization=COGNITO)
    plane.v2.publish_portal(PortalId=made)
    plane.v2.preview_portal(PortalId=made)
    shown = plane.v2.get_portal(PortalId=made)
    assert shown["PublishStatus"] == "PUBLISHED"
    assert "Amazon Cognito is not supported yet" in caplog.text
    for path in (f"/_gatewright/portals/{made}/", urlsplit(shown["Preview"]["PreviewUrl"]).path):
        answer = fetch(plane, path)
        assert (answer.status, answer.body) == (403, b"Forbidden\n")


def test_a_domain_name_is_told_to_the_workers(plane: Control) -> None:
    own = {
        "AcmManaged": {
            "CertificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/a-b",
            "DomainName": "portal.example.com",
        }
    }
    made = portal(plane, EndpointConfiguration=own)
    assert plane.published.domains == []
    plane.v2.publish_portal(PortalId=made)
    assert len(plane.published.domains) == 1
    assert fetch(plane, "/_gatewright/portal-hosts/portal.example.com/").status == 200
    default = plane.v2.get_portal(PortalId=made)["EndpointConfiguration"]["PortalDefaultDomainName"]
    assert fetch(plane, f"/_gatewright/portal-hosts/{default}/").status == 404
    plane.v2.update_portal(PortalId=made, EndpointConfiguration={"None": {}})
    other = portal(plane, EndpointConfiguration=own)
    plane.v2.publish_portal(PortalId=other)
    assert plane.v2.get_portal(PortalId=other)["StatusException"]["Exception"] == "ConflictException"
    plane.v2.publish_portal(PortalId=made)
    assert len(plane.published.domains) == 2
    assert fetch(plane, "/_gatewright/portal-hosts/portal.example.com/").status == 404
    assert fetch(plane, f"/_gatewright/portal-hosts/{default}/").status == 200


@pytest.mark.parametrize("operation", ["publish_portal", "disable_portal", "preview_portal"])
def test_unknown_portals(plane: Control, operation: str) -> None:
    call = getattr(plane.v2, operation)
    assert refused(call, PortalId="nothere000") == missing("Invalid Portal identifier specified nothere000")


def test_what_comes_between_counts(plane: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are made outside of any transaction: others write meanwhile, here the same portal."""
    made, _ = full(plane)
    make, seen = site.files, list[str]()

    def slow(shown: Site) -> dict[str, File]:
        portal = plane.v2.get_portal(PortalId=made)
        seen.append(portal["PublishStatus"])
        seen.append((portal.get("Preview") or {"PreviewStatus": ""})["PreviewStatus"])
        if portal["PublishStatus"] == "DISABLED":
            plane.v2.delete_portal(PortalId=made)
        else:
            plane.v2.disable_portal(PortalId=made)
        return make(shown)

    monkeypatch.setattr(site, "files", slow)
    plane.v2.publish_portal(PortalId=made)
    assert plane.v2.get_portal(PortalId=made)["PublishStatus"] == "DISABLED"
    assert fetch(plane, f"/_gatewright/portals/{made}/").status == 404
    plane.v2.preview_portal(PortalId=made)
    assert seen == ["PUBLISH_IN_PROGRESS", "", "DISABLED", "PREVIEW_IN_PROGRESS"]
    with plane.store.transaction(write=False) as tx:
        assert not tx.scan("portal_file")


def test_a_portal_can_be_changed_while_a_product_is_gone(plane: Control) -> None:
    made, ids = full(plane)
    plane.v2.delete_portal_product(PortalProductId=ids["product"])
    plane.v2.update_portal(PortalId=made, RumAppMonitorName="monitor")
    assert plane.v2.update_portal(PortalId=made, IncludedPortalProductArns=[])["IncludedPortalProductArns"] == []
