from __future__ import annotations

from gatewright.deploy.compile import compile_program
from tests.plays.stage import API, document


def test_a_program_is_named_after_api_and_stage() -> None:
    assert compile_program(document()).name == f"{API}@v1"
