"""Identifiers in AWS's shapes.

10 lower-case alphanumerics for APIs, root resources, API keys and what portals consist of; 7 for routes and
integrations; 6 for everything else.
The source of randomness is handed in, so that this room stays pure.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
LONG = frozenset(
    {
        "rest_api",
        "api",
        "root_resource",
        "api_key",
        "domain_name",
        "regional_domain",
        "portal",
        "portal_product",
        "product_page",
        "product_rest_endpoint_page",
    }
)
MIDDLE = frozenset({"route", "integration", "integration_response", "route_response"})

_VALUE = string.ascii_letters + string.digits
_VALUE_LENGTH = 40  # unverified: the length of values that AWS makes

CUSTOM_ID_TAG = "_custom_id_"
_CUSTOM_ID = re.compile(r"[a-z0-9]{1,63}")

Below = Callable[[int], int]  # a uniform random integer in [0, n), such as secrets.randbelow


def new_id(kind: str, below: Below) -> str:
    """A fresh identifier for a document of this kind."""
    length = 10 if kind in LONG else 7 if kind in MIDDLE else 6
    return "".join(ALPHABET[below(len(ALPHABET))] for _ in range(length))


def new_key_value(below: Below) -> str:
    """A fresh value for an API key."""
    return "".join(_VALUE[below(len(_VALUE))] for _ in range(_VALUE_LENGTH))


def is_custom_id(text: str) -> bool:
    """Whether the tag `_custom_id_` may fix this as the id of an API: it must be usable as a host name's label."""
    return _CUSTOM_ID.fullmatch(text) is not None
