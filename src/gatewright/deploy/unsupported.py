"""What documents ask for that is stored and answered but not run yet, in words for the node's log.

AWS would act on each of these, so that ignoring one in silence would mislead. Told by `publish`; what is not refused at
deployment and not run has its line here until it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Body = Mapping[str, Any]


def of_api(api: Body) -> Iterator[str]:
    """A line for each member of an API that has no effect."""
    if api.get("securityPolicy") not in (None, "TLS_1_2"):
        yield f"securityPolicy {api['securityPolicy']} is not supported yet: clients speak TLS 1.2 or newer"
    if api.get("endpointAccessMode") == "STRICT":
        yield "endpointAccessMode STRICT is not supported yet: the API is served to whoever reaches this server"
