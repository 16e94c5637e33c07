"""Requests that were too many, too large, or without the API key that they need."""

from __future__ import annotations

from typing import Any

from gatewright.gateway.explain.base import Case, Fix, Told, word

KEY, THROTTLE, BODY = "api key", "throttle", "body"
_PATCH = "aws apigateway update-usage-plan --usage-plan-id {} --patch-operations op=replace,path={},value={}"


def invalid_key(case: Case) -> Told:
    """403 Forbidden of a method that requires an API key."""
    why, scene = case.why, case.scene
    stage = f"{scene.api_id}:{scene.stage}"
    if not why:  # a worker that knows no keys
        return Told(
            KEY, [case.failed.log or ""], [Fix("Restart the node; if it goes on, its log says why.")], ["api-keys"]
        )
    if why.get("sent") is None:
        return _no_key(case, stage)
    known, plans = why.get("key"), why.get("plans", [])
    if known is None:
        return Told(
            KEY,
            [f"No enabled API key of this account and Region has the value that was sent ({why['sent']})."],
            [
                Fix(
                    "Compare with the keys that there are (--include-values shows their values).",
                    "aws apigateway get-api-keys --include-values",
                ),
                Fix(
                    "A disabled key counts as none. Enable it.",
                    (
                        "aws apigateway update-api-key --api-key KEY_ID --patch-operations "
                        "op=replace,path=/enabled,value=true"
                    ),
                ),
            ],
            ["api-keys"],
            topic="key",
        )
    name = f"{known['name'] or known['id']} ({known['id']})"
    add = _PATCH.replace("op=replace", "op=add").format(plans[0] if plans else "PLAN", "/apiStages", stage)
    if plans:
        said = f"its usage plan {' and '.join(plans)} does not have the stage {stage}"
        fix = [Fix("Add the stage to the plan.", add)]
    else:
        said = "it is in no usage plan at all"
        fix = [
            Fix(
                "Put the key into a plan that has this stage.",
                f"aws apigateway create-usage-plan-key --usage-plan-id PLAN --key-type API_KEY --key-id {known['id']}",
            ),
            Fix("If no plan has the stage yet, add it to one.", add),
        ]
    return Told(
        KEY, [f"The API key {name} is good, but {said}: a key opens only the stages of its plans."], fix, ["api-keys"]
    )


def _no_key(case: Case, stage: str) -> Told:
    if case.scene.keys_from_authorizer:
        return Told(
            KEY,
            [
                (
                    "The method requires an API key, and the API takes it from its Lambda authorizer "
                    "(apiKeySource AUTHORIZER): the authorizer named none (usageIdentifierKey), or there is none "
                    "on this method. The header x-api-key does not count."
                )
            ],
            [
                Fix("Let the authorizer's function answer with usageIdentifierKey, the value of an API key."),
                Fix(
                    "Or take keys from the header.",
                    (
                        f"aws apigateway update-rest-api --rest-api-id {case.scene.api_id} --patch-operations "
                        "op=replace,path=/apiKeySource,value=HEADER"
                    ),
                ),
            ],
            ["api-keys", "authorizer-output"],
        )
    return Told(
        KEY,
        ["The method requires an API key, and the request carries no header x-api-key."],
        [
            Fix("Send the key.", "curl -H 'x-api-key: VALUE' …"),
            Fix(
                f"If there is none yet: make a key, and put it into a usage plan that has the stage {stage}.",
                _make_key(stage),
            ),
        ],
        ["api-keys"],
    )


def _make_key(stage: str) -> str:
    api, _, name = stage.partition(":")
    return (
        "KEY=$(aws apigateway create-api-key --name mine --enabled --query id --output text)\n"
        f"PLAN=$(aws apigateway create-usage-plan --name mine --api-stages apiId={api},stage={name} "
        "--query id --output text)\n"
        "aws apigateway create-usage-plan-key --usage-plan-id $PLAN --key-type API_KEY --key-id $KEY\n"
        "aws apigateway get-api-key --api-key $KEY --include-value --query value --output text"
    )


def throttled(case: Case) -> Told:
    """429 Too Many Requests."""
    why, limit = case.why, str(case.why.get("limit", ""))
    if why.get("plan"):
        return _by_plan(case, limit)
    kind, _, name = limit.partition("/")
    figures = _figures(why)
    if kind == "account":
        return Told(
            THROTTLE,
            [
                (
                    f"The account's limit of {figures} for all its APIs in the Region together is exceeded "
                    "(settings account_rate_limit and account_burst_limit)."
                )
            ],
            [
                Fix("Call less often, or again after a moment (back off and retry)."),
                Fix("Raise account_rate_limit and account_burst_limit of the node."),
            ],
            ["throttling"],
        )
    if kind == "connections":
        return Told(
            THROTTLE,
            [f"More new connections than {figures}: AWS's limit on new WebSocket connections of an account."],
            [Fix("Connect again after a while; let clients wait a random time before they reconnect.")],
            ["throttling", "limits"],
        )
    return _by_stage(case, name, figures)


def _figures(why: Any) -> str:
    rate, burst = why.get("rate"), why.get("burst")
    if rate is None:
        return "the configured rate"
    if not rate or not burst:
        return f"rate {rate:g}, burst {burst}, which lets nothing through"
    return f"{rate:g} requests a second, {burst} at once"


def _by_stage(case: Case, name: str, figures: str) -> Told:
    scene = case.scene
    if scene.product == "REST":
        method = getattr(case.seen.part, "resource_path", "/") + "/" + getattr(case.seen.part, "verb", "*")
        path = method[1:].rsplit("/", 1)[0].replace("~", "~0").replace("/", "~1")
        verb = method.rsplit("/", 1)[1]
        command = (
            f"aws apigateway update-stage --rest-api-id {scene.api_id} --stage-name {scene.stage} --patch-operations "
            f"op=replace,path=/{'~1' + path}/{verb}/throttling/rateLimit,value=RATE "
            f"op=replace,path=/{'~1' + path}/{verb}/throttling/burstLimit,value=BURST"
        )
        said = (
            f"The stage {scene.stage} allows {method.rsplit('/', 1)[0] or '/'} {verb} {figures}, and that was exceeded."
        )
        return Told(
            THROTTLE, [said], [_later(), Fix("Raise the method's limits in the stage.", command)], ["throttling"]
        )
    key = getattr(case.seen.part, "key", "$default")
    command = (
        f"aws apigatewayv2 update-stage --api-id {scene.api_id} --stage-name '{scene.stage}' --route-settings "
        + word(f'{{"{key}": {{"ThrottlingRateLimit": RATE, "ThrottlingBurstLimit": BURST}}}}')
    )
    said = f"The stage {scene.stage} allows the route {key} {figures}, and that was exceeded."
    page = "http-api-throttling" if scene.product == "HTTP" else "throttling"
    return Told(THROTTLE, [said], [_later(), Fix("Raise the route's limits in the stage.", command)], [page])


def _later() -> Fix:
    return Fix("Call less often, or again after a moment (back off and retry).")


def _by_plan(case: Case, limit: str) -> Told:
    why = case.why
    key, plan = why["key"], why["plan"]
    who = f"The API key {key['name'] or key['id']} ({key['id']})"
    if limit == "plan":
        fix = [
            Fix("Raise the plan's rate…", _PATCH.format(plan, "/throttle/rateLimit", "RATE")),
            Fix("… and its burst.", _PATCH.format(plan, "/throttle/burstLimit", "BURST")),
        ]
        said = f"{who} may call {_figures(why)} by its usage plan {plan}, and that was exceeded."
    else:
        stage = f"{case.scene.api_id}:{case.scene.stage}"
        method = limit.removeprefix("plan")
        said = (
            f"{who} may call {method[1:] or 'this method'} {_figures(why)} by its usage plan {plan} (apiStages, "
            "throttle), and that was exceeded."
        )
        fix = [
            Fix(
                f"Raise the throttle of the method in the plan's stage {stage}.",
                f"aws apigateway get-usage-plan --usage-plan-id {plan} --query apiStages",
            )
        ]
    return Told(KEY, [said], [_later(), *fix], ["api-keys", "throttling"])


def quota(case: Case) -> Told:
    """429 Limit Exceeded."""
    why = case.why
    key, plan = why.get("key", {}), why.get("plan", "PLAN")
    who = f"The API key {key.get('name') or key.get('id')} ({key.get('id')})"
    said = (
        f"{who} has used up the {why.get('most')} requests that its usage plan {plan} gives it per "
        f"{str(why.get('period', 'day')).lower()}"
    )
    until = f"; the next period begins on {why['next']}, 00:00 UTC" if "next" in why else ""
    return Told(
        KEY,
        [f"{said}{until}."],
        [
            Fix(
                "Give the key more for this period (remaining requests).",
                (
                    f"aws apigateway update-usage --usage-plan-id {plan} --key-id {key.get('id')} "
                    "--patch-operations op=replace,path=/remaining,value=1000"
                ),
            ),
            Fix("Or raise the plan's quota.", _PATCH.format(plan, "/quota/limit", "LIMIT")),
        ],
        ["api-keys"],
    )


def too_large(case: Case) -> Told:
    """413."""
    size = case.header("content-length") or str(case.seen.body_size)
    if "event" in (case.failed.log or ""):
        return Told(
            "integration",
            [
                (
                    "The event for the function would be larger than Lambda takes: 6 MB, though API Gateway takes "
                    f"bodies of 10 MB (this one has {size} bytes; binary bodies grow by a third, as base64)."
                )
            ],
            [Fix("Let clients upload to S3 with a presigned URL, and give the function the object's name.")],
            ["limits", "lambda-proxy"],
        )
    most = "128 KB" if case.product == "WEBSOCKET" else "10 MB"
    return Told(
        BODY,
        [f"The body ({size} bytes) is larger than API Gateway takes: {most}."],
        [
            Fix("Let clients upload to S3 with a presigned URL instead of through the API."),
            Fix("Without AWS's limits: settings limits=own and payload_limit."),
        ],
        ["limits"],
    )
