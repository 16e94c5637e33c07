"""The resource policy of a function, a version or an alias.

https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
"""

from __future__ import annotations

import uuid

import orjson

from gatewright.aws.base import AwsError, Params
from gatewright.functions import configuration, documents
from gatewright.functions.documents import UNQUALIFIED, child_key
from gatewright.functions.names import FunctionName
from gatewright.functions.operations.base import Call, conflict, not_found, require, require_qualifier
from gatewright.functions.policy import compiled, statement
from gatewright.language.policy.base import PolicyError
from gatewright.store.base import Body, Transaction

POLICY_LIMIT = 20 * 1024  # bytes
_BAD_PRINCIPAL = "The provided principal was invalid. Please check the principal and try again."


def add_permission(call: Call, params: Params) -> Params:
    name = call.name(params)
    entry = _statement(name, params)
    with call.transaction() as tx:
        policy = _policy(tx, name) or {"Version": "2012-10-17", "Id": "default", "Statement": []}
        _check_revision(policy, params)
        if any(s["Sid"] == entry["Sid"] for s in policy["Statement"]):
            raise conflict(
                f"The statement id ({entry['Sid']}) provided already exists. "
                "Please provide a new statement id, or remove the existing statement."
            )
        policy["Statement"].append(entry)
        size = len(orjson.dumps(policy["Statement"]))
        if size > POLICY_LIMIT:
            raise AwsError(
                "PolicyLengthExceededException",
                f"The final policy size ({size}) is bigger than the limit ({POLICY_LIMIT}).",
                400,
            )
        _put(tx, name, policy)
    call.changed.add(name.key)
    return {"Statement": orjson.dumps(entry).decode()}


def remove_permission(call: Call, params: Params) -> None:
    name, sid = call.name(params), params["StatementId"]
    with call.transaction() as tx:
        policy = _policy(tx, name)
        if policy is None:
            raise not_found("No policy is associated with the given resource.")
        _check_revision(policy, params)
        left = [s for s in policy["Statement"] if s["Sid"] != sid]
        if len(left) == len(policy["Statement"]):
            raise not_found(f"Statement {sid} is not found in resource policy.")
        policy["Statement"] = left
        if left:
            _put(tx, name, policy)
        else:
            tx.delete(child_key(name.key, documents.POLICY, name.qualifier or UNQUALIFIED))
    call.changed.add(name.key)


def get_policy(call: Call, params: Params) -> Params:
    name = call.name(params)
    with call.transaction(write=False) as tx:
        policy = _policy(tx, name)
    if policy is None:
        raise not_found("The resource you requested does not exist.")
    shown = {k: v for k, v in policy.items() if not k.startswith("_")}
    return {"Policy": orjson.dumps(shown).decode(), "RevisionId": policy["_revision"]}


def _statement(name: FunctionName, params: Params) -> Body:
    conditions: dict[str, dict[str, str]] = {}
    for member, key in (
        ("PrincipalOrgID", "aws:PrincipalOrgID"),
        ("EventSourceToken", "lambda:EventSourceToken"),
        ("FunctionUrlAuthType", "lambda:FunctionUrlAuthType"),
    ):
        if params.get(member):
            conditions.setdefault("StringEquals", {})[key] = params[member]
    if params.get("InvokedViaFunctionUrl") is not None:
        conditions["Bool"] = {"lambda:InvokedViaFunctionUrl": str(params["InvokedViaFunctionUrl"]).lower()}
    entry = statement(
        name.arn,
        params["StatementId"],
        params["Action"],
        params["Principal"],
        source_arn=params.get("SourceArn"),
        source_account=params.get("SourceAccount"),
        conditions=conditions,
    )
    _check(entry)
    return entry


def _check(entry: Body) -> None:
    """Refuse what no policy can say, before it is stored. Raises AwsError."""
    try:
        compiled([entry])
    except PolicyError as error:
        raise configuration.invalid(_BAD_PRINCIPAL if ".Principal" in error.place else str(error)) from None


def _policy(tx: Transaction, name: FunctionName) -> Body | None:
    function = require(tx, name)
    require_qualifier(function, name)
    return function.policies.get(name.qualifier or UNQUALIFIED)


def _check_revision(policy: Body, params: Params) -> None:
    if "_revision" in policy:
        configuration.check_revision({"RevisionId": policy["_revision"]}, params, "Policy")


def _put(tx: Transaction, name: FunctionName, policy: Body) -> None:
    policy["_revision"] = str(uuid.uuid4())
    tx.put(child_key(name.key, documents.POLICY, name.qualifier or UNQUALIFIED), policy)
