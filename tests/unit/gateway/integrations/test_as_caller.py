from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from gatewright.aws.holder import Holder
from gatewright.aws.sigv4 import Credentials
from gatewright.gateway.authorizers.iam import grant_of
from gatewright.gateway.endpoints import Endpoint
from gatewright.gateway.endpoints import Signer as Sign
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant, Signer
from gatewright.gateway.integrations.as_caller import signer_of_caller
from gatewright.net.base import Header, Origin
from tests.plays.signing import SECRET, SESSION, SESSION_KEY, TOKEN, USER_KEY, Rule, allow, deny, user
from tests.plays.stage import ACCOUNT, FUNCTION
from tests.unit.gateway.support import exchange

OWN = Endpoint(Origin("http", "functions", 80), function=FUNCTION)
LAMBDA = "arn:aws:lambda:"


def signed_by(holder: Holder, key: str = USER_KEY) -> Exchange:
    made = exchange()
    made.grant = grant_of(Signer(key, holder))
    return made


def refused(endpoint: Endpoint, made: Exchange) -> str:
    with pytest.raises(GatewayError) as caught:
        signer_of_caller(endpoint, made)
    assert caught.value.status == 500
    return caught.value.log or ""


def test_a_function_that_the_caller_may_invoke() -> None:
    rule = allow(FUNCTION)
    assert signer_of_caller(OWN, signed_by(Holder(SECRET, user(), policies=(rule,)))) is None
    (query,) = rule.asked
    assert (query.action, query.resource, query.principal) == ("lambda:InvokeFunction", FUNCTION, user())
    assert query.context("aws:sourceip") == ("203.0.113.7",)
    assert signer_of_caller(OWN, signed_by(Holder(SECRET, user(), policies=None))) is None


@pytest.mark.parametrize(
    "policies", [(), (deny(LAMBDA),), (allow(LAMBDA), deny(LAMBDA)), (allow(),), (allow(f"{FUNCTION}-other"),)]
)
def test_a_function_that_the_caller_may_not_invoke(policies: tuple[Rule, ...]) -> None:
    log = refused(OWN, signed_by(Holder(SECRET, user(), policies=policies)))
    assert log == "Execution failed due to configuration error: Invalid permissions on Lambda function"


def test_a_boundary_counts() -> None:
    refused(OWN, signed_by(Holder(SECRET, user(), policies=(allow(LAMBDA),), boundary=(allow(),))))


def test_functions_of_another_account_are_refused() -> None:
    refused(OWN, signed_by(Holder(SECRET, user("eve", "999999999999"), policies=None)))
    nameless = Endpoint(Origin("http", "functions", 80), function="my-function")
    refused(nameless, signed_by(Holder(SECRET, user(), policies=None)))


@pytest.mark.parametrize("grant", [None, Grant()])
def test_nobody_has_signed(grant: Any) -> None:
    made = exchange()
    made.grant = grant
    assert "nobody has signed the request" in refused(OWN, made)


def test_where_nobody_checks_nothing_is_called() -> None:
    companions = Endpoint(Origin("http", "companions", 80), lambda *_: [])
    assert "nobody checks" in refused(companions, signed_by(Holder(SECRET, user(), policies=None)))


def test_a_service_elsewhere_gets_the_callers_signature() -> None:
    given: list[Credentials] = []

    def sign(origin: Origin, method: bytes, target: bytes, headers: Sequence[Header], body: bytes) -> Sequence[Header]:
        return headers

    def caller(credentials: Credentials) -> Sign:
        given.append(credentials)
        return sign

    elsewhere = Endpoint(Origin("https", "sqs.test", 443), caller=caller)
    holder = Holder(SECRET, SESSION, token=TOKEN, policies=())
    assert signer_of_caller(elsewhere, signed_by(holder, SESSION_KEY)) is sign
    assert given == [Credentials(SESSION_KEY, SECRET, TOKEN)]


def test_no_secret_is_shown() -> None:
    holder = Holder(SECRET, SESSION, token=TOKEN)
    shown = repr((holder, grant_of(Signer(SESSION_KEY, holder)), Signer(SESSION_KEY, holder)))
    assert SECRET not in shown
    assert TOKEN not in shown
    assert ACCOUNT in shown
