"""Method authorization. Kinds that are not supported yet are refused: a protected method must never be open.

AWS: "Control and manage access to REST APIs in API Gateway".
"""

from __future__ import annotations

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.live import Parts
from gatewright.program.records import MethodProgram


def build(method: MethodProgram, parts: Parts) -> Step | None:
    kind = method.authorization
    if kind == "NONE":
        return None

    def refuse(exchange: Exchange) -> None:
        raise GatewayError("ACCESS_DENIED", log=f"authorizationType {kind} is not supported yet: the call was refused")

    return refuse
