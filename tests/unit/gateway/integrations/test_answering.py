from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.integrations.answering import assemble, select, select_error
from gatewright.language.selection import compile_pattern
from gatewright.program.records import ResponseRule


def _rule(status: int, pattern: str | None, problem: str | None = None) -> ResponseRule:
    return ResponseRule(status, compile_pattern(pattern), (), (), None, problem)


_RULES = (_rule(200, None), _rule(400, "4\\d{2}"), _rule(404, "404"), _rule(500, "5\\d{2}", "undeclared"))


@pytest.mark.parametrize(("status", "chosen"), [(200, 200), (302, 200), (400, 400), (404, 400)])
def test_the_first_match_wins_and_the_default_takes_the_rest(status: int, chosen: int) -> None:
    assert select(_RULES, status).status == chosen


def test_only_the_first_default_counts() -> None:
    assert select((_rule(201, None), _rule(202, "")), 200).status == 201


def test_no_match_and_undeclared_responses_are_configuration_errors() -> None:
    for rules, status, log in ((_RULES[1:3], 200, "Endpoint Response Status Code: 200"), (_RULES, 500, "undeclared")):
        with pytest.raises(GatewayError) as failure:
            select(rules, status)
        assert failure.value.status == 500
        assert log in (failure.value.log or "")


def test_a_mapped_content_type_is_stronger() -> None:
    answer = assemble(200, [(b"content-type", b"mapped")], ("text/plain", b"x"))
    assert (answer.status, answer.head, answer.body) == (200, b"content-type: mapped\r\n", b"x")
    assert assemble(200, [], None).head == b"Content-Type: application/json\r\n"


def test_what_a_function_said_chooses_and_success_takes_the_default() -> None:
    rules = (_rule(200, None), _rule(400, ".*bad.*"))
    assert [select_error(rules, said).status for said in (None, "so bad", "fine")] == [200, 400, 200]
    assert select_error((_rule(201, ".*"),), None).status == 201
    with pytest.raises(GatewayError):
        select_error((_rule(400, "bad"),), None)
