"""What documents ask for that is stored and answered but not run yet, in words for the node's log.

AWS would act on each of these, so that ignoring one in silence would mislead. Tables here, told by `publish`; what is
not refused at deployment and not run has its line here until it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Body = Mapping[str, Any]
_Wish = tuple[Callable[[Body], Any], str]  # whether a document has it, what to say

_SETTINGS: tuple[_Wish, ...] = (
    (
        lambda setting: setting.get("metricsEnabled"),
        "metrics of {method} are not supported yet: none are published",
    ),
)


def stage_words() -> tuple[str, ...]:
    """What a stage may ask for in vain, a word each, for the documentation."""
    return tuple(line.split()[0] for _, line in _SETTINGS)


def of_stage(stage: Body) -> Iterator[str]:
    """A line for each setting of a stage that has no effect."""
    for method, setting in (stage.get("methodSettings") or {}).items():
        yield from (line.format(method=method) for wished, line in _SETTINGS if wished(setting))


def of_api(api: Body) -> Iterator[str]:
    """A line for each member of an API that has no effect."""
    if api.get("securityPolicy") not in (None, "TLS_1_2"):
        yield f"securityPolicy {api['securityPolicy']} is not supported yet: clients speak TLS 1.2 or newer"
    if api.get("endpointAccessMode") == "STRICT":
        yield "endpointAccessMode STRICT is not supported yet: the API is served to whoever reaches this server"
