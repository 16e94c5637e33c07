from __future__ import annotations

import pytest

from gatewright.deploy.base import RefusedError
from gatewright.deploy.parameters import compile_parameters, illegal_target
from gatewright.language.mapping import ILLEGAL, ILLEGAL_AWS


def test_parameters_and_undefined_stage_variables() -> None:
    wanted = {
        "integration.request.header.a": "'1'",
        "integration.request.path.b": "stageVariables.known",
        "integration.request.querystring.c": "stageVariables.unknown",
    }
    made, problem = compile_parameters({"requestParameters": wanted}, {"known": "2"}, ILLEGAL)
    assert [(each.location, each.name, each.source.name) for each in made] == [("header", "a", "1"), ("path", "b", "2")]
    assert problem is None


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(RefusedError, match="requestParameters: Invalid mapping"):
        compile_parameters({"requestParameters": {"integration.request.header.a": "nonsense"}}, {}, ILLEGAL)


def test_illegal_targets() -> None:
    wanted = {"requestParameters": {"integration.request.header.Expect": "'1'"}}
    assert illegal_target(wanted, ILLEGAL) is None
    assert illegal_target(wanted, ILLEGAL_AWS) == "Expect header already present"
