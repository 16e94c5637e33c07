"""Whether API Gateway could call a function, as the host would decide it, read from the store: nothing is called."""

from __future__ import annotations

from gatewright.functions import documents
from gatewright.functions.names import BadNameError, FunctionKey, parse
from gatewright.functions.policy import GATEWAY, Attempt, missing_permission
from gatewright.functions.registry import Live
from gatewright.store.base import Transaction

STATEMENT = "apigateway-invoke"


class Permissions:
    """The functions that a transaction sees. `required`: the setting lambda_permissions."""

    def __init__(self, tx: Transaction, *, required: bool) -> None:
        self._tx = tx
        self._required = required
        self._found: dict[FunctionKey, Live | None] = {}

    def obstacle(self, function_arn: str, source_arn: str | None, account: str, region: str) -> tuple[str, str] | None:
        """Why an API of this account cannot call a function, and what to do; None when it can. Without a source, a role
        calls, whose own policies are not looked at.
        """
        try:
            name = parse(function_arn, None, account, region)
        except BadNameError as error:
            return str(error), ""
        live = self._live(name.key)
        if live is None:
            return (
                f"there is no function {name.key.arn}",
                "make it: aws lambda create-function, or gatewright functions add",
            )
        if live.version(name.qualifier) is None:
            return f"function {name.key.arn} has no version or alias {name.qualifier}", ""
        if source_arn is None or not self._required:
            return None
        attempt = Attempt(name.arn, service=GATEWAY, source_arn=source_arn, source_account=account)
        if live.allows(name.qualifier, attempt):
            return None
        command = missing_permission(name.key.arn, name.qualifier, STATEMENT, source_arn)
        return f"API Gateway may not invoke function {name.arn}", command

    def _live(self, key: FunctionKey) -> Live | None:
        if key not in self._found:
            function = documents.load(self._tx, key)
            self._found[key] = None if function is None else Live(function)
        return self._found[key]
