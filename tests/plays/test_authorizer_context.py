"""What an authorizer said, on its way: templates, parameter mappings, both products."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.plays.http_api import HttpPlay, authorizer, guarded, proxy
from tests.plays.stage import INVOKE, Conversation, Play, http, mock, resource

_AUTHORIZER: dict[str, Any] = {
    "id": "auth01",
    "name": "check",
    "type": "TOKEN",
    "authorizerUri": INVOKE.replace("my-function", "check"),
    "identitySource": "method.request.header.Authorization",
}
_TOKEN = {"Authorization": "secret"}
_CONTEXT = {"user": "ada lovelace", "level": 7, "admin": True, "path": "../x/y"}


async def _allowed(play: Any, call: Conversation, **said: Any) -> Conversation:
    """The authorizer lets the request go on; the last call is the one that is looked at from now on."""
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    call.function_returns({"principalId": "ann", "policyDocument": policy, "context": _CONTEXT} | said)
    for _ in range(8):
        await asyncio.sleep(0)
    call.sent = play.upstream.sent[-1]
    return call


def _rest(method: dict[str, Any]) -> Play:
    method = method | {"authorizationType": "CUSTOM", "authorizerId": "auth01"}
    return Play(resource("/pets", GET=method), more={"authorizers": {"auth01": _AUTHORIZER}})


async def test_templates_read_it_and_walk_over_it() -> None:
    template = (
        '{"who":"$context.authorizer.principalId","user":"$context.authorizer.user","level":"$context.authorizer.level",'
        '"admin":"$context.authorizer.get(\'admin\')","none":"$context.authorizer.none","all":{'
        '#foreach($key in $context.authorizer.keySet())"$key":"$util.escapeJavaScript($context.authorizer.get($key))"'
        "#if($foreach.hasNext),#end#end}}"
    )
    play = _rest(mock(responses={"200": {"responseTemplates": {"application/json": template}}}))
    call = await _allowed(play, play.client("GET", "/v1/pets", _TOKEN))
    shown = json.loads(call.body)
    everything = shown.pop("all")
    assert shown == {"who": "ann", "user": "ada lovelace", "level": "7", "admin": "true", "none": ""}
    assert everything.pop("integrationLatency").isdigit()
    assert everything == {
        "user": "ada lovelace",
        "level": "7",
        "admin": "true",
        "path": "../x/y",
        "principalId": "ann",
    }


async def test_mappings_of_rest_apis() -> None:
    mapped = {
        "integration.request.header.X-User": "context.authorizer.user",
        "integration.request.header.X-None": "context.authorizer.none",
        "integration.request.querystring.who": "context.authorizer.principalId",
        "integration.request.path.id": "context.authorizer.user",
    }
    play = _rest(http("http://h.test/users/{id}", requestParameters=mapped))
    call = await _allowed(play, play.client("GET", "/v1/pets", _TOKEN))
    assert call.backend.target == "/users/ada%20lovelace?who=ann"
    assert call.backend_headers["x-user"] == "ada lovelace"
    assert "x-none" not in call.backend_headers


async def test_mappings_of_http_apis() -> None:
    mapped = {
        "overwrite:header.x-user": "$context.authorizer.user",
        "append:querystring.who": "${context.authorizer.principalId}-$context",
        "overwrite:path": "/users/${context.authorizer.level}",
        "overwrite:header.x-none": "$context.authorizer.none",
    }
    play = HttpPlay(
        guarded("GET /pets", proxy("http://h.test", RequestParameters=mapped)),
        more={"authorizers": [authorizer("1.0")]},
    )
    call = await _allowed(play, play.client("GET", "/pets", _TOKEN))
    assert call.backend.target == "/users/7?who=ann-%24context"
    assert call.backend_headers["x-user"] == "ada lovelace"
    assert "x-none" not in call.backend_headers


async def test_an_authorizer_leads_no_request_out_of_its_path() -> None:
    mapped = {"integration.request.path.id": "context.authorizer.path"}
    rest = _rest(http("http://h.test/users/{id}", requestParameters=mapped))
    call = await _allowed(rest, rest.client("GET", "/v1/pets", _TOKEN))
    assert (call.status >= 400, len(rest.upstream.sent)) == (True, 1)
    mapped = {"overwrite:path": "/users/${context.authorizer.path}"}
    play = HttpPlay(
        guarded("GET /pets", proxy("http://h.test", RequestParameters=mapped)),
        more={"authorizers": [authorizer("1.0")]},
    )
    call = await _allowed(play, play.client("GET", "/pets", _TOKEN))
    assert (call.status, len(play.upstream.sent)) == (400, 1)


async def test_a_value_that_no_header_can_have() -> None:
    mapped = {"integration.request.header.X-User": "context.authorizer.user"}
    play = _rest(http("http://h.test/", requestParameters=mapped))
    context = {"user": "a\r\nX-Admin: 1"}
    call = await _allowed(play, play.client("GET", "/v1/pets", _TOKEN), context=context)
    assert not any("x-admin" in name.lower() for sent in play.upstream.sent for name, _ in sent.headers)
    assert call.status >= 400
