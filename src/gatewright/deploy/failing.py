"""What of a program fails at every call, although it compiles: AWS deploys such methods and routes, too. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from gatewright.deploy.stage_document import Program
from gatewright.program.authorizers import Authorizer, FunctionAuthorizer, PoolAuthorizer
from gatewright.program.records import HttpIntegration, HttpProxyIntegration, MethodProgram, StageProgram

_GUARDED = ("CUSTOM", "COGNITO_USER_POOLS")
_NO_ADDRESS = "the integration's URI, with stage variables filled in, is no address that can be called"


def failing(program: Program) -> Iterator[tuple[str, str]]:
    """(place, reason), the place as compile errors have it."""
    if isinstance(program, StageProgram):
        for resource in program.resources:
            for verb, method in resource.methods.items():
                reason = _of_method(method)
                if reason is not None:
                    yield f"{verb} {resource.path}", reason
        return
    for route in program.routes:
        backend = getattr(route.integration, "backend", None)
        reason = route.problem or _of_authorizer(route.authorizer) or _of_backend(backend)
        if reason is not None:
            yield route.key, reason


def _of_method(method: MethodProgram) -> str | None:
    if method.problem is not None:
        return method.problem
    if method.authorization in _GUARDED and method.authorizer is None:
        return "its authorizer is not there"
    return _of_authorizer(method.authorizer) or _of_backend(method.integration)


def _of_authorizer(authorizer: Authorizer | None) -> str | None:
    if isinstance(authorizer, FunctionAuthorizer) and authorizer.problem is not None:
        return f"its authorizer: {authorizer.problem}"
    if isinstance(authorizer, PoolAuthorizer) and not authorizer.issuers:
        return "its authorizer names no user pool"
    return None


def _of_backend(backend: object) -> str | None:
    if isinstance(backend, HttpIntegration | HttpProxyIntegration) and backend.uri is None:
        return _NO_ADDRESS
    return None
