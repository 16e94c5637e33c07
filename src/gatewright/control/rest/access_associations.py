"""Domain name access associations: Create…, Get…s, Delete…, RejectDomainNameAccessAssociation.

Through which VPC endpoint a private domain name may be called. The endpoint's owner makes the association; the owner of
the domain name, in whose management policy other accounts must be allowed, can reject it.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains-associations.html
"""

from __future__ import annotations

import re

from gatewright.aws.pagination import page
from gatewright.catalog import arns, quotas
from gatewright.control import account_policies, errors
from gatewright.control.call import Call, Params
from gatewright.control.rest import lookup, tags
from gatewright.store.base import Body, Document, Key

_VPCE = re.compile(r"vpce-[0-9a-z]+")
_DOMAIN = re.compile(r"/domainnames/(?P<name>[^/+]+)\+(?P<id>[^/+]+)")
_BAD_ARN = "Invalid ARN specified in the request"  # unverified wording


def create_domain_name_access_association(call: Call, params: Params) -> Params:
    domain = _domain(call, params["domainNameArn"])
    source = params["accessAssociationSource"]
    if _VPCE.fullmatch(source) is None:
        raise errors.bad_request(f"Invalid access association source specified: {source}")  # unverified wording
    tags.check(params.get("tags") or {})
    if domain.key.account != call.account and not _lets_in(
        domain.body.get("managementPolicy"), call.account, domain.body["domainNameArn"]
    ):
        raise errors.bad_request(  # unverified: AWS's code and words
            "The management policy of the domain name does not allow this account to create an access association"
        )
    kind = "domain_name_access_association"
    lookup.room_for(call, kind, "", quotas.COUNTS[kind])
    body = domain.body
    fresh = f"domainname/{body['domainName']}+{body['domainNameId']}/vpcesource/{source}"
    if call.get(kind, "", fresh) is not None:
        raise errors.conflict("The domain name access association already exists.")  # unverified wording
    association: Body = {
        "domainNameAccessAssociationArn": arns.access_association(call.region, call.account, fresh),
        "domainNameArn": params["domainNameArn"],
        "accessAssociationSourceType": params["accessAssociationSourceType"],
        "accessAssociationSource": source,
    }
    if params.get("tags"):
        association["tags"] = params["tags"]
    call.publish_domains = True
    return call.insert(kind, "", fresh, association)


def get_domain_name_access_associations(call: Call, params: Params) -> Params:
    """The caller's own, or those that other accounts have made with the caller's domain names."""
    if params.get("resourceOwner") == "OTHER_ACCOUNTS":
        known = [each.body for each in _others(call)]
    else:
        known = call.list("domain_name_access_association", "")
    known.sort(key=_arn)
    items, position = page(known, _arn, params.get("position"), params.get("limit"))
    return {"items": items, "position": position}


def delete_domain_name_access_association(call: Call, params: Params) -> None:
    key = _key(call, params["domainNameAccessAssociationArn"])
    if key.account != call.account or not call.tx.delete(key):
        raise errors.not_found(lookup.NO_ASSOCIATION)
    call.publish_domains = True


def reject_domain_name_access_association(call: Call, params: Params) -> None:
    """The owner of the domain name ends what another account has made."""
    key = _key(call, params["domainNameAccessAssociationArn"])
    found = next((each for each in _others(call) if each.key == key), None)
    if found is None or found.body["domainNameArn"] != params["domainNameArn"]:
        raise errors.not_found(lookup.NO_ASSOCIATION)
    call.tx.delete(key)
    call.publish_domains = True


def _domain(call: Call, text: str) -> Document:
    """The private domain name of an ARN, in any account. Raises BadRequestException, NotFoundException."""
    arn = arns.parse(text)
    match = None if arn is None else _DOMAIN.fullmatch(arn.resource)
    if arn is None or match is None or arn.service != "apigateway" or arn.region != call.region:
        raise errors.bad_request(_BAD_ARN)
    found = call.tx.get(Key(arn.account, arn.region, "domain_name", "", match["id"]))
    if found is None or found.body["domainName"] != match["name"]:
        raise errors.not_found(lookup.NO_DOMAIN)
    return found


def _key(call: Call, text: str) -> Key:
    arn = arns.parse(text)
    prefix = "/domainnameaccessassociations/"
    if arn is None or arn.service != "apigateway" or not arn.resource.startswith(prefix):
        raise errors.bad_request(_BAD_ARN)
    return Key(arn.account, arn.region, "domain_name_access_association", "", arn.resource.removeprefix(prefix))


def _others(call: Call) -> list[Document]:
    own = {domain["domainNameArn"] for domain in call.list("domain_name", "")}
    return [
        each
        for each in call.tx.scan("domain_name_access_association")
        if each.key.account != call.account and each.body["domainNameArn"] in own
    ]


def _lets_in(policy: str | None, account: str, domain_arn: str) -> bool:
    action = "apigateway:CreateAccessAssociation"
    return bool(policy) and account_policies.allows(policy or "", account, action, domain_arn)


def _arn(association: Body) -> str:
    arn: str = association["domainNameAccessAssociationArn"]
    return arn
