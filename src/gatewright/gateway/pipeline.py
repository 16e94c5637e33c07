"""The order of the steps of a REST method, on one screen.

Before a method is known, `Gateway.handle` has already done: which API and stage (403 Forbidden), and routing to
resource and method (403 Missing Authentication Token). Then, in AWS's order:
"""

from __future__ import annotations

from collections.abc import Callable

from gatewright.gateway.exchange import Step
from gatewright.gateway.integrations.invoke import build as integration
from gatewright.gateway.live import Parts
from gatewright.gateway.steps.api_key import build as api_key
from gatewright.gateway.steps.authorization import build as authorization
from gatewright.gateway.steps.body import build as body
from gatewright.gateway.steps.cache import build as cache
from gatewright.gateway.steps.configuration import build as configuration
from gatewright.gateway.steps.execution_log import begin as log_begins
from gatewright.gateway.steps.execution_log import start as log_starts
from gatewright.gateway.steps.throttle import build as throttle
from gatewright.gateway.steps.validation import build as validation
from gatewright.gateway.tracing import begin as tracing
from gatewright.program.records import MethodProgram

Builder = Callable[[MethodProgram, Parts], Step | None]

ORDER: tuple[Builder, ...] = (
    tracing,  # whether the request is traced
    log_begins,  # the execution log, where the stage wants one
    authorization,  # who may call (401, 403)
    api_key,  # key, usage plan (403, 429)
    throttle,  # limits of the method, of the account (429)
    log_starts,
    body,  # size (413) and content coding (415)
    validation,  # required parameters, body against its model (400)
    cache,  # an answer that is kept
    configuration,  # mappings that can never work (500)
    integration,  # request mapping, the call, response mapping
)


def compose(method: MethodProgram, parts: Parts) -> tuple[Step, ...]:
    """The steps of one method. What it does not configure is not among them."""
    built = (build(method, parts) for build in ORDER)
    return parts.share(tuple(step for step in built if step is not None))
