"""API keys and usage plans. Not supported yet, so that a method that requires a key refuses every call.

AWS: "Usage plans and API keys for REST APIs".
"""

from __future__ import annotations

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.live import Parts
from gatewright.program.records import MethodProgram


def build(method: MethodProgram, parts: Parts) -> Step | None:
    return _refuse if method.api_key_required else None


def _refuse(exchange: Exchange) -> None:
    raise GatewayError("INVALID_API_KEY", log="API keys are not supported yet: the call was refused")
