"""What is WebSocket APIs' own: handshakes, messages without a route, @connections."""

from __future__ import annotations

from gatewright.gateway.explain.access import denied
from gatewright.gateway.explain.base import Case, Exhibit, Fix, Told
from gatewright.gateway.explain.finding import no_handshake
from gatewright.program.websocket import WebSocketProgram

MANAGEMENT = "@connections"


def is_management(case: Case) -> bool:
    """Whether it is a call of @connections: it has no route, and wants a signature all the same."""
    return case.seen.part is None and b"/@connections" in case.seen.path.replace(b"%40", b"@")


def forbidden(case: Case) -> Told:
    """403: of a handshake its authorization, of a message the want of a route."""
    if is_management(case):
        return _no_such_call(case)
    if case.seen.scene is None:
        return no_handshake(case)
    if case.seen.event == "MESSAGE":
        return _no_route(case)
    return denied(case)


def _no_such_call(case: Case) -> Told:
    return Told(
        MANAGEMENT,
        [f"@connections has no {case.seen.verb}: there are POST (send), GET (look) and DELETE (close)."],
        [Fix("Use one of them.")],
        ["connections"],
    )


def _no_route(case: Case) -> Told:
    scene = case.scene
    program = next((each for each in case.programs if (each.api_id, each.stage) == (scene.api_id, scene.stage)), None)
    why = ["The message selects no route, and the API has no route $default that would take it."]
    fix = [
        Fix(
            "Add a route $default for what matches nothing else, and deploy.",
            (
                f"aws apigatewayv2 create-route --api-id {scene.api_id} --route-key '$default' --target "
                "integrations/INTEGRATION"
            ),
        ),
    ]
    if isinstance(program, WebSocketProgram):
        keys = [route.key for route in program.routes if not route.key.startswith("$")]
        why.append(f"Routes are: {', '.join(keys) or 'none'}. The routeSelectionExpression must come to one of these.")
        fix.insert(
            0,
            Fix(
                f'Send a message that names one, for $request.body.action for example {{"action": "{keys[0]}"}}.'
                if keys
                else "Make a route.",
                None,
            ),
        )
    return Told("route selection", why, fix, ["websocket-selection", "websocket-routes"])


def no_integration(case: Case) -> Told:
    return Told(
        "integration",
        ["The route has no integration: nobody takes its messages."],
        [
            Fix(
                "Give the route a target, and deploy.",
                (
                    f"aws apigatewayv2 update-route --api-id {case.scene.api_id} --route-id ROUTE --target "
                    "integrations/INTEGRATION"
                ),
            )
        ],
        ["websocket-routes"],
    )


def gone(case: Case) -> Told:
    return Told(
        MANAGEMENT,
        [
            (
                "No connection of this id is open at this API and stage: its client has left, or it was closed, "
                "or the id is of another stage or node."
            )
        ],
        [Fix("Forget the id (and let $disconnect remove ids from where you keep them).")],
        ["connections"],
    )


def bad_call(case: Case) -> Told:
    """400 and 413 of @connections."""
    return Told(
        MANAGEMENT,
        [f"The call of @connections is not as it must be: {case.failed.message}."],
        [
            Fix(
                "POST the message (at most 128 KB) to /STAGE/@connections/{connectionId}, the id "
                "percent-encoded (it ends with =)."
            )
        ],
        ["connections"],
    )


def unavailable(case: Case) -> Told:
    return Told(
        MANAGEMENT,
        [f"The worker that holds the connection did not answer: {case.failed.log}."],
        [Fix("Try again in a moment: a worker that died is started anew (its connections are gone).")],
        ["connections"],
        [Exhibit("In detail", case.failed.detail)] if case.failed.detail else [],
    )
