from __future__ import annotations

from gatewright.gateway.exchange import LATER
from gatewright.gateway.integrations.aws_proxy import SOURCE_ACCOUNT, SOURCE_ARN, build
from gatewright.program.records import LambdaIntegration
from tests.plays.stage import FUNCTION_HOST, FakeUpstream, function
from tests.unit.gateway.support import compiled, exchange, parts


def test_one_call_of_the_invoke_api() -> None:
    program, method = compiled(function(timeoutInMillis=100))
    assert isinstance(method.integration, LambdaIntegration)
    upstream = FakeUpstream()
    assert build(method.integration, method, parts(program, upstream))(exchange()) is LATER
    (sent,) = upstream.sent
    assert (sent.origin, sent.method, sent.timeout) == (FUNCTION_HOST, "POST", 0.1)
    names = [name for name, _ in sent.headers]
    assert {SOURCE_ARN.decode(), SOURCE_ACCOUNT.decode(), "X-Amz-Invocation-Type"} <= set(names)
