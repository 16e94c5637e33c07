from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.control.rest.test_domain_names import NAME, asked
from tests.unit.control.support import ACCOUNT, Control, patch, refused

OTHER = "222222222222"
UNKNOWN = "Invalid domain name access association identifier specified"


@pytest.fixture
def domain(plane: Control) -> dict[str, Any]:
    made: dict[str, Any] = plane.rest.create_domain_name(**asked("PRIVATE"))
    return made


def ask(domain: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {
        "domainNameArn": domain["domainNameArn"],
        "accessAssociationSource": "vpce-1a2b",
        "accessAssociationSourceType": "VPCE",
    } | members


def allow(plane: Control, domain: dict[str, Any], **statement: Any) -> None:
    """Let accounts associate endpoints with the domain name."""
    allowing = {"Effect": "Allow", "Principal": "*", "Action": "apigateway:CreateAccessAssociation", "Resource": "*"}
    given = {name: value for name, value in (allowing | statement).items() if value is not None}
    policy = json.dumps({"Statement": [given]})
    plane.rest.update_domain_name(
        domainName=NAME,
        domainNameId=domain["domainNameId"],
        patchOperations=[patch("replace", "/managementPolicy", policy)],
    )


def test_an_association_of_ones_own(plane: Control, domain: dict[str, Any]) -> None:
    made = plane.rest.create_domain_name_access_association(**ask(domain, tags={"a": "b"}))
    arn = made["domainNameAccessAssociationArn"]
    assert arn == (
        f"arn:aws:apigateway:us-east-1:{ACCOUNT}:/domainnameaccessassociations/"
        f"domainname/{NAME}+{domain['domainNameId']}/vpcesource/vpce-1a2b"
    )
    assert {name: made[name] for name in ask(domain)} == ask(domain)
    assert len(plane.rest.get_domain_name_access_associations()["items"]) == 1
    assert plane.rest.get_tags(resourceArn=arn)["tags"] == {"a": "b"}
    assert refused(plane.rest.create_domain_name_access_association, **ask(domain))[0] == 409
    plane.rest.delete_domain_name_access_association(domainNameAccessAssociationArn=arn)
    gone = refused(plane.rest.delete_domain_name_access_association, domainNameAccessAssociationArn=arn)
    assert gone == (404, "NotFoundException", UNKNOWN)
    assert plane.published.domains == [1, 1, 1]


def test_another_account_is_let_in_and_rejected(plane: Control, domain: dict[str, Any]) -> None:
    other = plane.client(account=OTHER)
    assert refused(other.create_domain_name_access_association, **ask(domain))[0] == 400
    allow(plane, domain, Principal={"AWS": f"arn:aws:iam::{OTHER}:root"})
    made = other.create_domain_name_access_association(**ask(domain))
    arn = made["domainNameAccessAssociationArn"]
    assert other.get_domain_name_access_associations()["items"][0]["domainNameAccessAssociationArn"] == arn
    assert plane.rest.get_domain_name_access_associations()["items"] == []
    seen = plane.rest.get_domain_name_access_associations(resourceOwner="OTHER_ACCOUNTS")["items"]
    assert [each["domainNameAccessAssociationArn"] for each in seen] == [arn]
    params = {"domainNameAccessAssociationArn": arn, "domainNameArn": domain["domainNameArn"]}
    assert refused(other.reject_domain_name_access_association, **params)[::2] == (404, UNKNOWN)
    assert refused(plane.rest.delete_domain_name_access_association, domainNameAccessAssociationArn=arn)[0] == 404
    plane.rest.reject_domain_name_access_association(**params)
    assert other.get_domain_name_access_associations()["items"] == []
    assert refused(plane.rest.reject_domain_name_access_association, **params)[::2] == (404, UNKNOWN)


@pytest.mark.parametrize(
    "statement",
    [
        {"Principal": {"AWS": "arn:aws:iam::333333333333:root"}},
        {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}},
        {"Effect": "Deny"},
        {"Action": "apigateway:GET"},
        {"Resource": "arn:aws:apigateway:us-east-1:111111111111:/domainnames/other.example.com+abc"},
        {"Effect": "Deny", "Principal": None, "NotPrincipal": {"AWS": "arn:aws:iam::333333333333:root"}},
    ],
)
def test_what_does_not_let_in(plane: Control, domain: dict[str, Any], statement: dict[str, Any]) -> None:
    allow(plane, domain, **statement)
    other = plane.client(account=OTHER)
    assert refused(other.create_domain_name_access_association, **ask(domain))[0] == 400


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        ({"accessAssociationSource": "vpc-1"}, 400, "Invalid access association source specified: vpc-1"),
        ({"domainNameArn": "nonsense"}, 400, "Invalid ARN specified in the request"),
        ({"domainNameArn": f"arn:aws:apigateway:us-east-1::/domainnames/{NAME}"}, 400, "Invalid ARN specified"),
        (
            {"domainNameArn": f"arn:aws:apigateway:us-east-1:{ACCOUNT}:/domainnames/{NAME}+no"},
            404,
            "Invalid domain name identifier specified",
        ),
    ],
)
def test_what_is_refused(
    plane: Control, domain: dict[str, Any], given: dict[str, str], status: int, message: str
) -> None:
    found, _, said = refused(plane.rest.create_domain_name_access_association, **ask(domain, **given))
    assert found == status
    assert said.startswith(message)


def test_associations_end_with_their_domain_name(plane: Control, domain: dict[str, Any]) -> None:
    plane.rest.create_domain_name_access_association(**ask(domain))
    plane.rest.delete_domain_name(domainName=NAME, domainNameId=domain["domainNameId"])
    assert plane.rest.get_domain_name_access_associations()["items"] == []


def test_an_arn_of_something_else(plane: Control) -> None:
    operation = plane.rest.delete_domain_name_access_association
    assert refused(operation, domainNameAccessAssociationArn="arn:aws:apigateway:us-east-1::/restapis/a")[0] == 400
