"""From a record to its explanation."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from gatewright.gateway.explain import masking
from gatewright.gateway.explain.backends import deploy_command
from gatewright.gateway.explain.base import AnyProgram, Explanation, Fix, Told
from gatewright.gateway.explain.cors import with_browser
from gatewright.gateway.explain.docs import pages
from gatewright.gateway.explain.rules import explain as told_of
from gatewright.gateway.explain.steps import is_own, named, steps
from gatewright.gateway.seen import Failed, Seen
from gatewright.program.http_api import FunctionIntegration
from gatewright.program.records import (
    AwsIntegration,
    CustomLambdaIntegration,
    HttpIntegration,
    LambdaIntegration,
    MockIntegration,
)

# Members of `GatewayError.why` that are no JSON.
_OBJECTS = frozenset({"policies", "query", "asked"})


def explain(seen: Seen, programs: Iterable[AnyProgram] = ()) -> Explanation:
    """All that is to be told of a request. `programs`: those that are served now."""
    failed = seen.failed
    served = tuple(programs)
    told = None if failed is None else told_of(seen, failed, served)
    own = _of_integration(seen) if is_own(seen) else None
    shown = with_browser(told or own, seen, served)
    return Explanation(
        request_id=seen.request_id.decode("latin-1"),
        extended_request_id=seen.extended_id.decode("latin-1"),
        at=seen.at,
        request=_request(seen),
        status=seen.status,
        verdict=_verdict(seen, failed),
        api=_api(seen),
        client=_client(seen),
        timing=_timing(seen),
        steps=steps(seen, told),
        why=[] if shown is None else list(shown.why),
        fix=[] if shown is None else list(shown.fix),
        exhibits=[] if shown is None else list(shown.exhibits),
        docs=[] if shown is None else pages(list(shown.docs)),
        topic="" if shown is None else shown.topic,
        error={} if failed is None else _error(failed),
    )


def summary(seen: Seen) -> dict[str, Any]:
    """One line of a list."""
    scene = seen.scene
    return {
        "requestId": seen.request_id.decode("latin-1"),
        "at": seen.at,
        "status": seen.status,
        "request": _request(seen),
        "api": seen.api_id if scene is None else scene.api_id,
        "name": "" if scene is None else scene.api_name,
        "stage": "" if scene is None else scene.stage,
        "error": "" if seen.failed is None else seen.failed.kind.name or seen.failed.error_type,
    }


def _request(seen: Seen) -> str:
    if seen.event and seen.event != "CONNECT":
        size = f", {seen.body_size} bytes" if seen.event == "MESSAGE" else ""
        return f"{seen.event} of the connection {seen.connection_id}{size}"
    shown = masking.target(seen.target, masking.identity_names(seen))
    return f"{'CONNECT' if seen.event else seen.verb} {shown}"


def _verdict(seen: Seen, failed: Failed | None) -> str:
    name = _phrase(seen.status)
    if failed is None:
        return f"{seen.status} {name}".strip()
    kind = failed.kind.name or failed.error_type
    said = (failed.message or "").partition("\n")[0]
    return f"{seen.status} {kind}: {said}" if said else f"{seen.status} {kind}"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _api(seen: Seen) -> dict[str, Any]:
    scene = seen.scene
    asked = {"method": seen.verb, "path": seen.path.decode("utf-8", "replace")}  # below the stage, once that is known
    if scene is None:
        return {"id": seen.api_id} | asked
    return asked | {
        "id": scene.api_id,
        "name": scene.api_name,
        "type": scene.product,
        "stage": scene.stage,
        "deployment": scene.deployment,
        "canary": scene.canary,
        "account": scene.account,
        "region": scene.region,
    }


def _client(seen: Seen) -> dict[str, Any]:
    shown = masking.headers(seen.headers, masking.identity_names(seen))
    agent = next((value for name, value in shown if name.lower() == "user-agent"), None)
    found: dict[str, Any] = {"ip": seen.client, "host": seen.host.decode("latin-1"), "userAgent": agent}
    if seen.connection_id:
        found["connectionId"] = seen.connection_id
    return found | {"headers": [list(pair) for pair in shown], "bodyBytes": seen.body_size}


def _timing(seen: Seen) -> dict[str, Any]:
    called = seen.integration_latency >= 0
    return {
        "latencyMs": round(seen.latency * 1000, 3),
        "integrationMs": round(seen.integration_latency * 1000, 3) if called else None,
        "integrationStatus": seen.integration_status or None,
        "authorizerMs": seen.authorizer_latency or None,
        "bytesSent": seen.sent,
    }


def _error(failed: Failed) -> dict[str, Any]:
    """The error as it was raised, without what cannot be written as JSON."""
    why = {
        name: masking.pairs(value) if isinstance(value, str) else value
        for name, value in failed.why.items()
        if name not in _OBJECTS
    }
    return {
        "type": failed.kind.name,
        "errorType": failed.error_type,
        "message": masking.canonical(failed.message or ""),
        "log": None if failed.log is None else masking.pairs(failed.log),
        "detail": None if failed.detail is None else masking.pairs(failed.detail),
        "why": why,
        "evidence": dict(failed.evidence),
    }


def _of_integration(seen: Seen) -> Told | None:
    """An error status that the integration itself chose: nothing was refused."""
    integration: Any = getattr(seen.part, "integration", None)
    integration = getattr(integration, "backend", integration)
    if integration is None:
        return None
    came, status, where = seen.integration_status, seen.status, named(integration)
    if isinstance(integration, LambdaIntegration | FunctionIntegration):
        name = integration.function_arn.rsplit(":", 1)[-1]
        why = f"The function {name} answered with statusCode {status} itself. API Gateway let the request pass."
        fix = Fix(
            f"Look into the function; its log: logs/functions/{name}.log in the data folder (AWS: /aws/lambda/{name})."
        )
        return Told("response", [why], [fix], ["lambda-errors"])
    if isinstance(integration, MockIntegration):
        why = f"The MOCK integration's response answers with {status}: it is configured so."
        return Told("response", [why], [Fix("Change the integration response, and deploy.", _deploy(seen))], ["mock"])
    if isinstance(integration, HttpIntegration | AwsIntegration | CustomLambdaIntegration):
        why = (
            f"The backend ({where}) answered with {came or 'no status'}, and the integration response that was "
            f"chosen for it by its selectionPattern makes {status} of it. API Gateway let the request pass."
        )
        fix = Fix("Look into the backend; or change the integration responses, and deploy.", _deploy(seen))
        return Told("response", [why], [fix], ["integration-responses"])
    if came == 0 and seen.integration_latency >= 0:
        return None
    why = (
        f"The backend ({where}) answered with {came or status} itself, which is passed on. API Gateway let the "
        "request pass."
    )
    return Told("response", [why], [Fix("Look into the backend and its log.")], ["http-integrations"])


def _deploy(seen: Seen) -> str | None:
    return None if seen.scene is None else deploy_command(seen.scene)
