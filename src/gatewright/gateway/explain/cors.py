"""What a browser makes of an answer: whether it may show it to the page that asked from another origin.

Much of what looks like an error of CORS in a browser is another error, whose answer has no CORS headers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gatewright.gateway.explain.base import AnyProgram, Fix, Told, allow_origin
from gatewright.gateway.http_api.cors import CorsEngine
from gatewright.gateway.seen import Seen
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.records import StageProgram

_KEPT = "A browser keeps this answer from the page, and reports an error of CORS"


def with_browser(told: Told | None, seen: Seen, programs: Iterable[AnyProgram]) -> Told | None:
    """An explanation with what a browser does, where a browser has asked from another origin."""
    origin = next((value for name, value in seen.headers if name.lower() == b"origin"), None)
    if origin is None or seen.scene is None or origin.partition(b"//")[2].lower() == seen.host:
        return told
    place = seen.scene.api_id, seen.scene.stage
    program = next((each for each in programs if (each.api_id, each.stage) == place), None)
    if isinstance(program, HttpApiProgram):
        noted = _http(seen, origin, program)
    else:
        noted = _rest(seen, program) if isinstance(program, StageProgram) else None
    if noted is None:
        return told
    if told is None:
        return noted
    docs = [*told.docs, *(page for page in noted.docs if page not in told.docs)]
    known = {fix.command for fix in told.fix}
    more = [fix for fix in noted.fix if fix.command not in known]
    return replace(told, why=[*told.why, *noted.why], fix=[*told.fix, *more], docs=docs)


def _rest(seen: Seen, program: StageProgram) -> Told | None:
    """Errors of the gateway's own have the headers that their gateway responses give them."""
    failed = seen.failed
    if failed is None or _allows(program, failed.kind.name):
        return None
    family = f"DEFAULT_{failed.kind.family}"
    return Told(
        "response",
        [
            f"{_KEPT}: errors of the gateway's own have no Access-Control-Allow-Origin, unless a gateway response "
            "gives it to them."
        ],
        [
            Fix(
                f"Let all errors of this family have it ({family}), and deploy.",
                f"aws apigateway put-gateway-response --rest-api-id {program.api_id} --response-type {family} "
                "--response-parameters "
                "'{\"gatewayresponse.header.Access-Control-Allow-Origin\": \"'\"'*'\"'\"}'\n"
                f"aws apigateway create-deployment --rest-api-id {program.api_id} --stage-name {program.stage}",
            )
        ],
        ["cors-rest"],
    )


def _allows(program: StageProgram, kind: str) -> bool:
    response = program.gateway_responses.get(kind)
    return response is not None and any(name.lower() == b"access-control-allow-origin" for name, _ in response.headers)


def _http(seen: Seen, origin: bytes, program: HttpApiProgram) -> Told | None:
    shown, cors = origin.decode("latin-1"), program.cors
    command = allow_origin(program.api_id, shown)
    if cors is not None:
        if CorsEngine(cors).allows(origin):
            return None
        fix = Fix("Add the origin to AllowOrigins (the command replaces what is configured).", command)
        return Told(
            "response",
            [f"{_KEPT}: the API's CORS configuration does not allow the origin {shown}."],
            [fix],
            ["cors-http"],
        )
    if seen.failed is None:
        return None  # the backend may have sent the headers
    why = f"{_KEPT}: the API has no CORS configuration, so that its errors have no Access-Control-Allow-Origin."
    return Told("response", [why], [Fix("Give it one.", command)], ["cors-http"])
