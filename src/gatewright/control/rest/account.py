"""The account's settings: GetAccount, UpdateAccount.

The CloudWatch role is kept and answered; logs are written by this machine and need none, so stages may turn logging on
without it. https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAccount.html
"""

from __future__ import annotations

from gatewright.catalog import defaults, patch
from gatewright.catalog.patches import account as table
from gatewright.control.call import Call, Params


def get_account(call: Call, params: Params) -> Params:
    return call.get("account", "", "account") or defaults.ACCOUNT


def update_account(call: Call, params: Params) -> Params:
    patched = patch.apply(table.TABLE, get_account(call, {}), patch.operations(params.get("patchOperations")))
    return call.put("account", "", "account", patched)
