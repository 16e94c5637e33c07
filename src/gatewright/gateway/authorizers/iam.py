"""AWS_IAM of REST APIs: the signature says who calls, the caller's own policies say whether they may.

What a resource policy adds is for the step `authorization` to say. AWS: "Control access to a REST API with IAM
permissions", "$context variables".
"""

from __future__ import annotations

from collections.abc import Awaitable

from gatewright.gateway.authorizers.signature import Signatures
from gatewright.gateway.deciding import decide
from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant, Guard, Signer, Verdict
from gatewright.gateway.live import Parts
from gatewright.program.records import MethodProgram

NO_KEYS = "the holders of access keys are not known to this process: AWS_IAM refuses every call"


def build(method: MethodProgram, parts: Parts) -> Guard:
    """The guard of a method; without a source of keys it answers 500."""
    identities = parts.identities
    if identities is None or identities.keys is None:
        return _refuse
    signatures = Signatures(identities.keys, identities.clock, parts.program.region)

    def guard(exchange: Exchange) -> Verdict | Awaitable[Verdict]:
        found = signatures.signer(exchange.request)
        return judge(exchange, found) if isinstance(found, Signer) else _judge_later(exchange, found)

    return guard


def judge(exchange: Exchange, signer: Signer) -> Verdict:
    """What the signer's own policies say of a request."""
    grant = grant_of(signer)
    said = decide(signer.holder.decide, exchange, grant.principal)
    return Verdict(said.effect, grant, said.statement, said.limited)


def grant_of(signer: Signer) -> Grant:
    """The signer as events, $context and resource policies see them."""
    principal = signer.holder.principal
    identity = {
        "accessKey": signer.access_key,
        "accountId": principal.account,
        "caller": principal.user_id,
        "user": principal.user_id,
        "userArn": principal.arn,
        "principalOrgId": principal.org_id,
    }
    iam = {
        "accessKey": signer.access_key,
        "accountId": principal.account,
        "callerId": principal.user_id,
        "cognitoIdentity": None,
        "principalOrgId": principal.org_id,
        "userArn": principal.arn,
        "userId": principal.user_id,
    }
    return Grant(principal, identity, payload2={"iam": iam}, signer=signer)


async def _judge_later(exchange: Exchange, found: Awaitable[Signer]) -> Verdict:
    return judge(exchange, await found)


def _refuse(exchange: Exchange) -> Verdict:
    raise configuration_error(NO_KEYS)
