"""Runs last: the tests before it have accepted and refused every operation there is."""

from __future__ import annotations

import pytest

from gatewright.control.operations import OPERATIONS
from tests.wire.spoken import ACCEPTED, REFUSED

# Reads of what is always there: nothing to refuse.
NEVER_REFUSED = {("apigateway", "GetAccount")}


@pytest.mark.last
def test_every_operation_was_spoken() -> None:
    every = {(service, operation) for service, handlers in OPERATIONS.items() for operation in handlers}
    assert every - ACCEPTED == set()
    assert every - REFUSED == NEVER_REFUSED
