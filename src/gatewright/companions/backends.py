"""moto, set up for one node: its services but for ours, in our account, without Docker, IAM enforcement or its own API.

moto is imported by `load`, its services one by one when they are first asked for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

from gatewright.companions import accounts, kept_logs
from gatewright.companions.answers import to_json, wants_json
from gatewright.companions.forgotten import Forgotten
from gatewright.companions.holders import Holders
from gatewright.companions.ledger import Ledger
from gatewright.companions.query import read_query
from gatewright.companions.refusal import NOT_SERVED, render
from gatewright.companions.wsgi import Application, Environ, Served, call, environ_of, headers_of
from gatewright.edge.planes import signed_for
from gatewright.net.base import Request

# moto's names of what is Gatewright's own. A second, hidden copy of them would only be found by accident.
_OURS = frozenset({"apigateway", "apigatewayv2", "apigatewaymanagementapi", "awslambda", "awslambda_simple", "lambda"})
_OUT_OF_REACH = dict.fromkeys(_OURS, "Gatewright answers this service itself; companions do not.") | {
    "moto_api": "moto's own API is not offered; restart Gatewright to begin with empty companions.",
}
# Of moto's environment variables these two would defeat the settings of this node.
_OVERRIDES = ("MOTO_ACCOUNT_ID", "INITIAL_NO_AUTH_ACTION_COUNT")

_ACCOUNT = re.compile(r"\d{12}")
_KEY = re.compile(r"(?:Credential=|AWS )([^/:,\s]+)")
_QUERY_KEY = re.compile(r"(?:^|&)(?:X-Amz-Credential|AWSAccessKeyId)=([^&%/]+)")


class OutOfReachError(Exception):
    """A service that is not offered; the message says why."""


def load(account: str, scheme: str, ledger: Ledger) -> Callable[[Request], Served]:
    """What serves a request, on any thread. Takes a third of a second. Raises ImportError without the extra."""
    for name in _OVERRIDES:
        os.environ.pop(name, None)
    from moto.core.config import default_user_config
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    default_user_config["lambda"] = {"use_docker": False}
    default_user_config["batch"] = {"use_docker": False}
    default_user_config["iam"] = {"load_aws_managed_policies": True}  # roles attach them by their well-known ARNs

    def create(service: Any) -> Any:
        if service in _OUT_OF_REACH:
            raise OutOfReachError(_OUT_OF_REACH[service])
        return create_backend_app(service)

    application: Application = DomainDispatcherApplication(create)

    forgotten = Forgotten(ledger, Holders(ledger, account))

    def serve(request: Request) -> Served:
        environ = environ_of(request, scheme)
        key = key_of(environ)
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account_of(key, account, ledger)
        _keep_names(environ, request)
        query = read_query(signed_for(request), environ)
        try:
            if query is not None:
                return query.answer(call(application, query.apply(environ)))
            served = forgotten.serve(environ, key, lambda: call(application, environ))
            if kept_logs.is_put(environ.get("HTTP_X_AMZ_TARGET")):
                kept_logs.trim(environ["HTTP_X_MOTO_ACCOUNT_ID"], request.body)
            return to_json(served) if wants_json(environ) else served
        except OutOfReachError as error:
            status, head, body = render(request, NOT_SERVED, "NotImplemented", str(error))
            return status, headers_of(head), body

    return serve


def key_of(environ: Environ) -> str | None:
    """The access key that a request names."""
    found = _KEY.search(environ.get("HTTP_AUTHORIZATION", "")) or _QUERY_KEY.search(environ["QUERY_STRING"])
    return None if found is None else found[1]


def account_of(key: str | None, default: str, ledger: Ledger) -> str:
    """Whose request it is: a 12-digit access key is its account, a key that IAM or STS gave out its owner's."""
    while key is not None and (session := ledger.sessions.get(key)) is not None and session.owner is not None:
        key = session.owner
    if key is None or _ACCOUNT.fullmatch(key):
        return key or default
    user = accounts.user_of_key(key)
    if user is not None:
        return str(user[0].account_id)
    assumed = accounts.role_session(key)
    return default if assumed is None else str(assumed.account_id)


def _keep_names(environ: Environ, request: Request) -> None:
    """S3 tells x-amz-meta-a_b from x-amz-meta-a-b, WSGI does not: moto takes the names as sent from here."""
    from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY, environ_key_for_header
    from moto.core.request import should_preserve_original_header_name as to_keep

    names = [name.decode("latin-1") for name, _ in request.headers]
    environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = {
        environ_key_for_header(name): name for name in names if to_keep(name)
    }
