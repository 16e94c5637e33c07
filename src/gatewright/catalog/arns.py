"""ARNs of API Gateway.

Control-plane ARNs leave the account empty (`arn:aws:apigateway:us-east-1::/restapis/abc`): tags are put on these.
Data-plane ARNs name it (`arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/orders`): policies speak of these.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
"""

from __future__ import annotations

from dataclasses import dataclass

_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso-", "aws-iso"), ("us-isob-", "aws-iso-b"))


def partition(region: str) -> str:
    """The partition that a Region belongs to."""
    return next((name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws")


@dataclass(frozen=True, slots=True)
class Arn:
    """The six fields of an ARN; `resource` is everything after the fifth colon."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def parse(text: str) -> Arn | None:
    """The fields of an ARN, None when it is not one."""
    fields = text.split(":", 5)
    if len(fields) != 6 or fields[0] != "arn" or not fields[1] or not fields[2] or not fields[5]:
        return None
    return Arn(*fields[1:])


def rest_api(region: str, api_id: str) -> str:
    """The ARN under which a REST API is tagged."""
    return str(Arn(partition(region), "apigateway", region, "", f"/restapis/{api_id}"))


def executed(region: str, account: str, api_id: str) -> str:
    """What the ARNs of everything that can be invoked through an API begin with."""
    return str(Arn(partition(region), "execute-api", region, account, api_id))


def stage(region: str, api_id: str, stage_name: str) -> str:
    """The ARN under which a stage is tagged."""
    return f"{rest_api(region, api_id)}/stages/{stage_name}"


def domain_name(region: str, account: str, name: str, id: str | None) -> str:
    """The ARN of a domain name. A private one has an id, because names of such repeat, and names its account."""
    if id is None:
        return str(Arn(partition(region), "apigateway", region, "", f"/domainnames/{name}"))
    return str(Arn(partition(region), "apigateway", region, account, f"/domainnames/{name}+{id}"))


def access_association(region: str, account: str, id: str) -> str:
    """The ARN of a domain name access association, whose id is `domainname/{name}+{id}/vpcesource/{vpce}`."""
    return str(Arn(partition(region), "apigateway", region, account, f"/domainnameaccessassociations/{id}"))


def portal(region: str, account: str, id: str) -> str:
    """The ARN of a portal; like those of products and their pages it names the account."""
    return str(Arn(partition(region), "apigateway", region, account, f"/portals/{id}"))


def portal_product(region: str, account: str, id: str) -> str:
    """The ARN of a portal product (AWS's form: the developer guide's page on sharing them)."""
    return str(Arn(partition(region), "apigateway", region, account, f"/portalproducts/{id}"))


def product_page(region: str, account: str, product_id: str, id: str) -> str:
    """The ARN of a product page (unverified form)."""
    return f"{portal_product(region, account, product_id)}/productpages/{id}"


def product_rest_endpoint_page(region: str, account: str, product_id: str, id: str) -> str:
    """The ARN of a product REST endpoint page (unverified form)."""
    return f"{portal_product(region, account, product_id)}/productrestendpointpages/{id}"


def execute_api(region: str, account: str, api_id: str, stage_name: str, method: str, path: str) -> str:
    """The ARN of a method as policies and Lambda permissions name it; `path` with or without its leading slash."""
    resource = f"{api_id}/{stage_name}/{method}/{path.removeprefix('/')}"
    return str(Arn(partition(region), "execute-api", region, account, resource))
