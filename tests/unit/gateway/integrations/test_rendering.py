from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.grants import Grant
from gatewright.gateway.integrations.rendering import Rendering, rendering_of
from gatewright.language.vtl import compile_template
from gatewright.program.records import MappingTemplate
from tests.unit.gateway.support import exchange


def _template(text: str) -> MappingTemplate:
    return MappingTemplate(text, compile_template(text))


def test_what_a_template_sees() -> None:
    made = exchange({"X-A": "1"}, query="q=2&q=3", variables={"v": "4"})
    text = "$input.params('id') $input.params('q') $input.params('X-A') $stageVariables.v $context.stage $input.body"
    assert Rendering(made).render(_template(text), "ä".encode(), "request") == "7 7 3 1 4 v1 ä".encode()


def test_one_rendering_serves_an_exchange() -> None:
    made = exchange()
    assert made.rendering is None
    rendering = rendering_of(made)
    assert rendering_of(made) is rendering
    rendering.render(_template("#set($context.requestOverride.header.a = 'b')"), b"", "request")
    assert rendering.render(_template("$context.requestOverride.header.a"), b"", "response") == b"b"


def test_a_failure_names_the_place_in_the_log() -> None:
    with pytest.raises(GatewayError) as failure:
        Rendering(exchange()).render(_template("\n#foreach($i in [1..100000000])#end"), b"", "response")
    assert failure.value.status == 500
    log = failure.value.log or ""
    assert log.startswith("Execution failed due to configuration error: Unable to transform response: ")
    assert "line 2" in log


def test_what_an_authorizer_said() -> None:
    made = exchange(authorization="CUSTOM")
    made.grant = Grant(context={"principalId": "u1", "key": "v"}, identity={"user": "AIDA"}, latency=4)
    text = (
        "$context.authorizer.principalId $context.authorizer.key $context.identity.user "
        "#foreach($k in $context.authorizer.keySet())$k=$context.authorizer.get($k) #end"
    )
    rendered = Rendering(made).render(_template(text), b"", "request")
    assert rendered == b"u1 v AIDA principalId=u1 key=v integrationLatency=4 "
