"""VPC links: which one an integration uses, and where its traffic goes.

On AWS a link leads to a load balancer in a VPC. Here the setting vpc_link_targets says where that is: an address for a
link's id, for the ARN of its target, or for the ARN that `integrationTarget` names (links of API Gateway v2). The
integration's URI says Host header, path and, unless the address says otherwise, scheme and port.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.language.uri import fill_variables

Body = Mapping[str, Any]


def link_of(integration: Body, variables: Mapping[str, str]) -> str | None:
    """The id of the link that an integration's calls go through, if they do; "" when no variable names it."""
    if integration.get("connectionType") != "VPC_LINK":
        return None
    return fill_variables(integration.get("connectionId") or "", variables)
