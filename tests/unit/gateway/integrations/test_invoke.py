from __future__ import annotations

from typing import get_args

from gatewright.gateway.integrations import invoke
from gatewright.program.records import Integration
from tests.plays.stage import INVOKE, aws, function, http, http_proxy, mock
from tests.unit.gateway.support import compiled, parts


def test_every_kind_of_integration_has_a_builder() -> None:
    kinds = set()
    documents = (
        mock(),
        function(),
        http("http://b.test"),
        http_proxy("http://b.test"),
        aws("sqs:path/1/q"),
        aws(INVOKE),
    )
    for document in documents:
        program, method = compiled(document)
        assert callable(invoke.build(method, parts(program)))
        kinds.add(type(method.integration))
    assert kinds == set(get_args(Integration))
