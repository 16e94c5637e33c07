"""Products of other accounts."""

from __future__ import annotations

import json

from tests.unit.control.support import Control, refused, shown
from tests.unit.control.v2.portal_support import described, endpoint, page, page_of, product

OWNER = "222222222222"


def policy(*actions: str) -> str:
    who = {"AWS": "arn:aws:iam::111111111111:root"}
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": who, "Action": actions, "Resource": "*"}]})


def test_reads_are_let_by_the_policy_alone(plane: Control) -> None:
    owner = plane.client("apigatewayv2", account=OWNER)
    product_id, _ = product(owner)
    made = page(owner, product_id)
    at = {"PortalProductId": product_id, "ResourceOwnerAccountId": OWNER}
    denied = (403, "AccessDeniedException", f"User is not authorized to access portal product {product_id}")
    assert refused(plane.v2.get_portal_product, **at) == denied
    assert refused(plane.v2.list_product_pages, **at) == denied
    assert refused(plane.v2.get_portal_product, **at | {"PortalProductId": "nothere000"})[0] == 403
    owner.put_portal_product_sharing_policy(PortalProductId=product_id, PolicyDocument=policy("apigateway:GetP*"))
    assert plane.v2.get_portal_product(**at)["DisplayName"] == "Dogs"
    assert shown(plane.v2.get_product_page(**at, ProductPageId=made["ProductPageId"])) == shown(made)
    assert refused(plane.v2.list_product_pages, **at) == denied
    assert refused(plane.v2.list_product_rest_endpoint_pages, **at) == denied


def test_a_portal_shows_what_is_shared_with_its_owner(plane: Control) -> None:
    owner = plane.client("apigatewayv2", account=OWNER)
    rest = plane.client(account=OWNER)
    api = rest.create_rest_api(name="dogs")
    at = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**at, authorizationType="NONE")
    rest.put_integration(**at, type="MOCK")
    rest.create_deployment(restApiId=api["id"], stageName="prod")
    product_id, arn = product(owner)
    shown_page = endpoint(owner, product_id, api["id"])
    order = {
        "Contents": [{"SectionName": "All", "ProductRestEndpointPageArns": [shown_page["ProductRestEndpointPageArn"]]}]
    }
    owner.update_portal_product(PortalProductId=product_id, DisplayOrder=order)
    given = described(IncludedPortalProductArns=[arn])
    assert refused(plane.v2.create_portal, **given)[0] == 400
    owner.put_portal_product_sharing_policy(PortalProductId=product_id, PolicyDocument=policy("apigateway:*"))
    portal_id = plane.v2.create_portal(**given)["PortalId"]
    plane.v2.publish_portal(PortalId=portal_id)
    assert "Dogs" in page_of(plane, portal_id)
    assert api["id"] in page_of(plane, portal_id, f"endpoint-{shown_page['ProductRestEndpointPageId']}.html")
    owner.delete_portal_product_sharing_policy(PortalProductId=product_id)
    plane.v2.publish_portal(PortalId=portal_id)
    assert plane.v2.get_portal(PortalId=portal_id)["PublishStatus"] == "PUBLISH_FAILED"
    assert "Dogs" in page_of(plane, portal_id)
