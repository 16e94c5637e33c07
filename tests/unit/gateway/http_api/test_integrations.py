from __future__ import annotations

from typing import get_args

from gatewright.gateway.http_api import integrations
from gatewright.program.http_api import HttpApiIntegration


def test_every_record_has_its_builder() -> None:
    assert integrations._BUILDERS.keys() == set(get_args(HttpApiIntegration))
