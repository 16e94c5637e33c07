"""The account's settings: GetAccount, UpdateAccount.

The CloudWatch role is kept and answered; logs are written by this machine and need none, so stages may turn logging on
without it. The limits shown are those of the settings, else AWS's, though nothing is limited then.

https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAccount.html
"""

from __future__ import annotations

from gatewright.catalog import defaults, patch
from gatewright.catalog.patches import account as table
from gatewright.control.call import Call, Params


def get_account(call: Call, params: Params) -> Params:
    account = call.get("account", "", "account") or defaults.ACCOUNT
    limit = call.settings.account_throttle
    shown = defaults.THROTTLE if limit is None else {"burstLimit": limit[1], "rateLimit": limit[0]}
    return account | {"throttleSettings": shown}


def update_account(call: Call, params: Params) -> Params:
    patched = patch.apply(table.TABLE, get_account(call, {}), patch.operations(params.get("patchOperations")))
    return call.put("account", "", "account", patched)
