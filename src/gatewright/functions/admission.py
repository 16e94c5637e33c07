"""Who may invoke what: the two doors of the host, told apart by the listener that a request came in on.

Public ("functions"): the caller is who signed the request; the function of another account needs its resource policy's
consent. Internal ("invoke"): API Gateway calls on behalf of a source ARN, and the policy of the invoked qualifier
decides; without a source the API's account calls (an integration with credentials), and likewise needs the consent of a
function of another account. Who is told of no account either has asked already what the caller may do (an integration
with the caller's credentials). What is missing for a call to be let in is logged as the command that grants it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from uuid_utils import uuid4

from gatewright.aws.base import Caller, HttpRequest
from gatewright.functions import invoke
from gatewright.functions.names import BadNameError, FunctionName
from gatewright.functions.policy import GATEWAY, Attempt, missing_permission
from gatewright.functions.registry import Live, Registry
from gatewright.net.base import Request
from gatewright.settings import Settings

INTERNAL = "invoke"  # the name of the listener that only edge workers reach
WARN_EVERY = 10.0  # seconds between two warnings of the same missing permission
_WARNINGS_KEPT = 1000

Authenticate = Callable[[HttpRequest, str], Caller]  # must not block: it is called on the event loop

log = logging.getLogger("gatewright.functions")


class Admission:
    """Finds the function of an Invoke request and lets the caller in or not."""

    def __init__(self, settings: Settings, registry: Registry, authenticate: Authenticate) -> None:
        self._settings = settings
        self._registry = registry
        self._authenticate = authenticate
        self._names = invoke.Names()
        self._warned: dict[tuple[str, str], float] = {}
        if not settings.lambda_permissions:
            log.warning("lambda_permissions is off, for development: every API may invoke every function")

    def admit(self, request: Request) -> tuple[FunctionName, Live]:
        """The function that the caller names and may invoke. Raises RefusedError."""
        if request.listener == INTERNAL:
            told = request.header(b"x-gatewright-source-account")
            source = request.header(b"x-gatewright-source-arn")
            account = None if told is None else told.decode("latin-1")
            arn = f"arn:aws:iam::{account}:root"
            name = self._named(request, account or self._settings.account_id, self._settings.region)
        else:
            if from_elsewhere(request):
                raise invoke.refusal(403, "AccessDeniedException", "Cross-origin requests are refused.")
            caller = self._authenticate(plain(request), "lambda")
            source, account, arn = None, caller.account, caller.arn
            name = self._named(request, account, caller.region)
        live = self._registry.find(name.key)
        if live is None or live.version(name.qualifier) is None:
            raise no_function(name.arn)
        if source is not None:
            self._require_gateway(live, name, source.decode("latin-1"), account)
        elif account is not None and account != name.key.account:
            attempt = Attempt(name.arn, account=account)
            if not live.allows(name.qualifier, attempt):
                raise _denied(arn, name.arn)
        return name, live

    def _named(self, request: Request, account: str, region: str) -> FunctionName:
        try:
            return self._names.read(request.path, request.query, account, region)
        except BadNameError as error:
            raise invoke.refusal(400, "InvalidParameterValueException", str(error)) from None

    def _require_gateway(self, live: Live, name: FunctionName, source: str, account: str | None) -> None:
        if not self._settings.lambda_permissions:
            return
        attempt = Attempt(name.arn, service=GATEWAY, source_arn=source, source_account=account)
        if live.allows(name.qualifier, attempt):
            return
        now = time.monotonic()
        if now - self._warned.get((name.arn, source), -WARN_EVERY) >= WARN_EVERY:
            if len(self._warned) > _WARNINGS_KEPT:
                self._warned.clear()
            self._warned[name.arn, source] = now
            log.warning(
                "API Gateway (%s) may not invoke function %s. Missing: %s", source, name.arn,
                missing_permission(name.key.arn, name.qualifier, f"apigateway-{uuid4().hex[:8]}", source),
            )  # fmt: skip
        raise _denied(GATEWAY, name.arn)


def plain(request: Request) -> HttpRequest:
    """The request as the codec and authentication take it."""
    return HttpRequest(request.method, request.path, request.query, list(request.headers), request.body)


def from_elsewhere(request: Request) -> bool:
    """Whether a web page of another origin sent this unsigned: no page may run code on its reader's machine.

    (A signed request needs the browser's preflight, which is not answered here.)
    """
    origin = request.header(b"origin")
    if origin is None or request.header(b"authorization") is not None:
        return False
    return origin.partition(b"://")[2].lower() != request.host


def no_function(arn: str) -> invoke.RefusedError:
    """The answer for a function or qualifier that is not there."""
    return invoke.refusal(404, "ResourceNotFoundException", f"Function not found: {arn}")


def _denied(who: str, arn: str) -> invoke.RefusedError:
    return invoke.refusal(
        403,
        "AccessDeniedException",
        f"User: {who} is not authorized to perform: lambda:InvokeFunction on resource: {arn} "
        "because no resource-based policy allows the lambda:InvokeFunction action",
    )
