"""Requests that found no API, no stage or no route: what there is instead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from gatewright.gateway.explain import masking
from gatewright.gateway.explain.base import AnyProgram, Case, Fix, Told, allow_origin, word
from gatewright.gateway.seen import Scene
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.records import StageProgram
from gatewright.program.route_table import DEFAULT, split_key
from gatewright.program.trie import Trie

ROUTE = "route"
_NEAR = 5  # routes that are shown
Routes = Sequence[tuple[str, str]]  # verb, path


def nowhere(case: Case) -> Told:
    """No API, no stage, another Region: `Forbidden` before anything else."""
    seen = case.seen
    here = [program for program in case.programs if program.api_id == seen.api_id]
    if not here:
        return _no_api(case)
    if seen.region is not None and seen.region != here[0].region:
        return Told(
            ROUTE,
            [f"The host name says Region {seen.region}, but API {seen.api_id} is in {here[0].region}."],
            [Fix(f"Call {seen.api_id}.execute-api.{here[0].region}.… instead.")],
            topic="region",
        )
    return _no_stage(case, here)


def _no_api(case: Case) -> Told:
    seen = case.seen
    known = sorted({program.api_id for program in case.programs})
    why = [f"No deployed API has the id {seen.api_id}."]
    near = get_close_matches(seen.api_id, known, 1)
    if near:
        why.append(f"There is {near[0]}.")
    elif known:
        why.append(f"Deployed are: {', '.join(_named(case.programs, each) for each in known[:_NEAR])}.")
    else:
        why.append("Nothing is deployed here yet.")
    fix = [
        Fix("List the APIs of the account.", "aws apigateway get-rest-apis; aws apigatewayv2 get-apis"),
        Fix("An API is served as soon as one of its stages has a deployment."),
    ]
    return Told(ROUTE, why, fix, ["deploy"], topic="api")


def _named(programs: Iterable[AnyProgram], api_id: str) -> str:
    name = next((each.telemetry.api_name for each in programs if each.api_id == api_id), "")
    return f"{api_id} ({name})" if name else api_id


def _no_stage(case: Case, here: Sequence[AnyProgram]) -> Told:
    stages = sorted(program.stage for program in here)
    asked = _first_segment(case.seen.path)
    first = here[0]
    if isinstance(first, HttpApiProgram):
        said = f"API {first.api_id} has no stage {asked!r}, and no stage $default that would serve the whole path"
        page = "http-api-routes"
    else:
        said = f"API {first.api_id} has no stage {asked!r} (the first part of the path names the stage)"
        page = "stages"
    if not asked:
        said = f"The path names no stage of API {first.api_id}"
    kind = (
        "apigateway create-stage --rest-api-id"
        if isinstance(first, StageProgram)
        else "apigatewayv2 create-stage --api-id"
    )
    name = word(asked or "STAGE")
    return Told(
        ROUTE,
        [f"{said}. Its stages are: {', '.join(stages)}."],
        [
            Fix(f"Call /{stages[0]}/… instead." if stages[0] != DEFAULT else "Leave the stage out of the path."),
            Fix("Or make the stage.", f"aws {kind} {first.api_id} --stage-name {name} --deployment-id DEPLOYMENT"),
        ],
        ["deploy", page],
        topic="stage",
    )


def _first_segment(path: bytes) -> str:
    return path.lstrip(b"/").split(b"/")[0].decode("utf-8", "replace")


def closed(case: Case) -> Told:
    """The default endpoint is disabled, or the API private."""
    said = case.failed.log or ""
    if "is private" in said:
        return Told(
            ROUTE,
            [f"The API is private: it answers only what comes through a VPC endpoint. {said}."],
            [
                Fix("Call it through a VPC endpoint: its host name, or the header x-apigw-api-id."),
                Fix(
                    "On a development machine any request from it may name a VPC endpoint. In production say who may "
                    "(setting vpc_endpoint_peers)."
                ),
            ],
            ["private"],
            topic="private",
        )
    socket = case.product == "" and not _is_http(case)
    flag = (
        "apigateway update-rest-api --rest-api-id {} --patch-operations "
        "op=replace,path=/disableExecuteApiEndpoint,value=false"
    )
    if _is_http(case) or any(not isinstance(each, StageProgram) for each in _same(case)):
        flag = "apigatewayv2 update-api --api-id {} --no-disable-execute-api-endpoint"
    return Told(
        ROUTE,
        [
            (
                "The API's default endpoint is disabled (disableExecuteApiEndpoint): only its custom domain names "
                "lead to it."
            )
        ],
        [
            Fix("Call the API under its custom domain name."),
            Fix("Or enable the endpoint (REST APIs: and deploy).", f"aws {flag.format(case.seen.api_id or 'API')}"),
        ],
        ["no-default-endpoint-rest" if not socket and "rest-api" in flag else "no-default-endpoint-http"],
        topic="closed",
    )


def _same(case: Case) -> list[AnyProgram]:
    return [program for program in case.programs if program.api_id == case.seen.api_id]


def _is_http(case: Case) -> bool:
    return any(isinstance(each, HttpApiProgram) for each in _same(case))


def no_route(case: Case) -> Told:
    """REST: `Missing Authentication Token`; HTTP APIs: `Not Found`."""
    seen = case.seen
    if seen.scene is None:  # an HTTP API without such a stage
        return nowhere(case)
    scene = seen.scene
    program = next((each for each in case.programs if (each.api_id, each.stage) == (scene.api_id, scene.stage)), None)
    path = seen.path.decode("utf-8", "replace")
    routes = [] if program is None else routes_of(program)
    why = [f"The stage {scene.stage} of API {scene.api_id} has no route for {seen.verb} {path}."]
    same = verbs_at(routes, path)
    if same:
        why.append(
            f"{' and '.join(f'{verb} {resource}' for verb, resource in same)} {'is' if len(same) == 1 else 'are'} "
            "there: the path is right, the method is not."
        )
    else:
        near = near_routes(routes, seen.verb, path)
        if near:
            why.append(f"Near to it: {', '.join(near)}.")
        elif not routes:
            why.append("It has no routes at all.")
    if program is not None and program.deployment != scene.deployment:
        why.append("The stage has been deployed anew since this request; the routes are those of now.")
    if case.product == "REST":
        why.append("(AWS words it so for every request without a matching method, whether a token was sent or not.)")
    return Told(ROUTE, why, _route_fixes(case, same, path), _route_pages(case), topic="route")


def _route_pages(case: Case) -> list[str]:
    if case.seen.verb == "OPTIONS" and case.header("access-control-request-method") is not None:
        return ["cors-http" if case.product == "HTTP" else "cors-rest"]
    return ["http-api-routes"] if case.product == "HTTP" else ["deploy", "errors"]


def _route_fixes(case: Case, same: Routes, path: str) -> list[Fix]:
    seen, scene = case.seen, case.scene
    fixes = []
    if seen.verb == "OPTIONS" and case.header("access-control-request-method") is not None:
        return [_cors_fix(case, path)]
    if same:
        fixes.append(Fix(f"Send {' or '.join(sorted({verb for verb, _ in same}))}, or add {seen.verb} to the API."))
    if scene.product == "HTTP":
        command = (
            f"aws apigatewayv2 create-route --api-id {scene.api_id} --route-key {word(f'{seen.verb} {path}')} --target "
            "integrations/INTEGRATION"
        )
        return [*fixes, Fix("Make the route (a stage with auto-deploy serves it at once).", command)]
    command = f"aws apigateway create-deployment --rest-api-id {scene.api_id} --stage-name {scene.stage}"
    return [
        *fixes,
        Fix("If the API has the method already, deploy it: a stage serves what it had when it was deployed.", command),
    ]


def _cors_fix(case: Case, path: str) -> Fix:
    """A browser's preflight that nobody answers."""
    scene, origin = case.scene, case.header("origin") or "https://app.example.com"
    if scene.product == "HTTP":
        return Fix(
            "This is a browser's CORS preflight. Give the API a CORS configuration: it answers them itself.",
            allow_origin(scene.api_id, origin),
        )
    text = (
        "This is a browser's CORS preflight. Give the resource a method OPTIONS that answers it, and deploy. (The "
        "other methods must answer with Access-Control-Allow-Origin, too: a proxy's backend does that itself.)"
    )
    return Fix(text, _options_method(scene, _resource_at(case, path), origin))


def _resource_at(case: Case, path: str) -> str:
    """The id of the resource that a path leads to."""
    scene = case.scene
    for program in case.programs:
        if isinstance(program, StageProgram) and (program.api_id, program.stage) == (scene.api_id, scene.stage):
            found = {resource for _, resource in verbs_at(routes_of(program), path)}
            for each in program.resources:
                if each.path in found:
                    return next(iter(each.methods.values())).resource_id
    return "RESOURCE"


def _options_method(scene: Scene, resource: str, origin: str) -> str:
    """The commands that make a method for preflight requests."""
    where = f"--rest-api-id {scene.api_id} --resource-id {resource} --http-method OPTIONS"
    allow = "Access-Control-Allow-"
    declared = ",".join(f"method.response.header.{allow}{name}=false" for name in ("Origin", "Methods", "Headers"))
    values = {"Origin": origin, "Methods": "GET,POST,PUT,PATCH,DELETE,OPTIONS", "Headers": "Content-Type,Authorization"}
    written = json.dumps({f"method.response.header.{allow}{name}": f"'{value}'" for name, value in values.items()})
    return (
        f"aws apigateway put-method {where} --authorization-type NONE\n"
        f"aws apigateway put-method-response {where} --status-code 200 --response-parameters {declared}\n"
        f"aws apigateway put-integration {where} --type MOCK "
        """--request-templates '{"application/json": "{\\"statusCode\\": 200}"}'\n"""
        f"aws apigateway put-integration-response {where} --status-code 200 --response-parameters {word(written)}\n"
        f"aws apigateway create-deployment --rest-api-id {scene.api_id} --stage-name {scene.stage}"
    )


def no_route_signed(case: Case) -> Told:
    """The same with an Authorization header that is no signature: AWS then complains about the header."""
    told = no_route(case)
    header = case.header("authorization") or ""
    extra = (
        f"AWS complains about the Authorization header ({header.split(' ')[0][:20]} …), which is no AWS signature, but "
        "the reason is the route: of a method that is there, the header would not matter here."
    )
    return Told(told.step, [*told.why, extra], told.fix, told.docs, told.exhibits, told.topic)


def routes_of(program: AnyProgram) -> Routes:
    """Verb and path of every route."""
    if isinstance(program, StageProgram):
        return [(verb, each.path) for each in program.resources for verb in each.methods]
    if isinstance(program, HttpApiProgram):
        return [split_key(route.key) for route in program.routes if route.key != DEFAULT]
    return []


def verbs_at(routes: Routes, path: str) -> Routes:
    """The methods of the resource that a path leads to."""
    paths = {resource for _, resource in routes}
    try:
        found = Trie((resource, resource) for resource in paths).match(path.encode())
    except ValueError:
        return []
    if found is None:
        return []
    return [(verb, resource) for verb, resource in routes if resource == found[0]]


def near_routes(routes: Routes, verb: str, path: str) -> list[str]:
    """Routes that look like what was asked for; those of the same verb first."""
    by_path: dict[str, list[str]] = {}
    for each, resource in routes:
        by_path.setdefault(resource, []).append(each)
    lowered = {resource.lower(): resource for resource in by_path}
    found = get_close_matches(path.lower(), lowered, _NEAR, 0.5) or list(lowered)[:_NEAR]
    named = [
        f"{each} {lowered[near]}"
        for near in found
        for each in sorted(by_path[lowered[near]], key=lambda it: it != verb)
    ]
    return named[:_NEAR]


def head_too_long(case: Case) -> Told:
    """414, 413 and 431: the request line, or the headers."""
    size = sum(len(name) + len(value) for name, value in case.seen.headers)
    return Told(
        ROUTE,
        [
            f"The request's head is too long: a request line of {len(case.seen.target)} bytes and {size} bytes "
            "of headers. AWS takes 10,240 bytes of each (private REST APIs 8,192 and 8,000, HTTP APIs 10,240 of both "
            "together, WebSocket handshakes 4,096 of the URL).",
        ],
        [Fix("Send less in the query and in headers (cookies and tokens most of all): move it into the body.")],
        ["limits"],
    )


def no_handshake(case: Case) -> Told:
    """A WebSocket API that was called otherwise."""
    seen = case.seen
    if case.failed.status == 426:
        why = "This is a WebSocket API: it is reached by a handshake (GET with Upgrade: websocket), not by plain HTTP."
    elif case.failed.status == 400:
        why = (
            "The handshake is not one of WebSocket version 13: it needs Connection: Upgrade, Upgrade: websocket, "
            "Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16 bytes in base64."
        )
    else:
        return _not_a_stage(case)
    url = word(f"ws://HOST{masking.target(seen.target)}")
    return Told(
        ROUTE,
        [why],
        [
            Fix("Use a WebSocket client.", f"websocat {url}"),
            Fix("To send to connected clients, use @connections (signed)."),
        ],
        ["websocket"],
    )


def _not_a_stage(case: Case) -> Told:
    """403 of a WebSocket API."""
    here = _same(case)
    stages = {each.stage for each in here}
    asked = _first_segment(case.seen.path)
    if asked in stages:
        return Told(
            ROUTE,
            [
                (
                    f"Below a stage of a WebSocket API there is only /@connections; {case.seen.verb} "
                    f"{case.seen.path.decode('utf-8', 'replace')} leads nowhere."
                )
            ],
            [Fix(f"Connect to /{asked}. What follows belongs into the query.")],
            ["websocket", "connections"],
        )
    return nowhere(case)
