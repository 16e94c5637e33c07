"""Sharing policies of portal products: resource policies that say which accounts may use a product.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-portals-share-products.html
"""

from __future__ import annotations

from gatewright.control import account_policies, errors
from gatewright.language.policy.base import PolicyError

_BAD = "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."


def check(policy: str) -> None:
    """Raises BadRequestException for what is no policy document (unverified wording)."""
    try:
        account_policies.check(policy)
    except PolicyError:
        raise errors.bad_request(_BAD) from None
