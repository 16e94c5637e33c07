"""A service's front: an HTTP request in, an HTTP answer out, and in between one call of `Invoke`.

Route, authenticate, parse and check, invoke, write. The order is AWS's: who is not allowed in learns nothing about the
request. Every answer carries `x-amzn-RequestId`. An unexpected exception is logged with that id and answered blandly.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple

from uuid_utils import uuid4

from gatewright.aws import errors
from gatewright.aws.base import AwsError, Caller, HttpRequest, HttpResponse, Invoke, Operation
from gatewright.aws.codec import ServiceCodec
from gatewright.aws.models import load
from gatewright.aws.query import Query
from gatewright.aws.routing import Router
from gatewright.aws.shapes import OperationModel, ServiceModel

Authenticate = Callable[[HttpRequest, str], Caller]  # the request and its service's signing name; raises AwsError

log = logging.getLogger("gatewright.aws")


class Served(NamedTuple):
    """An operation that a service knows."""

    service: str
    name: str  # PascalCase
    handler: str  # snake_case


class Service:
    """One endpoint that serves the operations of one or more models. Safe to share among threads."""

    def __init__(self, names: Sequence[str], invoke: Invoke, authenticate: Authenticate) -> None:
        self._models = {name: load(name) for name in names}
        self._codecs = {name: ServiceCodec(name) for name in names}
        self._router = Router(each for model in self._models.values() for each in model.operations.values())
        self._invoke = invoke
        self._authenticate = authenticate
        self._default = self._models[names[0]]

    def operations(self) -> list[Served]:
        """All operations of the models, in the models' order."""
        return [
            Served(model.name, each.name, each.handler)
            for model in self._models.values()
            for each in model.operations.values()
        ]

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer one request. Never raises."""
        request_id = str(uuid4())
        query = Query(request.query)
        match = self._router.find(request.method, request.path, query)
        model = self._models[match[0].service] if match else self._guess(request.path)
        try:
            caller = self._authenticate(request, model.signing_name)
            if match is None:
                raise errors.unknown_operation()
            return self._run(match[0], match[1], query, request, caller, request_id)
        except AwsError as error:
            return self._refuse(error, model, request_id)
        except Exception:  # a fault of ours: the caller learns nothing of it, the operator everything
            log.exception("request %s: %s failed", request_id, match[0].name if match else request.path)
            return self._refuse(errors.internal_failure(), model, request_id)

    def _run(
        self,
        operation: OperationModel,
        labels: dict[str, str],
        query: Query,
        request: HttpRequest,
        caller: Caller,
        request_id: str,
    ) -> HttpResponse:
        parser, writer = self._codecs[operation.service].of(operation)
        params = parser.parse(request, labels, query)
        call = Operation(operation.service, operation.name, operation.handler, request_id)
        status, headers, body = writer.write(self._invoke(call, caller, params))
        headers.append((b"x-amzn-RequestId", request_id.encode()))
        return HttpResponse(status, headers, body)

    def _refuse(self, error: AwsError, model: ServiceModel, request_id: str) -> HttpResponse:
        return errors.render(error, model, self._codecs[model.name].dialect, request_id)

    def _guess(self, path: bytes) -> ServiceModel:
        """The model whose manners an unknown path gets."""
        if path.startswith(b"/v2/") and "apigatewayv2" in self._models:
            return self._models["apigatewayv2"]
        return self._default
