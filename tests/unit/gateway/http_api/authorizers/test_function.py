"""Lambda authorizers of HTTP APIs as conversations: the client, the authorizer's function, the route's function."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from gatewright.net.base import Failure, UpstreamError, UpstreamResponse
from tests.plays.http_api import ROLE, HttpConversation, HttpPlay, authorizer, function, guarded, http_document, route
from tests.plays.stage import ACCOUNT, API, FakeRequest, Sent

ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"
AUTHORIZER = f"/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A{ACCOUNT}%3Afunction%3Amy-authorizer/invocations"
TOKEN = {"Authorization": "secret"}
YES, NO = {"isAuthorized": True}, {"isAuthorized": False}


def _policy(*resources: str, effect: str = "Allow") -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": list(resources)}
    return {"principalId": "u1", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


class Play(HttpPlay):
    """An API with a Lambda authorizer: GET and OPTIONS of /a and /b; everything that was sent, in order."""

    def __init__(self, *, payload: str = "2.0", integration: str = "2.0", **members: Any) -> None:
        members = {"EnableSimpleResponses": payload == "2.0"} | members
        self.document = http_document(
            *(guarded(key, function(integration)) for key in ("GET /a", "GET /b", "OPTIONS /a", "$default")),
            route("GET /open", function()),
        ) | {"authorizers": [authorizer(payload, **members)]}
        super().__init__()
        self.add(self.document)

    def ask(self, url: str = "/a", headers: Any = TOKEN, verb: str = "GET") -> HttpConversation:
        """A request; unlike `client` it does not forget what was sent before."""
        before = list(self.upstream.sent)
        call = self.client(verb, url, headers)
        self.upstream.sent[:0] = before
        return call

    @property
    def last(self) -> Sent:
        return self.upstream.sent[-1]

    async def says(self, answer: Any, sent: Sent | None = None, error: str | None = None) -> None:
        """What the function answers to its last call."""
        headers = [] if error is None else [(b"X-Amz-Function-Error", error.encode())]
        await self.answers(UpstreamResponse(200, headers, json.dumps(answer).encode()), sent)

    async def answers(self, response: UpstreamResponse | UpstreamError, sent: Sent | None = None) -> None:
        (sent or self.last).done(response)
        await settled()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def served(play: Play, call: HttpConversation) -> Any:
    """The event that the route's function gets; its answer is the client's."""
    event = json.loads(play.last.body)
    assert "type" not in event, "the authorizer was asked"
    await play.says({"statusCode": 200, "body": "ok"})
    call.got(200, b"ok")
    return event


async def test_the_call_of_the_function() -> None:
    play = Play()
    play.ask("/a?x=1")
    sent = play.last
    assert (sent.method, sent.target, sent.timeout) == ("POST", AUTHORIZER, 10.0)
    headers = {name.lower(): value for name, value in sent.headers}
    assert headers["x-gatewright-source-arn"] == f"{ARN}/authorizers/auth01"
    assert headers["x-gatewright-source-account"] == ACCOUNT
    event = json.loads(sent.body)
    assert event["routeArn"] == f"{ARN}/$default/GET/a"
    assert (event["type"], event["identitySource"], event["rawQueryString"]) == ("REQUEST", ["secret"], "x=1")


async def test_a_yes_and_its_context() -> None:
    play = Play()
    call = play.ask()
    await play.says(YES | {"context": {"user": "ada", "roles": ["a"]}})
    event = await served(play, call)
    assert event["requestContext"]["authorizer"] == {"lambda": {"user": "ada", "roles": ["a"]}}


async def test_a_policy_and_its_context() -> None:
    play = Play(payload="1.0", integration="1.0")
    call = play.ask()
    assert json.loads(play.last.body)["methodArn"] == f"{ARN}/$default/GET/a"
    await play.says(_policy(f"{ARN}/*/GET/a") | {"context": {"user": "ada", "n": 1}})
    event = await served(play, call)
    assert event["requestContext"]["authorizer"] == {"user": "ada", "n": 1, "principalId": "u1"}


async def test_a_no() -> None:
    play = Play()
    call = play.ask()
    await play.says(NO)
    call.failed(403, "Forbidden")
    assert "www-authenticate" not in call.lowered
    assert len(play.upstream.sent) == 1


@pytest.mark.parametrize("answer", [_policy("*", effect="Deny"), _policy(f"{ARN}/*/POST/a"), _policy(f"{ARN}/x/GET/a")])
async def test_a_policy_that_does_not_allow(answer: Any) -> None:
    play = Play(payload="1.0")
    call = play.ask()
    await play.says(answer)
    call.failed(403, "Forbidden")


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"authorisation": "secret"}])
async def test_a_missing_source_is_401_and_calls_nobody(headers: dict[str, str]) -> None:
    for ttl in (0, 300):
        play = Play(AuthorizerResultTtlInSeconds=ttl)
        call = play.ask(headers=headers)
        call.failed(401, "Unauthorized")
        assert "www-authenticate" not in call.lowered
        assert play.upstream.sent == []


async def test_an_empty_one_of_several_values_is_missing() -> None:
    play = Play()
    call = play.ask(headers=[("Authorization", "secret"), ("Authorization", "")])
    call.failed(401, "Unauthorized")


async def test_without_sources_every_request_asks() -> None:
    play = Play(IdentitySource=[], AuthorizerResultTtlInSeconds=0)
    for number in range(1, 3):
        call = play.ask(headers={})
        assert json.loads(play.last.body)["identitySource"] is None
        await play.says(YES)
        await served(play, call)
        assert len(play.upstream.sent) == 2 * number


@pytest.mark.parametrize(
    "failure",
    [
        UpstreamResponse(404, [], b"{}"),
        UpstreamResponse(403, [], b"{}"),
        UpstreamResponse(429, [], b"{}"),
        UpstreamResponse(500, [], b"{}"),
        UpstreamResponse(200, [], b""),
        UpstreamResponse(200, [], b"null"),
        UpstreamResponse(200, [], b'{"isAuthorized": "yes"}'),
        UpstreamResponse(200, [(b"x-amz-function-error", b"Unhandled")], b'{"errorMessage": "boom"}'),
        UpstreamResponse(200, [(b"x-amz-function-error", b"Unhandled")], b'{"isAuthorized": true}'),
        UpstreamError(Failure.TIMEOUT),
        UpstreamError(Failure.REFUSED),
    ],
)
async def test_whatever_fails_is_500_and_not_kept(failure: Any) -> None:
    play = Play()
    call = play.ask()
    await play.answers(failure)
    call.failed(500, "Internal Server Error")
    again = play.ask()
    await play.says(YES)
    await served(play, again)


async def test_the_one_error_that_is_401() -> None:
    play = Play()
    call = play.ask()
    await play.says({"errorMessage": "Unauthorized"}, error="Unhandled")
    call.failed(401, "Unauthorized")
    call = play.ask()
    await play.says({"errorMessage": "unauthorized"}, error="Unhandled")
    call.failed(500, "Internal Server Error")


async def test_an_authorizer_that_cannot_be_called() -> None:
    play = Play(AuthorizerUri="arn:aws:apigateway:x")
    call = play.ask()
    await settled()
    call.failed(500, "Internal Server Error")
    assert play.upstream.sent == []


async def test_a_kept_result_serves_every_route_without_a_call() -> None:
    play = Play()
    call = play.ask()
    await play.says(YES | {"context": {"user": "ada"}})
    await served(play, call)
    for url in ("/b", "/a", "/c"):
        sent = len(play.upstream.sent)
        call = play.ask(url)
        assert len(play.upstream.sent) == sent + 1, "at once, without a turn of the loop"
        event = await served(play, call)
        assert event["requestContext"]["authorizer"] == {"lambda": {"user": "ada"}}


async def test_a_refusal_is_kept() -> None:
    play = Play()
    play.ask()
    await play.says(NO)
    play.ask("/b").failed(403, "Forbidden")
    assert len(play.upstream.sent) == 1


async def test_a_kept_policy_is_asked_for_each_route() -> None:
    play = Play(payload="1.0")
    call = play.ask("/a")
    await play.says(_policy(f"{ARN}/*/GET/a"))
    await served(play, call)
    play.ask("/b").failed(403, "Forbidden")
    play.ask("/a", verb="POST").failed(403, "Forbidden")
    await served(play, play.ask("/a"))
    assert sum(sent.target == AUTHORIZER for sent in play.upstream.sent) == 1


@pytest.mark.parametrize("path", ["/a/../b", "/x/%2e%2e/b", "/x/..%2Fb", "/x/.;v=1/b", "/x/.."])
async def test_dot_segments_where_a_policy_decides(path: str) -> None:
    play = Play(payload="1.0")
    play.ask(path).failed(403, "Forbidden")
    assert play.upstream.sent == []
    simple = Play()
    call = simple.ask(path)
    await simple.says(YES)
    await served(simple, call)


async def test_other_values_are_other_callers() -> None:
    play = Play(IdentitySource=["$request.header.Authorization", "$request.querystring.Id"])
    call = play.ask("/a?Id=1")
    await play.says(YES)
    await served(play, call)
    asked: list[tuple[str, Any]] = [
        ("/a?Id=2", TOKEN),
        ("/a?Id=1", {"Authorization": "Secret"}),
        ("/a?Id=1&Id=1", TOKEN),
        ("/a?Id=1", [("Authorization", "secret"), ("Authorization", "secret")]),
        ("/a?Id=1,1", TOKEN),
    ]
    for url, headers in asked:
        call = play.ask(url, headers)
        assert play.last.target == AUTHORIZER, (url, headers)
        await play.says(NO)
        call.failed(403, "Forbidden")
    play.ask("/a?id=1").failed(401, "Unauthorized")
    await served(play, play.ask("/b?Id=1"))


async def test_results_per_route_by_a_source() -> None:
    play = Play(IdentitySource=["$request.header.Authorization", "$context.routeKey"])
    call = play.ask("/a")
    await play.says(YES)
    await served(play, call)
    call = play.ask("/b")
    assert json.loads(play.last.body)["identitySource"] == ["secret", "GET /b"]
    await play.says(NO)
    call.failed(403, "Forbidden")
    await served(play, play.ask("/a"))


async def test_results_end() -> None:
    play = Play(AuthorizerResultTtlInSeconds=60)
    call = play.ask()
    await play.says(YES)
    await served(play, call)
    play.clock.advance(59.9)
    await served(play, play.ask())
    play.clock.advance(0.1)
    call = play.ask()
    await play.says(NO)
    call.failed(403, "Forbidden")


async def test_nothing_is_kept_without_a_time() -> None:
    play = Play(AuthorizerResultTtlInSeconds=0)
    calls = [play.ask(), play.ask()]
    assert [sent.target for sent in play.upstream.sent] == [AUTHORIZER] * 2
    first, second = play.upstream.sent
    await play.says(NO, second)
    calls[1].failed(403, "Forbidden")
    await play.says(YES, first)
    await served(play, calls[0])
    play.ask()
    assert play.last.target == AUTHORIZER


async def test_equal_requests_share_one_call() -> None:
    play = Play()
    calls = [play.ask("/a"), play.ask("/b"), play.ask("/a")]
    assert len(play.upstream.sent) == 1
    await play.says(NO)
    for call in calls:
        call.failed(403, "Forbidden")


async def test_a_hanging_call_holds_up_nobody_else() -> None:
    play = Play()
    hanging = play.ask()
    call = play.ask(headers={"Authorization": "other"})
    await play.says(YES)
    await served(play, call)
    open_route = play.ask("/open", headers={})
    await served(play, open_route)
    assert isinstance(hanging.request, FakeRequest)
    assert hanging.request.answer is None


async def test_a_new_program_forgets_and_is_not_filled_by_the_old_one() -> None:
    play = Play()
    call = play.ask()
    await play.says(YES)
    await served(play, call)
    under_way = play.ask(headers={"Authorization": "other"})
    old = play.last
    play.add(play.document)
    call = play.ask()
    assert play.last.target == AUTHORIZER
    await play.says(NO)
    call.failed(403, "Forbidden")
    await play.says(YES, old)
    await served(play, under_way)  # began on the old program, ends there
    play.ask(headers={"Authorization": "other"})
    assert play.last.target == AUTHORIZER


async def test_a_preflight_of_a_protected_route_asks() -> None:
    play = Play()
    play.add(play.document | {"api": {"ApiId": API, "CorsConfiguration": {"AllowOrigins": ["*"]}}})
    preflight = {"Origin": "https://a.test", "Access-Control-Request-Method": "GET"}
    play.ask("/a", preflight, "OPTIONS").failed(401, "Unauthorized")
    call = play.ask("/a", preflight | TOKEN, "OPTIONS")
    await play.says(NO)
    call.failed(403, "Forbidden")
    call = play.ask("/a", preflight | {"Authorization": "other"}, "OPTIONS")
    await play.says(YES)
    call.got(204, b"")


async def test_called_as_a_role_the_account_calls_and_no_authorizer() -> None:
    play = Play(AuthorizerCredentialsArn=ROLE)
    play.ask()
    told = {name.lower(): value for name, value in play.last.headers if name.lower().startswith("x-gatewright-")}
    assert told == {"x-gatewright-source-account": ACCOUNT}


async def test_what_is_said_of_a_path_that_is_a_pattern_opens_no_other() -> None:
    """A function that allows the ARN it is asked about has allowed more than it saw."""
    play = Play(payload="1.0", integration="1.0")
    first = play.ask("/*")
    await play.says(_policy(json.loads(play.last.body)["methodArn"]))
    await served(play, first)
    second = play.ask("/a")
    assert json.loads(play.last.body)["type"] == "REQUEST"  # asked again
    await play.says(_policy(f"{ARN}/*", effect="Deny"))
    second.got(403, b'{"message":"Forbidden"}')
