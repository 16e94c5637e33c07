"""AWS's quotas on how many of a thing there may be, and what it says when there are.

https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html. With `limits=own` the counts do not apply.
The wording for resources is AWS's (two spaces); the other nouns follow its pattern (unverified).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `most` documents of a kind per `scope`."""

    most: int
    noun: str
    scope: str

    @property
    def message(self) -> str:
        return (
            f"Maximum number of {self.noun} for this {self.scope} has been reached.  "
            f"Please contact AWS if you need additional {self.noun}."
        )


COUNTS = {
    "resource": Quota(300, "Resources", "API"),
    "stage": Quota(10, "Stages", "API"),
    "authorizer": Quota(10, "Authorizers", "API"),
    "vpc_link": Quota(20, "VPC links", "account"),
    "client_certificate": Quota(60, "Client certificates", "account"),
    "domain_name_access_association": Quota(100, "Domain name access associations", "account"),
    "base_path_mapping": Quota(200, "Base path mappings", "domain name"),
    "documentation_part": Quota(2000, "Documentation Parts", "API"),
    "api_key": Quota(10_000, "API Keys", "account"),
    "usage_plan": Quota(300, "Usage Plans", "account"),
    "api": Quota(600, "Regional APIs", "account"),
    "route": Quota(300, "Routes", "API"),
    "integration": Quota(300, "Integrations", "API"),
    "api_stage": Quota(10, "Stages", "API"),
    "api_authorizer": Quota(10, "Authorizers", "API"),
    "api_vpc_link": Quota(10, "VPC links", "account"),
    "portal": Quota(15, "Portals", "account"),
    "portal_product": Quota(500, "Portal products", "account"),
    "product_page": Quota(40, "Product pages", "portal product"),
    "product_rest_endpoint_page": Quota(40, "Product REST endpoint pages", "portal product"),
    "plans_of_a_key": Quota(10, "Usage Plans", "API Key"),
}

PORTAL_PRODUCTS = 200  # of a portal

# Per account and Region, by endpoint type.
APIS = {
    "REGIONAL": Quota(600, "Regional APIs", "account"),
    "PRIVATE": Quota(600, "Private APIs", "account"),
    "EDGE": Quota(120, "Edge APIs", "account"),
}

# Per account and Region: public domain names, and private ones.
DOMAINS = {False: Quota(120, "Domain names", "account"), True: Quota(50, "Private domain names", "account")}

POLICY_BYTES = 8192
STAGE_VARIABLES = 100
STAGE_VARIABLE_NAME = 64
STAGE_VARIABLE_VALUE = 512
STAGE_NAME = 128
ACCESS_LOG_FORMAT_BYTES = 3 * 1024
COMPRESSION_BYTES = 10 * 1024 * 1024
TEMPLATE_BYTES = 300 * 1024
MODEL_BYTES = 400 * 1024
TAGS = 50
TAG_KEY = 128
TAG_VALUE = 256
MINIMUM_TIMEOUT = 50  # milliseconds
AUDIENCES = 50  # of a JWT authorizer
SCOPES = 10  # of a route
SUBNETS = 10  # of a VPC link
STREAM_TIMEOUT = 900_000  # milliseconds; of an integration whose answer is streamed
AUTHORIZER_TTL = 3600  # seconds
AUTHORIZER_POOLS = 1000  # user pools of an authorizer
KEY_NAME = 1024
KEY_DESCRIPTION = 125_000
KEY_VALUE = (20, 128)
METHOD_THROTTLES = 20  # of one stage in a usage plan
USAGE_DAYS = 90  # unverified: the longest range that GetUsage answers
