from __future__ import annotations

from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry
from gatewright.gateway.errors import configuration_error
from gatewright.gateway.http_api.access_log import VARIABLES_AT_END as HTTP
from gatewright.gateway.http_api.access_log import build
from tests.plays.written import Written
from tests.unit.gateway.http_api.support import http_exchange
from tests.unit.gateway.test_access_variables import ended, value


def test_http_apis_say_what_their_clients_read() -> None:
    made = ended(http_exchange(), 500)
    assert [value(HTTP, name, made) for name in ("error.message", "integrationErrorMessage")] == [None, None]
    made.error = configuration_error("Invalid permissions on Lambda function. What its policy lacks: …")
    assert value(HTTP, "error.message", made) == "Internal Server Error"
    assert value(HTTP, "error.messageString", made) == '"Internal Server Error"'
    told = value(HTTP, "integrationErrorMessage", made)
    assert told is not None
    assert told.startswith("The IAM role configured on the integration or API Gateway doesn't have permissions")
    assert told == value(HTTP, "integration.error", made)
    assert value(HTTP, "dataProcessed", made) == str(12 + len(made.request.body))


def test_a_stage_without_settings_has_none() -> None:
    assert build(http_exchange().api, Telemetry(FakeClock(), Written())) is None
