"""Issuers of JWT authorizers: whoever names one must name one that is there.

AWS asks for the discovery document when an authorizer is made or changed, and answers 400 when it does not come, or is
another issuer's (observed). The question may take its time, so that it is asked between two transactions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping

from gatewright.aws.base import AwsError
from gatewright.control import errors
from gatewright.control.call import Call, Params
from gatewright.store.base import Body

DISCOVERY = "/.well-known/openid-configuration"

log = logging.getLogger("gatewright.control")


def of(authorizer: Body) -> str | None:
    """The issuer that an authorizer names, if its type is JWT."""
    if authorizer.get("AuthorizerType") != "JWT":
        return None
    return (authorizer.get("JwtConfiguration") or {}).get("Issuer")


def ask(call: Call, names: Collection[str], finish: Callable[[Call, Mapping[str, str]], Params]) -> None:
    """Have the call go on with `finish`, in another transaction, once these issuers were asked.

    `finish` gets what is wrong with each that cannot be used.
    """
    outside = call.outside

    def after() -> Callable[[Call], Params]:
        problems = outside.issuer_problems(names)
        _tell(call, problems)
        return lambda later: finish(later, problems)

    call.after = after


def require(call: Call, issuer: str, finish: Callable[[Call], Params]) -> None:
    """Likewise, for one issuer without which the call is refused."""
    outside = call.outside

    def after() -> Callable[[Call], Params]:
        problems = outside.issuer_problems([issuer])
        _tell(call, problems)
        if problems:
            raise refusal(issuer)
        return finish

    call.after = after


def refusal(issuer: str) -> AwsError:
    """The answer for one that cannot be used; what it had to say itself is for the log alone."""
    place = issuer.rstrip("/") + DISCOVERY
    return errors.bad_request(
        f"Caught exception when connecting to {place} for issuer {issuer}. Please try again later. Error: "
        f"Invalid issuer: {issuer}. Issuer must have a valid discovery endpoint ended with '{DISCOVERY}'"
    )


def _tell(call: Call, problems: Mapping[str, str]) -> None:
    for name, problem in problems.items():
        log.warning("request %s: issuer %s: %s", call.request_id, name, problem)
