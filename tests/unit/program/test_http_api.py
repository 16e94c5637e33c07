from __future__ import annotations

from gatewright.deploy.http_api import compile_http_api
from tests.plays.http_api import http_document
from tests.plays.stage import API


def test_the_name_of_a_program() -> None:
    assert compile_http_api(http_document()).name == f"{API}@$default"
