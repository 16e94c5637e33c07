"""Which functions a program calls, and on whose behalf: functions let API Gateway in by a policy of their own. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gatewright.deploy.stage_document import Program
from gatewright.program.authorizers import Authorizer, FunctionAuthorizer
from gatewright.program.http_api import FunctionIntegration
from gatewright.program.records import CustomLambdaIntegration, LambdaIntegration, StageProgram

_FUNCTIONS = (LambdaIntegration, CustomLambdaIntegration, FunctionIntegration)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a function. `place` as compile errors have it; `source_arn`: who calls, for its policy."""

    place: str
    function_arn: str
    source_arn: str | None  # None: a role


def invocations(program: Program) -> Iterator[Invocation]:
    """Every call of a function that a program may make, methods before their authorizers."""
    if isinstance(program, StageProgram):
        for resource in program.resources:
            for verb, method in resource.methods.items():
                place = f"{verb} {resource.path}"
                yield from _of(place, method.integration, method.source_arn)
                yield from _of_authorizer(place, method.authorizer)
        return
    for route in program.routes:
        yield from _of(route.key, getattr(route.integration, "backend", route.integration), route.source_arn)
        yield from _of_authorizer(route.key, route.authorizer)


def _of(place: str, backend: object, source_arn: str) -> Iterator[Invocation]:
    if isinstance(backend, _FUNCTIONS) and backend.function_arn:
        yield Invocation(place, backend.function_arn, None if backend.assume_role else source_arn)


def _of_authorizer(place: str, authorizer: Authorizer | None) -> Iterator[Invocation]:
    if isinstance(authorizer, FunctionAuthorizer) and authorizer.function_arn:
        source = None if authorizer.assume_role else authorizer.source_arn
        yield Invocation(f"{place}, its authorizer", authorizer.function_arn, source)
